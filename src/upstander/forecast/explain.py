"""Why a probability is what it is: exact Shapley shares of the five families, in log odds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from math import factorial

import numpy as np

from upstander.core.types import Array
from upstander.forecast.shapes import ByName, Mask

Score = Callable[
    [frozenset[str]], Array
]  # log odds when these families are the place's own, the rest typical


def coalitions(families: Sequence[str]) -> list[frozenset[str]]:
    """Every set of families, the empty one first: 32 for five."""
    return [
        frozenset(c)
        for size in range(len(families) + 1)
        for c in combinations(families, size)
    ]


def shapley(families: Sequence[str], score: Score) -> ByName:
    """What each family adds to the typical place's log odds.

    Args:
        families: names of the players.
        score: (...) log odds of every place (and target) for a set of families.

    Returns:
        (...) contribution by family. They sum to score(all) - score(none), exactly: that is the point
        of Shapley's value, and why this and no other split is shown.

    Source: Shapley (1953), A value for n-person games; Lundberg and Lee (2017), NeurIPS, eq. 8.
    """
    values = {c: score(c) for c in coalitions(families)}
    return {family: _contribution(family, values, len(families)) for family in families}


def _contribution(
    family: str,
    values: Mapping[frozenset[str], Array],
    n: int,
) -> Array:
    """What joining adds, over all sets of the other families."""
    total = np.zeros_like(values[frozenset()])
    for without in (c for c in values if family not in c):
        added = values[without | {family}] - values[without]
        total = total + _weight(len(without), n) * added
    return total


def _weight(others: int, n: int) -> float:
    """Share of the orders of ``n`` players in which exactly so many others stand before one."""
    return factorial(others) * factorial(n - others - 1) / factorial(n)


def fidelity(
    families: Sequence[str],
    score: Score,
    shares: Mapping[str, Array],
) -> Mask:
    """Whether setting the family with the largest share to the typical place moves the forecast as its share says.

    Args:
        families, score: as for ``shapley``.
        shares: (...) contribution by family.

    Returns:
        (...) True where it does, or where no family contributes anything.
    """
    every = frozenset(families)
    stacked = np.stack([shares[f] for f in families])
    fallen = np.stack([score(every) - score(every - {f}) for f in families])
    top = np.abs(stacked).argmax(axis=0)[None]
    share, fall = (np.take_along_axis(x, top, axis=0)[0] for x in (stacked, fallen))
    agrees = np.sign(share) == np.sign(fall)
    return np.asarray(agrees | (np.abs(share) < 1e-9))


def typical(values: Array) -> Array:
    """(K,) the typical place: the median of each feature over the places of today; NaN where none is known."""
    known = ~np.isnan(values).all(axis=0)
    out = np.full(values.shape[1], np.nan)
    out[known] = np.nanmedian(values[:, known], axis=0)
    return out


def mixed(
    values: Array,
    reference: Array,
    families: Sequence[str],
    own: frozenset[str],
) -> Array:
    """(N, K) rows with the place's own values in the ``own`` families and the typical place's in the rest."""
    keep: Mask = np.asarray([f in own for f in families])
    return np.where(keep, values, reference)
