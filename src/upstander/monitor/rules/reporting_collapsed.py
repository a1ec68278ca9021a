"""Reporting collapsed: deaths came every month, and now none is reported. Either it is peace, or nobody reports any more."""

from __future__ import annotations

import numpy as np

from upstander.core.thresholds import SILENT_MONTHS, USUAL_MONTHS, VIOLENT_YEAR
from upstander.core.types import Array
from upstander.forecast.rolling.features import delayed
from upstander.forecast.rolling.months import ahead, rolling
from upstander.monitor.past import YEAR, Past
from upstander.monitor.rule import MonthRule


def score(past: Past) -> Array:
    """(U, T) deaths in the year before the silence, where it began."""
    silence = rolling((past.total > 0).astype(float), SILENT_MONTHS) == 0
    usual = delayed(rolling((past.total > 0).astype(float), YEAR), SILENT_MONTHS)
    deaths = delayed(rolling(past.total, YEAR), SILENT_MONTHS)
    return np.where(silence & (usual >= USUAL_MONTHS), deaths, -np.inf)


def came(past: Past) -> Array:
    """(U, T) whether 25 or more deaths followed within twelve months: the silence was not peace."""
    coming = ahead(past.total, YEAR)
    return np.where(np.isnan(coming), np.nan, (coming >= VIOLENT_YEAR).astype(float))


RULE = MonthRule(
    "Reporting collapsed",
    "source",
    "monitor.reporting_collapsed",
    how="No death is reported for three months where ten of the twelve months before had some.",
    quiet_months=12,
    drafts=2,
    score=score,
    came=came,
    meant="25 or more deaths within twelve months: the silence was not peace",
)
