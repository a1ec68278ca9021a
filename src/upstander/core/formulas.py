"""Cells that a spreadsheet program might run as a formula: put out of action on the way out, and as they were on the way in."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import Any

# A cell that begins with one of these may be run as a formula by a spreadsheet program (OWASP, CSV Injection); the wide
# forms are taken for the plain ones by some of them.
LEADING = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?(e[+-]?\d+)?", re.I)


def defused(value: Any) -> Any:
    """A cell that no spreadsheet program runs: a text that begins like a formula gets a quotation mark before it, and
    plain numbers stay numbers. Lists are joined.

    >>> defused("=1+1"), defused("'=1+1"), defused(" =1+1"), defused(-3), defused("-3.5"), defused("plain")
    ("'=1+1", "''=1+1", "' =1+1", -3, '-3.5', 'plain')
    """
    if isinstance(value, list | tuple):
        value = "; ".join(map(str, value))
    return f"'{value}" if isinstance(value, str) and _runs(value) else value


def as_csv(
    columns: Iterable[str], rows: Iterable[Iterable[Any]], *, line_end: str = "\n"
) -> bytes:
    """A table that spreadsheet programs know to be UTF-8 and run nothing of; None is an empty cell."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=line_end)
    writer.writerow(columns)
    writer.writerows(["" if c is None else defused(c) for c in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def plain(value: Any) -> Any:
    """A cell as it was before it was defused.

    >>> plain("'=1+1"), plain("''=1+1"), plain("'quoted'")
    ('=1+1', "'=1+1", "'quoted'")
    """
    return (
        value[1:]
        if isinstance(value, str) and value.startswith("'") and _runs(value)
        else value
    )


def _runs(text: str) -> bool:
    bare = text.lstrip("'")
    return not NUMBER.fullmatch(text) and (
        bare.startswith(LEADING) or bare.lstrip().startswith(LEADING)
    )
