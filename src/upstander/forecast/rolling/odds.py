"""The odds of all events at one origin, settled: what is nested is ordered, what is the same event has one figure."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from upstander.core.types import Array
from upstander.forecast.calibration import chance, within_floor
from upstander.forecast.rolling.chances import Learned, Lesson, learn
from upstander.forecast.rolling.events import (
    ESCALATION,
    HEADLINE,
    LEARNED,
    WORST,
    YEAR,
    Event,
)
from upstander.forecast.rolling.features import Asked, Known
from upstander.forecast.rolling.months import ahead, rolling
from upstander.forecast.shapes import ByName
from upstander.forecast.targets import (
    CIVILIANS_MONTHS,
    ONE_SIDED_THRESHOLDS,
    civilians_id,
)
from upstander.forecast.training import stream

PASSES = 20  # of putting thresholds, then windows, in order


@dataclass(frozen=True)
class Models:
    """Everything learned at one origin, by event."""

    by_event: Mapping[str, Learned]

    def settled(self, scores: Mapping[str, Array], last: Array) -> ByName:
        """(..., N) probabilities by event from log odds; see ``settled``."""
        return settled(scores, last, self.tail(last))

    def tail(self, last: Array) -> Array:
        """(...) share of the past windows with 1,000 or more deaths that reached the level of an escalation.

        Log odds that are linear in logs say nothing of three times a number that was hardly ever reached.
        """
        lesson = self.by_event[WORST.id].lesson
        killed = ahead(lesson.rows.known.months.killed, YEAR)
        sums = killed[lesson.rows.units, lesson.rows.months]
        worst = np.sort(sums[sums >= WORST.threshold])
        level = np.maximum(ESCALATION.level(last), WORST.threshold)
        above = len(worst) - np.searchsorted(worst, level, side="left")
        return np.asarray((above + 0.5) / (len(worst) + 0.5))

    def scores(self, values: Array) -> ByName:
        """(N,) pooled log odds by event, not yet settled."""
        return {name: m.score(values) for name, m in self.by_event.items()}


def learn_all(known: Known, seed: int, events: tuple[Event, ...] = LEARNED) -> Models:
    """Learn every event from what was known in the last month."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    lessons = {w: Lesson.of(known, w) for w in {e.months for e in events}}
    out = {}
    with threadpool_limits(1):
        for number, event in enumerate(events):
            rng = stream(seed, 31, number)
            out[event.id] = learn(lessons[event.months], event, rng)
    return Models(out)


def last_year(asked: Asked) -> Array:
    """(N,) civilians killed deliberately in the twelve months up to each origin."""
    killed = rolling(asked.known.months.killed, YEAR)
    return np.asarray(killed[asked.units, asked.months])


def settled(scores: Mapping[str, Array], last: Array, tail: Array) -> ByName:
    """(..., N) probabilities by event from log odds, in the order that nested events demand.

    Where the last twelve months are so quiet that escalation is just the event of 100 in twelve months, the two models
    speak of one event, and the mean of their log odds is its figure. Where escalation needs more than 1,000 deaths, it is
    at most as probable as 1,000 deaths times the ``tail``.
    """
    raw = dict(scores)
    if ESCALATION.id in raw and HEADLINE.id in raw:
        both = (raw[ESCALATION.id] + raw[HEADLINE.id]) / 2
        raw[HEADLINE.id] = np.where(_is_same(last), both, raw[HEADLINE.id])
    out = ordered({name: within_floor(chance(s)) for name, s in raw.items()})
    if ESCALATION.id in out and HEADLINE.id in out:
        beyond = ESCALATION.level(last) > WORST.threshold
        bound = np.where(beyond, out[WORST.id] * tail, out[HEADLINE.id])
        most = within_floor(np.minimum(out[ESCALATION.id], bound))
        out[ESCALATION.id] = np.where(_is_same(last), out[HEADLINE.id], most)
    return out


def _is_same(last: Array) -> Array:
    return np.asarray(ESCALATION.level(last) <= HEADLINE.threshold)


def ordered(chances: Mapping[str, Array]) -> ByName:
    """The same with fewer deaths never less probable than more, and a longer window never less than a shorter one.

    Pairs that disagree take their mean, thresholds and windows in turn; a running maximum settles the rest.
    """
    out = {name: np.array(p) for name, p in chances.items()}
    chains = [[n for n in chain if n in out] for chain in _chains()]
    for _ in range(PASSES):
        for chain in chains:
            for less, more in itertools.pairwise(chain):
                wrong = out[less] > out[more]
                middle = (out[less] + out[more]) / 2
                out[less] = np.where(wrong, middle, out[less])
                out[more] = np.where(wrong, middle, out[more])
    for chain in chains:
        for less, more in itertools.pairwise(chain):
            out[more] = np.maximum(out[less], out[more])
    return out


def _chains() -> list[list[str]]:
    """Chains of events of which each contains the one before it."""
    by_deaths = [
        [civilians_id(n, months) for n in reversed(ONE_SIDED_THRESHOLDS)]
        for months in CIVILIANS_MONTHS
    ]
    by_months = [
        [civilians_id(n, months) for months in CIVILIANS_MONTHS]
        for n in reversed(ONE_SIDED_THRESHOLDS)
    ]
    return [*by_months, *by_deaths]


def spread(models: Models, asked: Asked, rng: Generator) -> ByName:
    """(R, N) log odds by event under resampled countries and random weights of the two models.

    What is measured: how far sampling of countries moves the logit, and how far the two models differ. Every event is
    moved by the same countries and weights, so that nested events move together.
    """
    seed = int(rng.integers(2**31 - 1))
    out = {}
    for name, model in models.by_event.items():
        own = np.random.default_rng(seed)
        moved = model.moved(asked.values, own)
        each = model.each(asked.values)
        weight = np.random.default_rng(seed + 1).random((len(moved), 1))
        mixed = weight * each[0] + (1 - weight) * each[1]
        out[name] = mixed + moved
    return out
