"""What a learned draw model sees of each unit at each origin, and the rows it learns from.

Everything comes from months up to and including the origin. One model serves all
horizons: the horizon is a column, and each origin of the past is paired with a few
horizons drawn at random, which costs a fraction of a model per horizon.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from upstander.core.thresholds import MASS_TOTAL, VIOLENT_YEAR
from upstander.core.types import Array, Panel
from upstander.forecast.drawing import history
from upstander.forecast.scores import BIN_ENDS
from upstander.forecast.shapes import Horizons, Index, Mask

SUMS = (1, 2, 3, 6, 12, 24, 60, 120)  # months
HALF_LIVES = (2.0, 6.0, 18.0)  # months
LEAST_HISTORY = 24  # months before an origin may teach: shorter sums would all look alike
LONG = 120  # months; the longest look back
QUIET_WEIGHT = 8.0  # of a quiet row: one in so many is kept
LAGS = 24  # months
SHARES = (4.0, 12.0, 48.0)  # half-lives, months
BLOCK = 10_000  # rows
Seen = Callable[[Panel, str], Array]  # what a learner sees: (U, T, K)


@dataclass(frozen=True)
class Rows:
    """Rows to learn from: (N, K) features, (N,) outcomes, levels, weights and unit numbers."""

    values: Array
    outcome: Array
    level: Array
    weight: Array
    unit: Index


def _windowed(series: Array, months: int) -> Array:
    """(U, T) sum of the last ``months`` values up to each month (fewer at the start)."""
    total = _running(series)
    end = np.arange(1, series.shape[1] + 1)
    return np.asarray(
        total[:, end] - total[:, np.maximum(end - months, 0)], dtype=np.float64
    )


def _running(series: Array) -> Array:
    """(U, T + 1) sum of the values before each month, and of all."""
    nothing = np.zeros((series.shape[0], 1))
    return np.concatenate([nothing, np.cumsum(series, axis=1)], axis=1)


def decayed(series: Array, half_life: float) -> Array:
    """(U, T) exponentially weighted mean of the values up to each month, in the series' unit."""
    kept = 0.5 ** (1 / half_life)
    weights = _filtered(np.ones(series.shape[1]), kept)
    return np.asarray(_filtered(series, kept) / weights, dtype=np.float64)


def _filtered(values: Array, kept: float) -> Array:
    """Running sums over the last axis, of which each step keeps a share."""
    from scipy.signal import lfilter

    return np.asarray(lfilter([1.0], [1.0, -kept], values, axis=-1))


def _months_since(flag: Mask) -> Array:
    """(U, T) months since the flag was last true, at most LONG."""
    at = np.where(flag, np.arange(flag.shape[1]), -LONG)
    return np.minimum(
        np.arange(flag.shape[1]) - np.maximum.accumulate(at, axis=1), LONG
    ).astype(np.float64)


def own_features(series: Array) -> Array:
    """(U, T, K) features of each unit's own history at every month."""
    logged: Array = np.asarray(np.log1p(series), dtype=np.float64)
    sums = {m: np.log1p(_windowed(series, m)) for m in SUMS}
    columns = [
        *sums.values(),
        *(np.log1p(decayed(series, h)) for h in HALF_LIVES),
        decayed(logged, 6.0),
        *_active(series),
        *(_months_since(flag) for flag in _reached(series)),
        sums[3] - np.log1p(_windowed(series, 12) / 4),
        sums[12] - np.log1p(_windowed(series, 60) / 5),
        *_last_year(logged),
    ]
    return np.stack(columns, axis=-1)


def _active(series: Array) -> tuple[Array, Array]:
    """Months with deaths in a year, and their share in ten."""
    active: Array = np.asarray(series > 0, dtype=np.float64)
    return _windowed(active, 12), _windowed(active, LONG) / LONG


def _reached(series: Array) -> tuple[Mask, ...]:
    """(U, T) each: months with any deaths, with those of a violent year, and with mass killing."""
    return series > 0, series >= VIOLENT_YEAR, series >= MASS_TOTAL


def _last_year(logged: Array) -> tuple[Array, ...]:
    """Most and spread of twelve months, and the two months before the last."""
    recent = np.stack([_shifted(logged, k) for k in range(12)])
    return recent.max(axis=0), recent.std(axis=0), recent[1], recent[2]


def _shifted(values: Array, months: int) -> Array:
    """(U, T) values as they stood some months earlier; 0 before the first."""
    return np.pad(values, ((0, 0), (months, 0)))[:, : values.shape[1]]


def features(panel: Panel, target: str) -> Array:
    """(U, T, K) features at every month: own history, the whole world's, and each further column.

    A further column (neighbours' deaths, events by type ...) enters as its last month and
    its sums over 3 and 12 months; missing values stay NaN, which the learners accept.
    """
    # Before a unit's first month its sums are of fewer months.
    series = np.nan_to_num(history(panel, target))
    total = np.asarray(series.sum(axis=0, keepdims=True), dtype=np.float64)
    world = np.log1p(_windowed(total, 12))
    others = [panel.column(name) for name in panel.features if name != target]
    parts = [own_features(series), np.repeat(world, len(series), axis=0)[..., None]]
    return np.concatenate([*parts, *(_further(column) for column in others)], axis=-1)


def _further(column: Array) -> Array:
    """(U, T, 3) log sums of a further column."""
    return np.stack([np.log1p(_windowed(column, m)) for m in (1, 3, 12)], axis=-1)


def sequences(panel: Panel, target: str) -> Array:
    """(U, T, K) the features, and the series as it ran: log deaths of each of the last two years' months, and the
    decayed shares of months that reached each of the challenge's bins. For learners that do not cut, but weigh.
    """
    series = np.nan_to_num(history(panel, target))
    logged = np.log1p(series)
    lags = [_shifted(logged, k) for k in range(1, LAGS)]
    above = [(series > end).astype(np.float64) for end in BIN_ENDS[:-1]]
    shares = [decayed(flag, h) for flag in above for h in SHARES]
    return np.concatenate(
        [features(panel, target), np.stack(lags + shares, axis=-1)], axis=-1
    )


def level(series: Array) -> Array:
    """(U, T) what a month is like just now: the decayed mean with half-life 6 months, at least .5."""
    return np.maximum(decayed(series, 6.0), 0.5)


@dataclass(frozen=True)
class _Past:
    """(N,) each: a unit, an origin month and a horizon to learn from."""

    unit: Index
    month: Index
    horizon: Index

    def those(self, some: Mask) -> _Past:
        """Some of them."""
        return _Past(self.unit[some], self.month[some], self.horizon[some])


def _beside(
    values: Array,
    at: tuple[Index, Index],
    horizon: Index,
) -> Array:
    """(N, K + 1) the features of each unit and month chosen, and its horizon; some rows at a time, for there are many."""
    unit, month = at
    out = np.empty((len(horizon), values.shape[-1] + 1))
    out[:, -1] = horizon
    for some in blocks(len(horizon)):
        out[some, :-1] = values[unit[some], month[some]]
    return out


def blocks(count: int) -> Iterator[slice]:
    """Slices of BLOCK rows: what is worked out of many rows needs the memory of few."""
    return (slice(start, start + BLOCK) for start in range(0, count, BLOCK))


def rows(
    panel: Panel,
    target: str,
    horizons: Horizons,
    rng: Generator,
    *,
    per_origin: int = 2,
    seen: Seen = features,
) -> Rows:
    """Past origins with ``per_origin`` horizons each, drawn at random, and what followed by the panel's end.

    Of rows with neither deaths in ten years nor an outcome only one in eight is kept, with
    weight eight: they are most of the world and say the same.
    """
    values_then = seen(panel, target)
    before = history(panel, target)
    series = np.nan_to_num(before)
    past = _past(before, horizons, per_origin, rng)
    outcome = series[past.unit, past.month + past.horizon]
    quiet = (_windowed(series, LONG)[past.unit, past.month] == 0) & (outcome == 0)
    keep = ~quiet | (rng.random(quiet.size) < 1 / QUIET_WEIGHT)
    chosen = past.those(keep)
    at = (chosen.unit, chosen.month)
    return Rows(
        _beside(values_then, at, chosen.horizon),
        outcome[keep],
        level(series)[at],
        np.where(quiet[keep], QUIET_WEIGHT, 1.0),
        chosen.unit,
    )


def _past(
    before: Array,
    horizons: Horizons,
    per_origin: int,
    rng: Generator,
) -> _Past:
    """Every origin that has a history and an outcome, ``per_origin`` times, each with a horizon drawn at random."""
    units, months = before.shape
    origins = np.arange(LEAST_HISTORY - 1, months - min(horizons))
    grid = np.meshgrid(np.arange(units), origins, np.arange(per_origin), indexing="ij")
    unit, month, _ = (axis.ravel() for axis in grid)
    horizon = rng.choice(np.asarray(horizons), size=unit.size)
    first = np.isnan(before).sum(axis=1) + LEAST_HISTORY - 1
    return _Past(unit, month, horizon).those(
        (month + horizon < months) & (month >= first[unit])
    )


def now(
    panel: Panel,
    target: str,
    horizons: Horizons,
    *,
    seen: Seen = features,
) -> tuple[Array, Array]:
    """(U * H, K) features at the panel's end with each horizon, and (U * H,) levels."""
    last = seen(panel, target)[:, -1]
    many = len(horizons)
    values = np.column_stack([np.repeat(last, many, axis=0), np.tile(horizons, len(last))])
    levels = level(np.nan_to_num(history(panel, target)))[:, -1]
    return values, np.repeat(levels, many)
