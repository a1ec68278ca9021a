"""How sure the odds of all deaths are: what the members' disagreement and the few months behind a memory leave open.

In each of 400 samples the members of the model get random weights (Dirichlet, at their own weights in the place: all ones
where they count alike), and each member's own probability is drawn from the Beta distribution that as many cases as stand
behind its draws allow, with one more case: at the published figure where they are few, for a dozen calm months tell little
against all that others saw; else at one half (Jeffreys). So where members agree and learned from much the interval
is narrow, and where one memory of a dozen months speaks alone it is wide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from upstander.core.types import Array, Forecast

SAMPLES = 400
Event = tuple[float, int]  # deaths that the sum reaches, and months


@dataclass(frozen=True)
class Part:
    """A member of the model: what it draws, (U,) its weight in each place, and how many cases stand behind its draws.

    ``cases`` is None where all that was seen does: then each draw counts as one.
    """

    forecast: Forecast
    weight: Array
    cases: float | None = None

    def sample(self, event: Event, point: Array, rng: Generator) -> Array:
        """(SAMPLES, U) probabilities of an event that the member could as well have given."""
        count = self.cases or float(self.forecast.draws.shape[-1])
        more = point if self.cases else np.full(len(point), 0.5)
        happened = count * self.probability(*event)
        failed = count - happened
        return rng.beta(happened + more, failed + 1 - more, (SAMPLES, len(point)))

    def probability(self, threshold: float, months: int) -> Array:
        """(U,) that the sum of the first months reaches the threshold."""
        sums = self.forecast.draws[:, :months].sum(axis=1, dtype=np.int64)
        return np.asarray((sums >= threshold).mean(axis=-1), dtype=np.float64)


def alone(forecast: Forecast) -> tuple[Part, ...]:
    """A model that is no pool, of which nothing is known but its draws."""
    return (Part(forecast, np.ones(len(forecast.units))),)


def weights(parts: Sequence[Part], rng: Generator) -> Array:
    """(SAMPLES, M, U) weights of the members that add up to 1; a member that does not count in a place has none."""
    own = np.stack([part.weight for part in parts])
    share = own / own.sum(axis=0) * (own > 0).sum(axis=0)
    drawn = rng.standard_gamma(share, size=(SAMPLES, *share.shape))
    return np.asarray(drawn / drawn.sum(axis=1, keepdims=True))


def sample(
    parts: Sequence[Part],
    weight: Array,
    event: Event,
    point: Array,
    rng: Generator,
) -> Array:
    """(SAMPLES, U) probabilities that could as well have been published.

    Args:
        weight: of ``weights``: the same for every event, so that nested events move together.
        point: (U,) the published figure, strictly between 0 and 1.
    """
    each = np.stack([part.sample(event, point, rng) for part in parts])
    return np.asarray(np.einsum("smu,msu->su", weight, each))
