"""Neighbours: violence in the States across the land borders."""

from __future__ import annotations

import numpy as np

from upstander.core.messages import Message, say
from upstander.core.thresholds import VIOLENT_YEAR
from upstander.core.types import Array, Family, Features, YearInputs
from upstander.forecast.cases import as_features, at_risk_of_onset, lagged, most_known
from upstander.forecast.shapes import Index, Mask


def _over(
    inputs: YearInputs,
    values: Array,
    how: str,
) -> Array:
    """(U, T) sum, most or mean of the neighbours' known values; 0 where there is no land neighbour."""
    if how == "most":
        return np.stack([_most(values[near]) for near in inputs.neighbours])
    there = ~np.isnan(values)
    total = _summed(inputs, np.where(there, values, 0.0))
    if how == "sum":
        return total
    return np.asarray(total / np.maximum(_summed(inputs, there.astype(float)), 1.0))


def _summed(inputs: YearInputs, values: Array) -> Array:
    """(U, T) sum of the neighbours' values."""
    return np.asarray(inputs.neighbours.astype(float) @ values)


def _most(values: Array) -> Array:
    """(T,) most of (n, T) neighbours' known values; 0 without any."""
    return np.nan_to_num(most_known(values.T)) if len(values) else np.zeros(values.shape[1])


def build(inputs: YearInputs) -> Features:
    """Neighbours' deaths (most, mean, sum), how many are violent, and new violence among them."""
    total = inputs.deaths["total"]
    killed = np.log1p(inputs.deaths["one_sided"])
    all_deaths = np.log1p(total)
    violent = _flag(total >= VIOLENT_YEAR, total)
    summed = np.log1p(_over(inputs, total, "sum"))
    return as_features(
        {
            "log_one_sided_most": _over(inputs, killed, "most"),
            "log_one_sided_mean": _over(inputs, killed, "mean"),
            "log_total_most": _over(inputs, all_deaths, "most"),
            "log_total_mean": _over(inputs, all_deaths, "mean"),
            "log_total_sum": summed,
            "violent_count": _over(inputs, violent, "sum"),
            "violent_share": _over(inputs, violent, "mean"),
            "onset_count": _over(inputs, _onset(total), "sum"),
            "border_count": _border_count(inputs),
            "log_total_sum_growth": summed - lagged(summed, 1),
        }
    )


def _flag(flag: Mask, total: Array) -> Array:
    """(U, T) 1 or 0; NaN where nobody counted."""
    return np.where(np.isnan(total), np.nan, flag.astype(float))


def _onset(total: Array) -> Array:
    """(U, T) 1 where a year is violent after five quiet ones."""
    before = lagged(at_risk_of_onset(total).astype(float), 1)
    return _flag((total >= VIOLENT_YEAR) & (before == 1), total)


def _border_count(inputs: YearInputs) -> Array:
    count = inputs.neighbours.sum(axis=1, keepdims=True).astype(float)
    return np.tile(count, (1, len(inputs.years)))


def sentence(inputs: YearInputs, unit: str) -> Message:
    """The neighbours with the most one-sided violence in the last year."""
    near = np.flatnonzero(inputs.neighbours[inputs.units.index(unit)])
    if not len(near):
        return say("forecast.no_border")
    year = int(inputs.years[-1])
    violent = _violent_of(inputs, near)
    worst = _worst(inputs, near)
    if not worst:
        return say("forecast.quiet_neighbours", year=year, violent=violent)
    return say("forecast.neighbours", year=year, worst=worst, violent=violent)


def _violent_of(inputs: YearInputs, near: Index) -> Message:
    """How many of the neighbours had a violent year."""
    violent = int((np.nan_to_num(inputs.deaths["total"][near, -1]) >= VIOLENT_YEAR).sum())
    return say(
        "forecast.violent_neighbours",
        violent=violent,
        n=len(near),
        threshold=VIOLENT_YEAR,
        year=int(inputs.years[-1]),
    )


def _worst(inputs: YearInputs, near: Index) -> list[Message]:
    """Up to three neighbours with the most killed, and how many."""
    killed = np.nan_to_num(inputs.deaths["one_sided"][near, -1])
    worst = [int(i) for i in np.argsort(-killed, kind="stable") if killed[i] >= 1][:3]
    return [
        say("forecast.neighbour", name=_name(inputs, near[i]), killed=float(killed[i]))
        for i in worst
    ]


def _name(inputs: YearInputs, u: int) -> str:
    return inputs.names[inputs.units[u]]


FAMILY = Family(
    title="Neighbours",
    citation="UCDP organised violence country-year 25.1; land borders of today from the places table",
    build=build,
    sentence=sentence,
)
