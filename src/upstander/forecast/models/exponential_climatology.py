"""Draws from all of the unit's own past, where a month half a year older counts half.

The half-life of 6 months is the one FORECASTING reports for the real origins
(0.958 of conflictology's CRPS); it was not chosen again here.
"""

from dataclasses import dataclass

import numpy as np

from upstander.core.types import Array, Forecast, Model, Panel
from upstander.forecast import drawing

HALF_LIFE = 6.0  # months


@dataclass(frozen=True)
class ExponentialClimatology:
    """Draws from the past with weights that halve every six months."""

    target: str
    correlation: Array

    def predict(self, panel: Panel, horizons: tuple[int, ...], rng: np.random.Generator) -> Forecast:
        """1,000 draws for every unit and horizon."""
        series = drawing.history(panel, self.target)
        weights = drawing.half_life_weights(series.shape[1], HALF_LIFE)
        draws = drawing.over_horizons(drawing.from_weights(series, weights, drawing.DRAWS, rng), horizons)
        paths = drawing.couple(draws, self.correlation, rng)
        return drawing.forecast(panel, self.target, "exponential_climatology", horizons, paths)


def fit(panel: Panel, target: str, horizons: tuple[int, ...], rng: np.random.Generator) -> ExponentialClimatology:
    """Learns only how months hang together over the horizons."""
    del rng
    return ExponentialClimatology(target, drawing.rank_correlation(drawing.history(panel, target), horizons))


MODEL = Model(
    title="Exponential climatology (half-life 6 months)",
    citation="Exponentially weighted empirical distribution of the own past",
    fit=fit,
    baseline=True,
)
