"""Triggers: coups and attempts. They modify a structural level; alone they say little."""

from __future__ import annotations

import numpy as np

from upstander.core.types import Array, Family, Features, YearInputs
from upstander.forecast.cases import mean_known, trailing, years_since

ATTEMPTS = "coups_attempts"
SUCCESSES = "coups_successes"
CAP = 20  # years since the last attempt; longer ago reads the same


def build(inputs: YearInputs) -> Features:
    """Attempts and successes in the last one and five years, and years since."""
    columns: dict[str, Array] = {}
    for name, series in (
        ("attempt", inputs.indicator(ATTEMPTS)),
        ("success", inputs.indicator(SUCCESSES)),
    ):
        columns[f"{name}_last1"] = np.minimum(series, 2)
        columns[f"{name}_mean5"] = mean_known(trailing(series, 5))
        columns[f"{name}_years_since"] = years_since(np.nan_to_num(series) > 0, CAP)
    return Features(tuple(columns), np.stack([c.ravel() for c in columns.values()], axis=1))


def sentence(inputs: YearInputs, unit: str) -> str:
    """Coup attempts in the last five years, and the last one."""
    u, series = inputs.units.index(unit), inputs.indicator(ATTEMPTS)
    year = int(inputs.years[-1])
    if np.isnan(series[u, -5:]).all():
        return f"Coup attempts are not known for {year - 4} to {year}."
    recent = int(np.nansum(series[u, -5:]))
    past = np.flatnonzero(np.nan_to_num(series[u]) > 0)
    last = (
        f"the last in {int(inputs.years[past[-1]])}"
        if len(past)
        else f"none since {int(inputs.years[0])}"
    )
    plural = "coup attempt" if recent == 1 else "coup attempts"
    return f"{recent if recent else 'No'} {plural} recorded in {year - 4} to {year}; {last}."


FAMILY = Family(
    title="Triggers",
    citation="Powell and Thyne (2011), Global instances of coups, Journal of Peace Research 48(2)",
    build=build,
    sentence=sentence,
)
