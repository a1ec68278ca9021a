"""Random forest: deep trees on resampled rows, each split the best of a few features."""

from __future__ import annotations

from numpy.random import Generator

from upstander.core.types import Cases, Classifier, FittedClassifier, Training
from upstander.forecast.designs import forest_training

TREES = 20  # one training; an ensemble averages several
LEAF = 10  # fewest rows a leaf
SHARE = 0.15  # of the features looked at for a split


def prepare(cases: Cases) -> Training:
    """Complete the features once for all trainings."""
    from sklearn.ensemble import RandomForestClassifier

    def untrained(seed: int) -> RandomForestClassifier:
        return RandomForestClassifier(
            TREES, min_samples_leaf=LEAF, max_features=SHARE, n_jobs=1, random_state=seed
        )

    return forest_training(cases, untrained)


def fit(cases: Cases, rng: Generator) -> FittedClassifier:
    """Grow the forest."""
    return prepare(cases)(rng)


CLASSIFIER = Classifier(
    title="Random forest",
    citation="Breiman (2001), Machine Learning 45(1)",
    fit=fit,
    prepare=prepare,
)
