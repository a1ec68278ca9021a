"""Climatology: the share of past country-years in which the event followed, the same for every place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from upstander.core.types import Array, Cases, Classifier


@dataclass(frozen=True)
class Climatology:
    """One share for all."""

    share: float

    def probability(self, values: Array) -> Array:
        """(N,) the same share for every row."""
        return np.full(len(values), self.share)


def fit(cases: Cases, _rng: Generator) -> Climatology:
    """Share of the training outcomes, with half a case added to each side so that it is never 0 or 1."""
    return Climatology(float((cases.outcome.sum() + 0.5) / (len(cases.outcome) + 1.0)))


CLASSIFIER = Classifier(
    title="Climatology",
    citation="Observed share of country-years; Jeffreys prior",
    fit=fit,
    baseline=True,
)
