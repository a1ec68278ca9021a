"""Proper scores, coverage, and honest intervals for differences. Lower is better unless said.

Every function takes numbers already aligned; none drops, fills or clips a case in silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.random import Generator

from upstander.core.types import Array
from upstander.forecast.shapes import Index, Mask, Numbers

Comparison = Literal["difference", "ratio", "geometric"]

# Upper ends of the bins of the ignorance score: 0 | 1-2 | 3-5 | ... | 501-1000 | 1001+.
# Source: the VIEWS prediction challenge (Hegre et al. 2025), as restated in FORECASTING rule 5.
BIN_ENDS = (0, 2, 5, 10, 25, 50, 100, 250, 500, 1000)
BINS = len(BIN_ENDS) + 1
LEVEL = 0.9  # of every interval we print
IGN_DRAWS = 1000  # the score depends on the number of draws through its pseudo-draws, so it is fixed


def _checked(draws: Numbers, outcome: Numbers) -> tuple[Array, Array]:
    """Both as floats, or ValueError when shapes do not fit or a number is NaN."""
    x = _floats(draws)
    y = _floats(outcome)
    if x.shape[:-1] != y.shape or x.shape[-1] == 0:
        raise ValueError(
            f"draws {x.shape} do not fit outcomes {y.shape}: need (..., S) and (...)"
        )
    if np.isnan(x).any() or np.isnan(y).any():
        raise ValueError("NaN in draws or outcomes; a score over gaps has no meaning")
    return x, y


def crps(draws: Numbers, outcome: Numbers) -> Array:
    """Continuous ranked probability score of equally likely draws.

    Args:
        draws: (..., S) draws from the forecast, in persons killed.
        outcome: (...) what happened, in the same unit.

    Returns:
        (...) score in persons killed, 0 when every draw equals the outcome.

    Raises:
        ValueError: a draw or an outcome is NaN, or shapes do not fit.

    Source: Gneiting & Raftery (2007), JASA 102(477), section 4.2; the sorted form costs S log S.
    """
    x, y = _checked(draws, outcome)
    size = x.shape[-1]
    x = np.sort(x, axis=-1)
    weights = (2 * np.arange(size) - size + 1) / size**2
    distance = np.abs(x - y[..., None]).mean(axis=-1)
    return _floats(distance - x @ weights)


def crps_log(draws: Numbers, outcome: Numbers) -> Array:
    """CRPS of log(1 + deaths): relative error, so that no single war decides it."""
    x, y = _checked(draws, outcome)
    return crps(np.log1p(x), np.log1p(y))


def bin_of(deaths: Numbers) -> Index:
    """The ignorance score's bin, 0 to 10, of each count of deaths.

    >>> bin_of(np.array([0, 1, 2, 3, 1000, 1001])).tolist()
    [0, 1, 1, 2, 9, 10]
    """
    return np.searchsorted(
        np.asarray(BIN_ENDS, dtype=np.float64), np.asarray(deaths), side="left"
    ).astype(np.int64)


def ign(draws: Numbers, outcome: Numbers) -> Array:
    """Ignorance in bits: -log2 of the share of draws in the outcome's bin, one pseudo-draw a bin.

    Args:
        draws: (..., 1000) draws; another number would be another score.

    Raises:
        ValueError: not 1,000 draws. Repeat a smaller number whole; never resample by Fourier
            methods as the challenge's own code does (0.640 for an honest 0.741).
    """
    x, y = _checked(draws, outcome)
    if x.shape[-1] != IGN_DRAWS:
        raise ValueError(f"ign needs {IGN_DRAWS} draws, got {x.shape[-1]}")
    hits = (bin_of(x) == bin_of(y)[..., None]).sum(axis=-1)
    return _floats(-np.log2((hits + 1) / (IGN_DRAWS + BINS)))


def mis(
    draws: Numbers,
    outcome: Numbers,
    alpha: float = 1 - LEVEL,
) -> Array:
    """Interval score of the central ``1 - alpha`` interval: its width, plus 2/alpha for each person missed.

    Source: Gneiting & Raftery (2007), eq. 43; quantiles are numpy's linear ones. Its mean is MIS.
    """
    x, y = _checked(draws, outcome)
    low, high = np.quantile(x, [alpha / 2, 1 - alpha / 2], axis=-1)
    return _floats(high - low + 2 / alpha * _missed(y, low, high))


def _missed(
    outcome: Array,
    low: Array,
    high: Array,
) -> Array:
    """How far the outcome lies outside."""
    return np.maximum(low - outcome, 0) + np.maximum(outcome - high, 0)


def coverage(
    draws: Numbers,
    outcome: Numbers,
    level: float = LEVEL,
) -> Array:
    """(...) 1 where the outcome lies in the central interval of the draws, else 0. Average it."""
    x, y = _checked(draws, outcome)
    low, high = np.quantile(x, _ends(level), axis=-1)
    return _floats((low <= y) & (y <= high))


def _ends(level: float) -> list[float]:
    """Quantile levels of a central interval."""
    return [(1 - level) / 2, (1 + level) / 2]


def _checked_chances(probability: Numbers, happened: Numbers) -> tuple[Array, Array]:
    p = _floats(probability)
    y = _floats(happened)
    if p.shape != y.shape or not p.size:
        raise ValueError(f"probabilities {p.shape} do not fit outcomes {y.shape}")
    if not ((p >= 0) & (p <= 1)).all() or not np.isin(y, (0, 1)).all():
        raise ValueError(
            "probabilities must lie in 0..1 and outcomes be 0 or 1, without NaN"
        )
    return p, y


def _floats(numbers: Numbers) -> Array:
    return np.asarray(numbers, dtype=np.float64)


def brier(probability: Numbers, happened: Numbers) -> Array:
    """(...) squared error of each probability. Source: Brier (1950), Monthly Weather Review 78."""
    p, y = _checked_chances(probability, happened)
    return _floats((p - y) ** 2)


def brier_of(probability: float, came: bool) -> float:
    """The squared error of one probability."""
    return float(brier(np.array(probability), np.array(float(came))))


def log_loss(probability: Numbers, happened: Numbers) -> Array:
    """(...) -log of the probability given to what happened, in nats; infinite for a certain error."""
    p, y = _checked_chances(probability, happened)
    with np.errstate(divide="ignore"):
        return np.asarray(-np.log(np.where(y == 1, p, 1 - p)), dtype=np.float64)


def auc(probability: Numbers, happened: Numbers) -> float:
    """Chance that a case that happened was given more than one that did not; ties count half. Higher is better."""
    from scipy.stats import rankdata

    p, y = _checked_chances(probability, happened)
    positives = int(y.sum())
    if positives in (0, y.size):
        raise ValueError("auc needs cases of both kinds")
    above = rankdata(p)[y == 1].sum() - positives * (positives + 1) / 2
    return float(above / (positives * (y.size - positives)))


def average_precision(probability: Numbers, happened: Numbers) -> float:
    """Mean precision over the cases that happened, by falling probability; tied cases enter together. Higher is better."""
    p, y = _checked_chances(probability, happened)
    if not y.sum():
        raise ValueError("average precision needs a case that happened")
    hits, cases = _until_each_tie(p, y)
    gained = np.diff(np.r_[0, hits])
    return float(np.sum(gained * hits / cases) / y.sum())


def _until_each_tie(p: Array, y: Array) -> tuple[Array, Index]:
    """Cases that happened and all cases, from the most probable to the last of each tie."""
    order = np.argsort(-p, kind="stable")
    last_of_tie = np.r_[np.diff(p[order]) != 0, True]
    return np.cumsum(y[order])[last_of_tie], np.flatnonzero(last_of_tie) + 1


@dataclass(frozen=True)
class Gain:
    """A comparison of two forecasts with its 90 % interval.

    ``value`` is model minus baseline, or model over baseline; ``neutral`` is 0 or 1.
    """

    value: float
    low: float
    high: float
    neutral: float

    @property
    def is_distinguishable(self) -> bool:
        """Whether the interval leaves the neutral value out."""
        return (
            self.low > self.neutral or self.high < self.neutral
        )  # of what is not known: no

    @property
    def words(self) -> str:
        """``.941 [.912, .975]``, and "not distinguishable" when the interval spans the neutral value."""
        text = f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"
        return text if self.is_distinguishable else f"{text} not distinguishable"


def bootstrap(
    model: Numbers,
    baseline: Numbers,
    rng: Generator,
    *,
    kind: Comparison = "ratio",
    rounds: int = 2000,
    blocks: tuple[int, ...] | None = None,
) -> Gain:
    """Paired bootstrap of a mean score against a baseline's, over countries x windows.

    Args:
        model, baseline: (U, W) mean score per country and window, on the same cases.
        kind: difference of means; ratio of means; or the geometric mean over windows of
            the ratio of the windows' means.
        blocks: (W,) block number of each window; windows of a block are drawn together.
            Windows that share months are not independent evidence.

    Countries and blocks are drawn with replacement, independently (a pigeonhole bootstrap:
    Owen 2007, Annals of Applied Statistics 1(2)).
    """
    a, b = _paired(model, baseline)
    units, windows = a.shape
    label = np.arange(windows) if blocks is None else np.asarray(blocks)
    _, block = np.unique(label, return_inverse=True)
    rows = _drawn(units, rounds, rng)
    columns = _drawn(int(block.max()) + 1, rounds, rng)[:, block]
    low, high = _interval(_gains(rows @ a, rows @ b, columns, kind, units))
    whole = _gains(
        a.sum(axis=0)[None], b.sum(axis=0)[None], np.ones((1, windows)), kind, units
    )
    return Gain(float(whole[0]), low, high, 0.0 if kind == "difference" else 1.0)


def _paired(model: Numbers, baseline: Numbers) -> tuple[Array, Array]:
    """Both as floats, or ValueError where they are not two tables of the same cases."""
    a = _floats(model)
    b = _floats(baseline)
    if a.shape != b.shape or a.ndim != 2 or np.isnan(a).any() or np.isnan(b).any():
        raise ValueError(f"need two (U, W) tables without NaN, got {a.shape} and {b.shape}")
    return a, b


def _drawn(
    count: int,
    rounds: int,
    rng: Generator,
) -> Array:
    """(R, count) how often each of so many is drawn when as many are drawn with replacement."""
    return rng.multinomial(count, np.full(count, 1 / count), size=rounds).astype(np.float64)


def _interval(values: Array) -> tuple[float, float]:
    """The central 90 % of what is known of (R,) values."""
    known = values[~np.isnan(values)]
    if not known.size:
        return float("nan"), float("nan")
    low, high = np.quantile(known, _ends(LEVEL))
    return float(low), float(high)


def _gains(
    a: Array,
    b: Array,
    times: Array,
    kind: str,
    units: int,
) -> Array:
    """(R,) values of the comparison from (R, W) sums over countries, each window taken so many ``times``.

    NaN where a ratio has no base.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        if kind == "ratio":
            base = (b * times).sum(axis=1)
            return np.asarray(np.where(base > 0, (a * times).sum(axis=1) / base, np.nan))
        if kind == "geometric":
            return _geometric(a, b, times)
    return np.asarray(((a - b) * times).sum(axis=1) / times.sum(axis=1) / units)


def _geometric(
    a: Array,
    b: Array,
    times: Array,
) -> Array:
    """(R,) geometric mean of the windows' ratios; NaN where one of those taken has none."""
    logs = np.where(times > 0, np.log(a / b) * times, 0.0)
    means = np.exp(logs.sum(axis=1) / times.sum(axis=1))
    return np.asarray(np.where(_without_ratio(a, b, times), np.nan, means))


def _without_ratio(
    a: Array,
    b: Array,
    times: Array,
) -> Mask:
    """(R,) True where a window is taken whose ratio or its logarithm does not exist."""
    return np.asarray(((times > 0) & ((a <= 0) | (b <= 0))).any(axis=1))


def repeated(draws: Numbers, size: int = IGN_DRAWS) -> Numbers:
    """(..., size) draws: fewer are repeated in turn, so that each stands for its share to within one.

    >>> repeated(np.array([7, 8, 9]), 5).tolist()
    [7, 8, 9, 7, 8]
    """
    if draws.shape[-1] > size:
        raise ValueError(
            f"{draws.shape[-1]} draws are more than {size}; choose, do not cut"
        )
    return draws[..., np.resize(np.arange(draws.shape[-1]), size)]
