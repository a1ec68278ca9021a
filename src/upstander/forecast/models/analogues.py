"""What followed in the past months most like this one, where a forest decides what is like.

Each tree draws outcomes from the leaf the unit falls in (quantile regression forest). Half
of the draws are outcomes as they were; half are their ratio to the level then, times the level
now, which lets a great war stay a great war; ratios are used only from LEAST_LEVEL up, since
below it they are noise.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from upstander.core.types import Array, Forecast, Model, Panel
from upstander.forecast import drawing, monthly_features

TREES = 100
LEAST_LEAF = 20  # rows
LEAST_LEVEL = 20.0  # deaths a month
MOST_RATIO = 3.0  # beyond it single events decide; 10 was a little worse on 2018-2023


@dataclass(frozen=True)
class Analogues:
    """A forest, the training rows in the order of their leaves, and where each leaf starts."""

    target: str
    forest: Any
    order: npt.NDArray[np.int64]
    starts: tuple[npt.NDArray[np.int64], ...]
    cumulated: Array
    outcome: Array
    level: Array
    correlation: Array

    def predict(
        self, panel: Panel, horizons: tuple[int, ...], rng: np.random.Generator
    ) -> Forecast:
        """1,000 draws for every unit and horizon, the same number from each tree."""
        values, level = monthly_features.now(panel, self.target, horizons)
        leaves = self.forest.apply(np.nan_to_num(values, nan=-1).astype(np.float32))
        each = drawing.DRAWS // TREES
        found = np.empty((len(values), TREES, each), dtype=np.int64)
        for tree in range(TREES):
            first, last = self.starts[tree][leaves[:, tree]], self.starts[tree][leaves[:, tree] + 1]
            low, high = self.cumulated[tree, first], self.cumulated[tree, last]
            u = (np.arange(each) + rng.random((len(values), each))) / each
            at = (
                np.searchsorted(
                    self.cumulated[tree], low[:, None] + u * (high - low)[:, None], side="right"
                )
                - 1
            )
            found[:, tree] = self.order[tree, np.clip(at, first[:, None], last[:, None] - 1)]
        draws = self._scaled(found.reshape(len(values), -1), level, rng)
        draws = draws.reshape(len(panel.units), len(horizons), drawing.DRAWS)
        return drawing.forecast(
            panel, self.target, "analogues", horizons, drawing.couple(draws, self.correlation, rng)
        )

    def _scaled(
        self, found: npt.NDArray[np.int64], level: Array, rng: np.random.Generator
    ) -> Array:
        raw, then = self.outcome[found], self.level[found]
        ratio = np.minimum(raw / then, MOST_RATIO) * level[:, None]
        use = (
            (then >= LEAST_LEVEL) & (level[:, None] >= LEAST_LEVEL) & (rng.random(raw.shape) < 0.5)
        )
        return np.where(use, ratio, raw)


def fit(
    panel: Panel, target: str, horizons: tuple[int, ...], rng: np.random.Generator
) -> Analogues:
    """Grow the forest on log deaths of every unit's past, then remember who sits in which leaf."""
    from sklearn.ensemble import ExtraTreesRegressor

    rows = monthly_features.rows(panel, target, horizons, rng)
    values = np.nan_to_num(rows.values, nan=-1).astype(np.float32)
    forest = ExtraTreesRegressor(
        TREES,
        min_samples_leaf=LEAST_LEAF,
        max_features=0.5,
        n_jobs=1,
        random_state=int(rng.integers(2**31)),
    )
    forest.fit(values, np.log1p(rows.outcome), sample_weight=rows.weight)
    leaves = forest.apply(values)
    order = np.argsort(leaves, axis=0, kind="stable").T
    starts = tuple(
        np.concatenate([[0], np.cumsum(np.bincount(leaves[:, k]))]) for k in range(TREES)
    )
    cumulated = np.concatenate(
        [np.zeros((TREES, 1)), np.cumsum(rows.weight[order], axis=1)], axis=1
    )
    correlation = drawing.rank_correlation(drawing.history(panel, target), horizons)
    return Analogues(
        target, forest, order, starts, cumulated, rows.outcome, rows.level, correlation
    )


MODEL = Model(
    title="Analogues",
    citation="Meinshausen (2006), Quantile regression forests, JMLR 7; extra trees",
    fit=fit,
)
