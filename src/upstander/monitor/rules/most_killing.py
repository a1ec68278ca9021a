"""Most killing: places by their deaths in organised violence in twelve months. Nothing is learned.

It is silent on a place for a year after a draft: it is held against surges of the next calendar year.
"""

from __future__ import annotations

import numpy as np

from upstander.core.types import Array
from upstander.forecast.rolling.months import rolling
from upstander.monitor.past import YEAR, Past
from upstander.monitor.rule import MonthRule


def score(past: Past) -> Array:
    """(U, T) deaths in twelve months, where there were any."""
    deaths = rolling(past.total, YEAR)
    return np.where(deaths > 0, deaths, -np.inf)


RULE = MonthRule(
    "Most deaths in organised violence",
    "conflict",
    "monitor.most_killing",
    how="Places by their deaths in organised violence in twelve months, each once a year.",
    quiet_months=12,
    drafts=4,
    score=score,
    aim="surge",
)
