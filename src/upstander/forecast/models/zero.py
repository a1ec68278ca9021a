"""Nothing will happen anywhere: the floor that any forecast of rare violence must clear."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from upstander.core.types import Forecast, Model, Panel
from upstander.forecast import drawing
from upstander.forecast.shapes import Horizons


@dataclass(frozen=True)
class Zero:
    """Knows nothing of the panel but its units."""

    target: str

    def predict(
        self,
        panel: Panel,
        horizons: Horizons,
        rng: Generator,
    ) -> Forecast:
        """1,000 draws of 0 for every unit and horizon."""
        del rng  # there is nothing to draw
        draws = np.zeros((len(panel.units), len(horizons), drawing.DRAWS))
        return drawing.forecast(panel, self.target, "zero", horizons, draws)


def fit(
    panel: Panel,
    target: str,
    horizons: Horizons,
    rng: Generator,
) -> Zero:
    """Nothing to learn."""
    del panel, horizons, rng
    return Zero(target)


MODEL = Model(
    title="Zero",
    citation="VIEWS prediction challenge (Hegre et al. 2025), bm_zero",
    fit=fit,
    baseline=True,
)
