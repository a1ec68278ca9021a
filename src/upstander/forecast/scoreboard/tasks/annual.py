"""Yearly probabilities: one origin a year on final data, trained on what was known, scored on what followed.

A hindcast: each case sees its own and earlier years only, slow series shifted by the lag they have today.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import numpy as np

from upstander.core.plugins import load, names
from upstander.core.thresholds import ONE_SIDED
from upstander.core.types import Cases, Classifier, YearInputs
from upstander.forecast import annual_backtest, shipped
from upstander.forecast.cases import TARGETS, all_cases, known_before, target, with_outcome
from upstander.forecast.qualification import YEARS, Verdict, judge
from upstander.forecast.scoreboard import ablation, reseeding, yearly_tables
from upstander.forecast.scoreboard.board import Asked, Part, Task
from upstander.forecast.scoreboard.count_quality import Records
from upstander.forecast.scoreboard.yearly_tables import YearStudy, saved
from upstander.forecast.training import LEAST_EVENTS
from upstander.forecast.workers import Piece

REFERENCE = annual_backtest.BASELINE
RAW = "ensemble (uncalibrated)"
DETAIL = (
    "one_sided_100",
    "hard_onset",
    "surge",
)  # targets of the costly tables: ablation and reseeding


def score(asked: Asked) -> Part:
    """Every classifier on every yearly target; ablation, reseeding, misses; EWP's universe where its panel is."""
    from upstander.forecast.yearly_inputs import covered_units, inputs

    known = inputs(
        asked.lake,
        asked.places,
        covered_units(asked.lake, asked.places, asked.as_of),
        as_of=asked.as_of,
    )
    raw = all_cases(known)
    wanted = [t.id for t in TARGETS if not asked.latest or t.id in DETAIL]
    cases = {name: with_outcome(raw, known, target(name)) for name in wanted}
    found = _origins(asked, cases, int(known.years[-1]))
    studies = [_study(asked, name, origins) for name, origins in found.items()]
    judged = [
        s.cut((s.years >= annual_backtest.FIRST) & (s.years <= annual_backtest.LAST))
        for s in studies
    ]
    title = f"yearly targets, base years {annual_backtest.FIRST} to {annual_backtest.LAST}"
    tables = [
        yearly_tables.models([*judged, *_covered(asked, judged)], title),
        yearly_tables.pairs(judged, shipped.CHANCES),
        yearly_tables.reliabilities(judged, (shipped.CHANCES, REFERENCE)),
        yearly_tables.windows(judged, shipped.CHANCES),
        yearly_tables.parts([s for s in judged if s.target in DETAIL], shipped.CHANCES),
        yearly_tables.misses(
            [s for s in judged if s.target in DETAIL], shipped.CHANCES, _teller(asked, known)
        ),
        ablation.table(asked, known, [s for s in judged if s.target in DETAIL], RAW),
        reseeding.table(asked, {g: cases[g] for g in DETAIL}, known),
    ]
    return Part(tuple(tables), tuple(v for s in studies for v in _verdicts(s)))


def _origins(
    asked: Asked, cases: dict[str, Cases], base: int
) -> dict[str, list[annual_backtest.Origin]]:
    """By target, the forecasts of every origin, the ensemble calibrated on earlier ones."""
    pieces, keys = [], []
    for name, some in cases.items():
        goal = target(name)
        for year in range(annual_backtest.WARM, base - goal.years + 1):
            if asked.latest and year <= base - goal.years - asked.latest - YEARS:
                continue
            if some.outcome[known_before(some, year, goal)].sum() >= LEAST_EVENTS:
                pieces.append(
                    Piece(
                        f"annual {name} {year} {asked.seed} {asked.stamp}",
                        (some, name, year, asked.seed),
                    )
                )
                keys.append((name, year))
    made = asked.workers.each("Yearly targets", one_origin, pieces, asked.progress)
    out: dict[str, list[annual_backtest.Origin]] = {name: [] for name in cases}
    for (name, year), arrays in zip(keys, made, strict=True):
        chances = {m: np.asarray(arrays[f"p.{m}"]) for m in names(annual_backtest.PACKAGE)}
        units = tuple(str(u) for u in arrays["units"])
        out[name].append(
            annual_backtest.Origin(year, units, chances, np.asarray(arrays["outcome"]))
        )
    return {n: annual_backtest.calibrated(o, target(n).years) for n, o in out.items()}


def one_origin(cases: Cases, name: str, year: int, seed: int) -> dict[str, Any]:
    """Every classifier trained on what was known at the end of ``year``, asked about that base year."""
    made = annual_backtest.origin(cases, name, year, seed)
    return {
        "units": np.asarray(made.units),
        "outcome": made.outcome,
        **{f"p.{m}": p for m, p in made.chances.items()},
    }


def _study(asked: Asked, name: str, origins: list[annual_backtest.Origin]) -> YearStudy:
    units = np.concatenate([np.asarray(o.units) for o in origins])
    years = np.concatenate([np.full(len(o.units), o.year) for o in origins])
    records = Records(asked.lake, asked.places, asked.as_of)
    quality = np.concatenate([records.quality(o.units, [o.year])[:, 0] for o in origins])
    packaged = names(annual_backtest.PACKAGE)
    return YearStudy(
        task="annual",
        kind="Hindcast",
        target=name,
        what="all UCDP States",
        units=units,
        years=years,
        chances={m: np.concatenate([o.chances[m] for o in origins]) for m in origins[0].chances},
        outcome=np.concatenate([o.outcome for o in origins]),
        groups={
            "region": np.array([asked.places.get(u).region for u in units]),
            "data quality": quality,
        },
        baselines=tuple(
            n for n in packaged if load(annual_backtest.PACKAGE, n, Classifier).baseline
        ),
        reference=REFERENCE,
        seed=asked.seed,
    )


def _covered(asked: Asked, studies: list[YearStudy]) -> list[YearStudy]:
    """The same targets on the country-years that EWP's panel covers, where the panel is at hand."""
    folder = asked.folder("ewp", annual_backtest.EWP_PANEL)
    if folder is None:
        return []
    inside: Collection[tuple[str, int]] = annual_backtest.ewp_covered(folder, asked.places)
    out = []
    for s in studies:
        rows = np.array(
            [(u, int(y)) in inside for u, y in zip(s.units.tolist(), s.years, strict=True)]
        )
        out.append(replace(s.cut(rows), what="country-years that EWP covers"))
    return out


def _verdicts(study: YearStudy) -> list[Verdict]:
    """Every model that is no baseline over the last five base years whose outcomes are known."""
    last = int(study.years.max())
    late = study.cut(study.years > last - YEARS)
    weights, ahead = late.weights(), target(study.target).years
    span = (str(last - YEARS + 2), str(last + ahead))
    return [
        judge(
            study.target,
            m,
            REFERENCE,
            "log loss",
            study.kind,
            span,
            saved(late, m, REFERENCE, weights),
        )
        for m in late.chances
        if m not in study.baselines and m != RAW
    ]


def _teller(asked: Asked, known: YearInputs) -> Any:
    """For a case: the place's name, what happened in the years after, and what the years before had."""

    def deaths(kind: str, unit: str, years: range) -> str:
        u = known.units.index(unit)
        at = [int(y - known.years[0]) for y in years if known.years[0] <= y <= known.years[-1]]
        values = known.deaths[kind][u, at]
        return f"{np.nansum(values):,.0f}" if not np.isnan(values).all() else "not known"

    def told(study: YearStudy, i: int) -> tuple[str, str, str]:
        unit, base, ahead = str(study.units[i]), int(study.years[i]), target(study.target).years
        kind = "total" if study.target == "hard_onset" else "one_sided"
        words = "killed in organised violence" if kind == "total" else ONE_SIDED
        after = deaths(kind, unit, range(base + 1, base + ahead + 1))
        before = deaths(kind, unit, range(base - 4, base + 1))
        when = str(base + 1) if ahead == 1 else f"{base + 1} and {base + ahead}"
        happened = f"{after} {words} in {when}"
        return (
            asked.places.get(unit).name,
            happened,
            f"{before} in the five years {base - 4} to {base}",
        )

    return told


TASK = Task(
    title="Yearly targets, one origin a year",
    citation="UCDP organised violence by country-year; targets as in forecast/targets.py",
    score=score,
)
