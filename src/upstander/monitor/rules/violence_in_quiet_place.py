"""Violence in a quiet place: places with five quiet years, by their deaths in two years. Nothing is learned."""

from __future__ import annotations

import numpy as np

from upstander.core.types import Array
from upstander.forecast.rolling.months import rolling
from upstander.monitor.past import YEAR, Past
from upstander.monitor.rule import MonthRule


def score(past: Past) -> Array:
    """(U, T) deaths in two years, of the quiet that had any."""
    deaths = rolling(past.total, 2 * YEAR)
    return np.where(past.is_quiet & (deaths > 0), deaths, -np.inf)


RULE = MonthRule(
    "Violence in a quiet place",
    "conflict",
    "monitor.violence_in_quiet_place",
    how="Places with five quiet years, most deaths in organised violence in two years first.",
    quiet_months=6,
    drafts=4,
    score=score,
    aim="onset",
)
