"""Nearest cases: the share of events among the most similar past country-years, nearer ones counting more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from upstander.core.types import Array, Cases, Classifier
from upstander.forecast.cases import Design
from upstander.forecast.similar import WEIGHTS, weights

EVENTS = 1.5  # the width reaches as many cases as hold so many events of the base rate: 50 where that is 3 %
FEWEST, MOST = 10, 150  # such cases
BEYOND = 4  # times as many neighbours are asked
PRIOR = 4.0  # pseudo-cases at the share of all


@dataclass(frozen=True)
class Nearest:
    """The past cases in a tree, with what followed; the distance to the ``near``-th sets the width."""

    design: Design
    columns: npt.NDArray[np.int64]
    weight: Array
    tree: Any
    outcome: Array
    share: float
    near: int

    def probability(self, values: Array) -> Array:
        """(N,) weighted share among the nearest, shrunk to the share of all."""
        points = self.design.apply(values[:, self.columns]) * self.weight
        distance, index = self.tree.query(points, k=min(BEYOND * self.near, len(self.outcome)))
        scale = np.maximum(distance[:, [min(self.near, distance.shape[1] - 1)]], 1e-6)
        near = np.exp(-0.5 * (distance / scale) ** 2)
        return np.asarray(
            ((near * self.outcome[index]).sum(axis=1) + PRIOR * self.share)
            / (near.sum(axis=1) + PRIOR)
        )


def fit(cases: Cases, _rng: np.random.Generator) -> Nearest:
    """Keep every training case; distances use few features, weighted by fixed importance."""
    from scipy.spatial import cKDTree

    chosen = np.asarray([i for i, f in enumerate(cases.features) if f in WEIGHTS], dtype=np.int64)
    raw = cases.values[:, chosen]
    median = np.nanmedian(raw, axis=0)
    design = Design(
        np.nan_to_num(median),
        np.zeros(0, dtype=np.int64),
        np.arange(len(chosen)),
        np.nanmean(raw, axis=0),
        np.maximum(np.nanstd(raw, axis=0), 1e-9),
    )
    weight = weights(tuple(cases.features[i] for i in chosen))
    share = float((cases.outcome.sum() + 0.5) / (len(cases.outcome) + 1))
    near = int(np.clip(round(EVENTS / share), FEWEST, MOST))
    return Nearest(
        design, chosen, weight, cKDTree(design.apply(raw) * weight), cases.outcome, share, near
    )


CLASSIFIER = Classifier(
    title="Nearest cases",
    citation="Cover and Hart (1967), IEEE Transactions on Information Theory 13(1); kernel-weighted",
    fit=fit,
)
