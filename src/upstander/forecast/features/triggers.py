"""Triggers: coups and attempts. They modify a structural level; alone they say little."""

from __future__ import annotations

import numpy as np

from upstander.core.messages import Message, say
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


def sentence(inputs: YearInputs, unit: str) -> Message:
    """Coup attempts in the last five years, and the last one."""
    series = inputs.indicator(ATTEMPTS)[inputs.units.index(unit)]
    year = int(inputs.years[-1])
    years = {"first": year - 4, "last": year}
    if np.isnan(series[-5:]).all():
        return say("forecast.coups_not_known", **years)
    count, latest = int(np.nansum(series[-5:])), _last_attempt(series, inputs)
    if not count:
        return say("forecast.no_coups", latest=latest, **years)
    return say("forecast.coups", n=count, latest=latest, **years)


def _last_attempt(series: Array, inputs: YearInputs) -> Message:
    past = np.flatnonzero(np.nan_to_num(series) > 0)
    if not len(past):
        return say("forecast.no_coup_since", year=int(inputs.years[0]))
    return say("forecast.last_coup", year=int(inputs.years[past[-1]]))


FAMILY = Family(
    title="Triggers",
    citation="Powell and Thyne (2011), Global instances of coups, Journal of Peace Research 48(2)",
    build=build,
    sentence=sentence,
)
