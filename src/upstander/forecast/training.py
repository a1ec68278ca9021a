"""Train the ensemble of one annual target, calibrate it on earlier origins, and refit it on resampled countries."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.random import Generator

from upstander.core.types import Array, Cases
from upstander.forecast.calibration import Calibration, learn
from upstander.forecast.cases import AnnualTarget, known_before, select
from upstander.forecast.shapes import Index, Mask

if TYPE_CHECKING:
    from upstander.forecast.classifiers.ensemble import Ensemble

FIRST_ORIGIN = 1999  # earlier ones would learn from fewer than nine years
BLOCK = 5  # years one origin's model is asked for before the next is trained
LEAST_EVENTS = 3  # fewer, and no member can be trained
# Trainings of each member that draws random numbers: many where a rank is printed, one where many models are averaged.
PUBLISHED, PASSING = 9, 1


@dataclass(frozen=True)
class Earlier:
    """Forecasts made at earlier origins: (N,) rows of the cases, log odds before calibration, and outcomes."""

    rows: Index
    scores: Array
    outcome: Array


@dataclass(frozen=True)
class Learned:
    """What an ensemble says of the rows it was asked, and what it learned from.

    The ensemble stays in the process that trained it: it is large, and there the rows are answered side by side.

    Attributes:
        scores: (N,) calibrated log odds of the rows asked.
        base_rate: how often the event followed the cases.
        earlier: the forecasts it was calibrated on.
    """

    scores: Array
    calibration: Calibration
    base_rate: float
    cases: int
    events: int
    earlier: Earlier


def stream(seed: int, *keys: int) -> Generator:
    """Random numbers that depend on the seed and the keys only, never on who runs first."""
    return np.random.default_rng(np.random.SeedSequence((seed, *keys)))


def grow(
    cases: Cases,
    rng: Generator,
    members: Sequence[str] | None = None,
    repeats: int | None = None,
) -> Ensemble:
    """Fit the ensemble on one thread of linear algebra, silencing solvers' notes about early stops.

    Without ``members`` it has all of them; without ``repeats`` each is trained as often as in the back-test.

    One thread: the same bits however many processes run, and no spinning where other work shares the cores.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    from upstander.forecast.classifiers.ensemble import MEMBERS, REPEATS, fit

    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore")
        return fit(cases, rng, members or MEMBERS, repeats or REPEATS)


def earlier_forecasts(
    cases: Cases,
    goal: AnnualTarget,
    base: int,
    seed: int,
) -> Earlier:
    """Log odds and outcomes of forecasts made at origins before ``base``, for calibration.

    One model every five years, trained on what was known then, asked for the next five base years;
    outcomes not complete by the end of ``base`` are left out.
    """
    scores = [np.zeros(0)]
    rows = [np.zeros(0, dtype=np.int64)]
    complete = known_before(cases, base, goal)
    for origin in range(FIRST_ORIGIN, base, BLOCK):
        train = select(cases, known_before(cases, origin, goal))
        asked = np.flatnonzero(complete & _in_block(cases, origin))
        if train.outcome.sum() < LEAST_EVENTS or not len(asked):
            continue
        ensemble = grow(train, stream(seed, origin), repeats=PASSING)
        scores.append(ensemble.each(cases.values[asked]).mean(axis=0))
        rows.append(asked)
    every = np.concatenate(rows)
    return Earlier(every, np.concatenate(scores), cases.outcome[every])


def _in_block(cases: Cases, origin: int) -> Mask:
    """(N,) True for the base years that one origin's model is asked for."""
    return np.asarray((cases.years >= origin) & (cases.years < origin + BLOCK))


def learned(
    cases: Cases,
    goal: AnnualTarget,
    base: int,
    seed: int,
    asked: Array,
) -> Learned:
    """Learn from every case whose outcome was known at the end of ``base``, and answer (N, K) rows of feature values.

    Raises:
        ValueError: fewer than three events to learn from.
    """
    rows = select(cases, known_before(cases, base, goal))
    count = len(rows.outcome)
    events = _events(rows, goal, base)
    earlier = earlier_forecasts(cases, goal, base, seed)
    calibration = learn(earlier.scores, earlier.outcome)
    each = grow(rows, stream(seed, base), repeats=PUBLISHED).each(asked)
    return Learned(
        calibration.apply(each.mean(axis=0)),
        calibration,
        events / count,
        count,
        events,
        earlier,
    )


def _events(
    rows: Cases,
    goal: AnnualTarget,
    base: int,
) -> int:
    events = int(rows.outcome.sum())
    if events < LEAST_EVENTS:
        raise ValueError(
            f"{goal.id}: {events} events until {base}; a classifier needs {LEAST_EVENTS}"
        )
    return events


def resampled(cases: Cases, rng: Generator) -> Index:
    """Rows of as many countries as there are, drawn with replacement, each with all its years."""
    rows_of = _rows_by_country(cases)
    drawn = rng.integers(len(rows_of), size=len(rows_of))
    return np.concatenate([rows_of[i] for i in drawn])


def _rows_by_country(cases: Cases) -> list[Index]:
    names, inverse = np.unique(np.asarray(cases.units), return_inverse=True)
    return [np.flatnonzero(inverse == i) for i in range(len(names))]


def replicate(
    cases: Cases,
    goal: AnnualTarget,
    base: int,
    values: Array,
    seed: int,
    number: int,
) -> Array:
    """(M, N) members' log odds for ``values`` after refitting on resampled countries.

    Replicate ``number`` draws the same countries for every target, so that nested targets move together.
    """
    rows = _resample(
        select(cases, known_before(cases, base, goal)), stream(seed, 7, number)
    )
    # Taught by the event alone: the milder one halves what a refit moves, and doubles its time.
    ensemble = grow(replace(rows, milder=None), stream(seed, 11, number), repeats=PASSING)
    return ensemble.each(values)


def _resample(cases: Cases, rng: Generator) -> Cases:
    """Resampled countries; all as they are where the draw has no events: rare, and only for the rarest target."""
    draw = select(cases, resampled(cases, rng))
    return cases if draw.outcome.sum() < LEAST_EVENTS else draw
