"""What followed in the past months most like this one, where a forest decides what is like.

Each tree draws outcomes from the leaf the unit falls in (quantile regression forest). Half
of the draws are outcomes as they were; half are their ratio to the level then, times the level
now, which lets a great war stay a great war; ratios are used only from LEAST_LEVEL up, since
below it they are noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from upstander.core.types import Array, Forecast, Model, Panel
from upstander.forecast import drawing, monthly_features
from upstander.forecast.shapes import Horizons, Index, Mask

TREES = 100
LEAST_LEAF = 20  # rows
LEAST_LEVEL = 20.0  # deaths a month
MOST_RATIO = 3.0  # beyond it single events decide; 10 was a little worse on 2018-2023


@dataclass(frozen=True)
class Leaves:
    """(R,) training rows of one tree in the order of its leaves, where each leaf starts, and (R + 1,) weights up to there."""

    order: Index
    starts: Index
    cumulated: Array

    @classmethod
    def of(cls, leaf: Index, weight: Array) -> Leaves:
        """The leaves of a tree from the (R,) leaf and weight of each row."""
        order = np.argsort(leaf, kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(leaf))])
        return cls(order, starts, np.concatenate([[0.0], np.cumsum(weight[order])]))

    def draw(
        self,
        leaf: Index,
        size: int,
        rng: Generator,
    ) -> Index:
        """(N, size) training rows from (N,) leaves, each by its weight."""
        first = self.starts[leaf]
        last = self.starts[leaf + 1]
        low = self.cumulated[first]
        high = self.cumulated[last]
        u = (np.arange(size) + rng.random((len(leaf), size))) / size
        wanted = low[:, None] + u * (high - low)[:, None]
        at = np.searchsorted(self.cumulated, wanted, side="right") - 1
        return np.asarray(self.order[np.clip(at, first[:, None], last[:, None] - 1)])


@dataclass(frozen=True)
class Analogues:
    """A forest, who sits in which leaf of each of its trees, and what followed these rows from which level."""

    target: str
    forest: Any
    trees: tuple[Leaves, ...]
    outcome: Array
    level: Array
    correlation: Array

    def predict(
        self,
        panel: Panel,
        horizons: Horizons,
        rng: Generator,
    ) -> Forecast:
        """1,000 draws for every unit and horizon, the same number from each tree."""
        values, level = monthly_features.now(panel, self.target, horizons)
        leaves = self.forest.apply(_single(values))
        each = drawing.DRAWS // TREES
        rows = np.empty((len(values), TREES, each), dtype=np.int64)
        for n, tree in enumerate(self.trees):
            rows[:, n] = tree.draw(leaves[:, n], each, rng)
        draws = self._scaled(rows.reshape(len(values), -1), level, rng)
        return drawing.paths(
            panel,
            self.target,
            "analogues",
            horizons,
            draws,
            self.correlation,
            rng,
        )

    def _scaled(
        self,
        rows: Index,
        level: Array,
        rng: Generator,
    ) -> Array:
        """Outcomes of the rows, half of those with a level to speak of brought to the level now."""
        raw = self.outcome[rows]
        then = self.level[rows]
        now = level[:, None]
        ratio = np.minimum(raw / then, MOST_RATIO) * now
        chosen = rng.random(raw.shape) < 0.5
        return np.where(_is_telling(then) & _is_telling(now) & chosen, ratio, raw)


def _is_telling(level: Array) -> Mask:
    """Whether a ratio to the level is more than noise."""
    return level >= LEAST_LEVEL


def _single(values: Array) -> npt.NDArray[np.float32]:
    """Features in single precision, as trees keep them; what is not known stands at -1."""
    return np.nan_to_num(values, nan=-1).astype(np.float32)


def fit(
    panel: Panel,
    target: str,
    horizons: Horizons,
    rng: Generator,
) -> Analogues:
    """Grow the forest on log deaths of every unit's past, then remember who sits in which leaf."""
    rows = monthly_features.rows(panel, target, horizons, rng)
    values = _single(rows.values)
    forest = _forest(int(rng.integers(2**31)))
    forest.fit(values, np.log1p(rows.outcome), sample_weight=rows.weight)
    trees = tuple(Leaves.of(leaf, rows.weight) for leaf in forest.apply(values).T)
    correlation = drawing.correlation_of(panel, target, horizons)
    return Analogues(
        target,
        forest,
        trees,
        rows.outcome,
        rows.level,
        correlation,
    )


def _forest(seed: int) -> Any:
    from sklearn.ensemble import ExtraTreesRegressor

    return ExtraTreesRegressor(
        TREES,
        min_samples_leaf=LEAST_LEAF,
        max_features=0.5,
        n_jobs=1,
        random_state=seed,
    )


MODEL = Model(
    title="Analogues",
    citation="Meinshausen (2006), Quantile regression forests, JMLR 7; extra trees",
    fit=fit,
)
