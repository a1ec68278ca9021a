"""Extremely randomised trees: deep, many, each split at a random place."""

from __future__ import annotations

from numpy.random import Generator

from upstander.core.types import Cases, Classifier
from upstander.forecast.designs import Forest, fit_forest

TREES = 40  # one training; an ensemble averages several
LEAF = 20  # fewest rows a leaf
SHARE = 0.1  # of the features looked at for a split


def fit(cases: Cases, rng: Generator) -> Forest:
    """Grow the forest."""
    from sklearn.ensemble import ExtraTreesClassifier

    seed = int(rng.integers(2**31 - 1))
    return fit_forest(
        cases,
        ExtraTreesClassifier(
            TREES,
            min_samples_leaf=LEAF,
            max_features=SHARE,
            n_jobs=1,
            random_state=seed,
        ),
    )


CLASSIFIER = Classifier(
    title="Extremely randomised trees",
    citation="Geurts, Ernst and Wehenkel (2006), Machine Learning 63",
    fit=fit,
    random=True,
)
