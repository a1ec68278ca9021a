"""CUSUM on monthly deaths of civilians: a negative-binomial likelihood ratio of three times the usual against the usual.

The usual is the mean of the sixty months before, at least half a death a month; its spread is the moments' estimate. The sum
starts again at 0 after it passed THRESHOLD. Source: Höhle & Paul (2008), Computational Statistics & Data Analysis 52(9).
"""

from __future__ import annotations

import numpy as np

from upstander.core.types import Array
from upstander.forecast.rolling.features import delayed
from upstander.forecast.rolling.months import rolling
from upstander.monitor.past import Past
from upstander.monitor.rule import MonthRule

BEFORE = 60  # months
LEAST_MEAN = 0.5  # deaths a month
TIMES = 3.0
THRESHOLD = 4.0  # a false alarm in some fifty months of the usual; a house rule
LEAST_SPREAD, MOST_SPREAD = 0.1, 20.0  # of the dispersion: 1/size of the negative binomial


def score(past: Past) -> Array:
    """(U, T) the sum of likelihood ratios, where it passes the threshold."""
    killed = past.killed
    mean = np.maximum(delayed(rolling(killed, BEFORE), 1) / BEFORE, LEAST_MEAN)
    square = delayed(rolling(killed**2, BEFORE), 1) / BEFORE
    spread = np.clip((square - mean**2 - mean) / mean**2, LEAST_SPREAD, MOST_SPREAD)
    ratio = killed * np.log(TIMES * (1 + spread * mean) / (1 + spread * TIMES * mean))
    ratio -= np.log((1 + spread * TIMES * mean) / (1 + spread * mean)) / spread
    running = np.zeros(len(killed))
    out = np.full(killed.shape, -np.inf)
    for at in range(killed.shape[1]):
        running = np.maximum(0.0, running + ratio[:, at])
        passed = running > THRESHOLD
        out[passed, at] = running[passed]
        running = np.where(passed, 0.0, running)
    return out


RULE = MonthRule(
    "Deaths of civilians above their usual (CUSUM)",
    "killing",
    "monitor.deaths_cusum",
    how="Civilians killed deliberately add up above their usual of five years, beyond what chance explains.",
    quiet_months=6,
    drafts=4,
    score=score,
)
