"""Nearest cases: the share of events among the most similar past country-years, nearer ones counting more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

from upstander.core.types import Array, Cases, Classifier
from upstander.forecast.similar import Space, space_of

EVENTS = 1.5  # the width reaches as many cases as hold so many events of the base rate: 50 where that is 3 %
FEWEST, MOST = 10, 150  # such cases
BEYOND = 4  # times as many neighbours are asked
PRIOR = 4.0  # pseudo-cases at the share of all


@dataclass(frozen=True)
class Nearest:
    """The past cases in a tree, with what followed; the distance to the ``near``-th sets the width."""

    space: Space
    tree: Any
    outcome: Array
    share: float
    near: int

    def probability(self, values: Array) -> Array:
        """(N,) weighted share among the nearest, shrunk to the share of all."""
        points, row = np.unique(self.space.points(values), axis=0, return_inverse=True)
        return np.asarray(self._of(points)[row])

    def _of(self, points: Array) -> Array:
        most = min(BEYOND * self.near, len(self.outcome))
        distance, index = self.tree.query(points, k=most)
        near = _closeness(distance, self.near)
        events = (near * self.outcome[index]).sum(axis=1)
        return np.asarray((events + PRIOR * self.share) / (near.sum(axis=1) + PRIOR))


def _closeness(distance: Array, near: int) -> Array:
    """(N, k) weight of each neighbour, by its distance in widths."""
    width = distance[:, [min(near, distance.shape[1] - 1)]]
    return np.asarray(np.exp(-0.5 * (distance / np.maximum(width, 1e-6)) ** 2))


def fit(cases: Cases, _rng: Generator) -> Nearest:
    """Keep every training case; distances use few features, weighted by fixed importance."""
    from scipy.spatial import cKDTree

    space = space_of(cases.features, cases.values)
    tree = cKDTree(space.points(cases.values))
    share = _share(cases.outcome)
    return Nearest(space, tree, cases.outcome, share, _reach(share))


def _share(outcome: Array) -> float:
    return float((outcome.sum() + 0.5) / (len(outcome) + 1))


def _reach(share: float) -> int:
    """How many cases the width reaches where events are so frequent."""
    return int(np.clip(round(EVENTS / share), FEWEST, MOST))


CLASSIFIER = Classifier(
    title="Nearest cases",
    citation="Cover and Hart (1967), IEEE Transactions on Information Theory 13(1); kernel-weighted",
    fit=fit,
)
