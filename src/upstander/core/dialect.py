"""Which sign divides the cells of a text table: told by the file, or shown by its rows; never by counting signs alone."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import islice

SEPARATORS = ",;\t|"
LOOKED_AT = 20  # records; more say no more
LONGEST = 400_000  # characters that may hold them
# Excel's own line, with which a table says its separator; some programs put the whole line in quotation marks.
_SAID = re.compile(r'"?sep=(?P<sign>.)"?[,;|\t]*(?:\r\n|\r|\n|$)', re.IGNORECASE)


def said(text: str) -> tuple[str, str]:
    """(separator, the text after the line that says it); ('', text) where no line does.

    >>> said("sep=;\\na;b"), said("a;b")
    ((';', 'a;b'), ('', 'a;b'))
    """
    match = _SAID.match(text)
    return (match["sign"], text[match.end() :]) if match else ("", text)


def shown(text: str) -> tuple[str, ...]:
    """The separators that fit best: those by which all rows looked at have as many cells as the header; one as a rule.

    A sign inside quotation marks divides nothing. Where no sign divides the header, there is one column.

    >>> shown('"Title";"When, where, to whom"\\n"a";"b"'), shown("a"), shown("a,b;c\\n1,2;3")
    ((';',), (',',), (',', ';'))
    """
    lines = text[:LONGEST].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    marks = {sign: mark for sign in SEPARATORS if (mark := _mark(lines, sign)) > 0}
    best = max(marks.values(), default=0.0)
    return tuple(sign for sign, mark in marks.items() if mark == best) or (",",)


def _mark(lines: list[str], sign: str) -> float:
    """Share of rows as wide as the header, 0 where the sign does not divide it."""
    widths = list(islice(_widths(lines, sign), LOOKED_AT))
    if not widths or widths[0] < 2:
        return 0.0
    return widths.count(widths[0]) / len(widths)


def _widths(lines: list[str], sign: str) -> Iterator[int]:
    """Numbers of cells, row by row, up to where the sign cannot be the separator."""
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=sign, strict=True)
    while True:
        try:
            row = next(reader, None)
        except csv.Error:
            return
        if row is None:
            return
        if row:
            yield len(row)
