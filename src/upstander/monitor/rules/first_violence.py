"""First violence after quiet years: places with five quiet years, by their chance of a hard onset in the next six months.

Learned by a logistic line from onsets that were over when its lessons end; deaths of any type, growth, neighbours.
"""

from __future__ import annotations

import numpy as np

from upstander.core.types import Array
from upstander.monitor.learning import learned
from upstander.monitor.past import Past
from upstander.monitor.rule import MonthRule

AHEAD = 6  # months after the draft in which an onset counts
DELAY = 1  # months between the last one known and the draft


def score(past: Past) -> Array:
    """(U, T) chance of an onset from two to seven months after each month."""
    happened = np.zeros(past.total.shape, dtype=bool)
    for unit, month in past.onsets:
        last = month - DELAY
        happened[unit, max(0, last - AHEAD) : max(0, last)] = True
    return learned(past, past.is_quiet, happened, AHEAD + DELAY)


RULE = MonthRule(
    "First violence after quiet years",
    "conflict",
    "monitor.first_violence",
    how="Places with five quiet years, by their chance of an onset in the next six months: a line learned from the past.",
    quiet_months=6,
    drafts=2,
    score=score,
    aim="onset",
)
