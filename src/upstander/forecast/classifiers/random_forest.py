"""Random forest: deep trees on resampled rows, each split the best of a few features."""

from __future__ import annotations

from numpy.random import Generator

from upstander.core.types import Cases, Classifier
from upstander.forecast.designs import Forest, fit_forest

TREES = 20  # one training; an ensemble averages several
LEAF = 10  # fewest rows a leaf
SHARE = 0.15  # of the features looked at for a split


def fit(cases: Cases, rng: Generator) -> Forest:
    """Grow the forest."""
    from sklearn.ensemble import RandomForestClassifier

    seed = int(rng.integers(2**31 - 1))
    return fit_forest(
        cases,
        RandomForestClassifier(
            TREES,
            min_samples_leaf=LEAF,
            max_features=SHARE,
            n_jobs=1,
            random_state=seed,
        ),
    )


CLASSIFIER = Classifier(
    title="Random forest",
    citation="Breiman (2001), Machine Learning 45(1)",
    fit=fit,
    random=True,
)
