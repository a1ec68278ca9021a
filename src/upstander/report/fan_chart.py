"""The fan of coming months: quantiles of the equally likely draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from upstander.core.months import month_after
from upstander.forecast.issue import shaped

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class FanMonth:
    """Deaths in one coming month: the 5, 25, 50, 75 and 95 % quantiles of the draws."""

    month: date
    q05: float
    q25: float
    q50: float
    q75: float
    q95: float


class Drawn(Protocol):
    """What is read of an issue here."""

    @property
    def meta(self) -> Mapping[str, Any]: ...
    @property
    def draws(self) -> pa.Table: ...


def fans(issue: Drawn) -> Mapping[str, tuple[FanMonth, ...]]:
    """By place, one row a month after the issue's last data month, from the place's draws."""
    last = issue.meta.get("last_month")
    rows = issue.draws
    if last is None or not rows.num_rows:
        return {}
    origin = date.fromisoformat(str(last))
    units, horizons, draws = shaped(rows)
    months = [month_after(origin, horizon) for horizon in horizons]
    quantiles = np.moveaxis(np.quantile(draws, QUANTILES, axis=-1), 0, -1)
    return {
        unit: tuple(FanMonth(m, *q) for m, q in zip(months, own, strict=True))
        for unit, own in zip(units, quantiles.tolist(), strict=True)
    }
