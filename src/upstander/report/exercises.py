"""Exercises: a past country-year, blind; what was known then, what came, and what base rates and the system said beforehand.

Cases are drawn by rule from the years looked back on, by what was counted in the last year known and by nothing that came
after: so half of a round are hard, and base rates, system and people are asked of the same years without favour.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from upstander.core.places import Place, Places
from upstander.core.thresholds import MASS_ONE_SIDED, VIOLENT_YEAR
from upstander.forecast.past_windows import Past
from upstander.forecast.targets import YEARLY_HEADLINE
from upstander.report import history, place_figures
from upstander.report.as_of_data import Known
from upstander.report.drivers import DOLLARS, MEASURES, NEWEST, PERSONS, Measure
from upstander.report.history import KINDS, Month, Year
from upstander.report.reference_classes import Ladder, ladder

# Civilians killed deliberately in the last year known, from and below; how many of a round's cases are drawn from there.
STRATA = (
    (MASS_ONE_SIDED, None, 5),
    (VIOLENT_YEAR, MASS_ONE_SIDED, 3),
    (1, 25, 1),
    (0, 1, 1),
)
CASES = sum(number for _, _, number in STRATA)
YEARS, QUARTERS = 10, 8  # shown of a case
ROUNDED = (PERSONS, DOLLARS)
Odds = Mapping[tuple[str, int], float]


@dataclass(frozen=True)
class Case:
    """A place at the end of a year: civilians killed deliberately in it and, not to be known, in the next."""

    place: str
    year: int
    before: int
    after: int

    @property
    def came(self) -> bool:
        """Whether the event asked about followed."""
        return self.after >= MASS_ONE_SIDED

    @property
    def mark(self) -> str:
        """What tells it from other cases without saying which it is."""
        return _mixed("case", self)[:16]


@dataclass(frozen=True)
class Quarter:
    """Deaths in three months by type, None where not known; ``year`` counts from the last year known, which is 0."""

    year: int
    quarter: int
    state_based: int | None
    non_state: int | None
    one_sided: int | None


@dataclass(frozen=True)
class Reading:
    """The value of an indicator that could be known; ``year`` counts from the last year known."""

    measure: Measure
    value: float
    year: int


@dataclass(frozen=True)
class Around:
    """Land neighbours: how many have figures, the deaths there in the last year, and how many reached the event's threshold."""

    places: int
    total: int
    one_sided: int
    reached: int


@dataclass(frozen=True)
class Told:
    """What could be known of a case at the end of its year, in today's figures; no name, and years counted from 0 backwards."""

    region: str
    years: tuple[Year, ...]
    quarters: tuple[Quarter, ...]
    indicators: tuple[Reading, ...]
    around: Around


def pool(data: Known, odds: Odds) -> tuple[Case, ...]:
    """Every case that has a forecast, its own figures, and a year after that is known."""
    found: dict[str, Mapping[int, int]] = {}
    cases = []
    for code, year in sorted(odds):
        if code not in found:
            found[code] = _civilians(data, code)
        before, after = found[code].get(year), found[code].get(year + 1)
        if before is not None and after is not None:
            cases.append(Case(code, year, before, after))
    return tuple(cases)


def _civilians(data: Known, code: str) -> Mapping[int, int]:
    """Civilians killed deliberately by year, of a place whose figures are its own."""
    if code not in data.places.places or place_figures.host_name(data, _place(data, code)):
        return {}
    counted = place_figures.years(data, _place(data, code))
    return {y.year: y.one_sided for y in counted if y.one_sided is not None}


def drawn(cases: Sequence[Case], number: int) -> tuple[Case, ...]:
    """The cases of a round, in the same order for everybody who is given its number; no place twice."""
    chosen: list[Case] = []
    for low, end, wanted in STRATA:
        inside = [c for c in cases if c.before >= low and (end is None or c.before < end)]
        inside.sort(key=lambda c: _mixed(f"round {number}", c))
        chosen += _of_other_places(inside, chosen)[:wanted]
    return tuple(sorted(chosen, key=lambda c: _mixed(f"order {number}", c)))


def _of_other_places(cases: Sequence[Case], taken: Sequence[Case]) -> list[Case]:
    """The first case of each place that is not taken yet."""
    first = {c.place: c for c in reversed(cases)}
    others = {c.place for c in taken}
    return [c for c in cases if first[c.place] == c and c.place not in others]


def _mixed(what: str, case: Case) -> str:
    return hashlib.sha256(f"{what} {case.place} {case.year}".encode()).hexdigest()


def told(data: Known, case: Case) -> Told:
    """What could be known of a case."""
    place = _place(data, case.place)
    return Told(
        region=place.region,
        years=tuple(_years(data, place, case.year)),
        quarters=tuple(_quarters(place_figures.months(data, place), case.year)),
        indicators=tuple(_readings(data, case)),
        around=_around(data, case),
    )


def _place(data: Known, code: str) -> Place:
    return data.places.get(code)


def _years(data: Known, place: Place, last: int) -> Iterator[Year]:
    """The last years to ``last``, which becomes 0."""
    for year in place_figures.years(data, place):
        if last - YEARS < year.year <= last:
            yield _unsaid(year, year.year - last)


def _unsaid(year: Year, number: int) -> Year:
    """The year under another number, without what tells an old one from a recent one."""
    return replace(
        year, year=number, source="", definition="", provisional=False, unnamed=0
    )


def _quarters(months: Sequence[Month], last: int) -> Iterator[Quarter]:
    held = {m.month: m for m in months}
    for back in range(QUARTERS - 1, -1, -1):
        year, quarter = -(back // 4), 4 - back % 4
        days = [date(last + year, 3 * quarter - n, 1) for n in (2, 1, 0)]
        three = [held[day] for day in days if day in held]
        if len(three) == len(days):
            yield Quarter(year, quarter, **{kind: _sum(three, kind) for kind in KINDS})


def _sum(months: Sequence[Month], kind: str) -> int | None:
    """Deaths of a type; None where it is not known of one of the months."""
    parts = [getattr(month, kind) for month in months]
    return None if None in parts else sum(parts)


def _readings(data: Known, case: Case) -> Iterator[Reading]:
    """The newest value of each indicator to the year before the last one; coups are known in their own year."""
    for measure in MEASURES:
        last = case.year if measure.source == "coups" else case.year - 1
        series = data.indicators.get(measure.indicator, {}).get(case.place, [])
        held = [(y, v) for y, v in series if last - NEWEST < y <= last]
        if held:
            year, value = held[-1]
            yield Reading(measure, _rough(measure, value), year - case.year)


def _rough(measure: Measure, value: float) -> float:
    """Numbers of people and of dollars rounded: exact ones are as good as a name."""
    if measure.unit not in ROUNDED:
        return value
    digits = 0 if measure.indicator == "un_population_total" else 1
    return float(f"{value:.{digits}e}")


def _around(data: Known, case: Case) -> Around:
    near = data.places.neighbours(case.place, on=date(case.year, 12, 31))
    years = [y for code in near for y in _own(data, code) if y.year == case.year]
    counted = [(y.total, y.one_sided) for y in years]
    known = [(t, c) for t, c in counted if t is not None and c is not None]
    return Around(
        len(known),
        sum(t for t, _ in known),
        sum(c for _, c in known),
        sum(c >= MASS_ONE_SIDED for _, c in known),
    )


def _own(data: Known, code: str) -> tuple[history.Year, ...]:
    """The years of a neighbour whose figures are its own."""
    place = _place(data, code)
    host = place_figures.host_name(data, place)
    return () if host else place_figures.years(data, place)


def base_rates(past: Past | None, places: Places, case: Case) -> Ladder | None:
    """How often the event came before the end of a case's year, from all places to this one and by deaths of the year before."""
    if past is None:
        return None
    return ladder(
        past,
        places,
        places.get(case.place),
        YEARLY_HEADLINE,
        before=case.before,
        until=case.year,
    )


def base_rate(found: Ladder | None) -> float | None:
    """The share of country-years that began as this one; None where there were none."""
    rungs = found.by_level if found else ()
    return next((r.share for r in rungs if r.is_own), None)
