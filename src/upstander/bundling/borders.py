"""The rows of ``neighbour``: who touches whom, who lies near across water, and on which days.

Land borders come from the Correlates of War's direct contiguity 3.2 (type 1, to 2016), whose days are the
first of a month; distances from Gleditsch and Ward's minimum distances (to 2019), one value a year, taken
on 1 January. Where the first has no spell, a distance of 0 km counts as a land border. Microstates are in the
first only: their water distance is the upper end of its band (12, 24, 150 or 400 miles). The last known state
holds until today. A few borders of territories are in ``places.toml``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple

import pyarrow.compute as pc
import pyarrow.parquet as pq

from upstander.bundling.facts import FIRST_OF_INTEREST, Facts
from upstander.bundling.place_rows import Code
from upstander.core.months import month_end

MOST_KM = 950.0  # the farthest the distances reach
BAND_KM = {2: 19.0, 3: 39.0, 4: 241.0, 5: 644.0}  # 12, 24, 150 and 400 statute miles
LAND = 1


class Border(NamedTuple):
    """``a`` and ``b`` (a before b) touch or lie ``km`` apart from ``first`` to ``last``; None is open."""

    a: str
    b: str
    kind: str
    km: float
    first: date | None
    last: date | None


Spell = tuple[date, date]


def borders(facts: Facts, codes: list[Code], places: list[dict[str, Any]]) -> list[Border]:
    """Every border since 1945, sorted; open at the end where it still holds."""
    lives = {p["code"]: (p["start"] or date.min, p["end"] or date.max) for p in places}
    land, bands = _contiguity(facts, codes, lives)
    near = _distances(facts, codes, lives)
    for a, b, last in facts.ours["border"]["ended"]:
        land[a, b] = [(first, date.fromisoformat(last)) for first, _ in land[a, b]]
    out = {
        Border(*pair, "land", 0.0, *days)
        for pair, spells in land.items()
        for days in joined(spells)
    }
    for pair, by_km in near.items():
        touching = land.get(pair, [])
        out |= {
            Border(*pair, "land", 0.0, *s)
            for s in without(joined(by_km.pop(0.0, [])), joined(touching))
        }
        for km, spells in by_km.items():
            out |= {Border(*pair, "sea", km, *s) for s in without(joined(spells), joined(touching))}
    for pair, by_km in bands.items():
        if pair not in near and pair not in land:
            out |= {
                Border(*pair, "sea", km, *s) for km, spells in by_km.items() for s in joined(spells)
            }
    for a, b, first in facts.ours["border"]["land"]:
        days = lives[a], lives[b], (date.fromisoformat(first) if first else date.min, date.max)
        out.add(Border(a, b, "land", 0.0, max(d[0] for d in days), min(d[1] for d in days)))
    return sorted((_opened(b) for b in out if (b.last or date.max) >= FIRST_OF_INTEREST), key=str)


def joined(spells: Iterable[Spell]) -> list[Spell]:
    """Spells in order, those that overlap or follow each other within two months made one."""
    out: list[Spell] = []
    for first, last in sorted(spells):
        # A month-dated end and the next spell's month-dated start are up to 61 days apart.
        if out and (first - out[-1][1]).days <= 61:
            out[-1] = (out[-1][0], max(out[-1][1], last))
        else:
            out.append((first, last))
    return out


def without(spells: list[Spell], cut: list[Spell]) -> list[Spell]:
    """The parts of ``spells`` outside every spell of ``cut``."""
    for start, end in cut:
        kept = []
        for first, last in spells:
            if last < start or first > end:
                kept.append((first, last))
                continue
            if first < start:
                kept.append((first, start - timedelta(days=1)))
            if last > end:
                kept.append((end + timedelta(days=1), last))
        spells = kept
    return spells


Pair = tuple[str, str]
Lives = dict[str, Spell]
ByKm = dict[Pair, dict[float, list[Spell]]]


def _contiguity(
    facts: Facts, codes: list[Code], lives: Lives
) -> tuple[dict[Pair, list[Spell]], ByKm]:
    """Spells on land by pair, and spells of each band of water."""
    bearers = _bearers(codes, "cow")
    land: dict[Pair, list[Spell]] = {}
    bands: ByKm = {}
    for row in pq.read_table(facts.shared / "places" / "cow_contdir.parquet").to_pylist():
        kind = int(row["conttype"])
        days = (
            row["stdate"],
            date.max if row["enddate"] >= date(2016, 12, 1) else month_end(row["enddate"]),
        )
        for pair, spell in _shared(bearers, int(row["ccode1"]), int(row["ccode2"]), days, lives):
            if kind == LAND:
                land.setdefault(pair, []).append(spell)
            elif kind in BAND_KM:
                bands.setdefault(pair, {}).setdefault(BAND_KM[kind], []).append(spell)
    return land, bands


def _distances(facts: Facts, codes: list[Code], lives: Lives) -> ByKm:
    """Spells of equal distance, to the kilometre; the last year's value holds until today."""
    table = pq.read_table(facts.shared / "places" / "gw_mindist.parquet")
    is_near = pc.less_equal(table["mindist"], MOST_KM)
    table = table.filter(pc.and_(is_near, pc.greater_equal(table["year"], FIRST_OF_INTEREST.year)))
    last_year, bearers = int(pc.max(table["year"]).as_py()), _bearers(codes, "gw")
    runs: dict[tuple[int, int], list[tuple[int, int, float]]] = {}
    names = ["gwcode1", "gwcode2", "year", "mindist"]
    ordered = table.select(names).sort_by([(name, "ascending") for name in names])
    for a, b, year, km in zip(*(c.to_pylist() for c in ordered.columns), strict=True):
        run = runs.setdefault((int(a), int(b)), [])
        if run and run[-1][1] == int(year) - 1 and run[-1][2] == float(round(km)):
            run[-1] = (run[-1][0], int(year), run[-1][2])
        else:
            run.append((int(year), int(year), float(round(km))))
    out: ByKm = {}
    for (a, b), run in runs.items():
        for number, (first, last, km) in enumerate(run):
            # A State of the middle of a year has its first distance on the next 1 January: reach back to its birth.
            since = date(first - 1, 1, 1) if number == 0 else date(first, 1, 1)
            until = date.max if last == last_year else date(last, 12, 31)
            for pair, spell in _shared(bearers, a, b, (since, until), lives):
                out.setdefault(pair, {}).setdefault(km, []).append(spell)
    return out


def _bearers(codes: list[Code], scheme: str) -> dict[int, list[Code]]:
    found: dict[int, list[Code]] = {}
    for code in codes:
        if code.scheme == scheme:
            found.setdefault(int(code.value), []).append(code)
    return found


def _shared(
    bearers: dict[int, list[Code]], a: int, b: int, days: Spell, lives: Lives
) -> list[tuple[Pair, Spell]]:
    """The places that the two numbers meant within ``days``, while both existed."""
    out = []
    for one in bearers.get(a, []):
        for two in bearers.get(b, []):
            meant = ((c.first or date.min, c.last or date.max) for c in (one, two))
            spans = [days, lives[one.place], lives[two.place], *meant]
            first, last = max(s[0] for s in spans), min(s[1] for s in spans)
            if first <= last and one.place != two.place:
                pair = (one.place, two.place) if one.place < two.place else (two.place, one.place)
                out.append((pair, (first, last)))
    return out


def _opened(border: Border) -> Border:
    """The border with the far ends of time written as None."""
    return border._replace(
        first=None if border.first == date.min else border.first,
        last=None if border.last == date.max else border.last,
    )
