"""The fan of coming months: quantiles of the equally likely draws."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow.compute as pc

from upstander.core.months import month_after
from upstander.report.known import Issue

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


def fan(issue: Issue, code: str) -> tuple[FanMonth, ...]:
    """One row a month after the issue's last data month, from the place's draws."""
    last = issue.meta.get("last_month")
    if last is None:
        return ()
    origin = last if isinstance(last, date) else date.fromisoformat(str(last))
    mine = issue.draws.filter(pc.equal(issue.draws["unit"], code))
    if not mine.num_rows:
        return ()
    horizons, outcomes = mine["horizon"].to_numpy(), mine["outcome"].to_numpy()
    found = []
    for h in np.unique(horizons).tolist():
        q = np.quantile(outcomes[horizons == h], QUANTILES)
        found.append(FanMonth(month_after(origin, h), *(float(v) for v in q)))
    return tuple(found)
