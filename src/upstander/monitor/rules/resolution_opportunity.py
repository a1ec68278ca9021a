"""Resolution opportunity: deaths of half a year are less than half of those of the half-year before."""

from __future__ import annotations

import numpy as np

from upstander.core.thresholds import MASS_ONE_SIDED
from upstander.core.types import Array
from upstander.forecast.rolling.features import delayed
from upstander.forecast.rolling.months import ahead, rolling
from upstander.monitor.past import YEAR, Past
from upstander.monitor.rule import MonthRule

HALF = 6  # months
LEAST = MASS_ONE_SIDED  # deaths in the half-year before
FALL = 0.5


def score(past: Past) -> Array:
    """(U, T) how many times fewer, where it fell."""
    now = rolling(past.total, HALF)
    before = delayed(now, HALF)
    is_fall = (before >= LEAST) & (now < FALL * before)
    return np.where(is_fall, before / np.maximum(now, 1.0), -np.inf)


def came(past: Past) -> Array:
    """(U, T) whether the next twelve months had less than half the deaths of the last twelve."""
    coming, last = ahead(past.total, YEAR), rolling(past.total, YEAR)
    return np.where(np.isnan(coming), np.nan, (coming < FALL * last).astype(float))


RULE = MonthRule(
    "Resolution opportunity",
    "opportunity",
    "monitor.resolution_opportunity",
    how="Deaths of the last six months are less than half of the six before, which had 100 or more.",
    quiet_months=12,
    drafts=2,
    score=score,
    came=came,
    meant="less than half the deaths in the next twelve months",
)
