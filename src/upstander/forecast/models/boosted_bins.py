"""Boosted trees give each bin of deaths a chance; inside a bin the past gives the draws.

Good where deaths are few or may begin; cannot see beyond what was seen, so the pool leaves
established wars to the climatologies (FORECASTING: bin models fail on big wars).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

from upstander.core.types import Array, Forecast, Model, Panel
from upstander.forecast import drawing, monthly_features, scores
from upstander.forecast.bin_draws import PastOfBins, past
from upstander.forecast.shapes import Horizons

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
    "force_col_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}


@dataclass(frozen=True)
class BoostedBins:
    """The booster, and what past outcomes of each bin were."""

    target: str
    booster: Any
    past: PastOfBins
    correlation: Array

    def predict(
        self,
        panel: Panel,
        horizons: Horizons,
        rng: Generator,
    ) -> Forecast:
        """1,000 draws for every unit and horizon."""
        values, level = monthly_features.now(panel, self.target, horizons)
        chances = np.asarray(self.booster.predict(values, num_threads=1))
        draws = self.past.draw(chances, level, rng)
        return drawing.paths(
            panel,
            self.target,
            "boosted_bins",
            horizons,
            draws,
            self.correlation,
            rng,
        )


def fit(
    panel: Panel,
    target: str,
    horizons: Horizons,
    rng: Generator,
) -> BoostedBins:
    """Train on the past of every unit at once, with the horizon as a feature."""
    rows = monthly_features.rows(panel, target, horizons, rng)
    booster = _trained(rows, int(rng.integers(2**31)))
    correlation = drawing.correlation_of(panel, target, horizons)
    return BoostedBins(target, booster, past(rows.outcome), correlation)


def _trained(rows: monthly_features.Rows, seed: int) -> Any:
    import lightgbm

    label = scores.bin_of(rows.outcome)
    options = {"max_bin": PARAMETERS["max_bin"]}
    data = lightgbm.Dataset(rows.values, label, weight=rows.weight, params=options)
    return lightgbm.train(
        {
            **PARAMETERS,
            "seed": seed,
        },
        data,
        num_boost_round=ROUNDS,
    )


MODEL = Model(
    title="Boosted bins",
    citation="LightGBM (Ke et al. 2017) over the challenge's bins of deaths",
    fit=fit,
)
