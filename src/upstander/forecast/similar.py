"""The past country-years most like a place today, and what followed them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from upstander.core.forecast_tables import FORECAST_CASE
from upstander.core.types import Array, Cases, YearInputs
from upstander.forecast.cases import FIRST_BASE
from upstander.forecast.declared import from_rows
from upstander.forecast.designs import Design
from upstander.forecast.shapes import Index, Labels, Mask, Names, Row, Rows, Units

# Few features, weighted by hand before any score was seen: how much violence, of which kind, which way, where.
WEIGHTS = {
    "history.log_one_sided_lag1": 2.0,
    "history.log_one_sided_decayed": 2.0,
    "history.log_one_sided_mean10": 1.0,
    "history.log_total_lag1": 1.5,
    "history.log_total_decayed": 1.0,
    "history.log_non_state_lag1": 0.5,
    "history.total_25_years_since": 1.0,
    "dynamics.log_last_quarter": 1.0,
    "dynamics.log_total_growth3": 0.5,
    "neighbours.log_one_sided_most": 0.5,
    "neighbours.log_total_mean": 0.5,
    "structure.log_population": 1.0,
    "structure.log_infant_mortality": 0.75,
    "structure.vdem_v2x_polyarchy": 0.5,
    "triggers.attempt_mean5": 0.5,
}
COUNT = 5
APART = 5  # years a place's own past case must lie before the base year, so that it is not the same episode


def weights(names: Names) -> Array:
    """(K,) weight of each feature; mean square 1, so distances read as standard deviations."""
    raw = np.sqrt(np.asarray([WEIGHTS[n] for n in names]))
    return np.asarray(raw / np.sqrt((raw**2).sum()))


@dataclass(frozen=True)
class Space:
    """Where country-years lie by the few features that count."""

    design: Design
    columns: Index
    weight: Array

    def points(self, values: Array) -> Array:
        """(N, J) places in the space of (N, K) feature values."""
        return np.asarray(self.design.apply(values[:, self.columns]) * self.weight)


def space_of(features: Names, values: Array) -> Space:
    """The space that (N, K) values of the named features span."""
    chosen = np.asarray([i for i, f in enumerate(features) if f in WEIGHTS], dtype=np.int64)
    weight = weights(tuple(features[i] for i in chosen))
    return Space(Design.plain(values[:, chosen]), chosen, weight)


def _spread_out(order: Index, units: Units) -> list[int]:
    """The first five in order, one of each place: five years of one place tell a reader one thing."""
    taken: dict[str, int] = {}
    for i in order.tolist():
        taken.setdefault(units[i], i)
        if len(taken) == COUNT:
            break
    return list(taken.values())


def similar(cases: Cases, inputs: YearInputs) -> pa.Table:
    """FORECAST_CASE rows: five past country-years for every unit seen in the base year.

    A past case is a base year since 1990 whose next year is observed. A place's own past counts
    only from five years before the base year; each of the five is another place.
    """
    seen = ~np.isnan(inputs.deaths["total"].ravel())
    past = _Past.of(cases, inputs, seen)
    now = np.flatnonzero((cases.years == inputs.years[-1]) & seen)
    space = space_of(cases.features, cases.values[past.rows])
    history = space.points(cases.values[past.rows])
    today = space.points(cases.values[now])
    rows: Rows = []
    for unit, point in zip((cases.units[i] for i in now), today, strict=True):
        rows += past.nearest(unit, _distance(history, point))
    return from_rows(FORECAST_CASE, rows)


def _distance(history: Array, point: Array) -> Array:
    """(P,) how far the past cases lie from a point."""
    return np.asarray(np.sqrt(((history - point) ** 2).sum(axis=1)))


@dataclass(frozen=True)
class _Past:
    """The past country-years, (P,) each: their rows in the cases, place, year, and the deaths of the year after."""

    rows: Index
    units: Units
    names: Labels
    years: Index
    base: int
    one_sided_next: Array
    total_next: Array

    @classmethod
    def of(
        cls,
        cases: Cases,
        inputs: YearInputs,
        seen: Mask,
    ) -> _Past:
        """Those since 1990 that are seen, and whose next year is."""
        span = len(inputs.years)
        index = np.arange(len(cases.units))
        has_next = (index % span) < span - 1
        following = np.where(has_next, index + 1, index)
        rows = np.flatnonzero(
            (cases.years >= FIRST_BASE) & has_next & seen & seen[following]
        )
        units = tuple(cases.units[i] for i in rows)
        after = following[rows]
        killed, total = (inputs.deaths[k].ravel()[after] for k in ("one_sided", "total"))
        base = int(inputs.years[-1])
        return cls(
            rows,
            units,
            np.asarray(units),
            cases.years[rows],
            base,
            killed,
            total,
        )

    def nearest(self, unit: str, distance: Array) -> Iterator[Row]:
        """The cases nearest to a place today, as rows of FORECAST_CASE, by their (P,) distance."""
        apart = np.where(self.too_near(unit), np.inf, distance)
        order = np.argsort(apart, kind="stable")
        for rank, i in enumerate(_spread_out(order, self.units), start=1):
            yield {
                "unit": unit,
                "rank": rank,
                **self.row(i),
                "distance": float(apart[i]),
            }

    def too_near(self, unit: str) -> Mask:
        """(P,) True for a place's own last years."""
        return np.asarray((self.names == unit) & (self.years > self.base - APART))

    def row(self, i: int) -> dict[str, object]:
        """A past case as columns of FORECAST_CASE."""
        return {
            "case_unit": self.units[i],
            "case_year": int(self.years[i]),
            "one_sided_next": int(self.one_sided_next[i]),
            "total_next": int(self.total_next[i]),
        }
