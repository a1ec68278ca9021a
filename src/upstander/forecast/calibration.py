"""Calibration learned on earlier origins only, and the order that nested events demand."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from upstander.core.types import Array
from upstander.forecast.shapes import ByName

FLOOR = 1e-4  # no place is immune: fewer than 1 in 10,000 a year is beyond what 35 years of data can say
INTERCEPT_SPREAD = 0.15  # prior standard deviation of the shift, in log odds
SLOPE_SPREAD = 0.1  # prior standard deviation of the stretch around 1
BOUNDS = ((-2, 2), (-0.6, 1.0))  # of the shift and the stretch less 1
STEPS = (
    "one_sided_1000",
    "one_sided_100",
    "one_sided_25",
)  # nested events, the rarer first


def within_floor(probability: Array) -> Array:
    """Probabilities held inside the floor."""
    return np.asarray(np.clip(probability, FLOOR, 1 - FLOOR))


def log_odds(probability: Array) -> Array:
    """Log odds, held inside the floor."""
    p = within_floor(probability)
    return np.asarray(np.log(p) - np.log1p(-p))


def chance(score: Array) -> Array:
    """Probability of a score in log odds."""
    return np.asarray(1 / (1 + np.exp(-np.clip(score, -30, 30))))


def level(score: Array, expected: float) -> float:
    """The shift in log odds after which the probabilities of ``score`` sum to ``expected``.

    Args:
        score: (N,) log odds.
        expected: sum wanted, between 0 and N.
    """
    from scipy.optimize import brentq

    return float(
        brentq(lambda shift: chance(score + shift).sum() - expected, -20, 20, xtol=1e-10)
    )


@dataclass(frozen=True)
class Calibration:
    """A shift and a stretch in log odds: logit(p) = intercept + slope * score.

    ``cases`` and ``events`` say what it was learned from; with none it changes nothing.
    """

    intercept: float = 0.0
    slope: float = 1.0
    cases: int = 0
    events: int = 0

    def apply(self, score: Array) -> Array:
        """Calibrated log odds of scores in log odds, held inside the floor."""
        edge = float(np.log((1 - FLOOR) / FLOOR))
        return np.asarray(np.clip(self.intercept + self.slope * score, -edge, edge))


def learn(score: Array, outcome: Array) -> Calibration:
    """Most likely shift and stretch given forecasts made at earlier origins and what followed.

    Args:
        score: (N,) log odds as they were given, before calibration.
        outcome: (N,) 1 where the event followed, else 0.

    Source: Cox (1958), Biometrika 45, with a normal prior at "no change", so that few events change little.
    """
    if not len(outcome):
        return Calibration()
    shift, stretch = _most_likely(score, outcome)
    return Calibration(shift, 1 + stretch, len(outcome), int(outcome.sum()))


def _most_likely(score: Array, outcome: Array) -> tuple[float, float]:
    from scipy.optimize import minimize

    best = minimize(
        _loss,
        np.zeros(2),
        args=(score, outcome),
        jac=True,
        method="L-BFGS-B",
        bounds=BOUNDS,
    )
    return float(best.x[0]), float(best.x[1])


def _loss(
    theta: Array,
    score: Array,
    outcome: Array,
) -> tuple[float, Array]:
    """The negative log likelihood of a shift and a stretch with their prior, and its slope."""
    shift, stretch = theta
    z = shift + (1 + stretch) * score
    value = float((np.logaddexp(0, z) - outcome * z).sum()) + _prior(shift, stretch)
    excess = chance(z) - outcome
    by_shift = excess.sum() + shift / INTERCEPT_SPREAD**2
    by_stretch = (excess * score).sum() + stretch / SLOPE_SPREAD**2
    return value, np.array([by_shift, by_stretch])


def _prior(shift: float, stretch: float) -> float:
    return 0.5 * (shift / INTERCEPT_SPREAD) ** 2 + 0.5 * (stretch / SLOPE_SPREAD) ** 2


def monotone(chances: Mapping[str, Array]) -> ByName:
    """The same probabilities in the order that nested events demand.

    P(>= 25) >= P(>= 100) >= P(>= 1,000) in each window, and two years at least one. Ordered pairs that
    disagree are replaced by their mean (pooled adjacent violators along each chain), then a running
    maximum settles what the crossing of both chains leaves.

    Args:
        chances: arrays of one shape by target id; only ids of one-sided targets are touched.
    """
    out = {name: np.array(values, dtype=np.float64) for name, values in chances.items()}
    one_year = [n for n in STEPS if n in out]
    pairs = [(n, f"{n}_24m") for n in one_year if f"{n}_24m" in out]
    chains = (one_year, [two for _, two in pairs])
    for chain in chains:
        _pool(chain, out)
    for one, two in pairs:
        _meet(one, two, out)
    for lower, upper in itertools.chain(*map(itertools.pairwise, chains), pairs):
        out[upper] = np.maximum(out[upper], out[lower])
    return out


def _pool(chain: list[str], chances: ByName) -> None:
    """Bring a chain of nested events into order."""
    if len(chain) > 1:
        pooled = _isotonic(np.stack([chances[n] for n in chain], axis=-1))
        chances.update({n: pooled[..., i] for i, n in enumerate(chain)})


def _meet(
    one: str,
    two: str,
    chances: ByName,
) -> None:
    """Put the mean in place of one and two years where one is above two."""
    wrong = chances[one] > chances[two]
    middle = (chances[one] + chances[two]) / 2
    for name in (one, two):
        chances[name] = np.where(wrong, middle, chances[name])


def _isotonic(values: Array) -> Array:
    """(..., n) non-decreasing along the last axis: the closest in squares, by the min-max formula.

    Source: Barlow et al. (1972), Statistical Inference under Order Restrictions, theorem 1.4.
    """
    n = values.shape[-1]
    total = np.concatenate(
        [np.zeros((*values.shape[:-1], 1)), np.cumsum(values, axis=-1)], axis=-1
    )
    columns = []
    for i in range(n):
        least = [_least_mean(total, s, range(i + 1, n + 1)) for s in range(i + 1)]
        columns.append(np.max(least, axis=0))
    return np.stack(columns, axis=-1)


def _least_mean(
    total: Array,
    start: int,
    stops: range,
) -> Array:
    """(...) least of the means from ``start`` to any of the stops, by the running total."""
    means = [(total[..., stop] - total[..., start]) / (stop - start) for stop in stops]
    return np.asarray(np.min(means, axis=0))
