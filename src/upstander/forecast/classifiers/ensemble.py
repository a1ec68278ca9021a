"""Ensemble: the equal-weight mean, in log odds, of unlike classifiers, each taught twice.

Once by the event itself, and once by a milder event of the same kind (``Cases.milder``), whose score is moved
to the level of the event: a rare event has too few cases to tell a reason from an accident. A member that draws
random numbers is trained several times and averaged: one training alone moves with its seed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from upstander.core.plugins import load
from upstander.core.types import Array, Cases, Classifier, FittedClassifier
from upstander.forecast.calibration import chance, level, log_odds
from upstander.forecast.cases import select

# The baselines stay outside: what must be beaten does not help to beat itself.
MEMBERS = (
    "extra_trees",
    "gradient_boosting",
    "nearest_cases",
    "ridge_logit",
    "spline_logit",
)
LEAST_EVENTS = 3  # milder events; with fewer the event alone teaches
LEVEL_STEP = 3  # every third case tells the level within .02 log odds, and asking is most of the nearest cases' time
REPEATS = 3  # trainings of a member that draws random numbers


@dataclass(frozen=True)
class Averaged:
    """Several trainings of one member, each with its own random numbers."""

    each: tuple[FittedClassifier, ...]

    def probability(self, values: Array) -> Array:
        """(N,) mean of their probabilities, as over the trees of one large forest."""
        return np.asarray(np.mean([t.probability(values) for t in self.each], axis=0))


@dataclass(frozen=True)
class Taught:
    """One member: taught by the event and, where there is one, by the milder event moved by ``shift`` log odds."""

    own: FittedClassifier
    mild: FittedClassifier | None = None
    shift: float = 0.0

    def score(self, values: Array) -> Array:
        """(N,) mean of both log odds."""
        own = log_odds(self.own.probability(values))
        if self.mild is None:
            return own
        return (own + log_odds(self.mild.probability(values)) + self.shift) / 2


@dataclass(frozen=True)
class Ensemble:
    """Trained members, by name."""

    members: Mapping[str, Taught]

    def each(self, values: Array) -> Array:
        """(M, N) log odds of every member, in name order."""
        return np.stack([self.members[name].score(values) for name in sorted(self.members)])

    def probability(self, values: Array) -> Array:
        """(N,) probability from the mean log odds."""
        return chance(self.each(values).mean(axis=0))


def fit(
    cases: Cases,
    rng: Generator,
    members: Sequence[str] = MEMBERS,
    repeats: int = REPEATS,
) -> Ensemble:
    """Train every member on the same cases, each with its own stream of random numbers."""
    streams = zip(members, rng.spawn(len(members)), strict=True)
    return Ensemble({name: _teach(name, cases, own, repeats) for name, own in streams})


def trained(
    member: Classifier,
    cases: Cases,
    rng: Generator,
    repeats: int = REPEATS,
) -> FittedClassifier:
    """One member; where it draws random numbers, the mean of several trainings."""
    if member.prepare is None:
        return member.fit(cases, rng)
    training = member.prepare(cases)
    return Averaged(tuple(training(rng) for _ in range(repeats)))


def _teach(
    name: str,
    cases: Cases,
    rng: Generator,
    repeats: int,
) -> Taught:
    member = load("upstander.forecast.classifiers", name, Classifier)
    own = trained(member, cases, rng, repeats)
    if cases.milder is None or np.nansum(cases.milder) < LEAST_EVENTS:
        return Taught(own)
    some = _by_the_milder(cases, cases.milder)
    mild = trained(member, some, rng, repeats)
    return Taught(own, mild, _shift(own, mild, some.values[::LEVEL_STEP]))


def _shift(own: FittedClassifier, mild: FittedClassifier, values: Array) -> float:
    """Log odds to add to ``mild`` so that both expect as many events in the same rows."""
    wanted = float(own.probability(values).sum())
    return level(log_odds(mild.probability(values)), wanted)


def _by_the_milder(cases: Cases, milder: Array) -> Cases:
    """The cases whose milder event is known, with it as their outcome."""
    rows = ~np.isnan(milder)
    return replace(select(cases, rows), outcome=milder[rows])


CLASSIFIER = Classifier(
    title="Ensemble",
    citation="Equal-weight mean log odds of unlike members (Satopää et al. 2014, IJF 30(2)); "
    "a related label as a hint (Caruana 1997, Machine Learning 28)",
    fit=fit,
)
