"""From raw features to a complete, standardised matrix, and what linear members and forests fit on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

from upstander.core.types import Array, Cases, Training
from upstander.forecast.calibration import chance
from upstander.forecast.shapes import Index, Mask, Names


@dataclass(frozen=True)
class Design:
    """How raw features become a complete, standardised matrix, learned from training rows only.

    Gaps take the training median; a feature with gaps in 2 to 98 % of the rows also gets a 0/1 column
    that says so. Columns without variation are left out; standardised values are held to -4..4.
    """

    median: Array
    flagged: Index
    keep: Index
    mean: Array
    scale: Array

    @staticmethod
    def learn(values: Array) -> Design:
        """Learn from (N, K) training values."""
        gaps = np.isnan(values)
        share = gaps.mean(axis=0)
        median = _medians(values, share < 1)
        flagged = np.flatnonzero((share > 0.02) & (share < 0.98))
        full = _filled(values, median, flagged)
        scale = full.std(axis=0)
        keep = np.flatnonzero(scale > 1e-9)
        return Design(median, flagged, keep, full.mean(axis=0)[keep], scale[keep])

    @staticmethod
    def plain(values: Array) -> Design:
        """Standardise (N, K) training values as they are: no flags, every column kept; one nobody knows is 0 throughout."""
        median = _medians(values, np.asarray(~np.isnan(values).all(axis=0)))
        flagged = np.zeros(0, dtype=np.int64)
        keep = np.arange(values.shape[1])
        there = ~np.isnan(values)
        count = np.maximum(there.sum(axis=0), 1)
        mean = np.where(there, values, 0.0).sum(axis=0) / count
        spread = np.where(there, values - mean, 0.0)
        scale = np.maximum(np.sqrt((spread**2).sum(axis=0) / count), 1e-9)
        return Design(median, flagged, keep, mean, scale)

    def apply(self, values: Array) -> Array:
        """(N, J) complete standardised matrix."""
        full = _filled(values, self.median, self.flagged)
        return np.asarray(np.clip((full[:, self.keep] - self.mean) / self.scale, -4, 4))


def _medians(values: Array, some: Mask) -> Array:
    """(K,) median of the columns with ``some`` value; 0 elsewhere."""
    median = np.zeros(values.shape[1])
    median[some] = np.nanmedian(values[:, some], axis=0)
    return median


def _filled(
    values: Array,
    median: Array,
    flagged: Index,
) -> Array:
    """The values with gaps at the median, and a 0/1 column for each flagged one."""
    gaps = np.isnan(values)
    return np.concatenate(
        [np.where(gaps, median, values), gaps[:, flagged].astype(float)], axis=1
    )


def columns(cases: Cases, names: Names) -> Index:
    """Positions of those of ``names`` that the cases hold; none at all is a ValueError."""
    positions = [cases.features.index(n) for n in names if n in cases.features]
    if not positions:
        raise ValueError(f"the cases hold none of {', '.join(names)}")
    return np.asarray(positions, dtype=np.int64)


@dataclass(frozen=True)
class Linear:
    """A logit on some columns of a design: what every linear member fits.

    ``weights`` (J,) and ``intercept`` are on the standardised columns of ``design``.
    """

    design: Design
    columns: Index
    weights: Array
    intercept: float

    def probability(self, values: Array) -> Array:
        """(N,) probability for (N, K) raw feature values."""
        return chance(
            self.design.apply(values[:, self.columns]) @ self.weights + self.intercept
        )


@dataclass(frozen=True)
class Forest:
    """A trained forest and the design its rows pass through: what every forest of trees is, however it was grown."""

    design: Design
    trees: Any

    def probability(self, values: Array) -> Array:
        """(N,) mean of the trees' leaf shares."""
        matrix = self.design.apply(values).astype(np.float32)
        return np.asarray(self.trees.predict_proba(matrix)[:, 1], dtype=np.float64)


def forest_training(cases: Cases, untrained: Callable[[int], Any]) -> Training:
    """A training of the trees that sklearn has ``untrained`` for a seed, on the cases in single precision as it keeps them."""
    design = Design.learn(cases.values)
    matrix = design.apply(cases.values).astype(np.float32)

    def grown(rng: Generator) -> Forest:
        trees = untrained(int(rng.integers(2**31 - 1)))
        return Forest(design, trees.fit(matrix, cases.outcome, cases.weight))

    return grown


def fit_logit(
    cases: Cases,
    chosen: Index,
    strength: float,
) -> Linear:
    """Ridge-penalised logit on the chosen columns; ``strength`` is sklearn's C (small: strong penalty)."""
    values = cases.values[:, chosen]
    design = Design.learn(values)
    weights, intercept = ridge(design.apply(values), cases, strength)
    return Linear(design, chosen, weights, intercept)


def ridge(
    matrix: Array,
    cases: Cases,
    strength: float,
) -> tuple[Array, float]:
    """(J,) weights and the intercept of a ridge-penalised logit of the cases' outcomes on (N, J) columns."""
    from sklearn.linear_model import LogisticRegression

    # For few columns and many rows.
    model = LogisticRegression(
        C=strength,
        solver="newton-cholesky",
        max_iter=50,
    )
    model.fit(matrix, cases.outcome, cases.weight)
    return model.coef_[0], float(model.intercept_[0])
