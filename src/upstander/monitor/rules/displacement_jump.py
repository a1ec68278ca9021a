"""Displacement jump: people who fled a place in the newest year known, at least 10,000 and three times the years before.

The figures of a year come in June of the next one; they are taken from July on.
"""

from __future__ import annotations

import numpy as np

from upstander.core.types import Array
from upstander.monitor.past import YEAR, Past
from upstander.monitor.rule import MonthRule

LEAST = 10_000  # people
TIMES = 3.0
YEARS = 3  # before, of which two must be known
KNOWN_FROM = 18  # months from the first of a year until its figures are taken


def score(past: Past) -> Array:
    """(U, T) times the mean of the three years before, where it jumped; -inf where a figure is not known."""
    fled = past.fled
    out = np.full(past.total.shape, -np.inf)
    for year in range(YEARS, fled.shape[1]):
        since = year * YEAR + KNOWN_FROM
        out[:, since : since + YEAR] = _jump(fled, year)[:, None]
    return out


def _jump(fled: Array, year: int) -> Array:
    before = fled[:, year - YEARS : year]
    known = (~np.isnan(before)).sum(axis=1)
    mean = np.maximum(np.nansum(before, axis=1) / np.maximum(known, 1), 1.0)
    is_jump = (known >= 2) & (fled[:, year] >= np.maximum(LEAST, TIMES * mean))
    return np.where(is_jump, fled[:, year] / mean, -np.inf)


RULE = MonthRule(
    "Displacement jump",
    "displacement",
    "monitor.displacement_jump",
    how="At least 10,000 people fled in the newest year known, three times the mean of the three years before.",
    quiet_months=12,
    drafts=2,
    score=score,
)
