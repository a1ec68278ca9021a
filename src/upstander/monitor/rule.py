"""What a rule is: scores of every place at the end of every month, from that month and earlier ones alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from upstander.core.types import Array
from upstander.forecast.rolling.months import rolling
from upstander.forecast.shapes import Mask
from upstander.monitor.past import YEAR, Past

SPANS = (1, 3, 6, 12, 24, 36, 60)
FIRST_LESSON = (
    6 * YEAR
)  # January 1995: five quiet years and one to look ahead must be known
STRENGTH = 0.02  # C of the logistic line: some fifty correlated features and cases that overlap in time
ROUNDS = 400


@dataclass(frozen=True)
class Rule:
    """One way to choose what may deserve an alert.

    Attributes:
        topic: of the signals it makes; says: the id of their message, with ``place`` and ``month``.
        quiet_months: how long it is silent on a place after a draft of its own; never less than six.
        score: (U, T) from the past, and the month before which what it learns from had to be over; -inf or NaN where
            the rule does not speak. A higher one is drafted first.
        drafts: how many it makes a month by default.
    """

    title: str
    topic: str
    says: str
    quiet_months: int
    drafts: int
    score: Callable[[Past, int], Array]


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
    return np.stack(columns, axis=-1)


def learned(past: Past, meant: Mask, happened: Mask, until: int) -> Array:
    """(U, T) chances of an outcome by a logistic line, taught by the months before ``until`` alone.

    Args:
        meant: (U, T) where the rule speaks; happened: (U, T) the outcome of each origin.
        until: the last origin whose outcome was over is this many months into the past.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    of = features(past)
    taught = meant.copy()
    taught[:, :FIRST_LESSON] = False
    taught[:, until:] = False
    line = make_pipeline(StandardScaler(), LogisticRegression(C=STRENGTH, max_iter=ROUNDS))
    line.fit(of[taught], happened[taught])
    flat = line.predict_proba(of.reshape(-1, of.shape[-1]))[:, 1]
    return np.where(meant, flat.reshape(meant.shape), -np.inf)
