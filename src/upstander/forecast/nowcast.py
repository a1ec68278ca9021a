"""Raise the newest months for late reports, as earlier copies of the same source teach.

A challenger only: in FORECASTING's record the gain is one country's, and it backfired at the newest origin.
It enters no forecast until its gain has an interval clear of 0 (docs/explanation/forecasting.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from upstander.core.types import Array, Panel

AGES = 12  # months; older ones have settled
SETTLED = 6  # months a value must have aged since the earlier copy to teach
PRIOR = 20_000.0  # deaths at a factor of 1: two ordinary months of the whole world's


def factors(
    panel: Panel,
    earlier: Sequence[Panel],
    target: str = "fatalities",
) -> Array:
    """(AGES,) what a month's count grew by since it was of that age, the newest month first; 1 where nothing teaches.

    A ratio of the world's sums over all earlier copies old enough, shrunk towards 1 and never below.
    """
    now = np.full(AGES, PRIOR)
    then = np.full(AGES, PRIOR)
    today = panel.column(target).sum(axis=0)
    for copy in earlier:
        end = len(copy.periods)
        if len(panel.periods) - end >= SETTLED:
            now += _newest_first(today[:end])
            then += _newest_first(copy.column(target).sum(axis=0))
    return np.asarray(np.maximum(now / then, 1.0), dtype=np.float64)


def _newest_first(months: Array) -> Array:
    return months[-AGES:][::-1]


def raised(
    panel: Panel,
    earlier: Sequence[Panel],
    target: str = "fatalities",
) -> Panel:
    """The panel with its last AGES months times their factors, in whole deaths.

    Args:
        earlier: older copies of the same units from the same first month, each known before the panel's day.
    """
    values = panel.values.copy()
    at = panel.features.index(target)
    oldest_first = factors(panel, earlier, target)[::-1]
    values[:, -AGES:, at] = np.rint(values[:, -AGES:, at] * oldest_first)
    return replace(panel, values=values)
