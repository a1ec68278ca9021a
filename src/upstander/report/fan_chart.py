"""The fan of coming months: quantiles of the equally likely draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from upstander.core.months import month_after

IntArray = NDArray[np.int64]
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


class Drawn(Protocol):
    """What is read of an issue here."""

    @property
    def meta(self) -> Mapping[str, Any]: ...
    @property
    def draws(self) -> pa.Table: ...


@dataclass(frozen=True)
class FanMonth:
    """Deaths in one coming month: the 5, 25, 50, 75 and 95 % quantiles of the draws."""

    month: date
    q05: float
    q25: float
    q50: float
    q75: float
    q95: float


def fans(issue: Drawn) -> Mapping[str, tuple[FanMonth, ...]]:
    """By place, one row a month after the issue's last data month, from the place's draws."""
    last = issue.meta.get("last_month")
    draws = issue.draws
    if last is None or not draws.num_rows:
        return {}
    origin = last if isinstance(last, date) else date.fromisoformat(str(last))
    units = draws["unit"].combine_chunks().dictionary_encode()
    horizons = draws["horizon"].to_numpy()
    order, starts = _place_months(units.indices.to_numpy(), horizons)
    outcomes = np.split(draws["outcome"].to_numpy()[order], starts[1:])
    by_place: dict[str, list[FanMonth]] = {}
    for first, values in zip(order[starts], outcomes, strict=True):
        month = month_after(origin, int(horizons[first]))
        by_place.setdefault(units[first].as_py(), []).append(_fan_month(month, values))
    return {unit: tuple(months) for unit, months in by_place.items()}


def _place_months(units: IntArray, horizons: IntArray) -> tuple[IntArray, IntArray]:
    """Rows in the order of place and month, and where in that order each place's month begins."""
    group = units.astype(np.int64) * (horizons.max() + 1) + horizons
    order = np.argsort(group, kind="stable")
    return order, np.flatnonzero(np.diff(group[order], prepend=-1))


def _fan_month(month: date, outcomes: NDArray[Any]) -> FanMonth:
    quantiles = np.quantile(outcomes, QUANTILES)
    return FanMonth(month, *(float(q) for q in quantiles))
