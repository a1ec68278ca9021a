"""Ridge logit: every feature, standardised, gaps flagged, strongly penalised."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from upstander.core.types import Cases, Classifier
from upstander.forecast.designs import Linear, fit_logit

STRENGTH = (
    0.01  # sklearn's C; strong, for some 120 correlated features and 70 to 500 events
)


def fit(cases: Cases, _rng: Generator) -> Linear:
    """Learn one weight a feature."""
    return fit_logit(cases, np.arange(len(cases.features)), STRENGTH)


CLASSIFIER = Classifier(
    title="Ridge logit",
    citation="Hoerl and Kennard (1970), Technometrics 12(1); Le Cessie and Van Houwelingen (1992)",
    fit=fit,
)
