"""How often an event came in past windows, by its own definition: what a forecast's base rates are counted from.

Windows of a place follow each other without overlap, so that no death counts in two. Those of calendar years end with the
last complete year; those of months end with the last month that is counted as the first one was, as the base rate of
``totals`` does, so windows of twelve months are calendar years too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from upstander.core.errors import NotCovered
from upstander.core.events import FIRST_MONTH
from upstander.core.types import Array
from upstander.forecast import cases, panel, totals, yearly_inputs
from upstander.forecast.rolling import reading
from upstander.forecast.rolling.events import EVENTS, YEAR
from upstander.forecast.rolling.months import Counts, ahead, at_of, month_at, rolling
from upstander.forecast.shapes import ByName, Index, Mask, Names, Units
from upstander.forecast.targets import Target

if TYPE_CHECKING:
    from upstander.core.places import Places
    from upstander.lake.as_of import Reads


@dataclass(frozen=True)
class Monthly:
    """(U, T) deaths since January 1989, and (T,) who spoke for each month; ``counts`` where they are known by type."""

    deaths: Array
    spoke: Names
    counts: Counts | None = None


@dataclass(frozen=True)
class Past:
    """Deaths of places as known on a day.

    Attributes:
        as_of: the day; nothing that became known later is in it.
        units: the places whose deaths are counted as their own.
        years, yearly: base years, and (U, Y) deaths by type; NaN where nobody counted or there was no such place.
        killed, total: civilians killed deliberately and all deaths by month; None where no release has the months.
    """

    as_of: date
    units: Units
    years: Index
    yearly: ByName
    killed: Monthly | None
    total: Monthly | None


@dataclass(frozen=True)
class Windows:
    """The past windows of an event, oldest first, each of ``months`` months.

    Attributes:
        first: (W,) first days of their first months.
        came: (U, W) 1 or 0; NaN where the event could not come by its definition, or the deaths are not known.
        before: (U, W) deaths of what the event counts in the twelve months before each window; NaN where not known.
        now: (U,) the same before the window of a forecast that begins when the newest figures end.
    """

    units: Units
    months: int
    first: tuple[date, ...]
    came: Array
    before: Array
    now: Array

    def until(self, year: int) -> Mask:
        """(W,) True for windows that were over by the end of a year."""
        ends = [at_of(f) + self.months - 1 for f in self.first]
        return np.array([month_at(end).year <= year for end in ends], dtype=np.bool_)


def read(lake: Reads, places: Places, *, as_of: date) -> Past:
    """Deaths of every place that UCDP lists, as known on a day.

    Raises:
        NotCovered, LeakageError: no complete year is known by then.
    """
    units = yearly_inputs.covered_units(lake, places, as_of)
    years, yearly = yearly_inputs.deaths_by_year(lake, places, units, as_of=as_of)
    return Past(
        as_of,
        units,
        years,
        yearly,
        _killed(lake, places, units, as_of),
        _total(lake, places, units, as_of),
    )


def _killed(lake: Reads, places: Places, units: Units, as_of: date) -> Monthly | None:
    try:
        counts, spoke = reading.counts(lake, places, units, as_of=as_of)
    except NotCovered:
        return None
    return Monthly(counts.killed, spoke, counts)


def _total(lake: Reads, places: Places, units: Units, as_of: date) -> Monthly | None:
    try:
        last = panel.last_month(lake, as_of=as_of)
        counted = panel.monthly(
            lake, places, units=units, first=FIRST_MONTH, last=last, as_of=as_of
        )
    except NotCovered:
        return None
    return Monthly(counted.column(panel.MONTHLY_TARGET), counted.definitions)


def windows(past: Past, event: Target) -> Windows | None:
    """The past windows of an event; None where the deaths that it counts are not known by its grain."""
    if event.level == "country-year":
        return _of_years(past, event)
    counted = past.killed if event.kind == "civilians" else past.total
    return _of_months(past, event, counted) if counted else None


def _of_years(past: Past, event: Target) -> Windows:
    """Windows of one or two calendar years after a base year."""
    goal = cases.target(event.id)
    came = cases.outcomes_of(past.yearly, goal)
    before = past.yearly["total" if goal.kind == "hard_onset" else "one_sided"]
    # The last base year whose window is over, and every one that many years before it.
    bases = np.arange(len(past.years) - 1 - goal.years, -1, -goal.years)[::-1]
    bases = bases[~np.isnan(before[:, bases]).all(axis=0)]
    first = tuple(date(int(past.years[b]) + 1, 1, 1) for b in bases)
    return Windows(
        past.units, event.months, first, came[:, bases], before[:, bases], before[:, -1]
    )


def _of_months(past: Past, event: Target, counted: Monthly) -> Windows:
    """Windows of months after an origin that has twelve months before it."""
    at = totals.consecutive(counted.spoke, len(counted.spoke), event.months)
    is_whole = at[:, -1] - at[:, 0] == event.months - 1
    origins = at[is_whole & (at[:, 0] >= YEAR), 0] - 1
    came = _came(event, counted)[:, origins]
    before = rolling(counted.deaths, YEAR)
    there = _there(past, origins, event.months)
    return Windows(
        past.units,
        event.months,
        tuple(month_at(at + 1) for at in origins.tolist()),
        np.where(there, came, np.nan),
        np.where(there, before[:, origins], np.nan),
        before[:, -1],
    )


def _came(event: Target, counted: Monthly) -> Array:
    """(U, T) 1 or 0 by origin, by the event's definition; NaN where it could not come or is not over."""
    if counted.counts is not None:
        return next(e for e in EVENTS if e.id == event.id).outcomes(counted.counts)
    sums = ahead(counted.deaths, event.months)
    return np.where(np.isnan(sums), np.nan, totals.reached(sums, event))


def _there(past: Past, origins: Index, months: int) -> Mask:
    """(U, W) True where the place was counted in every year from the twelve months before a window to its end."""
    years = past.years.tolist()
    counted = ~np.isnan(past.yearly["total"])
    out = np.ones((len(past.units), len(origins)), dtype=np.bool_)
    for n, at in enumerate(origins.tolist()):
        first, last = month_at(at + 1 - YEAR).year, month_at(at + months).year
        known = [counted[:, years.index(y)] for y in range(first, last + 1) if y in years]
        out[:, n] = np.all(known, axis=0)
    return out
