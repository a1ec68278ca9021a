"""What a learned draw model sees of each unit at each origin, and the rows it learns from.

Everything comes from months up to and including the origin. One model serves all
horizons: the horizon is a column, and each origin of the past is paired with a few
horizons drawn at random, which costs a fraction of a model per horizon.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from upstander.core.thresholds import MASS_TOTAL, VIOLENT_YEAR
from upstander.core.types import Array, Panel
from upstander.forecast.drawing import history
from upstander.forecast.scores import BIN_ENDS

SUMS = (1, 2, 3, 6, 12, 24, 60, 120)  # months
HALF_LIVES = (2.0, 6.0, 18.0)  # months
LEAST_HISTORY = 24  # months before an origin may teach: shorter sums would all look alike
LONG = 120  # months; the longest look back
LAGS = 24  # months
SHARES = (4.0, 12.0, 48.0)  # half-lives, months
Seen = Callable[[Panel, str], Array]  # what a learner sees: (U, T, K)


@dataclass(frozen=True)
class Rows:
    """Rows to learn from: (N, K) features, (N,) outcomes, levels, weights and unit numbers."""

    values: Array
    outcome: Array
    level: Array
    weight: Array
    unit: npt.NDArray[np.int64]


def _windowed(series: Array, months: int) -> Array:
    """(U, T) sum of the last ``months`` values up to each month (fewer at the start)."""
    total = np.concatenate([np.zeros((series.shape[0], 1)), np.cumsum(series, axis=1)], axis=1)
    end = np.arange(1, series.shape[1] + 1)
    return np.asarray(total[:, end] - total[:, np.maximum(end - months, 0)], dtype=np.float64)


def decayed(series: Array, half_life: float) -> Array:
    """(U, T) exponentially weighted mean of the values up to each month, in the series' unit."""
    from scipy.signal import lfilter

    keep = 0.5 ** (1 / half_life)
    weights = lfilter([1.0], [1.0, -keep], np.ones(series.shape[1]))
    return np.asarray(lfilter([1.0], [1.0, -keep], series, axis=1) / weights, dtype=np.float64)


def _months_since(flag: npt.NDArray[np.bool_]) -> Array:
    """(U, T) months since the flag was last true, at most LONG."""
    at = np.where(flag, np.arange(flag.shape[1]), -LONG)
    return np.minimum(np.arange(flag.shape[1]) - np.maximum.accumulate(at, axis=1), LONG).astype(
        np.float64
    )


def own_features(series: Array) -> Array:
    """(U, T, K) features of each unit's own history at every month."""
    logged: Array = np.asarray(np.log1p(series), dtype=np.float64)
    active: Array = np.asarray(series > 0, dtype=np.float64)
    found = [np.log1p(_windowed(series, m)) for m in SUMS]
    found += [np.log1p(decayed(series, h)) for h in HALF_LIVES]
    found += [decayed(logged, 6.0), _windowed(active, 12), _windowed(active, LONG) / LONG]
    found += [
        _months_since(series > 0),
        _months_since(series >= VIOLENT_YEAR),
        _months_since(series >= MASS_TOTAL),
    ]
    found += [
        found[2] - np.log1p(_windowed(series, 12) / 4),
        found[4] - np.log1p(_windowed(series, 60) / 5),
    ]
    recent = np.stack([np.pad(logged, ((0, 0), (k, 0)))[:, : series.shape[1]] for k in range(12)])
    found += [recent.max(axis=0), recent.std(axis=0), recent[1], recent[2]]
    return np.stack(found, axis=-1)


def features(panel: Panel, target: str) -> Array:
    """(U, T, K) features at every month: own history, the whole world's, and each further column.

    A further column (neighbours' deaths, events by type ...) enters as its last month and
    its sums over 3 and 12 months; missing values stay NaN, which the learners accept.
    """
    series = np.nan_to_num(
        history(panel, target)
    )  # before a unit's first month its sums are of fewer months
    total = np.asarray(series.sum(axis=0, keepdims=True), dtype=np.float64)
    world = np.log1p(_windowed(total, 12))
    parts = [own_features(series), np.repeat(world, len(series), axis=0)[..., None]]
    for name in panel.features:
        if name != target:
            column = panel.column(name)
            parts.append(np.stack([np.log1p(_windowed(column, m)) for m in (1, 3, 12)], axis=-1))
    return np.concatenate(parts, axis=-1)


def sequences(panel: Panel, target: str) -> Array:
    """(U, T, K) the features, and the series as it ran: log deaths of each of the last two years' months, and the
    decayed shares of months that reached each of the challenge's bins. For learners that do not cut, but weigh.
    """
    series = np.nan_to_num(history(panel, target))
    logged = np.log1p(series)
    lags = [np.pad(logged, ((0, 0), (k, 0)))[:, : series.shape[1]] for k in range(1, LAGS)]
    shares = [
        decayed((series > end).astype(np.float64), h) for end in BIN_ENDS[:-1] for h in SHARES
    ]
    return np.concatenate([features(panel, target), np.stack(lags + shares, axis=-1)], axis=-1)


def level(series: Array) -> Array:
    """(U, T) what a month is like just now: the decayed mean with half-life 6 months, at least .5."""
    return np.maximum(decayed(series, 6.0), 0.5)


def rows(
    panel: Panel,
    target: str,
    horizons: tuple[int, ...],
    rng: np.random.Generator,
    *,
    per_origin: int = 2,
    seen: Seen = features,
) -> Rows:
    """Past origins with ``per_origin`` horizons each, drawn at random, and what followed by the panel's end.

    Of rows with neither deaths in ten years nor an outcome only one in eight is kept, with
    weight eight: they are most of the world and say the same.
    """
    past, seen_then = history(panel, target), seen(panel, target)
    series, begin = np.nan_to_num(past), np.isnan(past).sum(axis=1)
    units, months = series.shape
    origin = np.arange(LEAST_HISTORY - 1, months - min(horizons))
    u, t, _ = (
        a.ravel()
        for a in np.meshgrid(np.arange(units), origin, np.arange(per_origin), indexing="ij")
    )
    h = rng.choice(np.asarray(horizons), size=u.size)
    inside = (t + h < months) & (t >= begin[u] + LEAST_HISTORY - 1)
    u, t, h = u[inside], t[inside], h[inside]
    outcome = series[u, t + h]
    quiet = (_windowed(series, LONG)[u, t] == 0) & (outcome == 0)
    keep = ~quiet | (rng.random(u.size) < 1 / 8)
    u, t, h = u[keep], t[keep], h[keep]
    values = np.column_stack([seen_then[u, t], h])
    return Rows(values, outcome[keep], level(series)[u, t], np.where(quiet[keep], 8.0, 1.0), u)


def now(
    panel: Panel, target: str, horizons: tuple[int, ...], *, seen: Seen = features
) -> tuple[Array, Array]:
    """(U * H, K) features at the panel's end with each horizon, and (U * H,) levels."""
    last = seen(panel, target)[:, -1]
    values = np.column_stack([np.repeat(last, len(horizons), axis=0), np.tile(horizons, len(last))])
    return values, np.repeat(level(np.nan_to_num(history(panel, target)))[:, -1], len(horizons))
