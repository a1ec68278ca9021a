"""Neighbours: violence in the States across the land borders."""

from __future__ import annotations

import numpy as np

from upstander.core.thresholds import ONE_SIDED, VIOLENT_YEAR
from upstander.core.types import Array, Family, Features, YearInputs
from upstander.forecast.cases import at_risk_of_onset, lagged, most_known


def _over(inputs: YearInputs, values: Array, how: str) -> Array:
    """(U, T) sum, most or mean of the neighbours' known values; 0 where there is no land neighbour."""
    known, border = ~np.isnan(values), inputs.neighbours.astype(float)
    filled = np.where(known, values, 0.0)
    if how == "most":
        return np.stack(
            [
                np.nan_to_num(most_known(values[row].T)) if row.any() else np.zeros(values.shape[1])
                for row in inputs.neighbours
            ]
        )
    total = border @ filled
    return np.asarray(
        total if how == "sum" else total / np.maximum(border @ known.astype(float), 1.0)
    )


def build(inputs: YearInputs) -> Features:
    """Neighbours' deaths (most, mean, sum), how many are violent, and new violence among them."""
    killed, total = inputs.deaths["one_sided"], inputs.deaths["total"]
    before = lagged(at_risk_of_onset(total).astype(float), 1)
    onset = np.where(
        np.isnan(total), np.nan, ((total >= VIOLENT_YEAR) & (before == 1)).astype(float)
    )
    columns = {
        "log_one_sided_most": _over(inputs, np.log1p(killed), "most"),
        "log_one_sided_mean": _over(inputs, np.log1p(killed), "mean"),
        "log_total_most": _over(inputs, np.log1p(total), "most"),
        "log_total_mean": _over(inputs, np.log1p(total), "mean"),
        "log_total_sum": np.log1p(_over(inputs, total, "sum")),
        "violent_count": _over(
            inputs, np.where(np.isnan(total), np.nan, (total >= VIOLENT_YEAR).astype(float)), "sum"
        ),
        "violent_share": _over(
            inputs, np.where(np.isnan(total), np.nan, (total >= VIOLENT_YEAR).astype(float)), "mean"
        ),
        "onset_count": _over(inputs, onset, "sum"),
        "border_count": np.tile(
            inputs.neighbours.sum(axis=1, keepdims=True).astype(float), (1, len(inputs.years))
        ),
    }
    columns["log_total_sum_growth"] = columns["log_total_sum"] - lagged(columns["log_total_sum"], 1)
    return Features(tuple(columns), np.stack([c.ravel() for c in columns.values()], axis=1))


def sentence(inputs: YearInputs, unit: str) -> str:
    """The neighbours with the most one-sided violence in the last year."""
    u, year = inputs.units.index(unit), int(inputs.years[-1])
    near = np.flatnonzero(inputs.neighbours[u])
    if not len(near):
        return "No land border with another State in the data."
    killed = np.nan_to_num(inputs.deaths["one_sided"][near, -1])
    total = np.nan_to_num(inputs.deaths["total"][near, -1])
    worst = [int(i) for i in np.argsort(-killed, kind="stable") if killed[i] >= 1][:3]
    borders = f"{len(near)} land neighbour{'s' if len(near) > 1 else ''}"
    violent = int((total >= VIOLENT_YEAR).sum())
    tail = (
        f"{violent} of {borders} had {VIOLENT_YEAR} or more deaths in organised violence in {year}."
    )
    if not worst:
        return f"None of the {ONE_SIDED} is recorded across its land borders in {year}; {tail}"
    listed = "; ".join(f"{inputs.names[inputs.units[near[i]]]} {killed[i]:,.0f}" for i in worst)
    return (
        f"{ONE_SIDED[0].upper()}{ONE_SIDED[1:]} in {year} across its land borders: {listed}. {tail}"
    )


FAMILY = Family(
    title="Neighbours",
    citation="UCDP organised violence country-year 25.1; land borders of today from the places table",
    build=build,
    sentence=sentence,
)
