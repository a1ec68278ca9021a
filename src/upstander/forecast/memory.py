"""Draws from a unit's own past by the weight of each month: what every memory model is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from upstander.core.types import Array, Forecast, Panel
from upstander.forecast import drawing
from upstander.forecast.shapes import Horizons


@dataclass(frozen=True)
class Memory:
    """A way to remember, and how it is fitted: it stands as ``fit`` of its model.

    Attributes:
        name: the model's, which the forecast carries.
        weights: number of months to one or several (months,) weights, the newest last; each gets an equal part of
            the draws.
        sigma: of a lognormal factor of mean 1 on every draw; 0 for none.
    """

    name: str
    weights: Callable[[int], Sequence[Array]]
    sigma: float = 0.0

    def __call__(
        self,
        panel: Panel,
        target: str,
        horizons: Horizons,
        rng: Generator,
    ) -> FittedMemory:
        """Learns only how months hang together over the horizons."""
        del rng
        return FittedMemory(self, target, drawing.correlation_of(panel, target, horizons))


@dataclass(frozen=True)
class FittedMemory:
    """A memory, and the correlation of months over the horizons."""

    memory: Memory
    target: str
    correlation: Array

    def predict(
        self,
        panel: Panel,
        horizons: Horizons,
        rng: Generator,
    ) -> Forecast:
        """1,000 draws for every unit and horizon, the same distribution at each horizon."""
        draws = drawing.over_horizons(self._of_a_month(panel, rng), horizons)
        name = self.memory.name
        sigma = self.memory.sigma
        if sigma:
            draws = drawing.whole(drawing.lognormal_spread(draws, sigma, rng))
        return drawing.paths(
            panel,
            self.target,
            name,
            horizons,
            draws,
            self.correlation,
            rng,
        )

    def _of_a_month(self, panel: Panel, rng: Generator) -> Array:
        """(U, 1,000) draws of any month to come, an equal part by each of the weights."""
        series = drawing.history(panel, self.target)
        weights = self.memory.weights(series.shape[1])
        each = -(-drawing.DRAWS // len(weights))
        parts = [drawing.from_weights(series, w, each, rng) for w in weights]
        return np.concatenate(parts, axis=-1)[..., : drawing.DRAWS]
