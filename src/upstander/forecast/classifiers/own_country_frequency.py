"""Own-country frequency: how often the event followed in the place's own past, shrunk to the share of all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from upstander.core.types import Array, Cases, Classifier
from upstander.forecast.cases import OWN_FREQUENCY


@dataclass(frozen=True)
class OwnCountryFrequency:
    """Reads the frequency that stands in one column, in log odds."""

    column: int

    def probability(self, values: Array) -> Array:
        """(N,) the place's own shrunk frequency."""
        return np.asarray(1 / (1 + np.exp(-values[:, self.column])))


def fit(cases: Cases, _rng: Generator) -> OwnCountryFrequency:
    """Nothing to learn: the frequency is a feature, known at each base year."""
    return OwnCountryFrequency(cases.features.index(OWN_FREQUENCY))


CLASSIFIER = Classifier(
    title="Own-country frequency",
    citation="Share of the place's own past years, shrunk by five years' weight to the share of all places",
    fit=fit,
    baseline=True,
)
