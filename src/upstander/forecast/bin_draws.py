"""From the chance of each bin of deaths to draws: what past outcomes of a bin were.

Shared by the models that give the challenge's bins (``scores.BIN_ENDS``) a chance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from upstander.core.types import Array
from upstander.forecast import drawing, scores
from upstander.forecast.shapes import Index

NEAREST = 200  # past outcomes of the open top bin that stand for one row


@dataclass(frozen=True)
class PastOfBins:
    """Sorted past outcomes of each bin, in persons killed."""

    outcomes: tuple[Array, ...]

    def draw(
        self,
        chances: Array,
        level: Array,
        rng: Generator,
    ) -> Array:
        """(N, 1,000) draws for (N, 11) chances and (N,) levels: bins by their chance, then outcomes of that bin."""
        return np.stack(
            [self._row(c, lv, rng) for c, lv in zip(chances, level, strict=True)]
        )

    def _row(
        self,
        chances: Array,
        level: float,
        rng: Generator,
    ) -> Array:
        counts = _counts(chances, rng.random())
        parts = [
            rng.choice(self._near(b, level), size=n) for b, n in enumerate(counts) if n
        ]
        return np.concatenate(parts)

    def _near(self, b: int, level: float) -> Array:
        """Outcomes of bin ``b``; of the top one those nearest the unit's own level, not the average great war."""
        outcomes = self.outcomes[b]
        if b < scores.BINS - 1 or len(outcomes) <= NEAREST:
            return outcomes
        middle = int(np.searchsorted(outcomes, level))
        start = min(max(middle - NEAREST // 2, 0), len(outcomes) - NEAREST)
        return outcomes[start : start + NEAREST]


def _counts(chances: Array, start: float) -> Index:
    """(11,) draws of each bin at equal steps through its chance, the first at ``start`` of a step."""
    steps = (start + np.arange(drawing.DRAWS)) / drawing.DRAWS
    picked = np.minimum(np.searchsorted(np.cumsum(chances), steps), scores.BINS - 1)
    return np.bincount(picked, minlength=scores.BINS)


def past(outcome: Array) -> PastOfBins:
    """Of (N,) outcomes; a bin never seen stands at its lower end."""
    label = scores.bin_of(outcome)
    starts = (0, *(end + 1 for end in scores.BIN_ENDS))
    return PastOfBins(
        tuple(_sorted_or(outcome[label == b], s) for b, s in enumerate(starts))
    )


def _sorted_or(outcomes: Array, start: int) -> Array:
    return np.sort(outcomes) if len(outcomes) else np.array([float(start)])
