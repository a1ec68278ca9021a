"""Yearly probabilities: one origin a year on final data, trained on what was known, scored on what followed.

A hindcast: each case sees its own and earlier years only, slow series shifted by the lag they have today.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from upstander.core.plugins import load, names
from upstander.core.thresholds import ONE_SIDED
from upstander.core.types import Cases, Classifier, YearInputs
from upstander.forecast import annual_backtest, shipped
from upstander.forecast.cases import TARGETS, all_cases, known_before, target, with_outcome
from upstander.forecast.qualification import YEARS, Verdict, judge
from upstander.forecast.scoreboard import ablation, reseeding, yearly_tables
from upstander.forecast.scoreboard.board import Asked, Part, Table, Task
from upstander.forecast.scoreboard.count_quality import Records
from upstander.forecast.scoreboard.year_study import YearStudy, looks
from upstander.forecast.shapes import Labels, Mask, Names, Row
from upstander.forecast.training import LEAST_EVENTS
from upstander.forecast.workers import Arrays, Piece

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

    units = covered_units(asked.lake, asked.places, asked.as_of)
    known = inputs(asked.lake, asked.places, units, as_of=asked.as_of)
    raw = all_cases(known)
    wanted = [t.id for t in TARGETS if not asked.latest or t.id in DETAIL]
    cases = {name: with_outcome(raw, known, target(name)) for name in wanted}
    origins = _origins(asked, cases, int(known.years[-1]))
    studies = [_study(asked, name, of) for name, of in origins.items()]
    judged = [_judged(s) for s in studies]
    tables = (*_tables(asked, judged), *_detailed_tables(asked, judged, cases, known))
    return Part(tables, tuple(v for s in studies for v in _verdicts(s)))


def _judged(study: YearStudy) -> YearStudy:
    first = annual_backtest.FIRST
    last = annual_backtest.LAST
    return study.cut((study.years >= first) & (study.years <= last))


def _tables(asked: Asked, judged: list[YearStudy]) -> Iterator[Table]:
    """The tables of every target."""
    title = f"yearly targets, base years {annual_backtest.FIRST} to {annual_backtest.LAST}"
    yield yearly_tables.models([*judged, *_covered(asked, judged)], title)
    yield yearly_tables.pairs(judged, shipped.CHANCES)
    yield yearly_tables.reliabilities(judged, (shipped.CHANCES, REFERENCE))
    yield yearly_tables.windows(judged, shipped.CHANCES)


def _detailed_tables(
    asked: Asked,
    judged: list[YearStudy],
    cases: Mapping[str, Cases],
    known: YearInputs,
) -> Iterator[Table]:
    """The costly tables, of the targets of DETAIL."""
    detailed = [s for s in judged if s.target in DETAIL]
    yield yearly_tables.parts(detailed, shipped.CHANCES)
    yield yearly_tables.misses(detailed, shipped.CHANCES, _Teller(asked, known))
    yield ablation.table(asked, known, detailed, RAW)
    yield reseeding.table(asked, {g: cases[g] for g in DETAIL}, known)


def _origins(
    asked: Asked,
    cases: dict[str, Cases],
    base: int,
) -> dict[str, list[annual_backtest.Origin]]:
    """By target, the forecasts of every origin, the ensemble calibrated on earlier ones."""
    keys = [
        (name, year)
        for name, own in cases.items()
        for year in _years(asked, own, name, base)
    ]
    pieces = [_piece(asked, cases[name], name, year) for name, year in keys]
    done = asked.workers.each("Yearly targets", one_origin, pieces, asked.progress)
    origins: dict[str, list[annual_backtest.Origin]] = {name: [] for name in cases}
    for (name, year), arrays in zip(keys, done, strict=True):
        origins[name].append(_origin(year, arrays))
    return {n: annual_backtest.calibrated(o, target(n).years) for n, o in origins.items()}


def _years(
    asked: Asked,
    cases: Cases,
    name: str,
    base: int,
) -> Iterator[int]:
    """The base years that have enough events to learn from; of a quick look the newest that it needs."""
    goal = target(name)
    last = base - goal.years
    for year in range(annual_backtest.WARM, last + 1):
        if asked.latest and year <= last - asked.latest - YEARS:
            continue
        if cases.outcome[known_before(cases, year, goal)].sum() >= LEAST_EVENTS:
            yield year


def _piece(
    asked: Asked,
    cases: Cases,
    name: str,
    year: int,
) -> Piece:
    label = f"annual {name} {year} {asked.seed} {asked.stamp}"
    return Piece(label, (cases, name, year, asked.seed))


def _origin(year: int, arrays: Arrays) -> annual_backtest.Origin:
    """What ``one_origin`` gave back, as an origin."""
    chances = {m: np.asarray(arrays[f"p.{m}"]) for m in names(annual_backtest.PACKAGE)}
    units = tuple(str(u) for u in arrays["units"])
    return annual_backtest.Origin(year, units, chances, np.asarray(arrays["outcome"]))


def one_origin(
    cases: Cases,
    name: str,
    year: int,
    seed: int,
) -> Row:
    """Every classifier trained on what was known at the end of ``year``, asked about that base year."""
    return annual_backtest.origin(cases, name, year, seed).arrays()


def _study(
    asked: Asked,
    name: str,
    origins: list[annual_backtest.Origin],
) -> YearStudy:
    units = np.concatenate([np.asarray(o.units) for o in origins])
    models = origins[0].chances
    years = np.concatenate([np.full(len(o.units), o.year) for o in origins])
    return YearStudy(
        task="annual",
        kind="Hindcast",
        target=name,
        what="all UCDP States",
        units=units,
        years=years,
        chances={m: np.concatenate([o.chances[m] for o in origins]) for m in models},
        outcome=np.concatenate([o.outcome for o in origins]),
        groups=_groups(asked, units, origins),
        baselines=_baselines(),
        reference=REFERENCE,
        seed=asked.seed,
        blocks=years,
    )


def _groups(
    asked: Asked,
    units: Labels,
    origins: list[annual_backtest.Origin],
) -> dict[str, Labels]:
    regions = np.array([asked.places.get(u).region for u in units])
    return {
        "region": regions,
        "data quality": _quality(asked, origins),
    }


def _quality(asked: Asked, origins: list[annual_backtest.Origin]) -> Labels:
    """(N,) how sure the counts of a case's last years are."""
    records = Records(asked.lake, asked.places, asked.as_of)
    return np.concatenate([records.quality(o.units, [o.year])[:, 0] for o in origins])


def _baselines() -> Names:
    package = annual_backtest.PACKAGE
    return tuple(n for n in names(package) if load(package, n, Classifier).baseline)


def _covered(asked: Asked, studies: list[YearStudy]) -> list[YearStudy]:
    """The same targets on the country-years that EWP's panel covers, where the panel is at hand."""
    folder = asked.folder("ewp", annual_backtest.EWP_PANEL)
    if folder is None:
        return []
    inside = annual_backtest.ewp_covered(folder, asked.places)
    what = "country-years that EWP covers"
    return [replace(s.cut(_among(s, inside)), what=what) for s in studies]


def _among(study: YearStudy, inside: Collection[tuple[str, int]]) -> Mask:
    """(N,) True for the cases whose place and year are ``inside``."""
    cases = zip(study.units.tolist(), study.years.tolist(), strict=True)
    return np.array([case in inside for case in cases])


def _verdicts(study: YearStudy) -> list[Verdict]:
    """Every model that is no baseline, over all base years whose outcomes are known."""
    first, last = int(study.years.min()), int(study.years.max())
    span = (str(first + 1), str(last + target(study.target).years))
    ours = [m for m in study.chances if m not in study.baselines and m != RAW]
    return [
        judge(study.target, m, REFERENCE, "log loss", study.kind, span, gains)
        for m, gains in looks(study, ours, REFERENCE).items()
    ]


@dataclass(frozen=True)
class _Teller:
    """For a case: the place's name, what happened in the years after, and what the years before had."""

    asked: Asked
    known: YearInputs

    def __call__(self, study: YearStudy, i: int) -> tuple[str, str, str]:
        unit = str(study.units[i])
        base = int(study.years[i])
        kind = "total" if study.target == "hard_onset" else "one_sided"
        happened = self._after(kind, unit, base, target(study.target).years)
        before = self._deaths(kind, unit, range(base - 4, base + 1))
        reason = f"{before} in the five years {base - 4} to {base}"
        return self.asked.places.get(unit).name, happened, reason

    def _after(
        self,
        kind: str,
        unit: str,
        base: int,
        ahead: int,
    ) -> str:
        deaths = self._deaths(kind, unit, range(base + 1, base + ahead + 1))
        words = "killed in organised violence" if kind == "total" else ONE_SIDED
        return f"{deaths} {words} in {_when(base, ahead)}"

    def _deaths(
        self,
        kind: str,
        unit: str,
        years: range,
    ) -> str:
        known = self.known
        at = [
            int(y - known.years[0]) for y in years if known.years[0] <= y <= known.years[-1]
        ]
        values = known.deaths[kind][known.units.index(unit), at]
        return "not known" if np.isnan(values).all() else f"{np.nansum(values):,.0f}"


def _when(base: int, ahead: int) -> str:
    """The one or two years after the base year."""
    return str(base + 1) if ahead == 1 else f"{base + 1} and {base + ahead}"


TASK = Task(
    title="Yearly targets, one origin a year",
    citation="UCDP organised violence by country-year; targets as in forecast/targets.py",
    score=score,
)
