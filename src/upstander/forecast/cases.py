"""Country-years with features and outcomes: from what was known to a table a classifier can learn from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from upstander.core.plugins import load_all
from upstander.core.thresholds import VIOLENT_YEAR
from upstander.core.types import Array, Cases, Family, YearInputs
from upstander.forecast import targets

FAMILIES = ("history", "dynamics", "neighbours", "structure", "triggers")  # the order in print
FIRST_BASE = (
    1990  # UCDP's one-sided series begins in 1989; one year of history is the least a case needs
)
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
    found = {t.id: t for t in TARGETS}
    if name not in found:
        raise KeyError(f"no annual target {name!r}; have {', '.join(found)}")
    return found[name]


def lagged(values: Array, years: int) -> Array:
    """(U, T) values as they stood ``years`` earlier; NaN before the first year."""
    if years == 0:
        return values
    out = np.full_like(values, np.nan)
    out[:, years:] = values[:, :-years]
    return out


def trailing(values: Array, years: int, *, skip: int = 0) -> Array:
    """(U, T, years) the values of the last ``years`` years, newest first, after skipping ``skip``."""
    return np.stack([lagged(values, k) for k in range(skip, skip + years)], axis=-1)


def mean_known(stack: Array) -> Array:
    """Mean over the last axis of what is known; NaN where nothing is."""
    known = ~np.isnan(stack)
    count = known.sum(axis=-1)
    return np.asarray(
        np.where(count > 0, np.where(known, stack, 0.0).sum(axis=-1) / np.maximum(count, 1), np.nan)
    )


def most_known(stack: Array) -> Array:
    """Largest known value over the last axis; NaN where nothing is known."""
    filled = np.where(np.isnan(stack), -np.inf, stack).max(axis=-1)
    return np.asarray(np.where(np.isfinite(filled), filled, np.nan))


def years_since(happened: npt.NDArray[np.bool_], cap: int) -> Array:
    """(U, T) years since it last happened, 0 in such a year, at most ``cap`` (also when never)."""
    out = np.full(happened.shape, float(cap))
    running = np.full(happened.shape[0], float(cap))
    for t in range(happened.shape[1]):
        running = np.where(happened[:, t], 0.0, np.minimum(running + 1, cap))
        out[:, t] = running
    return out


def standing(values: Array, lag: int, carry: int = CARRY) -> Array:
    """(U, T) the value that stands in each year when the newest is ``lag`` years old.

    A gap is filled with the last known value, at most ``carry`` years old beyond the lag.
    The same rule serves training and use, so a model never learns from fresher data than it gets.
    """
    out = lagged(values, lag)
    for k in range(1, carry + 1):
        older = lagged(values, lag + k)
        out = np.where(np.isnan(out), older, out)
    return out


def at_risk_of_onset(total: Array) -> npt.NDArray[np.bool_]:
    """(U, T) True where each of the five years up to this one is observed and quiet."""
    stack = trailing(total, targets.ONSET_YEARS)
    return np.asarray(
        (stack < VIOLENT_YEAR).all(axis=-1)
    )  # NaN compares False: not observed is not quiet


def outcomes(inputs: YearInputs, goal: AnnualTarget) -> Array:
    """(U, T) 1 or 0 where known whether the event followed each base year, NaN where not.

    NaN too where the State's following years are not observed, and, for hard onset, where the
    base year is not at risk. Two-year targets count the deaths of both years together. A surge is
    measured against the known years among the last three.
    """
    total, killed = inputs.deaths["total"], inputs.deaths["one_sided"]

    def ahead(values: Array, k: int) -> Array:
        out = np.full_like(values, np.nan)
        out[:, :-k] = values[:, k:]
        return out

    if goal.kind == "one_sided":
        following = np.stack([ahead(killed, k) for k in range(1, goal.years + 1)], axis=-1)
        known = ~np.isnan(following).any(axis=-1)
        return np.where(known, (following.sum(axis=-1) >= goal.threshold).astype(float), np.nan)
    if goal.kind == "hard_onset":
        known = ~np.isnan(ahead(total, 1)) & at_risk_of_onset(total)
        return np.where(known, (ahead(total, 1) >= goal.threshold).astype(float), np.nan)
    least = surge_level(killed, goal.threshold)
    known = ~np.isnan(ahead(killed, 1)) & ~np.isnan(killed)
    return np.where(known, (ahead(killed, 1) >= least).astype(float), np.nan)


def surge_level(killed: Array, threshold: float) -> Array:
    """(U, T) deaths from which the year after is a surge: the threshold, and times the usual of the known last years.

    Args:
        killed: (U, T) killed in one-sided violence; NaN where nobody counted.
    """
    usual = np.nan_to_num(mean_known(trailing(killed, targets.SURGE_YEARS)))
    share = (
        targets.SURGE_LEAST / targets.SURGE.threshold
    )  # so that a milder surge is milder in both its parts
    return np.asarray(
        np.maximum(threshold, targets.SURGE_TIMES * np.maximum(threshold * share, usual))
    )


def all_cases(inputs: YearInputs, families: dict[str, Family] | None = None) -> Cases:
    """Every country-year of ``inputs`` with the features of every family; outcomes all NaN.

    Rows run unit by unit, year by year: row ``u * T + t``.
    """
    chosen = families if families is not None else load_all("upstander.forecast.features", Family)
    order = [f for f in FAMILIES if f in chosen] + [f for f in chosen if f not in FAMILIES]
    built = {name: chosen[name].build(inputs) for name in order}
    count, span = len(inputs.units), len(inputs.years)
    for name, made in built.items():
        if made.values.shape != (count * span, len(made.names)):
            raise ValueError(
                f"{name}: {made.values.shape} values for {count * span} country-years, {len(made.names)} names"
            )
    return Cases(
        units=tuple(u for u in inputs.units for _ in range(span)),
        years=np.tile(inputs.years, count),
        values=np.concatenate([built[n].values for n in order], axis=1),
        features=tuple(f"{n}.{f}" for n in order for f in built[n].names),
        families=tuple(n for n in order for _ in built[n].names),
        outcome=np.full(count * span, np.nan),
    )


def own_frequency(outcome: Array, delay: int, weight: float = 5.0) -> Array:
    """(U, T) share of a place's own past base years that the event followed, as known in each year.

    Shrunk towards the share of all places by ``weight`` years. An outcome counts once its ``delay``
    years are over, so nothing from after a base year is in it.
    """
    known = lagged((~np.isnan(outcome)).astype(float), delay)
    hit = lagged(np.nan_to_num(outcome), delay)
    seen, hits = np.cumsum(np.nan_to_num(known), axis=1), np.cumsum(np.nan_to_num(hit), axis=1)
    everyone = (hits.sum(axis=0) + 1.0) / (
        seen.sum(axis=0) + 50.0
    )  # 1 in 50 until anything is known
    return np.asarray((hits + weight * everyone) / (seen + weight))


def with_outcome(cases: Cases, inputs: YearInputs, goal: AnnualTarget) -> Cases:
    """The same cases with what followed, and each place's own frequency of it until then as one more feature."""
    outcome = outcomes(inputs, goal)
    frequency = own_frequency(outcome, goal.years).ravel()
    return replace(
        cases,
        values=np.concatenate([cases.values, np.log(frequency / (1 - frequency))[:, None]], axis=1),
        features=(*cases.features, OWN_FREQUENCY),
        families=(*cases.families, "history"),
        outcome=outcome.ravel(),
        milder=outcomes(inputs, milder(goal)).ravel(),
    )


def select(cases: Cases, rows: npt.NDArray[np.bool_] | npt.NDArray[np.int64]) -> Cases:
    """Some rows of ``cases``, by mask or by index (indices may repeat, as in a bootstrap)."""
    index = np.flatnonzero(rows) if rows.dtype == np.bool_ else np.asarray(rows)
    return replace(
        cases,
        units=tuple(cases.units[i] for i in index),
        years=cases.years[index],
        values=cases.values[index],
        outcome=cases.outcome[index],
        milder=None if cases.milder is None else cases.milder[index],
        weight=None if cases.weight is None else cases.weight[index],
    )


def known_before(cases: Cases, base_year: int, goal: AnnualTarget) -> npt.NDArray[np.bool_]:
    """Rows one may learn from in ``base_year``: their outcome was complete by its end."""
    first = FIRST_ONSET_BASE if goal.kind == "hard_onset" else FIRST_BASE
    return (
        (cases.years >= first) & (cases.years + goal.years <= base_year) & ~np.isnan(cases.outcome)
    )


@dataclass(frozen=True)
class Design:
    """How raw features become a complete, standardised matrix, learned from training rows only.

    Gaps take the training median; a feature with gaps in 2 to 98 % of the rows also gets a 0/1 column
    that says so. Columns without variation are left out; standardised values are held to -4..4.
    """

    median: Array
    flagged: npt.NDArray[np.int64]
    keep: npt.NDArray[np.int64]
    mean: Array
    scale: Array

    @staticmethod
    def learn(values: Array) -> Design:
        """Learn from (N, K) training values."""
        gaps = np.isnan(values)
        share = gaps.mean(axis=0)
        known = np.where(share < 1, share, 0.0) < 1
        median = np.zeros(values.shape[1])
        some = known & (share < 1)
        median[some] = np.nanmedian(values[:, some], axis=0)
        flagged = np.flatnonzero((share > 0.02) & (share < 0.98))
        full = np.concatenate(
            [np.where(gaps, median, values), gaps[:, flagged].astype(float)], axis=1
        )
        scale = full.std(axis=0)
        keep = np.flatnonzero(scale > 1e-9)
        return Design(median, flagged, keep, full.mean(axis=0)[keep], scale[keep])

    def apply(self, values: Array) -> Array:
        """(N, J) complete standardised matrix."""
        gaps = np.isnan(values)
        full = np.concatenate(
            [np.where(gaps, self.median, values), gaps[:, self.flagged].astype(float)], axis=1
        )
        return np.asarray(np.clip((full[:, self.keep] - self.mean) / self.scale, -4, 4))


def columns(cases: Cases, names: tuple[str, ...]) -> npt.NDArray[np.int64]:
    """Positions of those of ``names`` that the cases hold; none at all is a ValueError."""
    found = [cases.features.index(n) for n in names if n in cases.features]
    if not found:
        raise ValueError(f"the cases hold none of {', '.join(names)}")
    return np.asarray(found, dtype=np.int64)


@dataclass(frozen=True)
class Linear:
    """A logit on some columns of a design: what every linear member fits.

    ``weights`` (J,) and ``intercept`` are on the standardised columns of ``design``.
    """

    design: Design
    columns: npt.NDArray[np.int64]
    weights: Array
    intercept: float

    def probability(self, values: Array) -> Array:
        """(N,) probability for (N, K) raw feature values."""
        score = self.design.apply(values[:, self.columns]) @ self.weights + self.intercept
        return np.asarray(1 / (1 + np.exp(-np.clip(score, -30, 30))))


@dataclass(frozen=True)
class Forest:
    """A trained forest and the design its rows pass through: what every forest of trees is, however it was grown."""

    design: Design
    trees: Any

    def probability(self, values: Array) -> Array:
        """(N,) mean of the trees' leaf shares."""
        matrix = self.design.apply(values).astype(np.float32)
        return np.asarray(self.trees.predict_proba(matrix)[:, 1], dtype=np.float64)


def fit_forest(cases: Cases, trees: Any) -> Forest:
    """Grow sklearn's untrained ``trees`` on the cases, in single precision as they keep it."""
    design = Design.learn(cases.values)
    return Forest(
        design,
        trees.fit(design.apply(cases.values).astype(np.float32), cases.outcome, cases.weight),
    )


def fit_logit(cases: Cases, chosen: npt.NDArray[np.int64], strength: float) -> Linear:
    """Ridge-penalised logit on the chosen columns; ``strength`` is sklearn's C (small: strong penalty)."""
    from sklearn.linear_model import LogisticRegression

    design = Design.learn(cases.values[:, chosen])
    model = LogisticRegression(
        C=strength, solver="newton-cholesky", max_iter=50
    )  # few columns, many rows
    model.fit(design.apply(cases.values[:, chosen]), cases.outcome, cases.weight)
    return Linear(design, chosen, model.coef_[0], float(model.intercept_[0]))
