"""Nearest cases: the share of events among the most similar past country-years, nearer ones counting more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from upstander.core.types import Array, Cases, Classifier
from upstander.forecast.cases import Design
from upstander.forecast.similar import WEIGHTS, weights

NEAREST = 200
NEAR = 50  # the distance to this neighbour sets the width; of 50 cases one or two hold an event of 3 %
PRIOR = 4.0  # pseudo-cases at the share of all


@dataclass(frozen=True)
class Nearest:
    """The past cases in a tree, with what followed."""

    design: Design
    columns: npt.NDArray[np.int64]
    weight: Array
    tree: Any
    outcome: Array
    share: float

    def probability(self, values: Array) -> Array:
        """(N,) weighted share among the nearest, shrunk to the share of all."""
        points = self.design.apply(values[:, self.columns]) * self.weight
        distance, index = self.tree.query(points, k=min(NEAREST, len(self.outcome)))
        scale = np.maximum(distance[:, [min(NEAR, distance.shape[1] - 1)]], 1e-6)
        near = np.exp(-0.5 * (distance / scale) ** 2)
        return np.asarray(((near * self.outcome[index]).sum(axis=1) + PRIOR * self.share) / (near.sum(axis=1) + PRIOR))


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
    return Nearest(design, chosen, weight, cKDTree(design.apply(raw) * weight), cases.outcome, share)


CLASSIFIER = Classifier(
    title="Nearest cases",
    citation="Cover and Hart (1967), IEEE Transactions on Information Theory 13(1); kernel-weighted",
    fit=fit,
)
