"""Spill-over: quiet places next to the places with most deaths and most growth in the last three months."""

from __future__ import annotations

import numpy as np

from upstander.core.types import Array
from upstander.forecast.rolling.months import rolling
from upstander.monitor.past import YEAR, Past
from upstander.monitor.rule import MonthRule


def score(past: Past) -> Array:
    """(U, T) growth of deaths next door, of the quiet."""
    recent, usual = rolling(past.total, 3), rolling(past.total, YEAR) / 4
    growth = past.neighbours @ np.maximum(recent - usual, 0.0)
    return np.where(past.is_quiet & (growth > 0), growth, -np.inf)


RULE = MonthRule(
    "Spill-over from next door",
    "conflict",
    "monitor.spill_over",
    how="A quiet place, with deaths rising next door in the last three months.",
    quiet_months=6,
    drafts=2,
    score=score,
)
