"""Extremely randomised trees: deep, many, each split at a random place."""

from __future__ import annotations

from numpy.random import Generator

from upstander.core.types import Cases, Classifier, FittedClassifier, Training
from upstander.forecast.designs import forest_training

TREES = 40  # one training; an ensemble averages several
LEAF = 20  # fewest rows a leaf
SHARE = 0.1  # of the features looked at for a split


def prepare(cases: Cases) -> Training:
    """Complete the features once for all trainings."""
    from sklearn.ensemble import ExtraTreesClassifier

    def untrained(seed: int) -> ExtraTreesClassifier:
        return ExtraTreesClassifier(
            TREES, min_samples_leaf=LEAF, max_features=SHARE, n_jobs=1, random_state=seed
        )

    return forest_training(cases, untrained)


def fit(cases: Cases, rng: Generator) -> FittedClassifier:
    """Grow the forest."""
    return prepare(cases)(rng)


CLASSIFIER = Classifier(
    title="Extremely randomised trees",
    citation="Geurts, Ernst and Wehenkel (2006), Machine Learning 63",
    fit=fit,
    prepare=prepare,
)
