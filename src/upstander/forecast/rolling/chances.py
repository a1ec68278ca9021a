"""Odds of every event for every place at an origin: two unlike models, pooled, nested events in order.

A logit with a strong ridge and small boosted trees, each on all that is known at the origin; the mean of their log
odds. An event of twelve months is taught twice, by itself and by half its deaths, as the yearly ensemble does. Trained
on windows that were over by then, from every third origin: neighbouring ones share most of their months.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.random import Generator

from upstander.core.types import Array
from upstander.forecast.calibration import chance, level, log_odds
from upstander.forecast.designs import Design, Linear
from upstander.forecast.rolling.events import YEAR, Event
from upstander.forecast.rolling.features import Asked, Known
from upstander.forecast.shapes import Index

MODEL = "rolling_pool"
FIRST_ORIGIN = 23  # two years of history before the first case
STEP = 3  # months between the origins that are learned from
LEAST_EVENTS = 10  # fewer, and the event keeps its observed share
STRENGTH = 0.003  # C of sklearn: some 90 correlated features, cases that overlap in time
SETTINGS = {
    "objective": "binary",
    "learning_rate": 0.05,
    "num_leaves": 5,
    "min_data_in_leaf": 60,
    "lambda_l2": 20.0,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.5,
    "bagging_freq": 1,
    "max_bin": 63,
    "verbosity": -1,
    "num_threads": 1,  # outcomes must not depend on the machine's cores
    "deterministic": True,
    "force_col_wise": True,
}
ROUNDS = 200
REFITS = 200  # draws of the logit's weights under resampled countries


@dataclass(frozen=True)
class Lesson:
    """All windows of one length that were over in the last month known, and what is known at their origins."""

    rows: Asked

    @staticmethod
    def of(known: Known, window: int, step: int = STEP) -> Lesson:
        """The newest origin first, then every ``step`` months back."""
        last = known.months.count - 1 - window
        return Lesson(known.at(list(range(last, FIRST_ORIGIN - 1, -step))[::-1]))

    def outcome(self, event: Event) -> Array:
        """(N,) 1 or 0; NaN where it could not happen."""
        outcomes = event.outcomes(self.rows.known.months)
        return np.asarray(outcomes[self.rows.units, self.rows.months])

    @cached_property
    def design(self) -> Design:
        """How features become a complete matrix."""
        return Design.learn(self.rows.values)

    @cached_property
    def matrix(self) -> Array:
        """(N, J) complete standardised features."""
        return self.design.apply(self.rows.values)

    @cached_property
    def binned(self) -> Any:
        """The features in the bins that trees split, made once for all events."""
        import lightgbm

        options = {"max_bin": SETTINGS["max_bin"], "verbosity": -1}
        data = lightgbm.Dataset(
            self.rows.values, np.zeros(len(self.rows.values)), params=options
        )
        return data.construct()


@dataclass(frozen=True)
class Taught:
    """One event's two models; each gives log odds."""

    line: Linear
    trees: Any
    shift: tuple[float, float] = (0.0, 0.0)

    def each(self, values: Array) -> Array:
        """(2, N) log odds of the logit and of the trees."""
        both = (self.line.probability(values), self.trees.predict(values, num_threads=1))
        return np.stack([log_odds(p) + s for p, s in zip(both, self.shift, strict=True)])


@dataclass(frozen=True)
class Learned:
    """What an event's models learned.

    Attributes:
        taught: by the event, and by its half where it has one; empty where too few events were seen.
        base_rate: how often the event followed.
    """

    event: Event
    lesson: Lesson
    taught: tuple[Taught, ...]
    base_rate: float
    cases: int
    events: int

    def each(self, values: Array) -> Array:
        """(2, N) log odds of the logit and of the trees for (N, K) features."""
        if not self.taught:
            return np.full((2, len(values)), log_odds(np.array(self.base_rate)))
        return np.asarray(np.mean([t.each(values) for t in self.taught], axis=0))

    def score(self, values: Array) -> Array:
        """(N,) pooled log odds."""
        return np.asarray(self.each(values).mean(axis=0))

    def moved(self, values: Array, rng: Generator, refits: int = REFITS) -> Array:
        """(R, N) change of the logit's log odds when whole countries are drawn with replacement.

        One Newton step from the fit in place of a refit: the clustered sandwich (Liang and Zeger 1986, Biometrika 73).
        """
        if not self.taught:
            return np.zeros((refits, len(values)))
        line = self.taught[0].line
        steps = _steps(line, self.lesson, self.lesson.outcome(self.event), rng, refits)
        to = np.column_stack([line.design.apply(values), np.ones(len(values))])
        return np.asarray(steps @ to.T)


def learn(lesson: Lesson, event: Event, rng: Generator) -> Learned:
    """One event's models."""
    outcome = lesson.outcome(event)
    events = int(outcome.sum())
    rate = (events + 0.5) / (len(outcome) + 1)
    taught: tuple[Taught, ...] = ()
    if events >= LEAST_EVENTS:
        taught = (_taught(lesson, outcome, rng),)
    if taught and event.months == YEAR:
        taught = (*taught, _by_half(lesson, event, events, rng))
    return Learned(event, lesson, taught, rate, len(outcome), events)


def _by_half(lesson: Lesson, event: Event, events: int, rng: Generator) -> Taught:
    """Taught by half the deaths, then moved so that as many events are expected as there were."""
    mild = _taught(lesson, lesson.outcome(event.milder()), rng)
    each = mild.each(lesson.rows.values)
    return Taught(mild.line, mild.trees, (level(each[0], events), level(each[1], events)))


def _taught(lesson: Lesson, outcome: Array, rng: Generator) -> Taught:
    return Taught(_line(lesson, outcome), _trees(lesson, outcome, rng))


def _line(lesson: Lesson, outcome: Array) -> Linear:
    from sklearn.linear_model import LogisticRegression

    logit = LogisticRegression(C=STRENGTH, solver="newton-cholesky", max_iter=50)
    logit.fit(lesson.matrix, outcome)
    columns = np.arange(lesson.rows.values.shape[1])
    return Linear(lesson.design, columns, logit.coef_[0], float(logit.intercept_[0]))


def _trees(lesson: Lesson, outcome: Array, rng: Generator) -> Any:
    import lightgbm

    seeded = {**SETTINGS, "seed": int(rng.integers(2**31 - 1))}
    return lightgbm.train(seeded, lesson.binned.set_label(outcome), ROUNDS)


def _steps(
    line: Linear, lesson: Lesson, outcome: Array, rng: Generator, refits: int
) -> Array:
    """(R, J + 1) moves of the weights and the intercept."""
    rows = np.column_stack([lesson.matrix, np.ones(len(lesson.matrix))])
    p = chance(lesson.matrix @ line.weights + line.intercept)
    ridge = np.diag([1 / STRENGTH] * lesson.matrix.shape[1] + [0.0])
    curvature = (rows * (p * (1 - p))[:, None]).T @ rows + ridge
    pull = _pull(lesson.rows.units, rows * (outcome - p)[:, None])
    count = len(pull)
    drawn = rng.multinomial(count, np.full(count, 1 / count), size=refits) - 1
    return np.asarray(np.linalg.solve(curvature, (drawn @ pull).T).T)


def _pull(units: Index, each: Array) -> Array:
    """(C, J) sums of the rows of each country."""
    names, inverse = np.unique(units, return_inverse=True)
    out = np.zeros((len(names), each.shape[1]))
    np.add.at(out, inverse, each)
    return out
