"""Spline logit: smooth curves of a few telling features, ridge on the pieces (a generalised additive model)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.random import Generator

from upstander.core.types import Array, Cases, Classifier
from upstander.forecast.calibration import chance
from upstander.forecast.cases import OWN_FREQUENCY
from upstander.forecast.designs import Design, columns, ridge
from upstander.forecast.shapes import Index

CURVES = (
    OWN_FREQUENCY,
    "history.log_one_sided_lag1",
    "history.log_one_sided_lag2",
    "history.log_one_sided_decayed",
    "history.log_one_sided_mean10",
    "history.log_state_based_lag1",
    "history.log_non_state_lag1",
    "history.log_total_decayed",
    "history.total_25_years_since",
    "dynamics.log_last_quarter",
    "dynamics.log_worst_month",
    "dynamics.log_total_growth3",
    "neighbours.log_one_sided_most",
    "neighbours.log_total_mean",
    "structure.log_population",
    "structure.log_infant_mortality",
    "structure.log_gdp_per_capita",
    "structure.vdem_v2x_polyarchy",
    "structure.log_refugees_from_per_million",
    "triggers.attempt_mean5",
)
KNOTS = 5
STRENGTH = 0.1  # C of sklearn: some 90 pieces, 70 to 500 events


@dataclass(frozen=True)
class Curves:
    """A design, a spline basis on it and the weights of the pieces."""

    design: Design
    columns: Index
    pieces: Any
    weights: Array
    intercept: float

    def probability(self, values: Array) -> Array:
        """(N,) probability for (N, K) raw feature values."""
        matrix = self.pieces.transform(self.design.apply(values[:, self.columns]))
        return chance(matrix @ self.weights + self.intercept)


def fit(cases: Cases, _rng: Generator) -> Curves:
    """Quadratic splines with even knots, so that a heap of zeros does not swallow them, linear outside."""
    from sklearn.preprocessing import SplineTransformer

    chosen = columns(cases, CURVES)
    values = cases.values[:, chosen]
    design = Design.learn(values)
    pieces = SplineTransformer(
        n_knots=KNOTS,
        degree=2,
        knots="uniform",
        extrapolation="linear",
        include_bias=False,
    )
    weights, intercept = ridge(pieces.fit_transform(design.apply(values)), cases, STRENGTH)
    return Curves(design, chosen, pieces, weights, intercept)


CLASSIFIER = Classifier(
    title="Spline logit",
    citation="Hastie and Tibshirani (1990), Generalized Additive Models; Eilers and Marx (1996)",
    fit=fit,
)
