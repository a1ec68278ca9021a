"""The annual outlook: for every place and yes/no target a probability, an interval, a rank range and reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.random import Generator

from upstander.core.errors import NotCovered
from upstander.core.messages import Message
from upstander.core.plugins import load_all
from upstander.core.types import Array, Cases, Family, YearInputs
from upstander.forecast import annual_rows, known_months
from upstander.forecast.annual_learning import Effort, Lesson, learn
from upstander.forecast.annual_outlook import AnnualOutlook
from upstander.forecast.calibration import chance, log_odds, monotone, within_floor
from upstander.forecast.cases import (
    FAMILIES,
    TARGETS,
    AnnualTarget,
    all_cases,
    at_risk_of_onset,
    with_outcome,
)
from upstander.forecast.explain import coalitions, fidelity, mixed, shapley, typical
from upstander.forecast.known_months import SoFar
from upstander.forecast.rolling import reading
from upstander.forecast.shapes import ByName, Index, Mask, Names, Units
from upstander.forecast.similar import similar
from upstander.forecast.training import Learned, stream
from upstander.forecast.workers import Progress, Workers

if TYPE_CHECKING:
    from upstander.core.places import Places
    from upstander.lake.as_of import Reads

MODEL = "ensemble"
REPLICATES = 5  # refits on resampled countries per target, 4 s each on one core
MIXES = 96  # random member weights per replicate
LEVEL = 0.9
ALONE = Workers()  # one process, nothing kept
NOT_AT_RISK = 1e-3  # hard onset where violence is already there: only a revision of the base years could make it one


@dataclass(frozen=True)
class Today:
    """The places of the base year: (N, K) values by target, and who is at risk of an onset."""

    units: Units
    values: Mapping[str, Array]
    families: Mapping[str, Names]
    at_risk: Mask

    @cached_property
    def order(self) -> Names:
        """The families there are, the known ones first and as the docs name them."""
        there = set(next(iter(self.families.values())))
        return (*(f for f in FAMILIES if f in there), *sorted(there - set(FAMILIES)))

    def asked(self, goal: str) -> Array:
        """(S * N, K) rows: for each set of families every place with its own values in them, the typical place's in the rest."""
        values = self.values[goal]
        families = self.families[goal]
        reference = typical(values)
        sets = [mixed(values, reference, families, own) for own in coalitions(self.order)]
        return np.concatenate(sets)

    def by_set(self, scores: Array) -> dict[frozenset[str], Array]:
        """(N,) scores by set of families, from the (S * N,) scores of the rows of ``asked``."""
        return dict(
            zip(coalitions(self.order), scores.reshape(-1, len(self.units)), strict=True)
        )


def outlook(
    lake: Reads,
    places: Places,
    *,
    as_of: date,
    seed: int,
    workers: Workers = ALONE,
    progress: Progress | None = None,
    replicates: int = REPLICATES,
) -> AnnualOutlook:
    """Probabilities, reasons and similar cases for every forecast unit, from what was known on ``as_of``.

    Raises:
        NotCovered: no complete recent year of deaths by type was known.
    """
    from upstander.forecast.yearly_inputs import covered_units, inputs

    units = covered_units(lake, places, as_of)
    known = inputs(lake, places, units, as_of=as_of)
    modelled = outlook_from(
        known,
        seed=seed,
        workers=workers,
        progress=progress,
        replicates=replicates,
        so_far=_so_far(lake, places, known, as_of),
    )
    return annual_rows.with_everyone(modelled, known, places, as_of)


def outlook_from(
    known: YearInputs,
    *,
    seed: int,
    workers: Workers = ALONE,
    progress: Progress | None = None,
    replicates: int = REPLICATES,
    targets: tuple[AnnualTarget, ...] = TARGETS,
    so_far: SoFar | None = None,
) -> AnnualOutlook:
    """The outlook for the places of ``known`` alone; ``so_far`` are months already known of the year after the last."""
    raw = all_cases(known)
    cases = {t.id: with_outcome(raw, known, t) for t in targets}
    today = _today(cases, known)
    effort = Effort(seed, workers, replicates, progress or _silent)
    models, spread = _learn(cases, today, int(known.years[-1]), effort)
    by_set = {g: today.by_set(m.scores) for g, m in models.items()}
    since = known_months.today(so_far, known, targets, today.units) if so_far else None
    if since is not None:
        by_set = _after_known_months(by_set, models, since, raw.years)
    return _outlook(
        known,
        raw,
        today,
        models,
        spread,
        by_set,
        since,
        stream(seed, 13),
    )


def _so_far(lake: Reads, places: Places, known: YearInputs, as_of: date) -> SoFar | None:
    """The known months of the year after the base year; None where none is known by type."""
    try:
        months = reading.read(lake, places, known, as_of=as_of).months
    except NotCovered:
        return None
    found = SoFar.of(months, int(known.years[-1]))
    return found if found.count else None


def _after_known_months(
    by_set: Mapping[str, Mapping[frozenset[str], Array]],
    models: Mapping[str, Learned],
    since: known_months.Today,
    years: Index,
) -> dict[str, dict[frozenset[str], Array]]:
    """The log odds by target and set of families, moved by what the known months hold."""
    goals = {t.id: t for t in TARGETS}
    out = {}
    for g, model in models.items():
        update = known_months.update_of(goals[g], since.so_far, years, model)
        out[g] = since.moved(goals[g], update, by_set[g])
    return out


def _outlook(
    known: YearInputs,
    raw: Cases,
    today: Today,
    models: Mapping[str, Learned],
    spread: Mapping[str, Array],
    by_set: Mapping[str, Mapping[frozenset[str], Array]],
    since: known_months.Today | None,
    rng: Generator,
) -> AnnualOutlook:
    """The outlook that the trained models give."""
    base = int(known.years[-1])
    point = _point(by_set, today)
    draws = _draws(models, spread, point, today, rng)
    shares, middle, faithful = _reasons(by_set, today)
    chances = annual_rows.chances(
        today.units, point, draws, models, base, today.at_risk, since
    )
    return AnnualOutlook(
        chances=chances,
        reasons=annual_rows.reasons(today.units, shares, _sentences(known, today.units)),
        cases=similar(raw, known),
        base_year=base,
        typical={g: float(p) for g, p in middle.items()},
        calibration={g: m.calibration for g, m in models.items()},
        learned_from={g: (m.cases, m.events) for g, m in models.items()},
        fidelity=faithful,
        known=known,
        unknown=raw.unknown,
    )


def _point(by_set: Mapping[str, Mapping[frozenset[str], Array]], today: Today) -> ByName:
    """(N,) probabilities by target with the places' own values in every family."""
    whole = frozenset(today.order)
    return _settled({g: scores[whole] for g, scores in by_set.items()}, today.at_risk)


def _silent(
    what: str,
    done: int,
    total: int,
) -> None:
    """No progress shown."""


def _today(cases: Mapping[str, Cases], known: YearInputs) -> Today:
    """Rows of the base year for places that existed in it."""
    alive = ~np.isnan(known.deaths["total"][:, -1])
    some = next(iter(cases.values()))
    rows = _rows_of_base(some, known, alive)
    return Today(
        units=tuple(some.units[i] for i in rows),
        values={g: c.values[rows] for g, c in cases.items()},
        families={g: c.families for g, c in cases.items()},
        at_risk=at_risk_of_onset(known.deaths["total"])[alive, -1],
    )


def _rows_of_base(
    cases: Cases,
    known: YearInputs,
    alive: Mask,
) -> Index:
    of_base = cases.years == int(known.years[-1])
    return np.flatnonzero(of_base & np.repeat(alive, len(known.years)))


def _learn(
    cases: Mapping[str, Cases], today: Today, base: int, effort: Effort
) -> tuple[dict[str, Learned], ByName]:
    """Learn every target and its replicates; (B, M, N) log odds of the replicates by target."""
    lessons = {
        g: Lesson(c, today.asked(g), np.asarray(today.values[g])) for g, c in cases.items()
    }
    return learn(lessons, base, effort)


def _settled(scores: Mapping[str, Array], at_risk: Mask) -> ByName:
    """Probabilities from log odds: places past their onset at the least, nested targets in order."""
    out = {g: chance(s) for g, s in scores.items()}
    if "hard_onset" in out:
        out["hard_onset"] = np.where(at_risk, out["hard_onset"], NOT_AT_RISK)
    return {g: within_floor(p) for g, p in monotone(out).items()}


def _draws(
    models: Mapping[str, Learned],
    spread: Mapping[str, Array],
    point: Mapping[str, Array],
    today: Today,
    rng: Generator,
) -> ByName:
    """(D, N) probabilities by target that the resampling of countries and members would have given.

    Each replicate is mixed with random member weights (Dirichlet, all ones: where members disagree the
    draws spread), then moved so that the draws' middle is the published figure: refits on resampled
    countries are over-trained, and their shift is not news about the place.
    """
    count, members = next(iter(spread.values())).shape[:2]
    weights = rng.dirichlet(np.ones(members), size=(count, MIXES))
    scores = {}
    for g, values in spread.items():
        calibrated = models[g].calibration.apply(_mixes(weights, values))
        scores[g] = calibrated - calibrated.mean(axis=0) + log_odds(point[g])
    return _settled(scores, today.at_risk)


def _mixes(weights: Array, values: Array) -> Array:
    """(B * K, N) log odds of each replicate's members under each of its (B, K, M) weights."""
    mixes = np.einsum("bkm,bmn->bkn", weights, values)
    return np.asarray(mixes.reshape(-1, values.shape[-1]))


def _reasons(
    by_set: Mapping[str, Mapping[frozenset[str], Array]],
    today: Today,
) -> tuple[dict[str, ByName], dict[str, float], dict[str, float]]:
    """(N,) contribution by target and family; by target the typical place's probability and the fidelity.

    Args:
        by_set: by target and set of families, (N,) log odds with the places' own values in that set.
    """
    goals = list(by_set)
    order = today.order

    def score(own: frozenset[str]) -> Array:
        probabilities = _with_own(by_set, today, own)
        return np.stack([log_odds(probabilities[g]) for g in goals])

    shares = shapley(order, score)
    faithful = fidelity(order, score, shares).mean(axis=1)
    contributions = {g: {f: shares[f][i] for f in order} for i, g in enumerate(goals)}
    return (
        contributions,
        _middle(by_set, today),
        dict(zip(goals, faithful.tolist(), strict=True)),
    )


def _middle(
    by_set: Mapping[str, Mapping[frozenset[str], Array]],
    today: Today,
) -> dict[str, float]:
    """The typical place's probability by target."""
    probabilities = _with_own(by_set, today, frozenset())
    return {g: float(p[0]) for g, p in probabilities.items()}


def _with_own(
    by_set: Mapping[str, Mapping[frozenset[str], Array]],
    today: Today,
    own: frozenset[str],
) -> ByName:
    """(N,) probabilities by target with the places' own values in the families ``own``, the typical place's in the rest."""
    # That violence is already there is a fact of history: without it the typical place is at risk.
    at_risk = today.at_risk if "history" in own else np.ones(len(today.units), dtype=bool)
    return _settled({g: scores[own] for g, scores in by_set.items()}, at_risk)


def _sentences(known: YearInputs, units: Units) -> dict[str, dict[str, Message]]:
    """One plain sentence by unit and family."""
    families = load_all("upstander.forecast.features", Family)
    return {u: {name: f.sentence(known, u) for name, f in families.items()} for u in units}
