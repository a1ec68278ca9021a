"""The unit's own last 12 months are the 12 equally likely draws: the baseline to beat.

Twelve draws, not 1,000: 1,000 is no multiple of 12, and the challenge's published CRPS and
interval score come from the twelve. Scores that need 1,000 draws repeat them in turn.
First of 20 models on the true future of the VIEWS challenge (July 2024 to June 2025).
"""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from upstander.core.errors import NotCovered
from upstander.core.types import Array, Forecast, Model, Panel
from upstander.forecast import drawing
from upstander.forecast.shapes import Horizons

WINDOW = 12  # months


@dataclass(frozen=True)
class Conflictology:
    """Draws each of the last 12 months once."""

    target: str
    correlation: Array

    def predict(
        self,
        panel: Panel,
        horizons: Horizons,
        rng: Generator,
    ) -> Forecast:
        """12 draws for every unit and horizon (fewer where the whole panel is shorter)."""
        draws = drawing.over_horizons(_past(panel, self.target), horizons)
        return drawing.paths(
            panel,
            self.target,
            "conflictology",
            horizons,
            draws,
            self.correlation,
            rng,
        )


def _past(panel: Panel, target: str) -> Array:
    """(U, 12) the last months."""
    past = drawing.history(panel, target)[:, -WINDOW:]
    if np.isnan(past).any():
        raise NotCovered(f"conflictology needs {WINDOW} known months of every unit")
    return past


def fit(
    panel: Panel,
    target: str,
    horizons: Horizons,
    rng: Generator,
) -> Conflictology:
    """Learns only how months hang together over the horizons."""
    del rng
    return Conflictology(target, drawing.correlation_of(panel, target, horizons))


MODEL = Model(
    title="Conflictology (own last 12 months)",
    citation="Hegre et al. (2025), The 2023/24 VIEWS prediction challenge, J. Peace Research; bm_conflictology",
    fit=fit,
    baseline=True,
)
