"""History: how many people were killed in past years, by type of violence."""

from __future__ import annotations

import numpy as np

from upstander.core.messages import Message, say
from upstander.core.thresholds import MASS_ONE_SIDED, VIOLENT_YEAR
from upstander.core.types import Array, Family, Features, YearInputs
from upstander.forecast.cases import (
    as_features,
    lagged,
    mean_of_last,
    most_known,
    trailing,
    years_since,
)
from upstander.forecast.shapes import ByName

KINDS = ("one_sided", "state_based", "non_state", "total")
LAGS = 5
SPELLS = (
    ("one_sided", VIOLENT_YEAR),
    ("one_sided", MASS_ONE_SIDED),
    ("total", VIOLENT_YEAR),
)
CAP = 15  # years since; longer ago cannot be told from never while the series is young


def _decayed(
    values: Array,
    half_life: float,
    years: int = 12,
) -> Array:
    """(U, T) weighted mean of the last known years, weights halving every ``half_life`` years."""
    stack = trailing(values, years)
    weight = np.where(np.isnan(stack), 0.0, 0.5 ** (np.arange(years) / half_life))
    return _weighted_mean(np.nan_to_num(stack), weight)


def _weighted_mean(stack: Array, weight: Array) -> Array:
    """Mean over the last axis; NaN where nothing has a weight."""
    weights = weight.sum(axis=-1)
    total = (weight * stack).sum(axis=-1)
    return np.asarray(np.where(weights > 0, total / np.maximum(weights, 1e-9), np.nan))


def _share_so_far(values: Array, threshold: float) -> Array:
    """(U, T) share of the known years until now at or above ``threshold``, shrunk to 0 by two years."""
    known = np.cumsum(~np.isnan(values), axis=1)
    hits = np.cumsum(np.nan_to_num(values) >= threshold, axis=1)
    return np.asarray(hits / (known + 2.0))


def build(inputs: YearInputs) -> Features:
    """Logs of deaths one to five years before the target year, sums, spells and shares."""
    killed = inputs.deaths["one_sided"]
    total = inputs.deaths["total"]
    columns: ByName = {}
    for kind in KINDS:
        columns |= _of_kind(kind, inputs.deaths[kind])
    columns["log_one_sided_most10"] = np.log1p(most_known(trailing(killed, 10)))
    columns["log_total_most10"] = np.log1p(most_known(trailing(total, 10)))
    for kind, threshold in SPELLS:
        columns |= _spells(f"{kind}_{threshold}", inputs.deaths[kind], threshold)
    columns["government_share5"] = _government_share(inputs)
    return as_features(columns)


def _of_kind(kind: str, deaths: Array) -> ByName:
    """Logs of the deaths of the last years by type of violence, and means of them."""
    logs = np.log1p(deaths)
    lags = LAGS if kind in ("one_sided", "total") else 3
    return {
        **{f"log_{kind}_lag{k + 1}": lagged(logs, k) for k in range(lags)},
        f"log_{kind}_mean5": np.log1p(mean_of_last(deaths, 5)),
        f"log_{kind}_mean10": np.log1p(mean_of_last(deaths, 10)),
        f"log_{kind}_decayed": _decayed(logs, 3.0),
    }


def _spells(
    name: str,
    deaths: Array,
    threshold: int,
) -> ByName:
    """Years since the threshold was last reached, and the share of years in which it was."""
    reached = np.nan_to_num(deaths) >= threshold
    return {
        f"{name}_years_since": years_since(reached, CAP),
        f"{name}_share": _share_so_far(deaths, threshold),
    }


def _government_share(inputs: YearInputs) -> Array:
    """(U, T) the State's part of the one-sided killing of five years; NaN without any."""
    by_state = mean_of_last(inputs.deaths["one_sided_government"], 5)
    by_other = mean_of_last(inputs.deaths["one_sided_other"], 5)
    both = by_state + by_other
    return np.where(both > 0, by_state / np.maximum(both, 1e-9), np.nan)


def sentence(inputs: YearInputs, unit: str) -> Message:
    """Civilians and all deaths in the last two years, and the worst year."""
    u = inputs.units.index(unit)
    year = int(inputs.years[-1])
    killed = inputs.deaths["one_sided"][u]
    return say(
        "forecast.history",
        now=_number(killed[-1]),
        year=year,
        before=_number(killed[-2]),
        year_before=year - 1,
        total=_number(inputs.deaths["total"][u, -1]),
        worst=_worst_year(killed, inputs),
    )


def _number(value: float) -> float | Message:
    return say("forecast.unknown_number") if np.isnan(value) else float(value)


def _worst_year(killed: Array, inputs: YearInputs) -> Message:
    if np.isnan(killed).all() or np.nanmax(killed) < 1:
        return say("forecast.no_worst_year")
    worst = int(np.nanargmax(killed))
    year = int(inputs.years[worst])
    return say("forecast.worst_year", killed=float(killed[worst]), year=year)


FAMILY = Family(
    title="Conflict history",
    citation="UCDP country-year 25.1 (Davies et al. 2025); Candidate events 2025 (Hegre et al. 2020)",
    build=build,
    sentence=sentence,
)
