"""Draws from all of the unit's own past, where a month half a year older counts half.

The half-life of 6 months is the one FORECASTING reports for the real origins
(0.958 of conflictology's CRPS); it was not chosen again here.
"""

from upstander.core.types import Array, Model
from upstander.forecast.drawing import half_life_weights
from upstander.forecast.memory import Memory

HALF_LIFE = 6.0  # months


def weights(months: int) -> list[Array]:
    """Weights that halve every six months."""
    return [half_life_weights(months, HALF_LIFE)]


MODEL = Model(
    title="Exponential climatology (half-life 6 months)",
    citation="Exponentially weighted empirical distribution of the own past",
    fit=Memory("exponential_climatology", weights),
    baseline=True,
)
