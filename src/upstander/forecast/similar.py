"""The past country-years most like a place today, and what followed them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from upstander.core.tables import FORECAST_CASE
from upstander.core.types import Array, Cases, YearInputs
from upstander.forecast.cases import FIRST_BASE, Design

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


def weights(names: tuple[str, ...]) -> Array:
    """(K,) weight of each feature; mean square 1, so distances read as standard deviations."""
    raw = np.sqrt(np.asarray([WEIGHTS[n] for n in names]))
    return np.asarray(raw / np.sqrt((raw**2).sum()))


@dataclass(frozen=True)
class _Space:
    design: Design
    columns: npt.NDArray[np.int64]
    weight: Array

    def points(self, values: Array) -> Array:
        return np.asarray(self.design.apply(values[:, self.columns]) * self.weight)


def _space(cases: Cases, rows: npt.NDArray[np.int64]) -> _Space:
    chosen = np.asarray([i for i, f in enumerate(cases.features) if f in WEIGHTS], dtype=np.int64)
    raw = cases.values[rows][:, chosen]
    design = Design(
        np.nan_to_num(np.nanmedian(raw, axis=0)),
        np.zeros(0, dtype=np.int64),
        np.arange(len(chosen)),
        np.nanmean(raw, axis=0),
        np.maximum(np.nanstd(raw, axis=0), 1e-9),
    )
    return _Space(design, chosen, weights(tuple(cases.features[i] for i in chosen)))


def _spread_out(order: npt.NDArray[np.int64], units: tuple[str, ...]) -> list[int]:
    """The first five in order, one of each place: five years of one place tell a reader one thing."""
    taken: list[int] = []
    for i in order.tolist():
        if units[i] not in {units[j] for j in taken}:
            taken.append(i)
        if len(taken) == COUNT:
            break
    return taken


def similar(cases: Cases, inputs: YearInputs) -> pa.Table:
    """FORECAST_CASE rows: five past country-years for every unit seen in the base year.

    A past case is a base year since 1990 whose next year is observed. A place's own past counts
    only from five years before the base year; each of the five is another place.
    """
    base, span = int(inputs.years[-1]), len(inputs.years)
    killed, total = inputs.deaths["one_sided"].ravel(), inputs.deaths["total"].ravel()
    index = np.arange(len(cases.units))
    has_next = (index % span) < span - 1
    following = np.where(has_next, index + 1, index)
    seen = ~np.isnan(total)
    past = np.flatnonzero((cases.years >= FIRST_BASE) & has_next & seen & seen[following])
    now = np.flatnonzero((cases.years == base) & seen)
    space = _space(cases, past)
    history, today = space.points(cases.values[past]), space.points(cases.values[now])
    units, years = tuple(cases.units[i] for i in past), cases.years[past]
    names = np.asarray(units)
    rows: list[dict[str, object]] = []
    for place, point in zip((cases.units[i] for i in now), today, strict=True):
        distance = np.sqrt(((history - point) ** 2).sum(axis=1))
        distance = np.where((names == place) & (years > base - APART), np.inf, distance)
        for rank, i in enumerate(_spread_out(np.argsort(distance, kind="stable"), units), start=1):
            after = following[past[i]]
            rows.append(
                {
                    "unit": place,
                    "rank": rank,
                    "case_unit": units[i],
                    "case_year": int(years[i]),
                    "distance": float(distance[i]),
                    "one_sided_next": int(killed[after]),
                    "total_next": int(total[after]),
                }
            )
    return FORECAST_CASE.check(pa.Table.from_pylist(rows, schema=FORECAST_CASE.schema))
