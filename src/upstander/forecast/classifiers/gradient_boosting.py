"""Gradient boosting: many small trees with few leaves, slow learning, many rows a leaf."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

from upstander.core.types import Array, Cases, Classifier, FittedClassifier, Training

SETTINGS = {
    "objective": "binary",
    "learning_rate": 0.06,
    "num_leaves": 3,  # two splits: the few events of a rare target carry no deeper interaction
    "min_data_in_leaf": 60,
    "lambda_l2": 20.0,
    "feature_fraction": 0.2,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "max_bin": 63,
    "verbosity": -1,
    "num_threads": 1,  # outcomes must not depend on the machine's cores
    "deterministic": True,
    "force_col_wise": True,
}
ROUNDS = 150


@dataclass(frozen=True)
class Boosted:
    """A trained booster."""

    booster: Any

    def probability(self, values: Array) -> Array:
        """(N,) probability for (N, K) raw feature values; NaN is handled by the trees."""
        return np.asarray(self.booster.predict(values, num_threads=1))


def prepare(cases: Cases) -> Training:
    """Bin the features once for all trainings."""
    import lightgbm

    options = {key: SETTINGS[key] for key in ("max_bin", "verbosity")}
    data = lightgbm.Dataset(
        cases.values, cases.outcome, weight=cases.weight, params=options
    )

    def grown(rng: Generator) -> Boosted:
        seeded = {**SETTINGS, "seed": int(rng.integers(2**31 - 1))}
        return Boosted(lightgbm.train(seeded, data, ROUNDS))

    return grown


def fit(cases: Cases, rng: Generator) -> FittedClassifier:
    """Grow the trees."""
    return prepare(cases)(rng)


CLASSIFIER = Classifier(
    title="Gradient boosting",
    citation="Friedman (2001), Annals of Statistics 29(5); LightGBM (Ke et al. 2017)",
    fit=fit,
    prepare=prepare,
)
