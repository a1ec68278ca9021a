"""Months of the forecast year that are already known: a logit of three columns moves the yearly odds.

The columns are the log odds as the yearly models give them, the log of the deaths known so far in the year after the
base year (all types for an onset, civilians killed deliberately for the others), and the log of the events of one-sided violence.
Learned from forecasts of earlier base years and the same months of the years that followed them, on final figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from upstander.core.messages import Message, say
from upstander.core.types import Array, YearInputs
from upstander.forecast.calibration import log_odds
from upstander.forecast.cases import AnnualTarget, surge_level
from upstander.forecast.rolling.months import Months
from upstander.forecast.shapes import Index, Mask

if TYPE_CHECKING:
    from upstander.forecast.training import Learned

LEAST_EVENTS = 10  # fewer, and the odds stay as they are
FAMILY = "dynamics"  # the known months are what changes
STRENGTH = 1.0  # C of sklearn: three columns
REACHED = 0.99  # at least this likely where the known months alone reach the threshold: figures are revised downwards too


@dataclass(frozen=True)
class SoFar:
    """What the known months of the year after each base year hold.

    Attributes:
        count: how many months are known, 0 to 12; 0 changes nothing.
        killed, total, events: (U, Y) civilians killed deliberately, deaths of all types, events of one-sided violence in the first
            ``count`` months of the year after each of the ``years``; NaN where these are not all known.
    """

    count: int
    units: tuple[str, ...]
    years: Index
    killed: Array
    total: Array
    events: Array

    @staticmethod
    def of(months: Months, base: int) -> SoFar:
        """As many months as are known of the year after the base year."""
        start = (base + 1 - months.first.year) * 12 + 1 - months.first.month
        count = int(np.clip(months.count - start, 0, 12))
        series = (months.killed, months.total, months.events)
        parts = [_first_months(values, months, count) for values in series]
        return SoFar(count, months.units, months.years, *parts)

    def deaths(self, goal: AnnualTarget) -> Array:
        """(U, Y) those that the target counts."""
        return self.total if goal.kind == "hard_onset" else self.killed

    def columns(self, goal: AnnualTarget, units: Index, years: Index) -> Array:
        """(N, 2) logs of deaths and events of places (positions) after base years."""
        at = np.searchsorted(self.years, years)
        both = (self.deaths(goal)[units, at], self.events[units, at])
        return np.log1p(np.column_stack(both))


def _first_months(values: Array, months: Months, count: int) -> Array:
    """(U, Y) sums over the first months of the year after each base year."""
    out = np.full((len(values), len(months.years)), np.nan)
    for n, year in enumerate(months.years.tolist()):
        start = (year + 1 - months.first.year) * 12 + 1 - months.first.month
        if start >= 0 and start + count <= values.shape[1]:
            out[:, n] = values[:, start : start + count].sum(axis=1)
    return out


@dataclass(frozen=True)
class Update:
    """Log odds after the known months: intercept + slope * log odds + weights * columns."""

    intercept: float = 0.0
    slope: float = 1.0
    weights: tuple[float, float] = (0.0, 0.0)

    def apply(self, score: Array, columns: Array) -> Array:
        """(..., N) log odds from (..., N) log odds and (N, 2) columns."""
        return np.asarray(
            self.intercept + self.slope * score + columns @ np.asarray(self.weights)
        )


def learn(score: Array, columns: Array, outcome: Array) -> Update:
    """From forecasts of earlier base years, what the months after them held, and what followed in the whole year."""
    from sklearn.linear_model import LogisticRegression

    sure = ~np.isnan(columns).any(axis=1) & ~np.isnan(outcome)
    if outcome[sure].sum() < LEAST_EVENTS:
        return Update()
    matrix = np.column_stack([score, columns])[sure]
    logit = LogisticRegression(C=STRENGTH, max_iter=500).fit(matrix, outcome[sure])
    slope, deaths, events = (float(w) for w in logit.coef_[0])
    return Update(float(logit.intercept_[0]), slope, (deaths, events))


@dataclass(frozen=True)
class Today:
    """What the known months say of today's places: (N,) positions among the places, and the base year."""

    so_far: SoFar
    units: Index
    base: int
    level: Mapping[str, Array]

    def deaths(self, goal: AnnualTarget) -> Array:
        """(N,) known so far."""
        return np.asarray(self.so_far.deaths(goal)[self.units, self._at])

    def columns(self, goal: AnnualTarget) -> Array:
        """(N, 2) the places' own columns."""
        years = np.full(len(self.units), self.base)
        return self.so_far.columns(goal, self.units, years)

    def is_reached(self, goal: AnnualTarget) -> Mask:
        """(N,) where the known months alone hold the event."""
        return np.asarray(self.deaths(goal) >= self.level[goal.id])

    @property
    def _at(self) -> int:
        return int(np.searchsorted(self.so_far.years, self.base))

    def moved(
        self, goal: AnnualTarget, update: Update, by_set: Mapping[frozenset[str], Array]
    ) -> dict[frozenset[str], Array]:
        """(N,) log odds by set of families after the known months, which belong to the family of what changes."""
        own = self.columns(goal)
        middle = np.broadcast_to(np.median(own, axis=0), own.shape)
        least = np.where(self.is_reached(goal), log_odds(np.array(REACHED)), -np.inf)
        out = {}
        for families, score in by_set.items():
            is_own = FAMILY in families
            after = update.apply(score, own if is_own else middle)
            out[families] = np.maximum(after, least) if is_own else after
        return out

    def note(self, goal: AnnualTarget, i: int) -> Message | None:
        """What is known so far of a place; None where that is no death."""
        deaths = float(self.deaths(goal)[i])
        if not deaths:
            return None
        id = "forecast.already_reached" if self.is_reached(goal)[i] else "forecast.so_far"
        if goal.kind == "hard_onset":
            id = f"{id}_total"
        first = date(self.base + 1, 1, 1)
        return say(
            id, deaths=deaths, first=first, last=date(self.base + 1, self.so_far.count, 1)
        )


def level_of(goal: AnnualTarget, known: YearInputs) -> Array:
    """(U,) deaths in the year after the base year from which on the event has happened."""
    if goal.kind == "surge":
        return np.asarray(surge_level(known.deaths["one_sided"], goal.threshold)[:, -1])
    return np.full(len(known.units), float(goal.threshold))


def today(
    so_far: SoFar, known: YearInputs, goals: Sequence[AnnualTarget], units: Sequence[str]
) -> Today:
    """The known months beside the places of the base year."""
    at = np.asarray([known.units.index(u) for u in units])
    levels = {g.id: level_of(g, known)[at] for g in goals}
    return Today(so_far, at, int(known.years[-1]), levels)


def update_of(goal: AnnualTarget, so_far: SoFar, years: Index, learned: Learned) -> Update:
    """What the known months are worth, from the forecasts that the target was calibrated on.

    Args:
        years: (N,) base years of all cases, place by place.
    """
    rows = learned.earlier.rows
    units = rows // len(so_far.years)
    columns = so_far.columns(goal, units, years[rows])
    score = learned.calibration.apply(learned.earlier.scores)
    return learn(score, columns, learned.earlier.outcome)
