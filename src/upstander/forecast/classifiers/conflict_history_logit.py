"""Conflict-history logit: a dozen logs and spells of past violence. The baseline to beat."""

from __future__ import annotations

from numpy.random import Generator

from upstander.core.types import Cases, Classifier
from upstander.forecast.designs import Linear, columns, fit_logit

PAST = (
    *(f"history.log_one_sided_lag{k}" for k in (1, 2, 3)),
    "history.log_one_sided_mean5",
    "history.log_one_sided_mean10",
    *(f"history.log_{kind}_lag1" for kind in ("state_based", "non_state")),
    *(f"history.log_{kind}_mean5" for kind in ("state_based", "non_state")),
    "history.one_sided_100_years_since",
    "history.total_25_years_since",
)


def fit(cases: Cases, _rng: Generator) -> Linear:
    """A lightly penalised logit on past violence only."""
    return fit_logit(cases, columns(cases, PAST), 1.0)


CLASSIFIER = Classifier(
    title="Conflict-history logit",
    citation="Logit on UCDP deaths of the last ten years; ViEWS conflict-history practice (Hegre et al. 2019)",
    fit=fit,
    baseline=True,
)
