"""Exponential climatologies of half-lives 3 and 6 months, each draw times a lognormal factor.

The factor (sigma .3, mean 1) widens without moving the mean: draws that only repeat old
months are too narrow (FORECASTING, real origins). Both settings are taken from there.
"""

from dataclasses import dataclass

import numpy as np

from upstander.core.types import Array, Forecast, Model, Panel
from upstander.forecast import drawing

HALF_LIVES = (3.0, 6.0)  # months
SIGMA = 0.3


@dataclass(frozen=True)
class ExponentialClimatologyWide:
    """Half of the draws with each half-life."""

    target: str
    correlation: Array

    def predict(self, panel: Panel, horizons: tuple[int, ...], rng: np.random.Generator) -> Forecast:
        """1,000 draws for every unit and horizon."""
        series = drawing.history(panel, self.target)
        months, each = series.shape[1], drawing.DRAWS // len(HALF_LIVES)
        parts = [drawing.from_weights(series, drawing.half_life_weights(months, h), each, rng) for h in HALF_LIVES]
        draws = drawing.over_horizons(np.concatenate(parts, axis=-1), horizons)
        spread = drawing.whole(drawing.lognormal_spread(draws, SIGMA, rng))
        paths = drawing.couple(spread, self.correlation, rng)
        return drawing.forecast(panel, self.target, "exponential_climatology_wide", horizons, paths)


def fit(panel: Panel, target: str, horizons: tuple[int, ...], rng: np.random.Generator) -> ExponentialClimatologyWide:
    """Learns only how months hang together over the horizons."""
    del rng
    return ExponentialClimatologyWide(target, drawing.rank_correlation(drawing.history(panel, target), horizons))


MODEL = Model(
    title="Exponential climatology, widened (half-lives 3 and 6 months)",
    citation="Exponentially weighted empirical distribution x lognormal, mean kept",
    fit=fit,
)
