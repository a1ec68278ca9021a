"""Gradient boosting: many small trees with few leaves, slow learning, many rows a leaf; several, averaged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from upstander.core.types import Array, Cases, Classifier
from upstander.forecast.calibration import chance

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
    "force_row_wise": True,
}
ROUNDS = 150
BOOSTERS = 3  # each on its own draw of rows and columns: one alone moves with its seed


@dataclass(frozen=True)
class Boosted:
    """Trained boosters."""

    boosters: tuple[Any, ...]

    def probability(self, values: Array) -> Array:
        """(N,) probability from the mean log odds for (N, K) raw feature values; NaN is handled by the trees."""
        scores = [b.predict(values, raw_score=True, num_threads=1) for b in self.boosters]
        return chance(np.mean(scores, axis=0))


def fit(cases: Cases, rng: np.random.Generator) -> Boosted:
    """Grow the trees."""
    import lightgbm

    options = {"max_bin": SETTINGS["max_bin"], "verbosity": -1}
    data = lightgbm.Dataset(cases.values, cases.outcome, weight=cases.weight, params=options)
    seeds = rng.integers(2**31 - 1, size=BOOSTERS).tolist()
    return Boosted(tuple(lightgbm.train({**SETTINGS, "seed": seed}, data, ROUNDS) for seed in seeds))


CLASSIFIER = Classifier(
    title="Gradient boosting",
    citation="Friedman (2001), Annals of Statistics 29(5); LightGBM (Ke et al. 2017)",
    fit=fit,
)
