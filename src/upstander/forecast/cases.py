"""Country-years with features and outcomes: from what was known to a table a classifier can learn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from upstander.core.plugins import load_all
from upstander.core.thresholds import VIOLENT_YEAR
from upstander.core.types import Array, Cases, Family, Features, YearInputs
from upstander.forecast import targets
from upstander.forecast.shapes import Index, Mask, Numbers

FAMILIES = (
    "history",
    "dynamics",
    "neighbours",
    "structure",
    "triggers",
)  # the order in print
FIRST_BASE = 1990  # UCDP's one-sided series begins in 1989; one year of history is the least a case needs
FIRST_ONSET_BASE = 1993  # hard onset asks for five observed years: 1989..1993
OWN_FREQUENCY = "history.own_frequency"  # in log odds
CARRY = 3  # years an indicator's last value is carried forward; older is not known


@dataclass(frozen=True)
class AnnualTarget:
    """A yes/no question about one or two calendar years after the base year."""

    id: str
    years: int
    threshold: float
    kind: str  # one_sided, hard_onset or surge


TARGETS = tuple(
    AnnualTarget(t.id, t.months // 12, float(t.threshold), t.kind)
    for t in targets.TARGETS
    if t.level == "country-year"
)


def milder(goal: AnnualTarget) -> AnnualTarget:
    """The same question at half the deaths: rare events teach little, and what leads to half leads to the whole."""
    return replace(goal, threshold=goal.threshold / 2)


def target(name: str) -> AnnualTarget:
    """The target of this id. Raises KeyError naming those there are."""
    by_id = {t.id: t for t in TARGETS}
    if name not in by_id:
        raise KeyError(f"no annual target {name!r}; have {', '.join(by_id)}")
    return by_id[name]


def lagged(values: Array, years: int) -> Array:
    """(U, T) values as they stood ``years`` earlier; NaN before the first year."""
    if years == 0:
        return values
    out = np.full_like(values, np.nan)
    out[:, years:] = values[:, :-years]
    return out


def trailing(
    values: Array,
    years: int,
    *,
    skip: int = 0,
) -> Array:
    """(U, T, years) the values of the last ``years`` years, newest first, after skipping ``skip``."""
    return np.stack([lagged(values, k) for k in range(skip, skip + years)], axis=-1)


def mean_known(stack: Array) -> Array:
    """Mean over the last axis of what is known; NaN where nothing is."""
    there = ~np.isnan(stack)
    count = there.sum(axis=-1)
    total = np.where(there, stack, 0.0).sum(axis=-1)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))


def mean_of_last(values: Array, years: int) -> Array:
    """(U, T) mean of what is known of the last ``years`` years."""
    return mean_known(trailing(values, years))


def most_known(stack: Array) -> Array:
    """Largest known value over the last axis; NaN where nothing is known."""
    filled = np.where(np.isnan(stack), -np.inf, stack).max(axis=-1)
    return np.asarray(np.where(np.isfinite(filled), filled, np.nan))


def years_since(happened: Mask, cap: int) -> Array:
    """(U, T) years since it last happened, 0 in such a year, at most ``cap`` (also when never)."""
    columns = []
    running = np.full(happened.shape[0], float(cap))
    for now in happened.T:
        running = np.where(now, 0.0, np.minimum(running + 1, cap))
        columns.append(running)
    return np.stack(columns, axis=1)


def standing(
    values: Array,
    lag: int,
    carry: int = CARRY,
) -> Array:
    """(U, T) the value that stands in each year when the newest is ``lag`` years old.

    A gap is filled with the last known value, at most ``carry`` years old beyond the lag.
    The same rule serves training and use, so a model never learns from fresher data than it gets.
    """
    out = lagged(values, lag)
    for k in range(1, carry + 1):
        older = lagged(values, lag + k)
        out = np.where(np.isnan(out), older, out)
    return out


def as_features(columns: Mapping[str, Array]) -> Features:
    """The (U, T) columns of a family by name, each as one row after the other of ``Cases``."""
    return Features(tuple(columns), np.stack([c.ravel() for c in columns.values()], axis=1))


def at_risk_of_onset(total: Array) -> Mask:
    """(U, T) True where each of the five years up to this one is observed and quiet."""
    stack = trailing(total, targets.ONSET_YEARS)
    # NaN compares False: not observed is not quiet.
    return np.asarray((stack < VIOLENT_YEAR).all(axis=-1))


def outcomes(inputs: YearInputs, goal: AnnualTarget) -> Array:
    """(U, T) 1 or 0 where known whether the event followed each base year, NaN where not.

    NaN too where the State's following years are not observed, and, for hard onset, where the
    base year is not at risk. Two-year targets count the deaths of both years together. A surge is
    measured against the known years among the last three.
    """
    return outcomes_of(inputs.deaths, goal)


def outcomes_of(deaths: Mapping[str, Array], goal: AnnualTarget) -> Array:
    """The same from (U, T) deaths alone, ``total`` and ``one_sided``; NaN where nobody counted."""
    total, killed = deaths["total"], deaths["one_sided"]
    if goal.kind == "one_sided":
        following = np.stack([_ahead(killed, k) for k in range(1, goal.years + 1)], axis=-1)
        observed = ~np.isnan(following).any(axis=-1)
        return _happened(following.sum(axis=-1) >= goal.threshold, observed)
    if goal.kind == "hard_onset":
        after = _ahead(total, 1)
        return _happened(
            after >= goal.threshold, ~np.isnan(after) & at_risk_of_onset(total)
        )
    after = _ahead(killed, 1)
    surged = after >= surge_level(killed, goal.threshold)
    return _happened(surged, ~np.isnan(after) & ~np.isnan(killed))


def _ahead(values: Array, years: int) -> Array:
    """(U, T) values as they stand ``years`` later; NaN after the last year."""
    out = np.full_like(values, np.nan)
    out[:, :-years] = values[:, years:]
    return out


def _happened(event: Mask, observed: Any) -> Array:
    return np.where(observed, event.astype(float), np.nan)


def surge_level(killed: Array, threshold: float) -> Array:
    """(U, T) deaths from which the year after is a surge: the threshold, and times the usual of the known last years.

    Args:
        killed: (U, T) killed in one-sided violence; NaN where nobody counted.
    """
    usual = np.nan_to_num(mean_of_last(killed, targets.SURGE_YEARS))
    # A share, so that a milder surge is milder in both its parts.
    share = targets.SURGE_LEAST / targets.SURGE.threshold
    several = targets.SURGE_TIMES * np.maximum(threshold * share, usual)
    return np.asarray(np.maximum(threshold, several))


def all_cases(inputs: YearInputs, families: dict[str, Family] | None = None) -> Cases:
    """Every country-year of ``inputs`` with the features of every family; outcomes all NaN.

    Rows run unit by unit, year by year: row ``u * T + t``. A feature that nobody could know on that day, because its
    series was not yet published, is left out and named in ``unknown``.
    """
    chosen = (
        families
        if families is not None
        else load_all("upstander.forecast.features", Family)
    )
    built = {name: _built(name, chosen[name], inputs) for name in _in_order(chosen)}
    span = len(inputs.years)
    units = tuple(u for u in inputs.units for _ in range(span))
    names = [
        (family, name) for family, features in built.items() for name in features.names
    ]
    values = np.concatenate([f.values for f in built.values()], axis=1)
    is_known = ~np.isnan(values).all(axis=0)
    kept = [name for name, known in zip(names, is_known, strict=True) if known]
    return Cases(
        units=units,
        years=np.tile(inputs.years, len(inputs.units)),
        values=values[:, is_known],
        features=tuple(f"{family}.{name}" for family, name in kept),
        families=tuple(family for family, _ in kept),
        outcome=np.full(len(units), np.nan),
        unknown=tuple(
            f"{family}.{name}" for family, name in names if (family, name) not in kept
        ),
    )


def _built(
    name: str,
    family: Family,
    inputs: YearInputs,
) -> Features:
    """The features of a family; ValueError where they are not one row for every country-year."""
    features = family.build(inputs)
    rows = len(inputs.units) * len(inputs.years)
    if features.values.shape != (rows, len(features.names)):
        raise ValueError(
            f"{name}: {features.values.shape} values for {rows} country-years, {len(features.names)} names"
        )
    return features


def _in_order(chosen: Mapping[str, Family]) -> list[str]:
    """The known families first, in the order in print."""
    return [f for f in FAMILIES if f in chosen] + [f for f in chosen if f not in FAMILIES]


def own_frequency(
    outcome: Array,
    delay: int,
    weight: float = 5.0,
) -> Array:
    """(U, T) share of a place's own past base years that the event followed, as known in each year.

    Shrunk towards the share of all places by ``weight`` years. An outcome counts once its ``delay``
    years are over, so nothing from after a base year is in it.
    """
    seen = _so_far((~np.isnan(outcome)).astype(float), delay)
    hits = _so_far(np.nan_to_num(outcome), delay)
    # 1 in 50 until anything is known.
    everyone = (hits.sum(axis=0) + 1.0) / (seen.sum(axis=0) + 50.0)
    return np.asarray((hits + weight * everyone) / (seen + weight))


def _so_far(values: Array, delay: int) -> Array:
    """(U, T) running sums of what was known in each year, ``delay`` years late."""
    return np.cumsum(np.nan_to_num(lagged(values, delay)), axis=1)


def with_outcome(
    cases: Cases,
    inputs: YearInputs,
    goal: AnnualTarget,
) -> Cases:
    """The same cases with what followed, and each place's own frequency of it until then as one more feature."""
    outcome = outcomes(inputs, goal)
    odds = _odds(own_frequency(outcome, goal.years).ravel())
    return replace(
        cases,
        values=np.concatenate([cases.values, odds[:, None]], axis=1),
        features=(*cases.features, OWN_FREQUENCY),
        families=(*cases.families, "history"),
        outcome=outcome.ravel(),
        milder=outcomes(inputs, milder(goal)).ravel(),
    )


def _odds(frequency: Array) -> Array:
    """In logs."""
    return np.log(frequency / (1 - frequency))


def select(cases: Cases, rows: Mask | Index) -> Cases:
    """Some rows of ``cases``, by mask or by index (indices may repeat, as in a bootstrap)."""
    index = np.flatnonzero(rows) if rows.dtype == np.bool_ else np.asarray(rows)
    return replace(
        cases,
        units=tuple(cases.units[i] for i in index),
        years=cases.years[index],
        values=cases.values[index],
        outcome=cases.outcome[index],
        milder=_taken(cases.milder, index),
        weight=_taken(cases.weight, index),
    )


def _taken(values: Array | None, index: Numbers) -> Array | None:
    return None if values is None else values[index]


def known_before(
    cases: Cases,
    base_year: int,
    goal: AnnualTarget,
) -> Mask:
    """Rows one may learn from in ``base_year``: their outcome was complete by its end."""
    first = FIRST_ONSET_BASE if goal.kind == "hard_onset" else FIRST_BASE
    complete = cases.years + goal.years <= base_year
    return (cases.years >= first) & complete & ~np.isnan(cases.outcome)
