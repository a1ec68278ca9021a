"""History: how many people were killed in past years, by type of violence."""

from __future__ import annotations

import numpy as np

from upstander.core.thresholds import MASS_ONE_SIDED, ONE_SIDED, VIOLENT_YEAR
from upstander.core.types import Array, Family, Features, YearInputs
from upstander.forecast.cases import lagged, mean_known, most_known, trailing, years_since

KINDS = ("one_sided", "state_based", "non_state", "total")
LAGS = 5
CAP = 15  # years since; longer ago cannot be told from never while the series is young


def _decayed(values: Array, half_life: float, years: int = 12) -> Array:
    """(U, T) weighted mean of the last known years, weights halving every ``half_life`` years."""
    stack = trailing(values, years)
    weight = np.where(np.isnan(stack), 0.0, 0.5 ** (np.arange(years) / half_life))
    total = weight.sum(axis=-1)
    return np.asarray(
        np.where(
            total > 0,
            (weight * np.nan_to_num(stack)).sum(axis=-1) / np.maximum(total, 1e-9),
            np.nan,
        )
    )


def _share_so_far(values: Array, threshold: float) -> Array:
    """(U, T) share of the known years until now at or above ``threshold``, shrunk to 0 by two years."""
    known = np.cumsum(~np.isnan(values), axis=1)
    hits = np.cumsum(np.nan_to_num(values) >= threshold, axis=1)
    return np.asarray(hits / (known + 2.0))


def build(inputs: YearInputs) -> Features:
    """Logs of deaths one to five years before the target year, sums, spells and shares."""
    columns: dict[str, Array] = {}
    for kind in KINDS:
        logs = np.log1p(inputs.deaths[kind])
        for k in range(LAGS if kind in ("one_sided", "total") else 3):
            columns[f"log_{kind}_lag{k + 1}"] = lagged(logs, k)
        columns[f"log_{kind}_mean5"] = np.log1p(mean_known(trailing(inputs.deaths[kind], 5)))
        columns[f"log_{kind}_mean10"] = np.log1p(mean_known(trailing(inputs.deaths[kind], 10)))
        columns[f"log_{kind}_decayed"] = _decayed(logs, 3.0)
    killed, total = inputs.deaths["one_sided"], inputs.deaths["total"]
    columns["log_one_sided_most10"] = np.log1p(most_known(trailing(killed, 10)))
    columns["log_total_most10"] = np.log1p(most_known(trailing(total, 10)))
    for name, values, threshold in (
        ("one_sided", killed, VIOLENT_YEAR),
        ("one_sided", killed, MASS_ONE_SIDED),
        ("total", total, VIOLENT_YEAR),
    ):
        columns[f"{name}_{threshold}_years_since"] = years_since(
            np.nan_to_num(values) >= threshold, CAP
        )
        columns[f"{name}_{threshold}_share"] = _share_so_far(values, threshold)
    by_state = mean_known(trailing(inputs.deaths["one_sided_government"], 5))
    by_other = mean_known(trailing(inputs.deaths["one_sided_other"], 5))
    both = by_state + by_other
    columns["government_share5"] = np.where(both > 0, by_state / np.maximum(both, 1e-9), np.nan)
    return Features(tuple(columns), np.stack([c.ravel() for c in columns.values()], axis=1))


def _number(value: float) -> str:
    return "an unknown number" if np.isnan(value) else f"{value:,.0f}"


def sentence(inputs: YearInputs, unit: str) -> str:
    """Civilians and all deaths in the last two years, and the worst year."""
    u, year = inputs.units.index(unit), int(inputs.years[-1])
    killed, total = inputs.deaths["one_sided"][u], inputs.deaths["total"][u]
    text = (
        f"{ONE_SIDED[0].upper()}{ONE_SIDED[1:]}: {_number(killed[-1])} in {year} and {_number(killed[-2])} in {year - 1}; "
        f"deaths in all organised violence: {_number(total[-1])} in {year}"
    )
    if np.isnan(killed).all() or np.nanmax(killed) < 1:
        return f"{text}; none of the former recorded since 1989."
    worst = int(np.nanargmax(killed))
    return f"{text}; the most civilians in one year since 1989 were {killed[worst]:,.0f}, in {int(inputs.years[worst])}."


FAMILY = Family(
    title="Conflict history",
    citation="UCDP country-year 25.1 (Davies et al. 2025); Candidate events 2025 (Hegre et al. 2020)",
    build=build,
    sentence=sentence,
)
