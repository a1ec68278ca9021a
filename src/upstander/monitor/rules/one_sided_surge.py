"""Surge in one-sided violence: places by their chance of a surge in the next calendar year.

Learned by a logistic line from surges that were over when its lessons end. It is silent on a place for a year after a
draft, for a year is what it speaks of.
"""

from __future__ import annotations

import numpy as np

from upstander.core.types import Array
from upstander.monitor.learning import learned
from upstander.monitor.past import YEAR, Past
from upstander.monitor.rule import MonthRule

DELAY = 1  # months between the last one known and the draft


def score(past: Past) -> Array:
    """(U, T) chance that the calendar year after the draft's is a surge."""
    happened = np.zeros(past.total.shape, dtype=bool)
    for unit, january in past.surges:
        last = january - DELAY
        happened[unit, max(0, last - YEAR) : max(0, last)] = True
    everywhere = np.ones(past.total.shape, dtype=bool)
    return learned(past, everywhere, happened, 2 * YEAR)


RULE = MonthRule(
    "Surge in one-sided violence",
    "killing",
    "monitor.one_sided_surge",
    how="Places by their chance that the next calendar year is a surge in the killing of civilians: a line learned from the past.",
    quiet_months=12,
    drafts=2,
    score=score,
    aim="surge",
)
