"""Rolling odds looked back on: models trained each December on windows that were over, asked at the origins that follow.

A hindcast: final figures, of which each origin sees the months up to its own, as the releases' lag lets it: the
provisional figures of a month are published within the next one, before a forecast that starts there is issued.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from upstander.core.months import month_after
from upstander.core.plugins import load
from upstander.core.types import Array, Cases, FittedClassifier, Model, Panel
from upstander.forecast.calibration import within_floor
from upstander.forecast.classifiers import conflict_history_logit
from upstander.forecast.designs import fit_logit
from upstander.forecast.rolling import chances
from upstander.forecast.rolling.chances import Learned
from upstander.forecast.rolling.events import EVENTS, HEADLINE, LEARNED, NEW
from upstander.forecast.rolling.features import Asked, Known
from upstander.forecast.rolling.months import Months
from upstander.forecast.rolling.odds import Models, last_year, learn_all
from upstander.forecast.shapes import ByName, Horizons, Index, Numbers
from upstander.forecast.totals import LEAST, PRIOR
from upstander.forecast.training import stream

FIRST_YEAR = 2004  # of the origins judged; before, fewer than 14 years teach
EVERY = 3  # months between the origins judged: neighbouring ones share most of their months
HISTORY = "conflict_history_logit"
CLIMATOLOGY = "exponential_climatology"
LAST_YEAR = "killed_in_the_last_12_months"
BASELINES = (HISTORY, CLIMATOLOGY, LAST_YEAR)
KILLED = "one_sided"


def origins_of(months: Months, year: int) -> list[int]:
    """Every third month from December before the year on, of which at least the next three months are known."""
    december = (year - months.first.year) * 12 - months.first.month
    last = months.count - 1 - EVERY
    return [at for at in range(december, december + 12, EVERY) if at <= last]


def one_year(
    months: Months,
    year: int,
    seed: int,
) -> dict[str, Numbers]:
    """The forecasts of the origins of one year by all models, and what followed, as arrays by name.

    ``unit`` and ``month`` (N,) are positions; ``p.MODEL.EVENT`` and ``y.EVENT`` (N,) are aligned with them.
    """
    origins = origins_of(months, year)
    everything = Known.of(months)
    known = until(everything, origins[0])
    asked = everything.at(origins)
    last = last_year(asked)
    models = learn_all(known, seed)
    ours = models.settled(models.scores(asked.values), last)
    said = {chances.MODEL: {**ours, NEW.id: ours[HEADLINE.id]}}
    said |= _baselines(models, asked, origins, seed)
    out: dict[str, Numbers] = {"unit": asked.units, "month": asked.months, "last": last}
    for model, odds in said.items():
        out |= {f"p.{model}.{name}": p for name, p in odds.items()}
    outcomes = {e.id: e.outcomes(months) for e in EVENTS}
    return out | {f"y.{n}": y[asked.units, asked.months] for n, y in outcomes.items()}


def until(known: Known, at: int) -> Known:
    """What was known at the end of a month, without working it out again."""
    return Known(known.months.until(at), known.names, known.values[:, : at + 1])


def _baselines(
    models: Models, asked: Asked, origins: list[int], seed: int
) -> dict[str, ByName]:
    """By baseline and event, (N,) probabilities."""
    by_history: ByName = {}
    by_last: ByName = {}
    for event in LEARNED:
        learned = models.by_event[event.id]
        column = np.array([_lag1(learned.lesson.rows.known)])
        by_history[event.id] = _taught(learned, conflict_history_logit.fit, asked)
        by_last[event.id] = _taught(learned, _on(column), asked)
    by_draws = climatology(asked, origins, models, stream(seed, 2))
    return {
        name: {**odds, NEW.id: odds[HEADLINE.id]}
        for name, odds in zip(BASELINES, (by_history, by_draws, by_last), strict=True)
    }


def _taught(
    learned: Learned, fit: Callable[[Cases, Generator], FittedClassifier], asked: Asked
) -> Array:
    """(N,) a baseline's probabilities, taught by what our models were taught by; the observed share where that is too little."""
    if not learned.taught:
        return np.full(len(asked.values), learned.base_rate)
    lesson = learned.lesson
    cases = lesson.rows.cases(lesson.outcome(learned.event))
    return within_floor(fit(cases, stream(0, 1)).probability(asked.values))


def _on(column: Index) -> Callable[[Cases, Generator], FittedClassifier]:
    """A logit on one column."""
    return lambda cases, _rng: fit_logit(cases, column, 1.0)


def _lag1(known: Known) -> int:
    return known.names.index("history.log_one_sided_lag1")


def climatology(
    asked: Asked,
    origins: list[int],
    models: Models,
    rng: Generator,
) -> ByName:
    """(N,) probabilities from draws of the own past, newer months heavier, by event."""
    months = asked.known.months
    model = load("upstander.forecast.models", CLIMATOLOGY, Model)
    horizons: Horizons = tuple(range(1, 13))
    last = last_year(asked)
    out = {e.id: np.zeros(len(last)) for e in LEARNED}
    for at in origins:
        rows = np.flatnonzero(asked.months == at)
        panel = panel_of(months.until(at))
        drawn = model.fit(panel, KILLED, horizons, rng).predict(panel, horizons, rng)
        draws = drawn.draws[asked.units[rows]]
        for e in LEARNED:
            sums = draws[:, : e.months].sum(axis=1, dtype=np.int64)
            share = (sums >= e.level(last[rows])[:, None]).mean(axis=1)
            size = draws.shape[-1]
            base = models.by_event[e.id].base_rate
            smooth = (share * size + PRIOR * base) / (size + PRIOR)
            out[e.id][rows] = np.clip(smooth, LEAST, 1 - LEAST)
    return out


def panel_of(months: Months, feature: str = KILLED) -> Panel:
    """Civilians killed deliberately by month as a panel, for models of draws."""
    periods = tuple(month_after(months.first, n) for n in range(months.count))
    return Panel(
        months.units,
        periods,
        months.killed[..., None],
        (feature,),
        as_of=periods[-1],
        hindcast=True,
    )
