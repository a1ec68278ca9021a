"""What each family of features is worth: the ensemble trained anew without it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from upstander.core.plugins import load_all
from upstander.core.types import Array, Cases, Family, YearInputs
from upstander.forecast import scores
from upstander.forecast.annual_backtest import split
from upstander.forecast.calibration import chance
from upstander.forecast.cases import FAMILIES, all_cases, target, with_outcome
from upstander.forecast.scoreboard.board import Asked, Column, Table, gain
from upstander.forecast.scoreboard.year_study import YearStudy, saved
from upstander.forecast.scoreboard.yearly_tables import INTERVAL
from upstander.forecast.shapes import ByName, Row, Rows
from upstander.forecast.training import grow, stream
from upstander.forecast.workers import Piece

FEATURES = "upstander.forecast.features"
EVERY = 4  # every fourth base year, for time
WHOLE = "nothing"
COLUMNS = (
    Column("target", "Target", "text"),
    Column("without", "Without", "text"),
    Column("auc", "AUC"),
    Column("average_precision", "AP"),
    Column("log_loss", "Log loss", digits=4),
    Column("lost", "Log loss added by leaving it out", "gain"),
)
ABOVE = "The uncalibrated ensemble trained anew without the family, every fourth base year. Above 0: the family helps."


def table(
    asked: Asked,
    known: YearInputs,
    studies: list[YearStudy],
    whole: str,
) -> Table:
    """Log loss, AUC and AP of the uncalibrated ensemble without each family, on the cases of ``studies``.

    Args:
        whole: the model of the studies that is the same ensemble with every family.
    """
    years = {s.target: sorted({int(y) for y in s.years})[::-EVERY][::-1] for s in studies}
    chances = _without_each(asked, known, years)
    rows: Rows = []
    for s in studies:
        part = s.cut(np.isin(s.years, years[s.target]))
        dropped = {f: np.concatenate(chances[f, s.target]) for f in FAMILIES}
        rows += _rows(
            part,
            {
                WHOLE: part.chances[whole],
                **dropped,
            },
        )
    title = "ablation by family of features"
    notes = (ABOVE, INTERVAL)
    return Table(
        "annual.ablation",
        "annual",
        "Hindcast",
        title,
        "",
        COLUMNS,
        tuple(rows),
        notes,
    )


def _without_each(
    asked: Asked,
    known: YearInputs,
    years: Mapping[str, list[int]],
) -> dict[tuple[str, str], list[Array]]:
    """By family left out and target, the probabilities of each of the target's base years."""
    pieces = list(_pieces(asked, known, years))
    done = asked.workers.each(
        "Ablation by family", one_origin, [p for _, p in pieces], asked.progress
    )
    chances: dict[tuple[str, str], list[Array]] = {}
    for (key, _), arrays in zip(pieces, done, strict=True):
        chances.setdefault(key, []).append(np.asarray(arrays["p"]))
    return chances


def _pieces(
    asked: Asked,
    known: YearInputs,
    years: Mapping[str, list[int]],
) -> Iterator[tuple[tuple[str, str], Piece]]:
    """What is to be done for each family left out, target and base year."""
    every = load_all(FEATURES, Family)
    for family in FAMILIES:
        raw = all_cases(known, {n: f for n, f in every.items() if n != family})
        for goal, own in years.items():
            cases = without(with_outcome(raw, known, target(goal)), family)
            for year in own:
                name = f"ablation {family} {goal} {year} {asked.seed} {asked.stamp}"
                yield (family, goal), Piece(name, (cases, goal, year, asked.seed))


def without(cases: Cases, family: str) -> Cases:
    """The cases without a family's columns; the own frequency of the outcome is history too."""
    keep = [i for i, f in enumerate(cases.families) if f != family]
    return replace(
        cases,
        values=cases.values[:, keep],
        features=tuple(cases.features[i] for i in keep),
        families=tuple(cases.families[i] for i in keep),
    )


def one_origin(
    cases: Cases,
    name: str,
    year: int,
    seed: int,
) -> ByName:
    """The ensemble alone, trained on what was known at the end of ``year``: probabilities of that base year."""
    train, asked = split(cases, name, year)
    ensemble = grow(train, stream(seed, year))
    return {"p": chance(ensemble.each(asked.values).mean(axis=0))}


def _rows(study: YearStudy, dropped: ByName) -> Rows:
    both = replace(study, chances=dropped)
    weights = both.weights()
    return [
        {
            **_row(both, f),
            "lost": _lost(both, f, weights),
        }
        for f in dropped
    ]


def _row(study: YearStudy, family: str) -> Row:
    p = study.chances[family]
    return {
        "target": study.target,
        "without": family,
        "auc": scores.auc(p, study.outcome),
        "average_precision": scores.average_precision(p, study.outcome),
        "log_loss": float(scores.log_loss(p, study.outcome).mean()),
    }


def _lost(
    study: YearStudy,
    family: str,
    weights: Array,
) -> Row | None:
    """Log loss that leaving the family out adds."""
    if family == WHOLE:
        return None
    return gain(saved(study, WHOLE, family, weights), lower_is_better=False)
