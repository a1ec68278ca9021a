"""The annual classifiers looked back on: one origin a year, trained on what was known, beside what followed."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from upstander.core.plugins import load, names
from upstander.core.types import Array, Cases, Classifier, FittedClassifier
from upstander.forecast.calibration import (
    Calibration,
    chance,
    learn,
    log_odds,
    within_floor,
)
from upstander.forecast.cases import known_before, select, target
from upstander.forecast.classifiers.ensemble import trained
from upstander.forecast.shapes import ByName, Numbers, Units
from upstander.forecast.training import grow, stream

if TYPE_CHECKING:
    from upstander.core.places import Places
    from upstander.forecast.classifiers.ensemble import Ensemble

PACKAGE = "upstander.forecast.classifiers"
BASELINE = "conflict_history_logit"
FIRST, LAST = 2003, 2023  # base years judged: the bar's
WARM = 1999  # earlier origins only feed the calibration
EWP_PANEL = "ewp_panel_2025ed.csv"


@dataclass(frozen=True)
class Origin:
    """The forecasts of one base year: (N,) units, probabilities by model, outcomes."""

    year: int
    units: Units
    chances: Mapping[str, Array]
    outcome: Array

    def arrays(self) -> dict[str, Numbers]:
        """All but the year, as a piece of work gives it back; ``p.`` stands before the name of a model."""
        chances = {f"p.{m}": p for m, p in self.chances.items()}
        return {
            "units": np.asarray(self.units),
            "outcome": self.outcome,
            **chances,
        }


def ewp_covered(folder: Path, places: Places) -> frozenset[tuple[str, int]]:
    """Units and years in EWP's panel; its codes are Correlates of War. Read only, nothing of it is kept."""
    pairs = _codes_and_years(folder / EWP_PANEL)
    return frozenset(
        (heir(code, year, places), year) for code, year in pairs if year >= FIRST
    )


def _codes_and_years(file: Path) -> set[tuple[int, int]]:
    with file.open(newline="", encoding="utf-8") as lines:
        return {(int(float(r["ccode"])), int(r["year"])) for r in csv.DictReader(lines)}


def heir(
    code: int,
    year: int,
    places: Places,
) -> str:
    """Today's place that carries on the series of the State with this Correlates of War code at the year's end."""
    return places.unit(places.resolve(code, "cow", date(year, 12, 31)).code)


def origin(
    cases: Cases,
    name: str,
    year: int,
    seed: int,
) -> Origin:
    """Train every classifier on what was known at the end of ``year`` and ask about that base year.

    A member's own row is the one inside the ensemble, taught by the event alone.
    """
    train, asked = split(cases, name, year)
    fitted = with_members(grow(train, stream(seed, year)))
    for model in names(PACKAGE):
        if model not in fitted:
            fitted[model] = trained(
                load(PACKAGE, model, Classifier), train, stream(seed, year)
            )
    chances = answers({m: fitted[m] for m in names(PACKAGE)}, asked)
    return Origin(year, asked.units, chances, asked.outcome)


def split(
    cases: Cases,
    name: str,
    year: int,
) -> tuple[Cases, Cases]:
    """What one may learn from at the end of ``year``, and the cases of that base year whose outcome is known."""
    train = select(cases, known_before(cases, year, target(name)))
    return train, select(cases, (cases.years == year) & ~np.isnan(cases.outcome))


def with_members(ensemble: Ensemble) -> dict[str, FittedClassifier]:
    """An ensemble and, by name, its members as the event alone taught them."""
    return {
        "ensemble": ensemble,
        **{m: taught.own for m, taught in ensemble.members.items()},
    }


def answers(fitted: Mapping[str, FittedClassifier], asked: Cases) -> ByName:
    """(N,) probabilities of the cases by model, none certain."""
    return {m: within_floor(f.probability(asked.values)) for m, f in fitted.items()}


def calibrated(origins: list[Origin], delay: int) -> list[Origin]:
    """The same with ``ensemble`` calibrated on earlier origins whose outcomes were complete; raw kept beside."""
    return [
        _calibrated(o, [e for e in origins if e.year + delay <= o.year]) for o in origins
    ]


def _calibrated(origin: Origin, past: list[Origin]) -> Origin:
    raw = origin.chances["ensemble"]
    settled = chance(_learned(past).apply(log_odds(raw)))
    own = {
        "ensemble": settled,
        "ensemble (uncalibrated)": raw,
    }
    return replace(
        origin,
        chances={
            **origin.chances,
            **own,
        },
    )


def _learned(past: list[Origin]) -> Calibration:
    if not past:
        return Calibration()
    chances = np.concatenate([e.chances["ensemble"] for e in past])
    return learn(log_odds(chances), np.concatenate([e.outcome for e in past]))
