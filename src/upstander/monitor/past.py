"""Deaths by place, month and type as rules read them, and the events that a look back is held against.

A hard onset is a year with 25 or more deaths in organised violence after five years with fewer than 25 in each, dated by the
month of that year in which the sum of twelve months reaches 25. A surge is a year with 100 or more killed in one-sided violence,
at least three times the larger of 20 and the mean of the three years before. Both stand in ``forecast.targets``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from upstander.core.errors import ConfigError, LeakageError
from upstander.core.events import FIRST_MONTH
from upstander.core.tables import INDICATOR_YEAR
from upstander.core.thresholds import MASS_ONE_SIDED, VIOLENT_YEAR
from upstander.core.types import Array
from upstander.forecast.rolling import reading
from upstander.forecast.rolling.months import Counts, rolling
from upstander.forecast.shapes import Mask
from upstander.forecast.targets import ONSET_YEARS, SURGE_LEAST, SURGE_TIMES, SURGE_YEARS
from upstander.forecast.yearly_inputs import covered_units, land_neighbours
from upstander.lake.series import chosen

if TYPE_CHECKING:
    from datetime import date

    from upstander.core.places import Places
    from upstander.lake.as_of import Reads

YEAR = 12
FLED, FLED_SOURCE = "unhcr_newly_fled_origin", "unhcr"


@dataclass(frozen=True)
class Past(Counts):
    """Counts by month since January 1989, (U, U) 1 for land neighbours, (U, Y) people who fled in each year; NaN: not known."""

    units: tuple[str, ...]
    names: Mapping[str, str]
    neighbours: Array
    fled_by_year: Array | None = None

    @property
    def fled(self) -> Array:
        """(U, Y) people who fled; nothing but NaN where no release says."""
        if self.fled_by_year is not None:
            return self.fled_by_year
        return np.full((len(self.units), -(-self.count // YEAR)), np.nan)

    @cached_property
    def is_quiet(self) -> Mask:
        """(U, T) True where none of the five calendar years before, nor the last twelve months, reached 25 deaths."""
        years = yearly(self.total)
        now = rolling(self.total, YEAR) < VIOLENT_YEAR
        before = np.zeros_like(now)
        for at in range(ONSET_YEARS * YEAR, self.count):
            year = at // YEAR
            before[:, at] = (years[:, year - ONSET_YEARS : year] < VIOLENT_YEAR).all(axis=1)
        return np.asarray(now & before)

    @cached_property
    def onsets(self) -> tuple[tuple[int, int], ...]:
        """Hard onsets: place, and the month by which it is dated."""
        years, sums = yearly(self.total), rolling(self.total, YEAR)
        found = []
        for unit, year in np.argwhere(years >= VIOLENT_YEAR).tolist():
            before = years[unit, max(0, year - ONSET_YEARS) : year]
            months = range(year * YEAR, min((year + 1) * YEAR, self.count))
            reached = [m for m in months if sums[unit, m] >= VIOLENT_YEAR]
            if year >= ONSET_YEARS and (before < VIOLENT_YEAR).all() and reached:
                found.append((unit, reached[0]))
        return tuple(found)

    @cached_property
    def surges(self) -> tuple[tuple[int, int], ...]:
        """Surges: place, and the first month of their year; the year under way counts as soon as it is one."""
        years = yearly(self.killed)
        found = []
        for unit, year in np.argwhere(years >= MASS_ONE_SIDED).tolist():
            if year < SURGE_YEARS:
                continue
            mean = years[unit, year - SURGE_YEARS : year].mean()
            if years[unit, year] >= SURGE_TIMES * max(SURGE_LEAST, mean):
                found.append((unit, year * YEAR))
        return tuple(found)


def yearly(values: Array) -> Array:
    """(U, Y) sums of calendar years; the last one as far as it is known."""
    count = values.shape[1]
    starts = range(0, count, YEAR)
    return np.stack([values[:, s : s + YEAR].sum(axis=1) for s in starts], axis=1)


def read(lake: Reads, places: Places, *, as_of: date) -> Past:
    """Deaths by month and type as they stand on a day.

    Raises:
        NotCovered: a month since 1989 that no release known on that day has by type.
    """
    units = tuple(sorted(covered_units(lake, places, as_of)))
    found, _ = reading.counts(lake, places, units, as_of=as_of)
    return Past(
        deaths=found.deaths,
        events=found.events,
        units=units,
        names={u: places.get(u).name for u in units},
        neighbours=land_neighbours(places, units, as_of).astype(float),
        fled_by_year=_fled(lake, places, units, as_of, found.count),
    )


def _fled(
    lake: Reads,
    places: Places,
    units: tuple[str, ...],
    as_of: date,
    months: int,
) -> Array | None:
    """(U, Y) people who fled each place in each year since 1989; None where no release says."""
    try:
        rows = lake.read(INDICATOR_YEAR, as_of=as_of, source=FLED_SOURCE)
    except (ConfigError, LeakageError):
        return None
    index = {u: i for i, u in enumerate(units)}
    out = np.full((len(units), -(-months // YEAR)), np.nan)
    for row in chosen(rows, FLED).select(("country", "year", "value")).to_pylist():
        unit, year = places.unit(row["country"]), row["year"] - FIRST_MONTH.year
        if unit in index and 0 <= year < out.shape[1]:
            out[index[unit], year] = row["value"]
    return out
