"""Paths of the coming twelve months that agree with the odds: what followed places like this one, weighted.

For each place the library holds the twelve months after past origins. Of each class of outcome (none killed, 1-24,
25-99, 100-999, 1,000 and more) those nearest to the place today are taken, each class at first as heavy as it was among
the nearest of all. Then the weights are raked until every event has the probability the models gave it (iterative
proportional fitting: Deming and Stephan 1940, Annals of Mathematical Statistics 11), and 1,000 paths are drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from upstander.core.types import Array
from upstander.forecast.drawing import DRAWS
from upstander.forecast.rolling.events import LEARNED, YEAR, Event
from upstander.forecast.rolling.features import Asked
from upstander.forecast.rolling.months import Months, rolling
from upstander.forecast.shapes import Index
from upstander.forecast.targets import ONE_SIDED_THRESHOLDS

CLASSES = (0, 1, *ONE_SIDED_THRESHOLDS)  # least deaths of each class of outcome
PER_CLASS = 150
NEAREST = 1_000  # cases whose classes give the first weights
ROUNDS = 200
CLOSE = 1e-7
# No path holds more than this many deaths in twelve months, or than so many times the largest twelve months the place
# has on record, whichever is more: another country's genocide says nothing of how far this one would go.
MOST, MOST_TIMES = 5_000.0, 3.0
LIKENESS = (
    "history.log_one_sided_lag1",
    "history.log_one_sided_lag2",
    "history.log_one_sided_most36",
    "dynamics.log_one_sided_3m",
    "dynamics.log_one_sided_second12",
    "dynamics.active_months",
    "history.log_state_based_lag1",
)


@dataclass(frozen=True)
class Library:
    """(L, 12) months that followed past origins, and where these lie among places like them."""

    after: Array
    points: Array
    scale: Array

    @staticmethod
    def of(past: Asked) -> Library:
        """From rows whose next twelve months are known."""
        killed = past.known.months.killed
        steps = past.months[:, None] + np.arange(1, YEAR + 1)
        points = _points(past)
        scale = np.maximum(points.std(axis=0), 1e-9)
        return Library(killed[past.units[:, None], steps], points / scale, scale)

    def nearest(self, point: Array) -> tuple[Index, Array]:
        """Positions of the paths taken for a place, and their first weights."""
        distance = ((self.points - point / self.scale) ** 2).sum(axis=1)
        order = np.argsort(distance, kind="stable")
        kind = np.searchsorted(CLASSES, self.after.sum(axis=1), side="right") - 1
        share = np.bincount(kind[order[:NEAREST]], minlength=len(CLASSES)) + 0.5
        taken = [order[kind[order] == c][:PER_CLASS] for c in range(len(CLASSES))]
        weights = [np.full(len(t), share[c] / max(len(t), 1)) for c, t in enumerate(taken)]
        chosen = np.concatenate(taken)
        first = np.concatenate(weights)
        return chosen, first / first.sum()


def _points(rows: Asked) -> Array:
    columns = [rows.known.names.index(name) for name in LIKENESS]
    return np.asarray(rows.values[:, columns])


@dataclass(frozen=True)
class Paths:
    """For each place (N,) the paths taken, in whole persons, and their weights."""

    months: tuple[Array, ...]
    weights: tuple[Array, ...]

    def probability(self, i: int, event: Event, last: float) -> float:
        """Of an event at one place, from the weights."""
        return float(self.weights[i][_happened(self.months[i], event, last)].sum())

    def draws(self, rng: Generator, size: int = DRAWS) -> npt.NDArray[np.int32]:
        """(N, 12, size) equally likely draws: systematic, so that shares keep close to the weights."""
        return np.stack(
            [
                _drawn(m, w, rng, size)
                for m, w in zip(self.months, self.weights, strict=True)
            ]
        )


def agreeing(
    library: Library,
    asked: Asked,
    odds: Mapping[str, Array],
    last: Array,
    events: Sequence[Event] = LEARNED,
) -> Paths:
    """Paths for every row asked whose shares are the odds."""
    points = _points(asked)
    most = _bounds(asked)
    months = []
    weights = []
    for i in range(len(points)):
        chosen, first = library.nearest(points[i])
        own = bounded(library.after[chosen], float(most[i]))
        hits = np.stack([_happened(own, e, float(last[i])) for e in events])
        wanted = np.asarray([odds[e.id][i] for e in events])
        months.append(own)
        weights.append(raked(first, hits, wanted))
    return Paths(tuple(months), tuple(weights))


def _bounds(asked: Asked) -> Array:
    """(N,) most deaths of a path."""
    months: Months = asked.known.months
    record = np.maximum.accumulate(rolling(months.killed, YEAR), axis=1)
    return np.asarray(np.maximum(MOST, MOST_TIMES * record[asked.units, asked.months]))


def bounded(months: Array, most: float) -> Array:
    """(P, 12) paths in whole persons, those above the bound shrunk to it."""
    total = months.sum(axis=1, keepdims=True)
    return np.asarray(np.floor(months * np.minimum(1.0, most / np.maximum(total, 1.0))))


def _happened(months: Array, event: Event, last: float) -> npt.NDArray[np.bool_]:
    return np.asarray(
        months[:, : event.months].sum(axis=1) >= float(event.level(np.array(last)))
    )


def raked(weights: Array, hits: npt.NDArray[np.bool_], wanted: Array) -> Array:
    """(P,) weights that sum to 1, and over each event's paths (E, P) to its probability (E,).

    An event that no path has, or that all have, cannot be met and is left as it is.
    """
    out = weights / weights.sum()
    can = hits.any(axis=1) & ~hits.all(axis=1)
    for _ in range(ROUNDS):
        worst = 0.0
        for hit, p in zip(hits[can], wanted[can], strict=True):
            share = float(out[hit].sum())
            worst = max(worst, abs(share - p))
            out = np.where(hit, out * (p / share), out * ((1 - p) / (1 - share)))
        if worst < CLOSE:
            break
    return np.asarray(out)


def _drawn(
    months: Array, weights: Array, rng: Generator, size: int
) -> npt.NDArray[np.int32]:
    order = np.argsort(months.sum(axis=1), kind="stable")
    at = (np.arange(size) + rng.random()) / size
    found = np.searchsorted(np.cumsum(weights[order]), at)
    chosen = order[np.minimum(found, len(weights) - 1)]
    return np.asarray(months[rng.permutation(chosen)].T, dtype=np.int32)
