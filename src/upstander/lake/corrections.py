"""Known errors of publishers, set right when a release is kept, each with a guard.

The guard is the wrong value itself: once the publisher has fixed it, the correction no longer
matches and says so, instead of spoiling a right number.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from upstander.core.errors import SourceChanged
from upstander.core.tables import Table

LIST = Path(__file__).parent / "corrections.toml"


@dataclass(frozen=True)
class Correction:
    """One wrong value: where it stands, what it is, what it should be, and why we say so."""

    source: str
    table: str
    key: Mapping[str, Any]
    column: str
    wrong: Any
    right: Any
    reason: str


@lru_cache
def known(path: Path = LIST) -> tuple[Correction, ...]:
    """The corrections in a TOML file, ``[[correction]]`` each."""
    return tuple(
        Correction(**c) for c in tomllib.loads(path.read_text()).get("correction", [])
    )


def apply(
    source: str,
    table: Table,
    rows: pa.Table,
    given: tuple[Correction, ...] | None = None,
) -> pa.Table:
    """``rows`` with the corrections for this source made.

    Raises:
        SourceChanged: the publisher's value is neither the wrong nor the right one, or is right by now:
            the entry in corrections.toml must be looked at and removed.
    """
    for c in known() if given is None else given:
        if (c.source, c.table) == (source, table.name):
            rows = _apply_one(c, rows)
    return rows


def _apply_one(correction: Correction, rows: pa.Table) -> pa.Table:
    column = rows[correction.column]
    match = _matches(correction, rows)
    values = column.filter(match)
    if not len(values):
        return rows  # an extract or an older release need not hold the row
    _refuse_another_value(correction, values[0].as_py())
    at = rows.column_names.index(correction.column)
    fixed = pc.if_else(match, pa.scalar(correction.right, column.type), column)
    return rows.set_column(at, rows.schema.field(correction.column), fixed)


def _matches(correction: Correction, rows: pa.Table) -> pa.Array:
    """Whether a row has the correction's key."""
    match = pa.array([True] * rows.num_rows)
    for name, value in correction.key.items():
        same = pc.equal(rows[name], pa.scalar(value, rows[name].type))
        match = pc.and_(match, same)
    return match


def _refuse_another_value(c: Correction, value: Any) -> None:
    if value == c.wrong:
        return
    where = ", ".join(f"{k} {v}" for k, v in c.key.items())
    raise SourceChanged(
        f"{c.source} {where}: {c.column} is {value}, the correction expects {c.wrong}; "
        "the publisher has changed it: remove or renew the entry in lake/corrections.toml"
    )
