"""Record high: deaths of a month that are the most in three years, and at least 25; the largest first."""

from __future__ import annotations

import numpy as np

from upstander.core.thresholds import VIOLENT_YEAR
from upstander.core.types import Array
from upstander.forecast.rolling.features import delayed, largest
from upstander.monitor.past import YEAR, Past
from upstander.monitor.rule import MonthRule

YEARS = 3


def score(past: Past) -> Array:
    """(U, T) deaths of the month, where they are a record."""
    before = largest(delayed(past.total, 1), YEARS * YEAR)
    is_record = (past.total > before) & (past.total >= VIOLENT_YEAR)
    return np.where(is_record, past.total, -np.inf)


RULE = MonthRule(
    "Record high of a month's deaths in three years",
    "conflict",
    "monitor.record_high",
    how="A month's deaths in organised violence are the most in three years, and at least 25.",
    quiet_months=6,
    drafts=4,
    score=score,
)
