"""Yearly probabilities of several models on the same country-years, and the scores that their tables show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.random import Generator

from upstander.core.types import Array
from upstander.forecast import scores
from upstander.forecast.qualification import ends_of_looks
from upstander.forecast.scoreboard.board import Kind
from upstander.forecast.shapes import ByName, Index, Labels, Mask, Names, Numbers

ROUNDS = 1000  # resamples of countries
ENDS = [0.05, 0.95]  # of a 90 % interval


@dataclass(frozen=True)
class YearStudy:
    """One yes/no target: every model's probability for the same country-years, and what followed.

    Attributes:
        units, years: (N,) place code and base year.
        chances: (N,) by model.
        outcome: (N,) 1 or 0.
        groups: by what: (N,) labels.
        blocks: (N,) the stretch of time a case is drawn with; None: its base year.
    """

    task: str
    kind: Kind
    target: str
    what: str
    units: Labels
    years: Index
    chances: Mapping[str, Array]
    outcome: Array
    groups: Mapping[str, Labels]
    baselines: Names
    reference: str
    seed: int
    ships: bool = True
    blocks: Index | None = None

    def weights(self) -> Array:
        """(R, N) how often each case is drawn when whole countries are drawn with replacement.

        Where there are blocks of time, these are drawn too: a case counts as often as its country times its block.
        """
        rng = np.random.default_rng([self.seed, len(np.unique(self.units))])
        of_countries = _drawn(self.units, rng)
        return (
            of_countries if self.blocks is None else of_countries * _drawn(self.blocks, rng)
        )

    @property
    def time(self) -> Index:
        """(N,) what stands for a year: the stretch of time a case is drawn with."""
        return self.years if self.blocks is None else self.blocks

    @cached_property
    def precisions(self) -> ByName:
        """By model, the (R,) average precision of each resample: filled as models are asked for, the costliest part."""
        return {}

    def cut(self, rows: Mask) -> YearStudy:
        """Some of the cases."""
        return replace(
            self,
            units=self.units[rows],
            years=self.years[rows],
            chances={m: p[rows] for m, p in self.chances.items()},
            outcome=self.outcome[rows],
            groups={k: v[rows] for k, v in self.groups.items()},
            blocks=None if self.blocks is None else self.blocks[rows],
        )

    def by_year(self) -> Iterator[Mask]:
        """(N,) True for the cases of each base year."""
        for year in np.unique(self.years):
            yield self.years == year


def _drawn(labels: Numbers, rng: Generator) -> Array:
    """(R, N) how often the label of each case comes when as many labels as there are are drawn with replacement."""
    names, inverse = np.unique(labels, return_inverse=True)
    count = len(names)
    drawn = rng.multinomial(count, np.full(count, 1 / count), size=ROUNDS)
    return np.asarray(drawn[:, inverse], dtype=np.float64)


def saved(
    study: YearStudy,
    model: str,
    baseline: str,
    weights: Array,
) -> scores.Gain:
    """Log loss saved over a baseline, in nats a case, with its 90 % interval over countries."""
    each = _log_loss(study, baseline) - _log_loss(study, model)
    drawn = (weights @ each) / weights.sum(axis=1)
    low, high = np.quantile(drawn, ENDS)
    return scores.Gain(float(each.mean()), float(low), float(high), 0.0)


def looks(
    study: YearStudy, models: Sequence[str], baseline: str
) -> Mapping[str, list[scores.Gain]]:
    """By model, what it saved over a baseline in all years until each year (``ends_of_looks``)."""
    found: dict[str, list[scores.Gain]] = {m: [] for m in models}
    for last in ends_of_looks(study.time):
        until = study.cut(study.time <= last)
        weights = until.weights()
        for m in models:
            found[m].append(saved(until, m, baseline, weights))
    return found


def _log_loss(study: YearStudy, model: str) -> Array:
    return scores.log_loss(study.chances[model], study.outcome)


def precision_gained(
    study: YearStudy,
    model: str,
    baseline: str,
    weights: Array,
) -> scores.Gain:
    """Average precision over a baseline's, with its 90 % interval over countries.

    Args:
        weights: the study's own, so that a model's resamples are computed once.
    """
    drawn = _precisions(study, model, weights) - _precisions(study, baseline, weights)
    low, high = np.nanquantile(drawn, ENDS)
    value = _unweighted_precision(study, model) - _unweighted_precision(study, baseline)
    return scores.Gain(value, float(low), float(high), 0.0)


def _precisions(
    study: YearStudy,
    model: str,
    weights: Array,
) -> Array:
    """(R,) average precision of a model in each resample, computed once."""
    if model not in study.precisions:
        precisions = weighted_precision(study.chances[model], study.outcome, weights)
        study.precisions[model] = precisions
    return study.precisions[model]


def _unweighted_precision(study: YearStudy, model: str) -> float:
    once = np.ones((1, len(study.outcome)))
    return float(weighted_precision(study.chances[model], study.outcome, once)[0])


def weighted_precision(
    p: Array,
    outcome: Array,
    weights: Array,
) -> Array:
    """(R,) average precision under (R, N) case weights; tied cases enter together, NaN without an event."""
    order = np.argsort(-p, kind="stable")
    w = weights[:, order]
    y = outcome[order]
    last = np.flatnonzero(np.r_[np.diff(p[order]) != 0, True])
    hits = np.cumsum(w * y, axis=1)[:, last]
    cases = np.maximum(np.cumsum(w, axis=1)[:, last], 1e-12)
    gained = (np.diff(hits, axis=1, prepend=0.0) * hits / cases).sum(axis=1)
    total = hits[:, -1]
    return np.asarray(np.where(total > 0, gained / np.maximum(total, 1e-12), np.nan))


def recall(
    study: YearStudy,
    model: str,
    top: int,
) -> float:
    """Share of the events that stood among their year's first ``top`` places."""
    hit = every = 0.0
    for rows in study.by_year():
        outcome = study.outcome[rows]
        first = np.argsort(-study.chances[model][rows], kind="stable")[:top]
        hit += float(outcome[first].sum())
        every += float(outcome.sum())
    return hit / every if every else float("nan")


def within_year_auc(study: YearStudy, model: str) -> float:
    """Mean of the AUC of each year with cases of both kinds, each year alike: so the peers' bar was computed."""
    of_years = [
        scores.auc(study.chances[model][rows], study.outcome[rows])
        for rows in study.by_year()
        if 0 < study.outcome[rows].sum() < rows.sum()
    ]
    return float(np.mean(of_years)) if of_years else float("nan")
