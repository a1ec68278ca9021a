"""Triggers: coups and attempts. They modify a structural level; alone they say little."""

from __future__ import annotations

import numpy as np

from upstander.core.types import Array, Family, Features, YearInputs
from upstander.forecast.cases import as_features, mean_of_last, years_since
from upstander.forecast.shapes import ByName

ATTEMPTS = "coups_attempts"
SUCCESSES = "coups_successes"
CAP = 20  # years since the last attempt; longer ago reads the same


def build(inputs: YearInputs) -> Features:
    """Attempts and successes in the last one and five years, and years since."""
    attempts = inputs.indicator(ATTEMPTS)
    successes = inputs.indicator(SUCCESSES)
    return as_features(
        {
            **_coups("attempt", attempts),
            **_coups("success", successes),
        }
    )


def _coups(name: str, series: Array) -> ByName:
    return {
        f"{name}_last1": np.minimum(series, 2),
        f"{name}_mean5": mean_of_last(series, 5),
        f"{name}_years_since": years_since(np.nan_to_num(series) > 0, CAP),
    }


def sentence(inputs: YearInputs, unit: str) -> str:
    """Coup attempts in the last five years, and the last one."""
    series = inputs.indicator(ATTEMPTS)[inputs.units.index(unit)]
    year = int(inputs.years[-1])
    if np.isnan(series[-5:]).all():
        return f"Coup attempts are not known for {year - 4} to {year}."
    last = _last_attempt(series, inputs)
    return f"{_recent(series)} recorded in {year - 4} to {year}; {last}."


def _recent(series: Array) -> str:
    """The attempts of five years, in words."""
    count = int(np.nansum(series[-5:]))
    return f"{count or 'No'} coup attempt{'' if count == 1 else 's'}"


def _last_attempt(series: Array, inputs: YearInputs) -> str:
    past = np.flatnonzero(np.nan_to_num(series) > 0)
    if not len(past):
        return f"none since {int(inputs.years[0])}"
    return f"the last in {int(inputs.years[past[-1]])}"


FAMILY = Family(
    title="Triggers",
    citation="Powell and Thyne (2011), Global instances of coups, Journal of Peace Research 48(2)",
    build=build,
    sentence=sentence,
)
