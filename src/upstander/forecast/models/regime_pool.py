"""The pool's four members with weights by regime: persistence where a war is established.

Where deaths are few or may begin the four count alike. From SOME people a month over the last year memory
has half of the weight, and from WAR on all of it: boosted trees cannot see beyond what was seen, and their
means of great wars were several times too high. The weights were chosen by CRPS on hindcasts whose outcomes
precede 2018, after a first set had not been clear of the baseline at the real origins; docs/forecasting.md
tells the order and counts what was tried.
"""

from dataclasses import dataclass

import numpy as np

from upstander.core.plugins import load
from upstander.core.types import Array, Fitted, Forecast, Model, Panel
from upstander.forecast import drawing

MEMBERS = ("boosted_bins", "boosted_hurdle", "analogues", "exponential_climatology_wide")
SOME, WAR = 25.0, 200.0  # deaths a month, mean of the last twelve
QUIET, MIDDLE, IN_WAR = (1.0, 1.0, 1.0, 1.0), (1.0, 1.0, 1.0, 3.0), (0.0, 0.0, 0.0, 1.0)  # in the order of MEMBERS


@dataclass(frozen=True)
class RegimePool:
    """The fitted members, in the order of MEMBERS."""

    target: str
    members: tuple[Fitted, ...]
    correlation: Array

    def predict(self, panel: Panel, horizons: tuple[int, ...], rng: np.random.Generator) -> Forecast:
        """1,000 draws for every unit and horizon, from each member by its weight, joined into paths once."""
        draws = [m.predict(panel, horizons, rng).draws for m in self.members]
        pooled = drawing.pooled(draws, weights(panel, self.target), drawing.DRAWS, rng)
        paths = drawing.couple(pooled, self.correlation, rng)
        return drawing.forecast(panel, self.target, "regime_pool", horizons, paths)


def weights(panel: Panel, target: str) -> Array:
    """(U, M) weight of each member in each unit."""
    year = np.nanmean(drawing.history(panel, target)[:, -12:], axis=1)  # of the known months
    regime = np.searchsorted([SOME, WAR], year, side="right")
    return np.asarray(np.array([QUIET, MIDDLE, IN_WAR])[regime], dtype=np.float64)


def fit(panel: Panel, target: str, horizons: tuple[int, ...], rng: np.random.Generator) -> RegimePool:
    """Fit every member on the same panel."""
    members = tuple(
        load("upstander.forecast.models", name, Model).fit(panel, target, horizons, rng) for name in MEMBERS
    )
    return RegimePool(target, members, drawing.rank_correlation(drawing.history(panel, target), horizons))


MODEL = Model(
    title="Pool of unlike members, by regime",
    citation="Linear pool (Stone 1961) with weights by intensity; members as named in their files",
    fit=fit,
)
