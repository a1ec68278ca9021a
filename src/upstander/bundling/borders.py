"""The rows of ``neighbour``: who touches whom, who lies near across water, and on which days.

Land borders come from the Correlates of War's direct contiguity 3.2 (type 1, to 2016), whose days are the
first of a month; distances from Gleditsch and Ward's minimum distances (to 2019), one value a year, taken
on 1 January. Where the first has no spell, a distance of 0 km counts as a land border. Microstates are in the
first only: their water distance is the upper end of its band (12, 24, 150 or 400 miles). The last known state
holds until today. A few borders of territories are in ``places.toml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import product
from typing import Any, NamedTuple

import pyarrow as pa
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
Pair = tuple[str, str]
Lives = dict[str, Spell]
ByKm = dict[Pair, dict[float, list[Spell]]]
Run = tuple[int, int, float]  # first and last year of an equal distance, and the distance


def borders(facts: Facts, codes: list[Code], places: list[dict[str, Any]]) -> list[Border]:
    """Every border since 1945, sorted; open at the end where it still holds."""
    lives = {p["code"]: (p["start"] or date.min, p["end"] or date.max) for p in places}
    land, bands = _contiguity(facts, codes, lives)
    near = _distances(facts, codes, lives)
    for a, b, last in facts.ours["border"]["ended"]:
        land[a, b] = [(first, date.fromisoformat(last)) for first, _ in land[a, b]]
    out = {b for pair, spells in land.items() for b in _touching(pair, joined(spells))}
    for pair, by_km in near.items():
        out |= set(_near(pair, by_km, joined(land.get(pair, []))))
    for pair, by_km in bands.items():
        if pair not in near and pair not in land:
            out |= set(_apart(pair, by_km))
    out |= {_of_territory(lives, *row) for row in facts.ours["border"]["land"]}
    return sorted((_opened(b) for b in out if (b.last or date.max) >= FIRST_OF_INTEREST), key=str)


def _touching(pair: Pair, spells: Iterable[Spell]) -> Iterator[Border]:
    for spell in spells:
        yield Border(*pair, "land", 0.0, *spell)


def _near(pair: Pair, by_km: dict[float, list[Spell]], touching: list[Spell]) -> Iterator[Border]:
    """What the distances add to the spells on land; a distance of 0 km is a border on land."""
    for km, spells in by_km.items():
        added = without(joined(spells), touching)
        if km:
            yield from (Border(*pair, "sea", km, *spell) for spell in added)
        else:
            yield from _touching(pair, added)


def _apart(pair: Pair, by_km: dict[float, list[Spell]]) -> Iterator[Border]:
    for km, spells in by_km.items():
        yield from (Border(*pair, "sea", km, *spell) for spell in joined(spells))


def _of_territory(lives: Lives, a: str, b: str, first: str) -> Border:
    """A border on land from a day on, while both places exist."""
    since = date.fromisoformat(first) if first else date.min
    days = lives[a], lives[b], (since, date.max)
    return Border(a, b, "land", 0.0, max(d[0] for d in days), min(d[1] for d in days))


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
        spells = [part for spell in spells for part in _outside(spell, start, end)]
    return spells


def _outside(spell: Spell, start: date, end: date) -> Iterator[Spell]:
    """The parts of a spell before ``start`` and after ``end``."""
    first, last = spell
    if last < start or first > end:
        yield spell
        return
    if first < start:
        yield first, start - timedelta(days=1)
    if last > end:
        yield end + timedelta(days=1), last


def _contiguity(
    facts: Facts, codes: list[Code], lives: Lives
) -> tuple[dict[Pair, list[Spell]], ByKm]:
    """Spells on land by pair, and spells of each band of water."""
    bearers = _bearers(codes, "cow")
    land: dict[Pair, list[Spell]] = {}
    bands: ByKm = {}
    for row in pq.read_table(facts.shared / "places" / "cow_contdir.parquet").to_pylist():
        kind = int(row["conttype"])
        days = row["stdate"], _last_day(row["enddate"])
        for pair, spell in _shared(bearers, int(row["ccode1"]), int(row["ccode2"]), days, lives):
            if kind == LAND:
                land.setdefault(pair, []).append(spell)
            elif kind in BAND_KM:
                bands.setdefault(pair, {}).setdefault(BAND_KM[kind], []).append(spell)
    return land, bands


def _last_day(ended: date) -> date:
    """The last day of a spell; one that lasts to the end of the data holds until today."""
    return date.max if ended >= date(2016, 12, 1) else month_end(ended)


def _distances(facts: Facts, codes: list[Code], lives: Lives) -> ByKm:
    """Spells of equal distance, to the kilometre; the last year's value holds until today."""
    table = pq.read_table(facts.shared / "places" / "gw_mindist.parquet")
    is_near = pc.less_equal(table["mindist"], MOST_KM)
    table = table.filter(pc.and_(is_near, pc.greater_equal(table["year"], FIRST_OF_INTEREST.year)))
    last_year, bearers = int(pc.max(table["year"]).as_py()), _bearers(codes, "gw")
    out: ByKm = {}
    for (a, b), runs in _runs(table).items():
        for number, run in enumerate(runs):
            days = _days(run, number == 0, last_year)
            for pair, spell in _shared(bearers, a, b, days, lives):
                out.setdefault(pair, {}).setdefault(run[2], []).append(spell)
    return out


def _runs(table: pa.Table) -> dict[tuple[int, int], list[Run]]:
    """Years of equal distance, by the numbers of two States."""
    names = ["gwcode1", "gwcode2", "year", "mindist"]
    ordered = table.select(names).sort_by([(name, "ascending") for name in names])
    runs: dict[tuple[int, int], list[Run]] = {}
    for a, b, number, distance in zip(*(c.to_pylist() for c in ordered.columns), strict=True):
        year, km = int(number), float(round(distance))
        run = runs.setdefault((int(a), int(b)), [])
        if run and run[-1][1] == year - 1 and run[-1][2] == km:
            run[-1] = (run[-1][0], year, km)
        else:
            run.append((year, year, km))
    return runs


def _days(run: Run, is_first: bool, last_year: int) -> Spell:
    first, last, _ = run
    # A State of the middle of a year has its first distance on the next 1 January: reach back to its birth.
    since = date(first - 1, 1, 1) if is_first else date(first, 1, 1)
    return since, date.max if last == last_year else date(last, 12, 31)


def _bearers(codes: list[Code], scheme: str) -> dict[int, list[Code]]:
    bearers: dict[int, list[Code]] = {}
    for code in codes:
        if code.scheme == scheme:
            bearers.setdefault(int(code.value), []).append(code)
    return bearers


def _shared(
    bearers: dict[int, list[Code]], a: int, b: int, days: Spell, lives: Lives
) -> list[tuple[Pair, Spell]]:
    """The places that the two numbers meant within ``days``, while both existed."""
    out = []
    for one, two in product(bearers.get(a, []), bearers.get(b, [])):
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
