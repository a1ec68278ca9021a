"""How often an event came, from the widest group of past windows to the narrowest: what a forecast is read against.

What a window is and whether the event came in it is said in ``forecast.past_windows``, by the event's own definition. A
window is a case where the deaths of the twelve months before it are known too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from upstander.core.messages import say
from upstander.core.months import month_after
from upstander.core.places import Place, Places
from upstander.core.thresholds import MASS_ONE_SIDED, VIOLENT_YEAR
from upstander.core.types import Array
from upstander.forecast import past_windows, targets
from upstander.forecast.past_windows import Past, Windows
from upstander.forecast.scoreboard.reliability import share_interval
from upstander.forecast.shapes import Index, Mask
from upstander.report import words

# Deaths of the twelve months before, at least; the groups in which an event is looked for.
LEVELS = (0, 1, VIOLENT_YEAR, MASS_ONE_SIDED, 1000)
LEAST_CASES = (
    20  # fewer, and one window more or less moves the share by more than five points
)


@dataclass(frozen=True)
class Rung:
    """One group of past windows.

    Attributes:
        means: what the group is good for, in words.
        cases, came: how many windows there are, and in how many the event came.
        low, high: 90 % interval of the share, from 0 to 1; None where there is no case.
        first, last: years of the first and the last window; None where there is none.
        is_own: whether the place stands in it now.
    """

    name: str
    means: str
    cases: int
    came: int
    low: float | None = None
    high: float | None = None
    first: int | None = None
    last: int | None = None
    is_own: bool = False

    @property
    def share(self) -> float | None:
        """From 0 to 1, None where there is no case."""
        return self.came / self.cases if self.cases else None

    @property
    def is_few(self) -> bool:
        """Whether there are too few cases to tell."""
        return self.cases < LEAST_CASES

    @property
    def years(self) -> str:
        """The years of its windows as text."""
        if self.first is None or self.last is None:
            return words.NOT_KNOWN
        if self.first == self.last:
            return str(self.first)
        return words.span(date(self.first, 1, 1), date(self.last, 12, 1))


@dataclass(frozen=True)
class Ladder:
    """The rungs of one event for one place: all, the region, the place's own windows; and all by deaths before.

    Attributes:
        months: length of a window.
        first, last: first days of the first month of the first window and of the last month of the last.
        as_of: the figures are those known on this day.
        now: deaths of what the event counts in the twelve months before the forecast; None where not known apart.
    """

    rungs: tuple[Rung, ...]
    by_level: tuple[Rung, ...]
    months: int
    first: date
    last: date
    as_of: date
    now: int | None

    @property
    def span(self) -> str:
        """Its months as text."""
        return words.span(self.first, self.last)


@dataclass(frozen=True)
class _Cases:
    """(N,) windows that are cases: places, positions among the event's windows, deaths before, and whether it came."""

    units: Index
    at: Index
    before: Array
    came: Array
    windows: Windows

    def of(self, chosen: Mask) -> _Cases:
        """Some of them."""
        return _Cases(
            self.units[chosen],
            self.at[chosen],
            self.before[chosen],
            self.came[chosen],
            self.windows,
        )

    def span(self) -> tuple[date, date]:
        """First days of the first month of the first window and of the last month of the last."""
        first, last = (self.windows.first[n] for n in (self.at.min(), self.at.max()))
        return first, month_after(last, self.windows.months - 1)


def ladder(
    past: Past,
    places: Places,
    place: Place,
    target: str,
    *,
    before: int | None = None,
    until: int | None = None,
) -> Ladder | None:
    """The base rates of an event for a place, None where no such window is known.

    Args:
        before: deaths in the twelve months before the window asked about, None for those before the forecast's.
        until: the last year whose windows are counted, None for every one known.
    """
    windows = past_windows.windows(past, targets.get(target))
    if windows is None:
        return None
    cases = _cases(windows, until)
    if not cases.at.size:
        return None
    own = past.units.index(place.code) if place.code in past.units else -1
    now = _now(windows, own) if before is None else before
    first, last = cases.span()
    return Ladder(
        rungs=tuple(_rungs(cases, past, places, place, own)),
        by_level=tuple(_by_level(cases, now)),
        months=windows.months,
        first=first,
        last=last,
        as_of=past.as_of,
        now=now,
    )


def _now(windows: Windows, own: int) -> int | None:
    return None if own < 0 or np.isnan(windows.now[own]) else int(windows.now[own])


def _cases(windows: Windows, until: int | None) -> _Cases:
    known = ~np.isnan(windows.came) & ~np.isnan(windows.before)
    if until is not None:
        known &= windows.until(until)
    units, at = np.nonzero(known)
    return _Cases(units, at, windows.before[known], windows.came[known], windows)


def _rungs(
    cases: _Cases, past: Past, places: Places, place: Place, own: int
) -> Iterator[Rung]:
    yield _rung(say("report.rung_every_place"), say("report.rung_means_world"), cases)
    if region := place.smallest_region:
        inside = [places.get(u).smallest_region == region for u in past.units]
        within = cases.of(np.array(inside, dtype=np.bool_)[cases.units])
        yield _rung(region, say("report.rung_means_region"), within)
    name = say("report.rung_own", place=place.name)
    yield _rung(name, say("report.rung_means_own"), cases.of(cases.units == own))


def _by_level(cases: _Cases, now: int | None) -> Iterator[Rung]:
    for low, end in zip(LEVELS, (*LEVELS[1:], None), strict=True):
        inside = cases.of(_is_in(cases.before, low, end))
        if inside.at.size:
            is_own = now is not None and bool(_is_in(np.array(now), low, end))
            yield _rung(_level(low, end), "", inside, is_own)


def _is_in(deaths: Array, low: int, end: int | None) -> Mask:
    return np.asarray((deaths >= low) & (deaths < (np.inf if end is None else end)))


def _level(low: int, end: int | None) -> str:
    if not low:
        return say("report.rung_none")
    if end is None:
        return say("report.rung_at_least", low=low)
    return say("report.rung_between", low=low, high=end - 1)


def _rung(name: str, means: str, cases: _Cases, is_own: bool = False) -> Rung:
    count, came = len(cases.came), int(cases.came.sum())
    if not count:
        return Rung(name, means, 0, 0, is_own=is_own)
    low, high = interval(cases.units, cases.came)
    first, last = cases.span()
    return Rung(name, means, count, came, low, high, first.year, last.year, is_own)


def interval(places: Index, came: Array) -> tuple[float, float]:
    """90 % interval of a share whose cases of one place are alike, so tell less than as many of different places would.

    Jeffreys' interval of as many independent cases as would give the variance between places (the effective sample of a
    cluster sample; Kish 1965, Survey Sampling, ch. 5; Korn and Graubard 1998, Survey Methodology 24).

    Args:
        places: (N,) numbers of the places; came: (N,) 1 or 0.
    """
    count, hits = len(came), float(came.sum())
    share = hits / count
    apart = np.bincount(places, came - share)[np.unique(places)]
    if not 0 < hits < count or len(apart) < 2:
        return share_interval(hits, count)
    variance = (apart**2).sum() / count**2 * len(apart) / (len(apart) - 1)
    alone = min(count, share * (1 - share) / variance) if variance else count
    return share_interval(share * alone, alone)
