"""Exponential climatologies of half-lives 3 and 6 months, each draw times a lognormal factor.

The factor (sigma .3, mean 1) widens without moving the mean: draws that only repeat old
months are too narrow (FORECASTING, real origins). Both settings are taken from there.
"""

from upstander.core.types import Array, Model
from upstander.forecast.drawing import half_life_weights
from upstander.forecast.memory import Memory

HALF_LIVES = (3.0, 6.0)  # months
SIGMA = 0.3


def weights(months: int) -> list[Array]:
    """Half of the draws with each half-life."""
    return [half_life_weights(months, h) for h in HALF_LIVES]


MODEL = Model(
    title="Exponential climatology, widened (half-lives 3 and 6 months)",
    citation="Exponentially weighted empirical distribution x lognormal, mean kept",
    fit=Memory("exponential_climatology_wide", weights, SIGMA),
)
