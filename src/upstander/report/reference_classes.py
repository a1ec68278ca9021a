"""How often an event came, from the widest group of country-years to the narrowest: what a forecast is read against.

Counted by calendar year in the figures as known on the day, so of twelve months and of a calendar year alone. A year counts
where its deaths by type are known, and those of the year before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from upstander.core.messages import say
from upstander.core.places import Place
from upstander.core.thresholds import MASS_ONE_SIDED, VIOLENT_YEAR
from upstander.forecast import targets
from upstander.forecast.targets import ESCALATION, NEW_MASS_KILLING, Target
from upstander.report import place_figures
from upstander.report.as_of_data import Known
from upstander.report.history import Year

MONTHS = 12
# Deaths of the year before, at least; the groups in which an event is looked for.
LEVELS = (0, 1, VIOLENT_YEAR, MASS_ONE_SIDED, 1000)
Counted = Callable[[Year], int | None]


@dataclass(frozen=True)
class Rung:
    """One group of country-years: how many there are, in how many the event came, and whether the place stands in it now."""

    name: str
    cases: int
    came: int
    is_own: bool = False

    @property
    def share(self) -> float | None:
        """From 0 to 1, None where there is no case."""
        return self.came / self.cases if self.cases else None


@dataclass(frozen=True)
class Ladder:
    """The rungs of one event for one place: all, the region, the place's own years; and all by deaths of the year before."""

    rungs: tuple[Rung, ...]
    by_level: tuple[Rung, ...]
    first: int
    last: int


@dataclass(frozen=True)
class _Case:
    """A place in a year: what was counted in the year before, and whether the event came."""

    place: Place
    year: int
    before: int
    came: bool


def ladder(
    data: Known, place: Place, target: str, now: int | None, until: int | None = None
) -> Ladder | None:
    """The base rates of an event for a place, None where it cannot be counted by calendar year.

    Args:
        now: deaths (of what the event counts) in the last twelve months known, None where they are not.
        until: the last year that is counted, None for every year known.
    """
    event = targets.get(target)
    counted = _counted(event)
    every = _cases(data, event, counted) if counted else ()
    cases = tuple(c for c in every if until is None or c.year <= until)
    if not cases:
        return None
    years = [case.year for case in cases]
    return Ladder(
        rungs=tuple(_rungs(cases, place)),
        by_level=tuple(_by_level(cases, now)),
        first=min(years),
        last=max(years),
    )


def _counted(event: Target) -> Counted | None:
    """What the event counts in a year; None of events of another length or of another make."""
    if event.months != MONTHS:
        return None
    if event.kind in ("one_sided", "civilians") and event.id != ESCALATION.id:
        return lambda year: year.one_sided
    return (lambda year: year.total) if event.kind == "total" else None


def _cases(data: Known, event: Target, counted: Counted) -> Iterator[_Case]:
    """Every country-year in which the event could come, of the places that have a forecast and figures of their own.

    A place whose deaths are booked under a State has none: its host's years would be counted twice, and as its own.
    """
    is_new = event.id == NEW_MASS_KILLING.id
    for code in sorted(data.chances or data.years):
        place = data.places.get(code)
        if place_figures.host_name(data, place):
            continue
        for before, year in pairwise(place_figures.years(data, place)):
            was, is_now = counted(before), counted(year)
            if was is None or is_now is None or year.year != before.year + 1:
                continue
            if is_new and was >= VIOLENT_YEAR:
                continue
            yield _Case(place, year.year, was, is_now >= event.threshold)


def _rungs(cases: Sequence[_Case], place: Place) -> Iterator[Rung]:
    yield _rung(say("report.rung_every_place"), cases)
    if region := place.smallest_region:
        within = (c for c in cases if c.place.smallest_region == region)
        yield _rung(region, within)
    own = (c for c in cases if c.place.code == place.code)
    yield _rung(say("report.rung_own", place=place.name), own)


def _by_level(cases: Sequence[_Case], now: int | None) -> Iterator[Rung]:
    for low, end in zip(LEVELS, (*LEVELS[1:], None), strict=True):
        inside = [c for c in cases if _is_in(c.before, low, end)]
        if inside:
            is_own = now is not None and _is_in(now, low, end)
            yield _rung(_level(low, end), inside, is_own)


def _is_in(number: int, low: int, end: int | None) -> bool:
    return number >= low and (end is None or number < end)


def _level(low: int, end: int | None) -> str:
    if not low:
        return say("report.rung_none")
    if end is None:
        return say("report.rung_at_least", low=low)
    return say("report.rung_between", low=low, high=end - 1)


def _rung(name: str, cases: Iterable[_Case], is_own: bool = False) -> Rung:
    held = list(cases)
    return Rung(name, len(held), sum(c.came for c in held), is_own)
