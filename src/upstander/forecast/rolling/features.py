"""What is known of a place at the end of a month: past violence, which way it goes, neighbours, slow series.

Names that the yearly features have mean the same here, counted in twelve months up to the origin in place of calendar
years, so that the same baseline (conflict-history logit) reads both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from upstander.core.thresholds import MASS_ONE_SIDED, MASS_TOTAL, VIOLENT_YEAR
from upstander.core.types import Array, Cases
from upstander.forecast.rolling.months import Months, rolling
from upstander.forecast.shapes import ByName, Index, Mask

YEAR = 12
LONGEST = 20 * YEAR  # months since something happened, at most
HALF_LIVES = (6, 24)  # months: what exponential climatology draws from
HEAVY_MONTH = 10  # killed: a dozen such months are 100 a year
KINDS = ("state_based", "non_state", "one_sided")


@dataclass(frozen=True)
class Known:
    """(U, T, K) features of every place at the end of every month, by name; slow ones are added row by row."""

    months: Months
    names: tuple[str, ...]
    values: Array

    @staticmethod
    def of(months: Months) -> Known:
        """The features of all months at once: each sees its own and earlier months only."""
        columns = {**_history(months), **_dynamics(months), **_neighbours(months)}
        return Known(months, tuple(columns), np.stack(list(columns.values()), axis=-1))

    def at(self, origins: Sequence[int]) -> Asked:
        """Rows of the places that were there at the end of each of these months."""
        places = [self.months.places_at(at) for at in origins]
        units = np.concatenate(places)
        months = np.repeat(np.asarray(origins), [len(p) for p in places])
        bases = np.asarray([self.months.base_of(int(at)) for at in origins])
        slow = self.months.slow[units, np.repeat(bases, [len(p) for p in places])]
        fast = self.values[units, months]
        return Asked(self, units, months, np.concatenate([fast, slow], axis=1))


@dataclass(frozen=True)
class Asked:
    """(N,) places and origins (positions among the months) with their (N, K) features."""

    known: Known
    units: Index
    months: Index
    values: Array

    def cases(self, outcome: Array) -> Cases:
        """The rows as cases with an outcome, as classifiers learn from."""
        of = self.known
        names = (*of.names, *of.months.slow_names)
        return Cases(
            units=tuple(of.months.units[u] for u in self.units),
            years=np.asarray([of.months.year_of(int(m)) for m in self.months]),
            values=self.values,
            features=names,
            families=tuple(n.partition(".")[0] for n in names),
            outcome=outcome,
        )


def log(values: Array) -> Array:
    """log(1 + n)."""
    return np.log1p(values)


def delayed(values: Array, months: int) -> Array:
    """(U, T) values as they stood so many months before; 0 before the first."""
    out = np.zeros_like(values)
    out[:, months:] = values[:, :-months]
    return out


def largest(values: Array, months: int) -> Array:
    """(U, T) largest of the last months up to each one."""
    out = values.copy()
    for back in range(1, months):
        out = np.maximum(out, delayed(values, back))
    return out


def decayed(values: Array, half_life: float) -> Array:
    """(U, T) weighted mean of all months up to each one, a month weighing half as much per half-life."""
    keep = 0.5 ** (1 / half_life)
    running = np.zeros(len(values))
    weight = 0.0
    columns = []
    for now in values.T:
        running = keep * running + now
        weight = keep * weight + 1.0
        columns.append(running / weight)
    return np.stack(columns, axis=1)


def since(happened: Mask) -> Array:
    """(U, T) log of one plus the months since it last happened, 240 at most, and where it never did."""
    running = np.full(len(happened), float(LONGEST))
    columns = []
    for now in happened.T:
        running = np.where(now, 0.0, np.minimum(running + 1, LONGEST))
        columns.append(running)
    return log(np.stack(columns, axis=1))


def robust(values: Array, months: int = YEAR) -> tuple[Array, Array]:
    """(U, T) median and second largest of the last months: what one spike does not move."""
    stack = np.sort(
        np.stack([delayed(values, k) if k else values for k in range(months)]), axis=0
    )
    return np.median(stack, axis=0), stack[-2]


def _history(months: Months) -> ByName:
    out: ByName = {}
    for kind in KINDS:
        deaths = months.deaths[kind]
        year = rolling(deaths, YEAR)
        for back in (1, 2, 3):
            before = delayed(year, (back - 1) * YEAR) if back > 1 else year
            out[f"history.log_{kind}_lag{back}"] = log(before)
        for span in (5, 10):
            mean = rolling(deaths, span * YEAR) / span
            out[f"history.log_{kind}_mean{span}"] = log(mean)
    killed = months.killed
    year = rolling(killed, YEAR)
    out["history.log_one_sided_most36"] = log(largest(killed, 3 * YEAR))
    for half_life in HALF_LIVES:
        mean = decayed(killed, half_life)
        out[f"history.log_one_sided_decayed{half_life}"] = log(YEAR * mean)
        often = decayed((killed >= HEAVY_MONTH).astype(float), half_life)
        out[f"history.heavy_months{half_life}"] = often
    for level in (VIOLENT_YEAR, MASS_ONE_SIDED, MASS_TOTAL):
        out[f"history.one_sided_{level}_years_since"] = since(year >= level)
    out["history.one_sided_since"] = since(killed > 0)
    violent = rolling(months.total, YEAR) >= VIOLENT_YEAR
    out["history.total_25_years_since"] = since(violent)
    return out


def _dynamics(months: Months) -> ByName:
    killed = months.killed
    total = months.total
    out = {
        f"dynamics.log_{kind}_{span}m": log(rolling(months.deaths[kind], span))
        for kind in KINDS
        for span in (1, 3, 6)
    }
    out["dynamics.one_sided_growth"] = log(rolling(killed, 3)) - log(
        rolling(killed, YEAR) / 4
    )
    out["dynamics.total_growth"] = log(rolling(total, 3)) - log(rolling(total, YEAR) / 4)
    middle, second = robust(killed)
    out["dynamics.log_one_sided_median12"] = log(middle)
    out["dynamics.log_one_sided_second12"] = log(second)
    out["dynamics.active_months"] = rolling((months.events > 0).astype(float), YEAR)
    for span in (1, 3, YEAR):
        out[f"dynamics.log_events_{span}m"] = log(rolling(months.events, span))
    return out


def _neighbours(months: Months) -> ByName:
    beside = months.neighbours
    killed = rolling(months.killed, YEAR)
    total = rolling(months.total, YEAR)
    most = np.stack([np.where(row[:, None], killed, 0.0).max(axis=0) for row in beside])
    return {
        "neighbours.log_one_sided_most": log(most),
        "neighbours.log_total_sum": log(beside.astype(float) @ total),
        "neighbours.log_total_3m": log(beside.astype(float) @ rolling(months.total, 3)),
    }
