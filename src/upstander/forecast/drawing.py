"""How draws are made, joined into paths and pooled: shared by every draw model."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from upstander.core.types import Array, Forecast, Panel
from upstander.forecast.shapes import Horizons, Index, Numbers

Draws = npt.NDArray[np.int32]

DRAWS = 1000
MOST_UNSEEN, MOST_TIMES = 10_000.0, 5.0  # deaths a month; times the place's largest
LEAST_SCORES = 200  # fewer cases tell no correlation
LARGEST = (
    2_000_000  # persons a month in one country: above any count on record, below int32
)


def history(panel: Panel, target: str) -> Array:
    """(U, T) past values of the target; NaN only before a unit's first known month.

    A State that began later has no months before (Sudan without the South: July 2011 in
    the challenge's file); nobody filled them in.

    Raises:
        ValueError: a gap after the first known month, no month at all, or a negative count.
    """
    series = panel.column(target)
    if not _runs_to_the_end(series):
        raise ValueError(
            f"{target}: the panel's history is empty or has gaps; missing is not zero"
        )
    if (series < 0).any():
        raise ValueError(f"{target}: the panel's history holds a negative count")
    return series


def _runs_to_the_end(series: Array) -> bool:
    """Whether every unit is known in the last month and in every month since its first."""
    if not series.size:
        return False
    there = ~np.isnan(series)
    ends = (np.diff(there.astype(np.int8), axis=1) < 0).any()
    return bool(there[:, -1].all() and not ends)


def bounded(panel: Panel, target: str, draws: Numbers) -> Numbers:
    """(U, H, S) draws, none above 10,000 a month or five times the place's largest month on record, whichever is more.

    Another country's genocide says nothing of how far this one would go: without a bound a hundred draws in a million
    set the mean of a place that never saw a thousand deaths in a month.
    """
    record = np.nanmax(history(panel, target), axis=1)
    most = np.maximum(MOST_UNSEEN, MOST_TIMES * record)
    return np.asarray(np.minimum(draws, most[:, None, None]))


def whole(draws: Numbers) -> Draws:
    """Draws as whole persons, between 0 and the largest count."""
    return np.asarray(np.clip(np.rint(draws), 0, LARGEST), dtype=np.int32)


def forecast(
    panel: Panel,
    target: str,
    model: str,
    horizons: Horizons,
    draws: Numbers,
) -> Forecast:
    """A Forecast of the panel's units from (U, H, S) draws, made whole."""
    _check_shape(model, draws, (len(panel.units), len(horizons)))
    return Forecast(
        target,
        model,
        panel.as_of,
        panel.units,
        horizons,
        whole(draws),
    )


def _check_shape(
    model: str,
    draws: Numbers,
    shape: tuple[int, int],
) -> None:
    if draws.shape[:2] != shape:
        raise ValueError(
            f"{model}: draws {draws.shape} for {shape[0]} units and {shape[1]} horizons"
        )


def paths(
    panel: Panel,
    target: str,
    model: str,
    horizons: Horizons,
    draws: Numbers,
    correlation: Array,
    rng: Generator,
) -> Forecast:
    """A Forecast of the panel's units from draws of each unit and horizon, joined into paths."""
    by_unit = draws.reshape(len(panel.units), len(horizons), -1)
    return forecast(panel, target, model, horizons, couple(by_unit, correlation, rng))


def half_life_weights(months: int, half_life: float) -> Array:
    """(months,) weights that sum to 1, the newest last; a month ``half_life`` older counts half."""
    weights: Array = 0.5 ** (np.arange(months)[::-1] / half_life)
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def from_weights(
    values: Array,
    weights: Array,
    size: int,
    rng: Generator,
) -> Array:
    """(U, size) draws of each row of (U, T) values by (T,) weights; NaN values weigh nothing.

    Systematic sampling (one uniform start a row, equal steps) gives each value its share to
    within one draw, so the draws carry next to no noise of their own.
    """
    own = np.where(np.isnan(values), 0.0, weights)
    cumulated = np.cumsum(own, axis=1) / own.sum(axis=1, keepdims=True)
    steps = (rng.random((values.shape[0], 1)) + np.arange(size)) / size
    rows = zip(cumulated, steps, strict=True)
    pick = np.stack([np.searchsorted(c, s, side="right") for c, s in rows])
    return np.take_along_axis(values, np.minimum(pick, values.shape[1] - 1), axis=1)


def lognormal_spread(
    draws: Array,
    sigma: float,
    rng: Generator,
) -> Array:
    """Each draw times a lognormal factor of mean 1: wider, with the mean kept."""
    return np.asarray(
        draws * rng.lognormal(-(sigma**2) / 2, sigma, draws.shape), dtype=np.float64
    )


def correlation_of(
    panel: Panel,
    target: str,
    horizons: Horizons,
) -> Array:
    """(H, H) ``rank_correlation`` of the panel's own past."""
    return rank_correlation(history(panel, target), horizons)


def rank_correlation(
    series: Array,
    horizons: Horizons,
    back: int = 120,
    window: int = 24,
) -> Array:
    """(H, H) correlation over horizons of where outcomes fell among the months before the origin.

    At each past origin the outcome at each horizon gets its rank among the unit's last
    ``window`` months, as a normal score; the correlation of these scores over horizons is
    what makes a bad spring follow a bad winter. Only units with deaths in that window count:
    ranks among zeros are ties. Without enough such cases: .5 ** (distance / 6 months).
    """
    last = series.shape[1] - max(horizons)
    origins = range(max(window, last - back), last, 2)
    parts = [_normal_scores(series, origin, horizons, window) for origin in origins]
    scores = np.concatenate(parts) if parts else np.empty((0, len(horizons)))
    if len(scores) < LEAST_SCORES or (scores.std(axis=0) == 0).any():
        return _by_distance(horizons)
    # the diagonal is lifted a little so that the matrix has a Cholesky root
    lifted = np.corrcoef(scores.T) * 0.999 + 0.001 * np.eye(len(horizons))
    return np.asarray(lifted, dtype=np.float64)


def _by_distance(horizons: Horizons) -> Array:
    """(H, H) a correlation that halves every six months."""
    gap = np.abs(np.subtract.outer(horizons, horizons))
    return np.asarray(0.5 ** (gap / 6), dtype=np.float64)


def _normal_scores(
    series: Array,
    origin: int,
    horizons: Horizons,
    window: int,
) -> Array:
    """(L, H) where the outcomes of the live units fell among their months before the origin."""
    from scipy.special import ndtri

    past = series[:, origin - window : origin]
    live = past.max(axis=1) > 0  # NaN, a unit not yet there, is not
    before = past[live, None, :]
    later = series[live][:, [origin + h - 1 for h in horizons]][..., None]
    below = (before < later).sum(-1)
    ties = (before == later).sum(-1)
    return np.asarray(ndtri((below + ties / 2 + 0.5) / (window + 1)))


def couple(
    draws: Numbers,
    correlation: Array,
    rng: Generator,
) -> Numbers:
    """Reorder (U, H, S) draws so that draw ``s`` over the horizons is one path.

    A Gaussian copula: each horizon keeps exactly its own draws, and their ranks follow
    correlated normal paths. Without it a 12-month total would be far too certain.
    Source: the "Schaake shuffle" idea, Clark et al. (2004), J. Hydrometeorology 5(1).
    """
    _, horizons, size = draws.shape
    if horizons == 1:
        return np.sort(draws, axis=-1)
    root = np.linalg.cholesky(correlation)
    out = np.empty_like(draws)
    for u, own in enumerate(draws):
        normal = root @ rng.standard_normal((horizons, size))
        ranks = normal.argsort(axis=-1).argsort(axis=-1)
        out[u] = np.take_along_axis(np.sort(own, axis=-1), ranks, axis=-1)
    return out


def over_horizons(draws: Numbers, horizons: Horizons) -> Numbers:
    """(U, S) draws of one month repeated for each horizon: (U, H, S)."""
    return np.repeat(draws[:, None, :], len(horizons), axis=1)


def pooled(
    members: list[Draws],
    weights: Array,
    size: int,
    rng: Generator,
) -> Draws:
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
    edges = _edges(weights, size)
    starts = rng.random((units, len(members)))
    for u in range(units):
        begin = 0
        for draws, start, end in zip(ordered, starts[u], edges[u].tolist(), strict=True):
            at = _evenly(draws.shape[-1], end - begin, start)
            out[u, :, begin:end] = draws[u][:, at]
            begin = end
    return out


def _edges(weights: Array, size: int) -> Index:
    """(U, M) where each member's part of ``size`` draws ends."""
    shares = np.cumsum(weights, axis=1) / weights.sum(axis=1, keepdims=True)
    return np.asarray(np.rint(shares * size), dtype=np.int64)


def _evenly(
    size: int,
    count: int,
    start: float,
) -> Index:
    """Places of ``count`` of ``size`` draws at equal steps, the first at ``start`` of a step."""
    steps = (np.arange(count) + start) / max(count, 1)
    return np.asarray((steps * size).astype(np.int64))
