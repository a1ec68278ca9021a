"""Ensemble: the equal-weight mean, in log odds, of unlike classifiers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from upstander.core.plugins import load
from upstander.core.types import Array, Cases, Classifier, FittedClassifier
from upstander.forecast.calibration import chance, log_odds

# The baselines stay outside: what must be beaten does not help to beat itself.
MEMBERS = ("extra_trees", "gradient_boosting", "nearest_cases", "ridge_logit", "spline_logit")


@dataclass(frozen=True)
class Ensemble:
    """Trained members, by name."""

    members: dict[str, FittedClassifier]

    def each(self, values: Array) -> Array:
        """(M, N) log odds of every member, in name order."""
        return np.stack([log_odds(self.members[name].probability(values)) for name in sorted(self.members)])

    def probability(self, values: Array) -> Array:
        """(N,) probability from the mean log odds."""
        return chance(self.each(values).mean(axis=0))


def fit(cases: Cases, rng: np.random.Generator) -> Ensemble:
    """Train every member on the same cases, each with its own stream of random numbers."""
    streams = rng.spawn(len(MEMBERS))
    return Ensemble(
        {
            name: load("upstander.forecast.classifiers", name, Classifier).fit(cases, stream)
            for name, stream in zip(MEMBERS, streams, strict=True)
        }
    )


CLASSIFIER = Classifier(
    title="Ensemble", citation="Equal-weight mean log odds of unlike members (Satopää et al. 2014, IJF 30(2))", fit=fit
)
