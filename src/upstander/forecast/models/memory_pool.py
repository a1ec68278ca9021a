"""The own last year and two exponential climatologies, pooled and widened: memory alone, nothing learned.

The pool FORECASTING found best at the real origins: conflictology's twelve months and half-lives of 3 and
6 months in equal parts, each draw times a lognormal factor of mean 1. It differs from the widened
exponential climatology by a third of its draws, which stand on the last year alone.
"""

from dataclasses import dataclass

import numpy as np

from upstander.core.types import Array, Forecast, Model, Panel
from upstander.forecast import drawing

HALF_LIVES = (3.0, 6.0)  # months
YEAR = 12  # months
SIGMA = 0.3


@dataclass(frozen=True)
class MemoryPool:
    """A third of the draws from each memory."""

    target: str
    correlation: Array

    def predict(self, panel: Panel, horizons: tuple[int, ...], rng: np.random.Generator) -> Forecast:
        """1,000 draws for every unit and horizon."""
        series = drawing.history(panel, self.target)
        months = series.shape[1]
        weights = [drawing.half_life_weights(months, h) for h in HALF_LIVES]
        weights.append(np.where(np.arange(months) >= months - YEAR, 1.0, 0.0))
        each = -(-drawing.DRAWS // len(weights))
        parts = np.concatenate([drawing.from_weights(series, w, each, rng) for w in weights], axis=-1)
        draws = drawing.over_horizons(parts[..., : drawing.DRAWS], horizons)
        spread = drawing.whole(drawing.lognormal_spread(draws, SIGMA, rng))
        return drawing.forecast(
            panel, self.target, "memory_pool", horizons, drawing.couple(spread, self.correlation, rng)
        )


def fit(panel: Panel, target: str, horizons: tuple[int, ...], rng: np.random.Generator) -> MemoryPool:
    """Learns only how months hang together over the horizons."""
    del rng
    return MemoryPool(target, drawing.rank_correlation(drawing.history(panel, target), horizons))


MODEL = Model(
    title="Memory pool (own last year, half-lives 3 and 6 months, widened)",
    citation="Equal-weight linear pool of empirical distributions of the own past x lognormal, mean kept",
    fit=fit,
)
