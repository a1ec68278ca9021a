"""One issue, one voice: an event that contains another is never less probable, whichever model gave the two figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from upstander.core.forecast_tables import FORECAST_CHANCE
from upstander.forecast.declared import from_rows
from upstander.forecast.shapes import Row
from upstander.forecast.targets import (
    CIVILIANS_MONTHS,
    ONE_SIDED_THRESHOLDS,
    civilians_id,
    total_id,
)
from upstander.forecast.unmodelled import ranked_together

if TYPE_CHECKING:
    from upstander.forecast.rolling.rows import RollingOutlook

FIGURES = ("probability", "low", "high")


def pairs() -> Iterator[tuple[str, str]]:
    """Targets of which the first is contained in the second: of the coming months, then of calendar years."""
    for months in CIVILIANS_MONTHS:
        for n in ONE_SIDED_THRESHOLDS:
            yield civilians_id(n, months), total_id(n, months)
    for months in CIVILIANS_MONTHS:  # at least one death, of whatever type
        yield total_id(ONE_SIDED_THRESHOLDS[0], months), total_id(1, months)
    for n in ONE_SIDED_THRESHOLDS:
        yield f"one_sided_{n}", f"one_sided_{n}_24m"
    yield "surge", "one_sided_100"


def together(
    yearly: pa.Table,
    sums: pa.Table,
    rolling: RollingOutlook,
) -> pa.Table:
    """FORECAST_CHANCE rows of all targets: the calendar's in place of the yearly models', what contains another raised to it."""
    replaced = pa.array(sorted(set(rolling.calendar["target"].to_pylist())))
    rest = yearly.filter(pc.invert(pc.is_in(yearly["target"], value_set=replaced)))
    tables = (rest, rolling.calendar, sums, rolling.chances)
    rows = {(r["target"], r["unit"]): r for table in tables for r in table.to_pylist()}
    moved = set(_raise(rows))
    kept = [row for (name, _), row in rows.items() if name not in moved]
    ranked = ranked_together(row for (name, _), row in rows.items() if name in moved)
    return from_rows(FORECAST_CHANCE, [*kept, *ranked])


def _raise(rows: dict[tuple[str, str], Row]) -> Iterator[str]:
    """Raise figures in place; the targets that moved anywhere."""
    units: Mapping[str, None] = dict.fromkeys(unit for _, unit in rows)
    for part, whole in pairs():
        for unit in units:
            inner, outer = rows.get((part, unit)), rows.get((whole, unit))
            if inner and outer and inner["probability"] > outer["probability"]:
                rows[whole, unit] = _at_least(outer, inner)
                yield whole


def _at_least(outer: Row, inner: Row) -> Row:
    return {**outer, **{name: max(outer[name], inner[name]) for name in FIGURES}}
