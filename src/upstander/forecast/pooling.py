"""Draw models run side by side: a member that several pools ask for is fitted once.

A pool is a model made of other models. Alone or beside its members it gives the same bytes: every model
begins its random numbers anew from the same two streams, one to fit and one to draw.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import pyarrow as pa
from numpy.random import Generator

from upstander.core.forecast_tables import FORECAST_DRAW
from upstander.core.plugins import load
from upstander.core.types import Array, Fitted, Forecast, Model, Panel
from upstander.forecast import drawing
from upstander.forecast.shapes import Horizons, Names
from upstander.forecast.total_intervals import Part, alone

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
    members: Names
    weights: Callable[[Panel, str], Array]

    def __call__(
        self,
        panel: Panel,
        target: str,
        horizons: Horizons,
        rng: Generator,
    ) -> FittedPool:
        """Fit every member on the same panel."""
        fits = (load(MODELS, name, Model).fit for name in self.members)
        members = tuple(fit(panel, target, horizons, _anew(rng)) for fit in fits)
        return FittedPool(self, target, members)

    def join(
        self,
        panel: Panel,
        members: Sequence[Forecast],
        rng: Generator,
    ) -> Forecast:
        """1,000 draws for every unit and horizon, from each member by its weight, joined into paths once."""
        target = members[0].target
        horizons = members[0].horizons
        weights = self.weights(panel, target)
        mixed = drawing.pooled([m.draws for m in members], weights, drawing.DRAWS, rng)
        draws = drawing.bounded(panel, target, mixed)
        correlation = drawing.correlation_of(panel, target, horizons)
        return drawing.paths(
            panel,
            target,
            self.name,
            horizons,
            draws,
            correlation,
            rng,
        )


@dataclass(frozen=True)
class FittedPool:
    """A pool's fitted members, in its order."""

    pool: Pool
    target: str
    members: tuple[Fitted, ...]

    def predict(
        self,
        panel: Panel,
        horizons: Horizons,
        rng: Generator,
    ) -> Forecast:
        """The members' forecasts, joined."""
        forecasts = [m.predict(panel, horizons, _anew(rng)) for m in self.members]
        return self.pool.join(panel, forecasts, rng)


def _anew(rng: Generator) -> Generator:
    """The same stream from its beginning: a member's numbers do not depend on who drew before it."""
    return np.random.default_rng(cast(np.random.SeedSequence, rng.bit_generator.seed_seq))


def drawn(
    names: Sequence[str],
    panel: Panel,
    target: str,
    horizons: Horizons,
    key: Sequence[int],
) -> dict[str, Forecast]:
    """Each model's forecast from the panel, by name; ``key`` seeds the random numbers.

    Raises:
        ConfigError: no such model.
    """
    to_fit, to_draw = np.random.SeedSequence(list(key)).spawn(2)
    side_by_side = _SideBySide(
        panel,
        target,
        horizons,
        to_fit,
        to_draw,
        {},
    )
    return {name: side_by_side.forecast(name) for name in names}


@dataclass(frozen=True)
class _SideBySide:
    """Models run on one panel, each forecast made once and kept by name."""

    panel: Panel
    target: str
    horizons: Horizons
    to_fit: np.random.SeedSequence
    to_draw: np.random.SeedSequence
    forecasts: dict[str, Forecast]

    def forecast(self, name: str) -> Forecast:
        """The model's forecast; a pool's members come first."""
        if name not in self.forecasts:
            self.forecasts[name] = self._new(load(MODELS, name, Model))
        return self.forecasts[name]

    def _new(self, model: Model) -> Forecast:
        if isinstance(model.fit, Pool):
            members = [self.forecast(m) for m in model.fit.members]
            return model.fit.join(self.panel, members, np.random.default_rng(self.to_draw))
        return self._alone(model)

    def _alone(self, model: Model) -> Forecast:
        to_fit = np.random.default_rng(self.to_fit)
        to_draw = np.random.default_rng(self.to_draw)
        fitted = model.fit(self.panel, self.target, self.horizons, to_fit)
        return fitted.predict(self.panel, self.horizons, to_draw)


def family(name: str) -> Names:
    """A model and, where it is a pool, the models that it is made of."""
    fit = load(MODELS, name, Model).fit
    return (name, *fit.members) if isinstance(fit, Pool) else (name,)


def parts(name: str, forecasts: Mapping[str, Forecast], panel: Panel) -> tuple[Part, ...]:
    """What a model's figures rest on, of the forecasts of its ``family``: each member with its weight in every place."""
    fit, own = load(MODELS, name, Model).fit, forecasts[name]
    if not isinstance(fit, Pool):
        return alone(own)
    weight = fit.weights(panel, own.target).T
    cases = [load(MODELS, m, Model).cases for m in fit.members]
    members = [forecasts[m] for m in fit.members]
    return tuple(map(Part, members, weight, cases))


def draw_rows(drawn: Forecast) -> pa.Table:
    """FORECAST_DRAW rows, flat: one row a unit, horizon and draw."""
    units, horizons, size = drawn.draws.shape
    months = np.repeat(np.array(drawn.horizons, dtype=np.int64), size)
    columns = {
        "unit": np.repeat(np.array(drawn.units), horizons * size),
        "target": pa.repeat(drawn.target, drawn.draws.size),
        "horizon": np.tile(months, units),
        "draw": np.tile(np.arange(size, dtype=np.int64), units * horizons),
        "outcome": drawn.draws.reshape(-1).astype(np.int64),
    }
    types = pa.schema([(c.name, c.type) for c in FORECAST_DRAW.columns])
    return pa.table(columns).cast(types)
