"""Two questions: will anyone be killed, and if so how many? Boosted trees answer each.

The second is answered in logs with the empirical residuals of rows left out of training,
taken from rows of like expected size, so its spread is what such forecasts really missed by.
Draws stop at three times the worst month of the unit's last year (or FREE, if that is more):
without the stop the tail of a great war's logs made its mean several times too high.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from upstander.core.types import Array, Forecast, Model, Panel
from upstander.forecast import drawing, monthly_features

ROUNDS_ANY, ROUNDS_SIZE = 120, 120
FREE = 1000.0  # deaths a month that any unit may reach
MOST_RATIO = 3.0  # as for analogues
NEAREST = 400  # residuals of rows with the nearest expected size
PARAMETERS = {
    "learning_rate": 0.05,
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
class BoostedHurdle:
    """Two boosters and the left-out residuals, in order of expected size."""

    target: str
    any_deaths: Any
    size: Any
    expected: Array
    residuals: Array
    correlation: Array

    def predict(self, panel: Panel, horizons: tuple[int, ...], rng: np.random.Generator) -> Forecast:
        """1,000 draws for every unit and horizon."""
        values, _ = monthly_features.now(panel, self.target, horizons)
        chance = np.asarray(self.any_deaths.predict(values, num_threads=1))
        expected = np.asarray(self.size.predict(values, num_threads=1))
        worst = drawing.history(panel, self.target)[:, -12:].max(axis=1)
        most = np.maximum(np.nan_to_num(worst) * MOST_RATIO, FREE)
        draws = np.zeros((len(values), drawing.DRAWS))
        for n, (p, e) in enumerate(zip(chance, expected, strict=True)):
            count = int(p * drawing.DRAWS + rng.random())
            size = np.expm1(e + rng.choice(self._near(e), size=count))
            draws[n, :count] = np.clip(size, 1, most[n // len(horizons)])
        paths = drawing.couple(draws.reshape(len(panel.units), len(horizons), drawing.DRAWS), self.correlation, rng)
        return drawing.forecast(panel, self.target, "boosted_hurdle", horizons, paths)

    def _near(self, expected: float) -> Array:
        width = min(NEAREST, len(self.expected))
        start = int(np.searchsorted(self.expected, expected)) - width // 2
        start = min(max(start, 0), len(self.expected) - width)
        return self.residuals[start : start + width]


def fit(panel: Panel, target: str, horizons: tuple[int, ...], rng: np.random.Generator) -> BoostedHurdle:
    """Train both on the past of every unit; every third unit is left out for the residuals, in turn."""
    import lightgbm

    rows = monthly_features.rows(panel, target, horizons, rng)
    options: dict[str, Any] = {**PARAMETERS, "seed": int(rng.integers(2**31))}
    bins = {"max_bin": PARAMETERS["max_bin"]}
    label = (rows.outcome > 0).astype(float)
    any_data = lightgbm.Dataset(rows.values, label, weight=rows.weight, params=bins)
    any_deaths = lightgbm.train({**options, "objective": "binary"}, any_data, num_boost_round=ROUNDS_ANY)
    with_deaths = rows.outcome > 0
    values, size = rows.values[with_deaths], np.log1p(rows.outcome[with_deaths])
    options = {**options, "objective": "regression"}
    fold = rows.unit[with_deaths] % 3
    left_out = np.zeros(len(size))
    for f in range(3):
        data = lightgbm.Dataset(values[fold != f], size[fold != f], params=bins)
        left_out[fold == f] = lightgbm.train(options, data, num_boost_round=ROUNDS_SIZE).predict(values[fold == f])
    booster = lightgbm.train(options, lightgbm.Dataset(values, size, params=bins), num_boost_round=ROUNDS_SIZE)
    order = np.argsort(left_out, kind="stable")
    correlation = drawing.rank_correlation(drawing.history(panel, target), horizons)
    return BoostedHurdle(target, any_deaths, booster, left_out[order], (size - left_out)[order], correlation)


MODEL = Model(title="Boosted hurdle", citation="LightGBM (Ke et al. 2017): any deaths, then log deaths", fit=fit)
