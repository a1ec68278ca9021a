"""The annual classifiers looked back on: one origin a year, trained on what was known, beside what followed."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from upstander.core.plugins import load, names
from upstander.core.types import Array, Cases, Classifier, FittedClassifier
from upstander.forecast.calibration import FLOOR, Calibration, chance, learn, log_odds
from upstander.forecast.cases import known_before, select, target
from upstander.forecast.classifiers.ensemble import trained
from upstander.forecast.training import grow, stream

if TYPE_CHECKING:
    from upstander.core.places import Places

PACKAGE = "upstander.forecast.classifiers"
BASELINE = "conflict_history_logit"
FIRST, LAST = 2003, 2023  # base years judged: the bar's
WARM = 1999  # earlier origins only feed the calibration
EWP_PANEL = "ewp_panel_2025ed.csv"


@dataclass(frozen=True)
class Origin:
    """The forecasts of one base year: (N,) units, probabilities by model, outcomes."""

    year: int
    units: tuple[str, ...]
    chances: Mapping[str, Array]
    outcome: Array


def ewp_covered(folder: Path, places: Places) -> frozenset[tuple[str, int]]:
    """Units and years in EWP's panel; its codes are Correlates of War. Read only, nothing of it is kept."""
    with (folder / EWP_PANEL).open(newline="", encoding="utf-8") as lines:
        pairs = {(int(float(r["ccode"])), int(r["year"])) for r in csv.DictReader(lines)}
    found = set()
    for code, year in pairs:
        if year >= FIRST:
            found.add((places.unit(places.resolve(code, "cow", date(year, 12, 31)).code), year))
    return frozenset(found)


def origin(cases: Cases, name: str, year: int, seed: int) -> Origin:
    """Train every classifier on what was known at the end of ``year`` and ask about that base year.

    A member's own row is the one inside the ensemble, taught by the event alone.
    """
    train = select(cases, known_before(cases, year, target(name)))
    asked = select(cases, (cases.years == year) & ~np.isnan(cases.outcome))
    made = grow(train, stream(seed, year))
    fitted: dict[str, FittedClassifier] = {
        "ensemble": made,
        **{m: taught.own for m, taught in made.members.items()},
    }
    for model in names(PACKAGE):
        if model not in fitted:
            fitted[model] = trained(load(PACKAGE, model, Classifier), train, stream(seed, year))
    found = {
        m: np.clip(fitted[m].probability(asked.values), FLOOR, 1 - FLOOR) for m in names(PACKAGE)
    }
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
        chances = {
            **o.chances,
            "ensemble": chance(found.apply(log_odds(raw))),
            "ensemble (uncalibrated)": raw,
        }
        out.append(Origin(o.year, o.units, chances, o.outcome))
    return out
