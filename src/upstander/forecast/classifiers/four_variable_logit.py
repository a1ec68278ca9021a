"""Four-variable logit: population, infant mortality, own past events and regime.

The sparse model that the Early Warning Project and the State Failure Task Force before it
compare against (Goldstone et al. 2010, AJPS 54(1); Valentino and Hazlett 2013): log population,
log infant mortality, the place's own frequency of the event, V-Dem's electoral democracy index.
"""

from __future__ import annotations

from numpy.random import Generator

from upstander.core.types import Cases, Classifier
from upstander.forecast.cases import OWN_FREQUENCY
from upstander.forecast.designs import Linear, columns, fit_logit

FOUR = (
    "structure.log_population",
    "structure.log_infant_mortality",
    OWN_FREQUENCY,
    "structure.vdem_v2x_polyarchy",
)


def fit(cases: Cases, _rng: Generator) -> Linear:
    """A nearly unpenalised logit on the four."""
    return fit_logit(cases, columns(cases, FOUR), 100.0)


CLASSIFIER = Classifier(
    title="Four-variable logit",
    citation="Goldstone et al. (2010), American Journal of Political Science 54(1); EWP practice",
    fit=fit,
    baseline=True,
)
