"""The equal-weight pool of four unlike ways to forecast: boosted bins, hurdle, analogues, memory.

Equal weights because the windows to learn weights from are six, and two events of one war
decide their scores. Members are asked for by name, so a member is one file like any other.
"""

from dataclasses import dataclass

import numpy as np

from upstander.core.plugins import load
from upstander.core.types import Array, Fitted, Forecast, Model, Panel
from upstander.forecast import drawing

MEMBERS = ("boosted_bins", "boosted_hurdle", "analogues", "exponential_climatology_wide")


@dataclass(frozen=True)
class Pool:
    """The fitted members, in the order of MEMBERS."""

    target: str
    members: tuple[Fitted, ...]
    correlation: Array

    def predict(self, panel: Panel, horizons: tuple[int, ...], rng: np.random.Generator) -> Forecast:
        """1,000 draws for every unit and horizon, 250 from each member, joined into paths once."""
        draws = [m.predict(panel, horizons, rng).draws for m in self.members]
        paths = drawing.couple(
            drawing.pooled(draws, np.ones((len(panel.units), len(draws))), drawing.DRAWS, rng), self.correlation, rng
        )
        return drawing.forecast(panel, self.target, "pool", horizons, paths)


def fit(panel: Panel, target: str, horizons: tuple[int, ...], rng: np.random.Generator) -> Pool:
    """Fit every member on the same panel."""
    members = tuple(
        load("upstander.forecast.models", name, Model).fit(panel, target, horizons, rng) for name in MEMBERS
    )
    return Pool(target, members, drawing.rank_correlation(drawing.history(panel, target), horizons))


MODEL = Model(
    title="Pool of unlike members",
    citation="Equal-weight linear pool (Stone 1961); members as named in their files",
    fit=fit,
)
