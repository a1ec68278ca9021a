"""Calibration by counting: how often what was said came, and where outcomes fell in the draws."""

from __future__ import annotations

import itertools
from bisect import bisect_right

import numpy as np

from upstander.core.types import Array
from upstander.forecast.scoreboard.board import Column
from upstander.forecast.shapes import Row, Rows

EDGES = (
    0.0,
    0.005,
    0.01,
    0.02,
    0.05,
    0.1,
    0.2,
    0.4,
    0.6,
    0.8,
    1.0,
)  # narrow where most probabilities are
PIT_BINS = 10
BINS = (
    "Cases are put together by what was said. “Seen” is how often the event came, with Jeffreys' 90 % interval of a "
    "share; cases of one country hang together, so the true interval is wider."
)

COLUMNS = (
    Column("model", "Model", "text"),
    Column("event", "Event", "text"),
    Column("bin", "Said", "text"),
    Column("cases", "Cases", "count"),
    Column("said", "Mean said", "percent"),
    Column("seen", "Seen", "percent"),
    Column("low", "Seen, 90 % low", "percent"),
    Column("high", "high", "percent"),
)


def bin_of(probability: float) -> str:
    """The name of the bin that a probability falls in."""
    at = min(bisect_right(EDGES, probability), len(EDGES) - 1)
    return _named(EDGES[at - 1], EDGES[at])


def reliability(stated: Array, seen: Array) -> Rows:
    """One row for each bin that holds a case: cases, mean probability said, share seen, 90 % interval.

    Args:
        stated: (N,) probabilities.
        seen: (N,) 1 where the event came, else 0.

    Source: Jeffreys' interval, Brown, Cai and DasGupta (2001), Statistical Science 16(2).
    """
    at = np.clip(np.searchsorted(EDGES, stated, side="right") - 1, 0, len(EDGES) - 2)
    return [
        {
            "bin": _named(low, high),
            **_row(stated[at == n], seen[at == n]),
        }
        for n, (low, high) in enumerate(itertools.pairwise(EDGES))
        if (at == n).any()
    ]


def _row(stated: Array, seen: Array) -> Row:
    """The cases of one bin."""
    count = len(seen)
    hits = float(seen.sum())
    low, high = share_interval(hits, count)
    return {
        "cases": count,
        "said": float(stated.mean()),
        "seen": hits / count,
        "low": low,
        "high": high,
    }


def share_interval(hits: float, count: float) -> tuple[float, float]:
    """Jeffreys' 90 % interval of a share."""
    from scipy.stats import beta

    low, high = beta.ppf([0.05, 0.95], hits + 0.5, count - hits + 0.5)
    return float(low), float(high)


def _named(low: float, high: float) -> str:
    """A bin in words: no probability reads as none or certain."""
    if low == 0:
        return f"under {100 * high:g} %"
    return f"{100 * low:g} % or more" if high == 1 else f"{100 * low:g}–{100 * high:g} %"


def pit(below: Array, at: Array) -> list[float]:
    """(10,) share of outcomes in each tenth of the predictive distribution, for counts.

    Args:
        below, at: (N,) shares of draws under the outcome, and not above it. Where draws equal the
            outcome it lies anywhere between the two, and is spread evenly over that stretch.

    Source: Czado, Gneiting and Held (2009), Biometrics 65(4), the non-randomised PIT histogram.
    """
    if not below.size:
        return [float("nan")] * PIT_BINS
    edges = np.arange(PIT_BINS + 1) / PIT_BINS
    width = (at - below)[:, None]
    wide = width > 1e-12
    reached = np.clip((edges - below[:, None]) / np.where(wide, width, 1.0), 0, 1)
    shares = np.where(wide, reached, _step(edges, at)).mean(axis=0)
    return [float(x) for x in np.diff(shares)]


def _step(edges: Array, at: Array) -> Array:
    """(N, 11) 0 or 1 where no draw equals the outcome: all of it lies at one point."""
    step = (edges >= at[:, None]).astype(float)
    step[:, 0], step[:, -1] = 0.0, 1.0
    return np.asarray(step)
