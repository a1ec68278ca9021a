"""Exponential climatologies of half-lives 3 and 6 months, each draw times a lognormal factor.

The factor (sigma .3, mean 1) widens without moving the mean: draws that only repeat old
months are too narrow (FORECASTING, real origins). Both settings are taken from there.
"""

import numpy as np

from upstander.core.types import Array, Model
from upstander.forecast.drawing import half_life_weights
from upstander.forecast.memory import Memory

HALF_LIVES = (3.0, 6.0)  # months
SIGMA = 0.3
MANY = 240  # months: those before weigh nothing


def weights(months: int) -> list[Array]:
    """Half of the draws with each half-life."""
    return [half_life_weights(months, h) for h in HALF_LIVES]


def cases() -> float:
    """How many months of equal weight tell as much as all with theirs (Kish 1965, Survey Sampling)."""
    share = np.mean(weights(MANY), axis=0)
    return float(share.sum() ** 2 / (share**2).sum())


MODEL = Model(
    title="Exponential climatology, widened (half-lives 3 and 6 months)",
    citation="Exponentially weighted empirical distribution x lognormal, mean kept",
    fit=Memory("exponential_climatology_wide", weights, SIGMA),
    cases=cases(),
)
