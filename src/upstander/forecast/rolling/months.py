"""Deaths by place, month and type of violence, with the slow series beside them: what rolling odds are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np

from upstander.core.events import FIRST_MONTH
from upstander.core.months import month_after, number_of
from upstander.core.types import Array, YearInputs
from upstander.forecast.cases import all_cases
from upstander.forecast.shapes import Index, Mask, Names, Units

SLOW = ("structure", "triggers")  # families that are known by the year


@dataclass(frozen=True)
class Counts:
    """(U, T) deaths in persons by kind (state_based, non_state, one_sided) and events of one-sided violence, oldest first."""

    deaths: Mapping[str, Array]
    events: Array

    @property
    def count(self) -> int:
        """How many months are known."""
        return int(self.events.shape[1])

    @cached_property
    def total(self) -> Array:
        """(U, T) deaths of all types."""
        return np.asarray(sum(self.deaths.values()))

    @property
    def killed(self) -> Array:
        """(U, T) civilians killed deliberately in one-sided violence."""
        return self.deaths["one_sided"]


@dataclass(frozen=True)
class Months(Counts):
    """Counts by month, and (U, Y, K) slow features by base year.

    Attributes:
        first: first day of the first month.
        slow: values that stood at the end of each of ``years``; NaN where not known.
        there: (U, Y) True where the place was a State whose deaths are counted.
        neighbours: (U, U) True where two places share a land border.
    """

    units: Units
    names: Mapping[str, str]
    first: date
    years: Index
    slow: Array
    slow_names: Names
    there: Mask
    neighbours: Mask

    def year_of(self, at: int) -> int:
        """The calendar year of a month."""
        return self.month_of(at).year

    def month_of(self, at: int) -> date:
        """First day of a month."""
        return month_after(self.first, at)

    def base_of(self, at: int) -> int:
        """Position among ``years`` of the last complete year before the month's own."""
        return int(np.clip(self.year_of(at) - 1 - self.years[0], 0, len(self.years) - 1))

    def places_at(self, at: int) -> Index:
        """The places that were there in a month."""
        own = int(np.clip(self.year_of(at) - self.years[0], 0, len(self.years) - 1))
        return np.flatnonzero(self.there[:, own])

    def until(self, at: int) -> Months:
        """The same, ending with a month."""
        end = at + 1
        return replace(
            self,
            deaths={kind: values[:, :end] for kind, values in self.deaths.items()},
            events=self.events[:, :end],
        )


def with_slow_series(known: YearInputs, first: date, counts: Counts) -> Months:
    """The months beside the slow features of the yearly inputs, for the same places."""
    raw = all_cases(known)
    chosen = [i for i, family in enumerate(raw.families) if family in SLOW]
    span = (len(known.units), len(known.years), len(chosen))
    return Months(
        units=known.units,
        names=known.names,
        first=first,
        deaths=counts.deaths,
        events=counts.events,
        years=known.years,
        slow=raw.values[:, chosen].reshape(span),
        slow_names=tuple(raw.features[i] for i in chosen),
        there=~np.isnan(known.deaths["total"]),
        neighbours=known.neighbours,
    )


def at_of(month: date) -> int:
    """The position of a month, 0 for January 1989; negative before."""
    return number_of(month) - number_of(FIRST_MONTH)


def month_at(at: int) -> date:
    """First day of the month at a position."""
    return month_after(FIRST_MONTH, at)


def rolling(values: Array, months: int) -> Array:
    """(U, T) sums over the ``months`` months up to each one; fewer at the beginning.

    >>> rolling(np.array([[1.0, 2.0, 3.0]]), 2).tolist()
    [[1.0, 3.0, 5.0]]
    """
    running = np.cumsum(values, axis=1)
    before = np.zeros_like(running)
    before[:, months:] = running[:, :-months]
    return np.asarray(running - before)


def ahead(values: Array, months: int) -> Array:
    """(U, T) sums over the ``months`` months after each one; NaN where they are not all known."""
    out = np.full(values.shape, np.nan)
    out[:, :-months] = rolling(values, months)[:, months:]
    return out
