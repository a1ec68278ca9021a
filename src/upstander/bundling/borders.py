"""The rows of ``neighbour``: who touches whom, who lies near across water, and on which days.

Land borders come from the Correlates of War's direct contiguity 3.2 (type 1, to 2016), whose days are the
first of a month; distances from Gleditsch and Ward's minimum distances (to 2019), one value a year, taken
on 1 January. Where the first has no spell, a distance of 0 km counts as a land border. Microstates are in the
first only: their water distance is the upper end of its band (12, 24, 150 or 400 miles). The last known state
holds until today. A few borders of territories are in ``places.toml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from datetime import date, timedelta
from typing import Any, NamedTuple

import pyarrow.parquet as pq

from upstander.bundling.distances import (
    ByKm,
    Lives,
    Pair,
    Spell,
    bearers_of,
    distances,
    shared,
)
from upstander.bundling.facts import FIRST_OF_INTEREST, Facts
from upstander.bundling.place_rows import Code
from upstander.core.months import month_end

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


def borders(
    facts: Facts,
    codes: list[Code],
    places: list[dict[str, Any]],
) -> list[Border]:
    """Every border since 1945, sorted; open at the end where it still holds."""
    lives = {p["code"]: (p["start"] or date.min, p["end"] or date.max) for p in places}
    land, bands = _contiguity(facts, codes, lives)
    near = distances(facts, codes, lives)
    for a, b, last in facts.ours["border"]["ended"]:
        land[a, b] = [(first, date.fromisoformat(last)) for first, _ in land[a, b]]
    found = {
        *_on_land(land),
        *_apart(near, land),
        *_across_water(bands, near.keys() | land.keys()),
        *_of_territories(facts, lives),
    }
    return sorted((_opened(b) for b in found if _is_of_interest(b)), key=str)


def _on_land(land: Mapping[Pair, list[Spell]]) -> Iterator[Border]:
    for pair, spells in land.items():
        yield from _of_spells(pair, "land", 0.0, joined(spells))


def _apart(near: ByKm, land: Mapping[Pair, list[Spell]]) -> Iterator[Border]:
    """Borders by distance, on the days when two places are not known to touch; 0 km is touching."""
    for pair, by_km in near.items():
        touching = joined(land.get(pair, []))
        for km, spells in by_km.items():
            kind = "sea" if km else "land"
            yield from _of_spells(pair, kind, km, without(joined(spells), touching))


def _across_water(bands: ByKm, otherwise: Set[Pair]) -> Iterator[Border]:
    """Borders by bands of water, of pairs of which nothing is known ``otherwise``."""
    for pair, by_km in bands.items():
        if pair not in otherwise:
            for km, spells in by_km.items():
                yield from _of_spells(pair, "sea", km, joined(spells))


def _of_territories(facts: Facts, lives: Lives) -> Iterator[Border]:
    """Borders on land that ``places.toml`` names, while both places existed; without a first day as long as that."""
    for a, b, first in facts.ours["border"]["land"]:
        since = date.fromisoformat(first) if first else date.min
        days = (lives[a], lives[b], (since, date.max))
        yield Border(a, b, "land", 0.0, max(d[0] for d in days), min(d[1] for d in days))


def _of_spells(
    pair: Pair, kind: str, km: float, spells: Iterable[Spell]
) -> Iterator[Border]:
    return (Border(*pair, kind, km, *spell) for spell in spells)


def _is_of_interest(border: Border) -> bool:
    return (border.last or date.max) >= FIRST_OF_INTEREST


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
    for hole in cut:
        spells = [part for spell in spells for part in _outside(spell, hole)]
    return spells


def _outside(spell: Spell, hole: Spell) -> list[Spell]:
    """What is left of one spell before and after another."""
    (first, last), (start, end) = spell, hole
    if last < start or first > end:
        return [spell]
    parts = []
    if first < start:
        parts.append((first, start - timedelta(days=1)))
    if last > end:
        parts.append((end + timedelta(days=1), last))
    return parts


def _contiguity(
    facts: Facts, codes: list[Code], lives: Lives
) -> tuple[dict[Pair, list[Spell]], ByKm]:
    """Spells on land by pair, and spells of each band of water."""
    bearers = bearers_of(codes, "cow")
    land: dict[Pair, list[Spell]] = {}
    bands: ByKm = {}
    for row in pq.read_table(facts.shared / "places" / "cow_contdir.parquet").to_pylist():
        kind = int(row["conttype"])
        numbers = int(row["ccode1"]), int(row["ccode2"])
        for pair, spell in shared(bearers, *numbers, _days(row), lives):
            if kind == LAND:
                land.setdefault(pair, []).append(spell)
            elif kind in BAND_KM:
                bands.setdefault(pair, {}).setdefault(BAND_KM[kind], []).append(spell)
    return land, bands


def _days(row: dict[str, Any]) -> Spell:
    """Days of a row of the contiguity; what stood when the list ends still holds."""
    holds = row["enddate"] >= date(2016, 12, 1)
    return row["stdate"], date.max if holds else month_end(row["enddate"])


def _opened(border: Border) -> Border:
    """The border with the far ends of time written as None."""
    return border._replace(
        first=None if border.first == date.min else border.first,
        last=None if border.last == date.max else border.last,
    )
