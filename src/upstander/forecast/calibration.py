"""Calibration learned on earlier origins only, and the order that nested events demand."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from upstander.core.types import Array

FLOOR = 1e-4  # no place is immune: fewer than 1 in 10,000 a year is beyond what 35 years of data can say
INTERCEPT_SPREAD = 0.15  # prior standard deviation of the shift, in log odds
SLOPE_SPREAD = 0.1  # prior standard deviation of the stretch around 1


def log_odds(probability: Array) -> Array:
    """Log odds, held inside the floor."""
    p = np.clip(probability, FLOOR, 1 - FLOOR)
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

    return float(brentq(lambda shift: chance(score + shift).sum() - expected, -20, 20, xtol=1e-10))


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
    from scipy.optimize import minimize

    if not len(outcome):
        return Calibration()

    def loss(theta: Array) -> tuple[float, Array]:
        shift, stretch = theta
        z = shift + (1 + stretch) * score
        p = chance(z)
        prior = 0.5 * (shift / INTERCEPT_SPREAD) ** 2 + 0.5 * (stretch / SLOPE_SPREAD) ** 2
        value = float((np.logaddexp(0, z) - outcome * z).sum()) + prior
        slope = np.array(
            [
                (p - outcome).sum() + shift / INTERCEPT_SPREAD**2,
                ((p - outcome) * score).sum() + stretch / SLOPE_SPREAD**2,
            ]
        )
        return value, slope

    found = minimize(loss, np.zeros(2), jac=True, method="L-BFGS-B", bounds=[(-2, 2), (-0.6, 1.0)])
    return Calibration(float(found.x[0]), 1 + float(found.x[1]), len(outcome), int(outcome.sum()))


def monotone(chances: Mapping[str, Array]) -> dict[str, Array]:
    """The same probabilities in the order that nested events demand.

    P(>= 25) >= P(>= 100) >= P(>= 1,000) in each window, and two years at least one. Ordered pairs that
    disagree are replaced by their mean (pooled adjacent violators along each chain), then a running
    maximum settles what the crossing of both chains leaves.

    Args:
        chances: arrays of one shape by target id; only ids of one-sided targets are touched.
    """
    steps = [n for n in ("one_sided_1000", "one_sided_100", "one_sided_25") if n in chances]
    out = {name: np.array(values, dtype=np.float64) for name, values in chances.items()}
    for suffix in ("", "_24m"):
        chain = [n + suffix for n in steps if n + suffix in out]
        if len(chain) > 1:
            pooled = _isotonic(np.stack([out[n] for n in chain], axis=-1))
            out.update({n: pooled[..., i] for i, n in enumerate(chain)})
    for one in steps:
        two = f"{one}_24m"
        if two in out:
            wrong = out[one] > out[two]
            middle = (out[one] + out[two]) / 2
            out[one], out[two] = (
                np.where(wrong, middle, out[one]),
                np.where(wrong, middle, out[two]),
            )
    for suffix in ("", "_24m"):
        chain = [n + suffix for n in steps if n + suffix in out]
        for lower, upper in itertools.pairwise(chain):
            out[upper] = np.maximum(out[upper], out[lower])
    for one in steps:
        if f"{one}_24m" in out:
            out[f"{one}_24m"] = np.maximum(out[f"{one}_24m"], out[one])
    return out


def _isotonic(values: Array) -> Array:
    """(..., n) non-decreasing along the last axis: the closest in squares, by the min-max formula.

    Source: Barlow et al. (1972), Statistical Inference under Order Restrictions, theorem 1.4.
    """
    n = values.shape[-1]
    total = np.concatenate([np.zeros((*values.shape[:-1], 1)), np.cumsum(values, axis=-1)], axis=-1)
    columns = []
    for i in range(n):
        low = [
            np.min([(total[..., t + 1] - total[..., s]) / (t + 1 - s) for t in range(i, n)], axis=0)
            for s in range(i + 1)
        ]
        columns.append(np.max(low, axis=0))
    return np.stack(columns, axis=-1)
