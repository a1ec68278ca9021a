"""Judge the annual classifiers: one origin a year, trained on what was known, scored on what followed."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from upstander.core.plugins import load, names
from upstander.core.types import Array, Cases, Classifier, FittedClassifier, YearInputs
from upstander.forecast.calibration import FLOOR, Calibration, chance, learn, log_odds
from upstander.forecast.cases import TARGETS, all_cases, known_before, select, target, with_outcome
from upstander.forecast.classifiers.ensemble import trained
from upstander.forecast.scores import auc, average_precision, brier, log_loss
from upstander.forecast.training import LEAST_EVENTS, grow, stream

if TYPE_CHECKING:
    from upstander.core.places import Places
    from upstander.lake import Lake

PACKAGE = "upstander.forecast.classifiers"
BASELINE = "conflict_history_logit"
FIRST, LAST = 2003, 2023  # base years judged: the bar's
WARM = 1999  # earlier origins only feed the calibration
ALL = tuple(goal.id for goal in TARGETS)
ROUNDS = 500  # resamples of countries for the paired intervals
EWP_PANEL = "ewp_panel_2025ed.csv"
FINAL = "final data, features cut by year (hindcast)"


@dataclass(frozen=True)
class Origin:
    """The forecasts of one base year: (N,) units, probabilities by model, outcomes."""

    year: int
    units: tuple[str, ...]
    chances: Mapping[str, Array]
    outcome: Array


def backtest(
    lake: Lake,
    places: Places,
    *,
    as_of: date,
    seed: int,
    jobs: int = 1,
    targets: tuple[str, ...] = ALL,
    ewp: Path | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> list[dict[str, Any]]:
    """Rows of scores per target, universe and model, each with its paired gain over the conflict-history logit.

    A hindcast: final data as known on ``as_of``, each case seeing only its own and earlier years, slow series
    shifted by the lag they have at the actual issue. ``ewp`` is the folder of the Early Warning Project's
    panel; with it a second universe holds only the country-years that EWP covers.
    """
    from upstander.forecast.yearly_inputs import covered_units, inputs

    units = covered_units(lake, places, as_of)
    known = inputs(lake, places, units, as_of=as_of)
    covered = ewp_covered(ewp, places) if ewp is not None else None
    return score_all(known, seed=seed, jobs=jobs, targets=targets, covered=covered, progress=progress)


def ewp_covered(folder: Path, places: Places) -> frozenset[tuple[str, int]]:
    """Units and years in EWP's panel; its codes are Correlates of War. Read only, nothing of it is kept."""
    with (folder / EWP_PANEL).open(newline="", encoding="utf-8") as lines:
        pairs = {(int(float(r["ccode"])), int(r["year"])) for r in csv.DictReader(lines)}
    found = set()
    for code, year in pairs:
        if year >= FIRST:
            found.add((places.unit(places.resolve(code, "cow", date(year, 12, 31)).code), year))
    return frozenset(found)


def score_all(
    known: YearInputs,
    *,
    seed: int,
    jobs: int,
    targets: tuple[str, ...],
    covered: Collection[tuple[str, int]] | None,
    progress: Callable[[str, int, int], None] | None = None,
) -> list[dict[str, Any]]:
    """Rows of scores from inputs already read."""
    out: list[dict[str, Any]] = []
    raw = all_cases(known)
    for number, name in enumerate(targets, start=1):
        cases = with_outcome(raw, known, target(name))
        origins = calibrated(run(cases, name, int(known.years[-1]), seed, jobs), target(name).years)
        judged = [o for o in origins if FIRST <= o.year <= LAST]
        universes = {"all UCDP States": None, **({"covered by EWP": covered} if covered is not None else {})}
        for universe, inside in universes.items():
            out += score(judged, name, universe, inside, seed)
        if progress is not None:
            progress("annual back-test", number, len(targets))
    return out


def run(cases: Cases, name: str, base: int, seed: int, jobs: int) -> list[Origin]:
    """Forecasts of every model at every origin whose outcomes are known."""
    from joblib import Parallel, delayed

    goal = target(name)
    asked = range(WARM, base - goal.years + 1)
    years = [y for y in asked if cases.outcome[known_before(cases, y, goal)].sum() >= LEAST_EVENTS]
    return list(Parallel(n_jobs=jobs)(delayed(origin)(cases, name, year, seed) for year in years))


def origin(cases: Cases, name: str, year: int, seed: int) -> Origin:
    """Train every classifier on what was known at the end of ``year`` and ask about that base year.

    A member's own row is the one inside the ensemble, taught by the event alone.
    """
    train = select(cases, known_before(cases, year, target(name)))
    asked = select(cases, (cases.years == year) & ~np.isnan(cases.outcome))
    made = grow(train, stream(seed, year))
    fitted: dict[str, FittedClassifier] = {"ensemble": made, **{m: taught.own for m, taught in made.members.items()}}
    for model in names(PACKAGE):
        if model not in fitted:
            fitted[model] = trained(load(PACKAGE, model, Classifier), train, stream(seed, year))
    found = {m: np.clip(fitted[m].probability(asked.values), FLOOR, 1 - FLOOR) for m in names(PACKAGE)}
    return Origin(year, asked.units, found, asked.outcome)


def calibrated(origins: list[Origin], delay: int) -> list[Origin]:
    """The same with ``ensemble`` calibrated on earlier origins whose outcomes were complete; raw kept beside."""
    out = []
    for o in origins:
        past = [e for e in origins if e.year + delay <= o.year]
        found = Calibration()
        if past:
            found = learn(
                log_odds(np.concatenate([e.chances["ensemble"] for e in past])),
                np.concatenate([e.outcome for e in past]),
            )
        raw = o.chances["ensemble"]
        chances = {**o.chances, "ensemble": chance(found.apply(log_odds(raw))), "ensemble (uncalibrated)": raw}
        out.append(Origin(o.year, o.units, chances, o.outcome))
    return out


def score(
    origins: list[Origin],
    name: str,
    universe: str,
    inside: Collection[tuple[str, int]] | None,
    seed: int,
    baseline: str = BASELINE,
) -> list[dict[str, Any]]:
    """One row per model: pooled scores, recall of the yearly top 10 and 30, paired intervals over countries."""
    keep = [np.asarray([inside is None or (u, o.year) in inside for u in o.units]) for o in origins]
    outcome = np.concatenate([o.outcome[k] for o, k in zip(origins, keep, strict=True)])
    units = np.concatenate([np.asarray(o.units)[k] for o, k in zip(origins, keep, strict=True)])
    if not outcome.sum():
        return []
    chances = {
        m: np.concatenate([o.chances[m][k] for o, k in zip(origins, keep, strict=True)]) for m in origins[0].chances
    }
    weights = _resamples(units, stream(seed, 17))
    rows = []
    for model, p in chances.items():
        gains = _gains(p, chances[baseline], outcome, weights)
        rows.append(
            {
                "target": name,
                "universe": universe,
                "model": model,
                "data": FINAL,
                "cases": len(outcome),
                "events": int(outcome.sum()),
                "auc": auc(p, outcome),
                "average_precision": average_precision(p, outcome),
                "brier": float(brier(p, outcome).mean()),
                "log_loss": float(log_loss(p, outcome).mean()),
                "observed_over_expected": float(outcome.sum() / p.sum()),
                "recall_10": _recall(origins, keep, model, 10),
                "recall_30": _recall(origins, keep, model, 30),
                "baseline": baseline,
                **gains,
            }
        )
    return rows


def _recall(origins: list[Origin], keep: list[npt.NDArray[np.bool_]], model: str, top: int) -> float:
    """Share of the events that stood in their year's first ``top`` places."""
    hit = every = 0.0
    for o, k in zip(origins, keep, strict=True):
        order = np.argsort(-o.chances[model][k], kind="stable")[:top]
        hit, every = hit + float(o.outcome[k][order].sum()), every + float(o.outcome[k].sum())
    return hit / every


def _resamples(units: npt.NDArray[Any], rng: np.random.Generator) -> Array:
    """(R, N) how often each case is drawn when whole countries are drawn with replacement."""
    found, inverse = np.unique(units, return_inverse=True)
    drawn = rng.multinomial(len(found), np.full(len(found), 1 / len(found)), size=ROUNDS)
    return np.asarray(drawn[:, inverse], dtype=np.float64)


def _gains(p: Array, base: Array, outcome: Array, weights: Array) -> dict[str, Any]:
    """Log loss saved and average precision gained over the baseline, each with its paired 90 % interval."""
    saved = log_loss(base, outcome) - log_loss(p, outcome)
    losses = (weights * saved).sum(axis=1) / weights.sum(axis=1)
    precision = _weighted_precision(p, outcome, weights) - _weighted_precision(base, outcome, weights)
    out: dict[str, Any] = {}
    for label, value, draws in (
        ("log_loss_saved", float(saved.mean()), losses),
        ("precision_gained", average_precision(p, outcome) - average_precision(base, outcome), precision),
    ):
        low, high = (float(x) for x in np.nanquantile(draws, [0.05, 0.95]))
        verdict = "better" if low > 0 else "worse" if high < 0 else "not distinguishable"
        out |= {label: value, f"{label}_low": low, f"{label}_high": high, f"{label}_verdict": verdict}
    return out


def _weighted_precision(p: Array, outcome: Array, weights: Array) -> Array:
    """(R,) average precision under case weights; tied cases enter together."""
    order = np.argsort(-p, kind="stable")
    w, y = weights[:, order], outcome[order]
    hits, seen = np.cumsum(w * y, axis=1), np.cumsum(w, axis=1)
    last = np.flatnonzero(np.r_[np.diff(p[order]) != 0, True])
    at, of = hits[:, last], np.maximum(seen[:, last], 1e-12)
    steps = np.diff(at, axis=1, prepend=0.0)
    total = at[:, -1]
    return np.asarray(np.where(total > 0, (steps * at / of).sum(axis=1) / np.maximum(total, 1e-12), np.nan))
