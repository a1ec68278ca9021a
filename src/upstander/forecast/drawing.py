"""How draws are made, joined into paths and pooled: shared by every draw model."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from upstander.core.types import Array, Forecast, Panel

Draws = npt.NDArray[np.int32]

DRAWS = 1000
LARGEST = 2_000_000  # persons a month in one country: above any count on record, below int32


def history(panel: Panel, target: str) -> Array:
    """(U, T) past values of the target; NaN only before a unit's first known month.

    A State that began later has no months before (Sudan without the South: July 2011 in
    the challenge's file); nobody filled them in.

    Raises:
        ValueError: a gap after the first known month, no month at all, or a negative count.
    """
    series = panel.column(target)
    known = ~np.isnan(series)
    if (
        not series.size
        or not known[:, -1].all()
        or (np.diff(known.astype(np.int8), axis=1) < 0).any()
    ):
        raise ValueError(f"{target}: the panel's history is empty or has gaps; missing is not zero")
    if (series < 0).any():
        raise ValueError(f"{target}: the panel's history holds a negative count")
    return series


def whole(draws: npt.NDArray[Any]) -> Draws:
    """Draws as whole persons, between 0 and the largest count."""
    return np.asarray(np.clip(np.rint(draws), 0, LARGEST), dtype=np.int32)


def forecast(
    panel: Panel, target: str, model: str, horizons: tuple[int, ...], draws: npt.NDArray[Any]
) -> Forecast:
    """A Forecast of the panel's units from (U, H, S) draws, made whole."""
    shape = (len(panel.units), len(horizons))
    if draws.shape[:2] != shape:
        raise ValueError(
            f"{model}: draws {draws.shape} for {shape[0]} units and {shape[1]} horizons"
        )
    return Forecast(target, model, panel.as_of, panel.units, horizons, whole(draws))


def half_life_weights(months: int, half_life: float) -> Array:
    """(months,) weights that sum to 1, the newest last; a month ``half_life`` older counts half."""
    weights: Array = 0.5 ** (np.arange(months)[::-1] / half_life)
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def from_weights(values: Array, weights: Array, size: int, rng: np.random.Generator) -> Array:
    """(U, size) draws of each row of (U, T) values by (T,) weights; NaN values weigh nothing.

    Systematic sampling (one uniform start a row, equal steps) gives each value its share to
    within one draw, so the draws carry next to no noise of their own.
    """
    own = np.where(np.isnan(values), 0.0, weights)
    cumulated = np.cumsum(own, axis=1) / own.sum(axis=1, keepdims=True)
    steps = (rng.random((values.shape[0], 1)) + np.arange(size)) / size
    pick = np.stack(
        [np.searchsorted(c, s, side="right") for c, s in zip(cumulated, steps, strict=True)]
    )
    return np.take_along_axis(values, np.minimum(pick, values.shape[1] - 1), axis=1)


def lognormal_spread(draws: Array, sigma: float, rng: np.random.Generator) -> Array:
    """Each draw times a lognormal factor of mean 1: wider, with the mean kept."""
    return np.asarray(draws * rng.lognormal(-(sigma**2) / 2, sigma, draws.shape), dtype=np.float64)


def rank_correlation(
    series: Array, horizons: tuple[int, ...], back: int = 120, window: int = 24
) -> Array:
    """(H, H) correlation over horizons of where outcomes fell among the months before the origin.

    At each past origin the outcome at each horizon gets its rank among the unit's last
    ``window`` months, as a normal score; the correlation of these scores over horizons is
    what makes a bad spring follow a bad winter. Only units with deaths in that window count:
    ranks among zeros are ties. Without enough such cases: .5 ** (distance / 6 months).
    """
    from scipy.special import ndtri

    last = series.shape[1] - max(horizons)
    scores = []
    for origin in range(max(window, last - back), last, 2):
        past = series[:, origin - window : origin]
        live = past.max(axis=1) > 0  # NaN, a unit not yet there, is not
        later = series[live][:, [origin + h - 1 for h in horizons]]
        below = (past[live, None, :] < later[..., None]).sum(-1)
        ties = (past[live, None, :] == later[..., None]).sum(-1)
        scores.append(ndtri((below + ties / 2 + 0.5) / (window + 1)))
    found = np.concatenate(scores) if scores else np.empty((0, len(horizons)))
    gap = np.abs(np.subtract.outer(horizons, horizons))
    if len(found) < 200 or (found.std(axis=0) == 0).any():
        return np.asarray(0.5 ** (gap / 6), dtype=np.float64)
    # the diagonal is lifted a little so that the matrix has a Cholesky root
    return np.asarray(
        np.corrcoef(found.T) * 0.999 + 0.001 * np.eye(len(horizons)), dtype=np.float64
    )


def couple(
    draws: npt.NDArray[Any], correlation: Array, rng: np.random.Generator
) -> npt.NDArray[Any]:
    """Reorder (U, H, S) draws so that draw ``s`` over the horizons is one path.

    A Gaussian copula: each horizon keeps exactly its own draws, and their ranks follow
    correlated normal paths. Without it a 12-month total would be far too certain.
    Source: the "Schaake shuffle" idea, Clark et al. (2004), J. Hydrometeorology 5(1).
    """
    units, horizons, size = draws.shape
    if horizons == 1:
        return np.sort(draws, axis=-1)
    root = np.linalg.cholesky(correlation)
    out = np.empty_like(draws)
    for u in range(units):
        ranks = (root @ rng.standard_normal((horizons, size))).argsort(axis=-1).argsort(axis=-1)
        out[u] = np.take_along_axis(np.sort(draws[u], axis=-1), ranks, axis=-1)
    return out


def over_horizons(draws: npt.NDArray[Any], horizons: tuple[int, ...]) -> npt.NDArray[Any]:
    """(U, S) draws of one month repeated for each horizon: (U, H, S)."""
    return np.repeat(draws[:, None, :], len(horizons), axis=1)


def pooled(members: list[Draws], weights: Array, size: int, rng: np.random.Generator) -> Draws:
    """A linear pool: from each member as many draws as its weight says, chosen evenly over its sorted draws.

    Evenly, not at random: the pool then holds each member's distribution without new noise.

    Args:
        members: M times (U, H, S) draws.
        weights: (U, M) weights of each unit's members, of any sum above 0.

    Returns:
        (U, H, size) draws, not in the order of paths.
    """
    units, horizons, _ = members[0].shape
    out = np.empty((units, horizons, size), dtype=np.int32)
    ordered = [np.sort(draws, axis=-1) for draws in members]
    edges = np.rint(np.cumsum(weights, axis=1) / weights.sum(axis=1, keepdims=True) * size).astype(
        np.int64
    )
    starts = rng.random((units, len(members)))
    for u in range(units):
        begin = 0
        for m, end in enumerate(edges[u]):
            share = end - begin
            at = ((np.arange(share) + starts[u, m]) / max(share, 1) * ordered[m].shape[-1]).astype(
                np.int64
            )
            out[u, :, begin:end] = ordered[m][u][:, at]
            begin = end
    return out
