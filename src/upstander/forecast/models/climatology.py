"""Each month of the unit's own past is as likely as any other: long memory, no news."""

from dataclasses import dataclass

import numpy as np

from upstander.core.types import Array, Forecast, Model, Panel
from upstander.forecast import drawing


@dataclass(frozen=True)
class Climatology:
    """Draws evenly from all months of the panel given to predict, 1989 onwards in production."""

    target: str
    correlation: Array

    def predict(self, panel: Panel, horizons: tuple[int, ...], rng: np.random.Generator) -> Forecast:
        """1,000 draws for every unit and horizon, the same distribution at each horizon."""
        series = drawing.history(panel, self.target)
        draws = drawing.from_weights(series, np.ones(series.shape[1]), drawing.DRAWS, rng)
        paths = drawing.couple(drawing.over_horizons(draws, horizons), self.correlation, rng)
        return drawing.forecast(panel, self.target, "climatology", horizons, paths)


def fit(panel: Panel, target: str, horizons: tuple[int, ...], rng: np.random.Generator) -> Climatology:
    """Learns only how months hang together over the horizons."""
    del rng
    return Climatology(target, drawing.rank_correlation(drawing.history(panel, target), horizons))


MODEL = Model(title="Climatology", citation="All past months of the own unit as draws", fit=fit, baseline=True)
