"""Draw models run side by side: a member that several pools ask for is fitted once.

A pool is a model made of other models. Alone or beside its members it gives the same bytes: every model
begins its random numbers anew from the same two streams, one to fit and one to draw.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from upstander.core.plugins import load
from upstander.core.types import Array, Fitted, Forecast, Model, Panel
from upstander.forecast import drawing

MODELS = "upstander.forecast.models"


@dataclass(frozen=True)
class Pool:
    """A linear pool, and how it is fitted: it stands as ``fit`` of its model.

    Attributes:
        name: the model's, which the forecast carries.
        members: names of the models it is made of.
        weights: panel and target to the (U, M) weight of each member in each unit.

    Source: Stone (1961), Annals of Mathematical Statistics 32(4).
    """

    name: str
    members: tuple[str, ...]
    weights: Callable[[Panel, str], Array]

    def __call__(
        self, panel: Panel, target: str, horizons: tuple[int, ...], rng: np.random.Generator
    ) -> FittedPool:
        """Fit every member on the same panel."""
        fits = (load(MODELS, name, Model).fit for name in self.members)
        return FittedPool(
            self, target, tuple(fit(panel, target, horizons, _anew(rng)) for fit in fits)
        )

    def join(self, panel: Panel, members: Sequence[Forecast], rng: np.random.Generator) -> Forecast:
        """1,000 draws for every unit and horizon, from each member by its weight, joined into paths once."""
        target, horizons = members[0].target, members[0].horizons
        draws = drawing.pooled(
            [m.draws for m in members], self.weights(panel, target), drawing.DRAWS, rng
        )
        correlation = drawing.rank_correlation(drawing.history(panel, target), horizons)
        return drawing.forecast(
            panel, target, self.name, horizons, drawing.couple(draws, correlation, rng)
        )


@dataclass(frozen=True)
class FittedPool:
    """A pool's fitted members, in its order."""

    pool: Pool
    target: str
    members: tuple[Fitted, ...]

    def predict(
        self, panel: Panel, horizons: tuple[int, ...], rng: np.random.Generator
    ) -> Forecast:
        """The members' forecasts, joined."""
        return self.pool.join(
            panel, [m.predict(panel, horizons, _anew(rng)) for m in self.members], rng
        )


def _anew(rng: np.random.Generator) -> np.random.Generator:
    """The same stream from its beginning: a member's numbers do not depend on who drew before it."""
    return np.random.default_rng(cast(np.random.SeedSequence, rng.bit_generator.seed_seq))


def drawn(
    names: Sequence[str], panel: Panel, target: str, horizons: tuple[int, ...], key: Sequence[int]
) -> dict[str, Forecast]:
    """Each model's forecast from the panel, by name; ``key`` seeds the random numbers.

    Raises:
        ConfigError: no such model.
    """
    to_fit, to_draw = np.random.SeedSequence(list(key)).spawn(2)
    made: dict[str, Forecast] = {}

    def forecast(name: str) -> Forecast:
        if name not in made:
            fit = load(MODELS, name, Model).fit
            if isinstance(fit, Pool):
                made[name] = fit.join(
                    panel, [forecast(m) for m in fit.members], np.random.default_rng(to_draw)
                )
            else:
                fitted = fit(panel, target, horizons, np.random.default_rng(to_fit))
                made[name] = fitted.predict(panel, horizons, np.random.default_rng(to_draw))
        return made[name]

    return {name: forecast(name) for name in names}
