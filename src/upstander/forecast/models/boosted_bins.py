"""Boosted trees give each bin of deaths a chance; inside a bin the past gives the draws.

Good where deaths are few or may begin; cannot see beyond what was seen, so the pool leaves
established wars to the climatologies (FORECASTING: bin models fail on big wars).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from upstander.core.types import Array, Forecast, Model, Panel
from upstander.forecast import drawing, monthly_features, scores

ROUNDS = 50
PARAMETERS = {
    "objective": "multiclass",
    "num_class": scores.BINS,
    "learning_rate": 0.06,
    "num_leaves": 15,
    "min_data_in_leaf": 200,
    "feature_fraction": 0.6,
    "bagging_fraction": 0.6,
    "bagging_freq": 1,
    "lambda_l2": 20.0,
    "max_bin": 63,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}


@dataclass(frozen=True)
class BoostedBins:
    """The booster, and the past outcomes of each bin, sorted."""

    target: str
    booster: Any
    outcomes: tuple[Array, ...]
    correlation: Array

    def predict(self, panel: Panel, horizons: tuple[int, ...], rng: np.random.Generator) -> Forecast:
        """1,000 draws for every unit and horizon."""
        values, level = monthly_features.now(panel, self.target, horizons)
        chances = np.asarray(self.booster.predict(values, num_threads=1))
        draws = np.stack([self._draw(c, lv, rng) for c, lv in zip(chances, level, strict=True)])
        draws = draws.reshape(len(panel.units), len(horizons), drawing.DRAWS)
        return drawing.forecast(
            panel, self.target, "boosted_bins", horizons, drawing.couple(draws, self.correlation, rng)
        )

    def _draw(self, chances: Array, level: float, rng: np.random.Generator) -> Array:
        """1,000 draws for one row: bins by their chance, then outcomes of that bin.

        In the open top bin the past outcomes nearest the unit's own level are meant, not
        the average great war.
        """
        steps = (rng.random() + np.arange(drawing.DRAWS)) / drawing.DRAWS
        counts = np.bincount(
            np.minimum(np.searchsorted(np.cumsum(chances), steps), scores.BINS - 1), minlength=scores.BINS
        )
        parts = [rng.choice(self._near(b, level), size=n) for b, n in enumerate(counts) if n]
        return np.concatenate(parts)

    def _near(self, b: int, level: float) -> Array:
        found = self.outcomes[b]
        if b < scores.BINS - 1 or len(found) <= NEAREST:
            return found
        middle = int(np.searchsorted(found, level))
        start = min(max(middle - NEAREST // 2, 0), len(found) - NEAREST)
        return found[start : start + NEAREST]


NEAREST = 200  # past outcomes of the top bin that stand for one row


def fit(panel: Panel, target: str, horizons: tuple[int, ...], rng: np.random.Generator) -> BoostedBins:
    """Train on the past of every unit at once, with the horizon as a feature."""
    import lightgbm

    rows = monthly_features.rows(panel, target, horizons, rng)
    label = scores.bin_of(rows.outcome)
    data = lightgbm.Dataset(rows.values, label, weight=rows.weight, params={"max_bin": PARAMETERS["max_bin"]})
    seed = int(rng.integers(2**31))
    booster = lightgbm.train({**PARAMETERS, "seed": seed}, data, num_boost_round=ROUNDS)
    correlation = drawing.rank_correlation(drawing.history(panel, target), horizons)
    return BoostedBins(target, booster, _by_bin(rows.outcome, label), correlation)


def _by_bin(outcome: Array, label: npt.NDArray[np.int64]) -> tuple[Array, ...]:
    """Sorted outcomes of each bin; a bin never seen stands at its lower end."""
    starts = (0, *(end + 1 for end in scores.BIN_ENDS))
    found = [np.sort(outcome[label == b]) for b in range(scores.BINS)]
    return tuple(f if len(f) else np.array([float(s)]) for f, s in zip(found, starts, strict=True))


MODEL = Model(title="Boosted bins", citation="LightGBM (Ke et al. 2017) over the challenge's bins of deaths", fit=fit)
