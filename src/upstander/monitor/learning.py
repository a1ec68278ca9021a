"""Chances that a rule learns from the past: a logistic line over deaths by type, growth and neighbours."""

from __future__ import annotations

import numpy as np

from upstander.core.thresholds import MASS_ONE_SIDED
from upstander.core.types import Array
from upstander.forecast.rolling.months import rolling
from upstander.forecast.shapes import Mask
from upstander.forecast.targets import SURGE_LEAST, SURGE_TIMES
from upstander.monitor.past import YEAR, Past

SPANS = (1, 3, 6, 12, 24, 36, 60)
FIRST_LESSON = 6 * YEAR  # January 1995: five quiet years and one to look ahead are known
FIRST_FIT = 16 * YEAR  # January 2005
STEP = 3  # months between the origins that are learned from: neighbouring ones share most of their months
STRENGTH = 0.06  # C of the logistic line: some seventy correlated features
ROUNDS = 50


def features(past: Past) -> Array:
    """(U, T, K) logs of deaths by type and events over one month to five years, growth, and what goes on next door."""
    kinds = [past.killed, past.deaths["state_based"], past.deaths["non_state"]]
    columns = []
    for values in (*kinds, past.total, past.events):
        columns += [np.log1p(rolling(values, n)) for n in SPANS]
        short, year = np.log1p(rolling(values, 3)), np.log1p(rolling(values, YEAR) / 4)
        longer = np.log1p(rolling(values, 36) / 3)
        columns += [short - year, np.log1p(rolling(values, YEAR)) - longer]
    for values in (past.killed, past.total):
        columns += [np.log1p(past.neighbours @ rolling(values, n)) for n in (3, YEAR)]
        columns += [np.log1p(rolling(values, 120)), np.log1p(np.cumsum(values, axis=1))]
        columns.append(np.log1p(this_year(values)))
    return np.stack([*columns, *_to_a_surge(past), *_often(past)], axis=-1)


def _to_a_surge(past: Past) -> list[Array]:
    """The deaths from which on a year would be a surge, as far as three years say, and how far the last year lies from it."""
    mean = np.maximum(SURGE_LEAST, rolling(past.killed, 36) / 3)
    needed = np.log(np.maximum(MASS_ONE_SIDED, SURGE_TIMES * mean))
    return [needed, np.log1p(rolling(past.killed, YEAR)) - needed]


def _often(past: Past) -> list[Array]:
    """Months with any death over half a year, one and three."""
    happened = (past.total > 0).astype(float)
    return [rolling(happened, n) for n in (6, YEAR, 36)]


def this_year(values: Array) -> Array:
    """(U, T) sums since January of the month's own year.

    >>> this_year(np.ones((1, 14)))[0, -3:].tolist()
    [12.0, 1.0, 2.0]
    """
    running = np.cumsum(values, axis=1)
    before = np.zeros_like(running)
    for january in range(YEAR, values.shape[1], YEAR):
        before[:, january : january + YEAR] = running[:, january - 1 : january]
    return np.asarray(running - before)


def learned(
    past: Past,
    meant: Mask,
    happened: Mask,
    wait: int,
) -> Array:
    """(U, T) chances of an outcome by a logistic line, learned anew each January from what was over by then.

    Args:
        meant: (U, T) where the rule speaks; happened: (U, T) the outcome of each origin.
        wait: months from an origin to the last month in which its outcome may come.
    """
    of = features(past)
    out = np.full(past.total.shape, -np.inf)
    for january in range(FIRST_FIT, past.count + 1, YEAR):
        taught = meant.copy()
        taught[:, :FIRST_LESSON] = False
        taught[:, january - wait :] = False
        taught[:, np.arange(past.count) % STEP > 0] = False
        # the month before January is the first that a draft of the year rests on
        year = slice(january - 1, min(january - 1 + YEAR, past.count))
        if len(np.unique(happened[taught])) == 2:
            out[:, year] = _line(of[taught], happened[taught], of[:, year])
    return np.where(meant, out, -np.inf)


def _line(
    of: Array,
    happened: Mask,
    asked: Array,
) -> Array:
    """(U, M) chances for (U, M, K) features."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    logit = LogisticRegression(C=STRENGTH, solver="newton-cholesky", max_iter=ROUNDS)
    line = make_pipeline(StandardScaler(), logit)
    line.fit(of, happened)
    flat = line.predict_proba(asked.reshape(-1, asked.shape[-1]))[:, 1]
    return np.asarray(flat.reshape(asked.shape[:2]))
