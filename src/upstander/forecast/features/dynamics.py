"""Dynamics: which way the violence went, within the base year and against the years before."""

from __future__ import annotations

import numpy as np

from upstander.core.messages import Message, say
from upstander.core.types import Array, Family, Features, YearInputs
from upstander.forecast.cases import as_features, lagged, mean_known, trailing
from upstander.forecast.shapes import ByName


def build(inputs: YearInputs) -> Features:
    """Growth on one and three years, the last months, unevenness and the make-up of the violence."""
    columns: ByName = {}
    for kind in ("one_sided", "state_based", "total"):
        columns |= _growth(kind, inputs.deaths[kind])
    columns |= _late_in_the_year(inputs.months)
    columns |= _unevenness(inputs.months)
    columns["one_sided_share"] = inputs.deaths["one_sided"] / (inputs.deaths["total"] + 5.0)
    return as_features(columns)


def _growth(kind: str, deaths: Array) -> ByName:
    """The year against the one before, and against the mean of the three before."""
    now = np.log1p(deaths)
    before = np.log1p(mean_known(trailing(deaths, 3, skip=1)))
    return {
        f"log_{kind}_growth1": now - lagged(now, 1),
        f"log_{kind}_growth3": now - before,
    }


def _late_in_the_year(months: Array) -> ByName:
    """The last month and quarter, and the second half against the first."""
    year = months.sum(axis=-1)
    half = months[..., 6:].sum(axis=-1)
    quarter = months[..., 9:].sum(axis=-1)
    return {
        "log_last_month": np.log1p(months[..., -1]),
        "log_last_quarter": np.log1p(quarter),
        "log_half_growth": np.log1p(half) - np.log1p(year - half),
        "last_quarter_share": (quarter + 1) / (year + 4),  # a quiet year reads one quarter
    }


def _unevenness(months: Array) -> ByName:
    """How the deaths spread over the months."""
    active = (np.nan_to_num(months) > 0).sum(axis=-1)
    return {
        "log_month_spread": np.log1p(months).std(axis=-1),
        "active_months": np.where(np.isnan(months.sum(axis=-1)), np.nan, active),
        "log_worst_month": np.log1p(months.max(axis=-1)),
    }


def sentence(inputs: YearInputs, unit: str) -> Message:
    """Deaths in the last quarter against the quarter before, and the worst month."""
    year = int(inputs.years[-1])
    months = inputs.months[inputs.units.index(unit), -1]
    if np.isnan(months).any():
        return say("forecast.months_not_known", year=year)
    if months.sum() == 0:
        return say("forecast.no_deaths_by_month", year=year)
    worst = int(months.argmax())
    return say(
        "forecast.dynamics",
        quarter=float(months[9:].sum()),
        year=year,
        before=float(months[6:9].sum()),
        worst_month=worst + 1,
        worst=float(months[worst]),
    )


FAMILY = Family(
    title="Dynamics",
    citation="UCDP GED 25.1 by country-month and Candidate events 2025 (Sundberg and Melander 2013; Hegre et al. 2020)",
    build=build,
    sentence=sentence,
)
