"""How far apart two places lie, and on which days: Gleditsch and Ward's minimum distances, one value a year.

Also which places the numbers of a publisher meant within given days.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from upstander.bundling.facts import FIRST_OF_INTEREST, Facts
from upstander.bundling.place_rows import Code

MOST_KM = 950.0  # the farthest the distances reach

Spell = tuple[date, date]
Pair = tuple[str, str]
Lives = dict[str, Spell]
ByKm = dict[Pair, dict[float, list[Spell]]]


class _Run(NamedTuple):
    """Years in which two numbers lie equally far apart, to the kilometre."""

    first: int
    last: int
    km: float


def distances(
    facts: Facts,
    codes: list[Code],
    lives: Lives,
) -> ByKm:
    """Spells of equal distance, to the kilometre; the last year's value holds until today."""
    table = _near(pq.read_table(facts.shared / "places" / "gw_mindist.parquet"))
    last_year = int(pc.max(table["year"]).as_py())
    bearers = bearers_of(codes, "gw")
    by_km: ByKm = {}
    for (a, b), runs in _runs(table).items():
        for number, run in enumerate(runs):
            days = _days(run, is_first=number == 0, holds=run.last == last_year)
            for pair, spell in shared(bearers, a, b, days, lives):
                by_km.setdefault(pair, {}).setdefault(run.km, []).append(spell)
    return by_km


def _near(table: pa.Table) -> pa.Table:
    """Distances that a border can have, in years of interest."""
    is_near = pc.less_equal(table["mindist"], MOST_KM)
    is_recent = pc.greater_equal(table["year"], FIRST_OF_INTEREST.year)
    return table.filter(pc.and_(is_near, is_recent))


def _runs(table: pa.Table) -> dict[tuple[int, int], list[_Run]]:
    """Runs of years of each two numbers, in order."""
    names = ["gwcode1", "gwcode2", "year", "mindist"]
    ordered = table.select(names).sort_by([(name, "ascending") for name in names])
    runs: dict[tuple[int, int], list[_Run]] = {}
    for a, b, year, km in zip(*(c.to_pylist() for c in ordered.columns), strict=True):
        _extend(runs.setdefault((int(a), int(b)), []), int(year), float(round(km)))
    return runs


def _extend(
    runs: list[_Run],
    year: int,
    km: float,
) -> None:
    if runs and runs[-1].last == year - 1 and runs[-1].km == km:
        runs[-1] = runs[-1]._replace(last=year)
    else:
        runs.append(_Run(year, year, km))


def _days(
    run: _Run,
    *,
    is_first: bool,
    holds: bool,
) -> Spell:
    # A State of the middle of a year has its first distance on the next 1 January: reach back to its birth.
    since = date(run.first - 1 if is_first else run.first, 1, 1)
    until = date.max if holds else date(run.last, 12, 31)
    return since, until


def bearers_of(codes: list[Code], scheme: str) -> dict[int, list[Code]]:
    """Codes of a scheme of numbers, by their number."""
    by_number: dict[int, list[Code]] = {}
    for code in codes:
        if code.scheme == scheme:
            by_number.setdefault(int(code.value), []).append(code)
    return by_number


def shared(
    bearers: dict[int, list[Code]], a: int, b: int, days: Spell, lives: Lives
) -> Iterator[tuple[Pair, Spell]]:
    """The places that the two numbers meant within ``days``, while both existed."""
    for one in bearers.get(a, []):
        for two in bearers.get(b, []):
            spans = [days, lives[one.place], lives[two.place], _meant(one), _meant(two)]
            first, last = max(s[0] for s in spans), min(s[1] for s in spans)
            if first <= last and one.place != two.place:
                yield _pair(one.place, two.place), (first, last)


def _meant(code: Code) -> Spell:
    return code.first or date.min, code.last or date.max


def _pair(a: str, b: str) -> Pair:
    return (a, b) if a < b else (b, a)
