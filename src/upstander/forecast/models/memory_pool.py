"""The own last year and two exponential climatologies, pooled and widened: memory alone, nothing learned.

The pool FORECASTING found best at the real origins: conflictology's twelve months and half-lives of 3 and
6 months in equal parts, each draw times a lognormal factor of mean 1. It differs from the widened
exponential climatology by a third of its draws, which stand on the last year alone.
"""

import numpy as np

from upstander.core.types import Array, Model
from upstander.forecast.drawing import half_life_weights
from upstander.forecast.memory import Memory

HALF_LIVES = (3.0, 6.0)  # months
YEAR = 12  # months
SIGMA = 0.3


def weights(months: int) -> list[Array]:
    """A third of the draws from each memory: the two half-lives, and the last year."""
    last_year = np.where(np.arange(months) >= months - YEAR, 1.0, 0.0)
    return [*(half_life_weights(months, h) for h in HALF_LIVES), last_year]


MODEL = Model(
    title="Memory pool (own last year, half-lives 3 and 6 months, widened)",
    citation="Equal-weight linear pool of empirical distributions of the own past x lognormal, mean kept",
    fit=Memory("memory_pool", weights, SIGMA),
)
