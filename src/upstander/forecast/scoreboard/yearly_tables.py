"""The tables of yearly probabilities: models against baselines, reliability, parts, misses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from upstander.core.types import Array
from upstander.forecast import scores
from upstander.forecast.scoreboard import reliability
from upstander.forecast.scoreboard.board import Chart, Column, Columns, Table, gain
from upstander.forecast.scoreboard.year_study import (
    YearStudy,
    precision_gained,
    recall,
    saved,
    within_year_auc,
)
from upstander.forecast.shapes import Names, Row

TOPS = (10, 30)
MANY_EACH = 6  # misses shown per target
INTERVAL = "Brackets: 90 % interval of a paired bootstrap over countries and years; above 0 is better than the baseline."
QUALITY = (
    "Data quality: the width of the publisher's own range (high less low) over its best estimate, in the five "
    "years to the base year."
)
TARGET, MODEL = Column("target", "Target", "text"), Column("model", "Model", "text")
WHICH = (TARGET, Column("universe", "Cases from", "text"), MODEL)
PART = (TARGET, Column("part", "Part", "text"), Column("of", "Which", "text"), MODEL)
CASES, EVENTS = Column("cases", "Cases", "count"), Column("events", "Events", "count")
AUC = Column("auc", "AUC")
RATIO = Column("observed_over_expected", "Observed/ expected", digits=2)
SCORES = (
    Column("role", "Role", "text"),
    CASES,
    EVENTS,
    AUC,
    Column("auc_within_year", "AUC within years"),
    Column("average_precision", "AP"),
    Column("brier", "Brier", digits=4),
    Column("log_loss", "Log loss", digits=4),
    RATIO,
    *(Column(f"recall_{t}", f"Recall@{t}", "percent") for t in TOPS),
)
PAIRS = (
    *WHICH,
    Column("baseline", "Baseline", "text"),
    Column("log_loss_saved", "Log loss saved", "gain"),
    Column("precision_gained", "AP gained", "gain"),
)
MISSES = (
    TARGET,
    Column("place", "Place", "text"),
    Column("year", "Base year", "text"),
    Column("said", "Said", "percent"),
    Column("rank", "Rank", "text"),
    Column("happened", "What happened", "text"),
    Column("reason", "What was known before", "text"),
    Column("log_loss", "Log loss", digits=2),
)
Teller = Callable[[YearStudy, int], tuple[str, str, str]]


def models(
    studies: Sequence[YearStudy],
    title: str,
    notes: Names = (),
) -> Table:
    """Every model on every target: ranking, calibration, and its gain over the reference."""
    rows = [row for s in studies for row in _model_rows(s)]
    columns = (*WHICH, *SCORES, *_gain_columns(studies[0].reference))
    return _table(
        studies,
        "models",
        title,
        columns,
        rows,
        (INTERVAL, *notes),
    )


def _gain_columns(reference: str) -> tuple[Column, Column]:
    precision = Column("precision_gained", f"AP over {reference}", "gain")
    return _saved_over(reference), precision


def _saved_over(reference: str) -> Column:
    return Column("log_loss_saved", f"Log loss saved over {reference}", "gain")


def _model_rows(s: YearStudy) -> Iterator[Row]:
    """One row per model of one target, by rising log loss."""
    weights = s.weights()
    loss = {m: float(scores.log_loss(p, s.outcome).mean()) for m, p in s.chances.items()}
    for m in sorted(loss, key=lambda n: (loss[n], n)):
        role = {"role": "baseline" if m in s.baselines else "model"}
        gains = _gains(s, m, s.reference, weights)
        yield {
            **_which(s, m),
            **role,
            **_scores(s, m, loss[m]),
            **gains,
        }


def _scores(
    s: YearStudy,
    model: str,
    loss: float,
) -> Row:
    return {
        "cases": len(s.outcome),
        "events": int(s.outcome.sum()),
        "auc": scores.auc(s.chances[model], s.outcome),
        "auc_within_year": within_year_auc(s, model),
        **_losses(s.chances[model], s.outcome),
        "log_loss": loss,
        "observed_over_expected": _observed_over_expected(s, model),
        **{f"recall_{t}": recall(s, model, t) for t in TOPS},
    }


def _losses(p: Array, outcome: Array) -> Row:
    return {
        "average_precision": scores.average_precision(p, outcome),
        "brier": float(scores.brier(p, outcome).mean()),
    }


def _observed_over_expected(s: YearStudy, model: str) -> float:
    return float(s.outcome.sum() / s.chances[model].sum())


def _which(s: YearStudy, model: str) -> Row:
    return {
        "target": s.target,
        "universe": s.what,
        "model": model,
    }


def _gains(
    s: YearStudy,
    model: str,
    baseline: str,
    weights: Array,
) -> Row:
    if model == baseline:
        return {
            "log_loss_saved": None,
            "precision_gained": None,
        }
    loss = saved(s, model, baseline, weights)
    precision = precision_gained(s, model, baseline, weights)
    return {
        "log_loss_saved": gain(loss, lower_is_better=False),
        "precision_gained": gain(precision, lower_is_better=False),
    }


def _table(
    studies: Sequence[YearStudy],
    name: str,
    title: str,
    columns: Columns,
    rows: Iterable[Mapping[str, Any]],
    notes: Names = (),
    chart: Chart = "",
) -> Table:
    s = studies[0]
    head = (f"{s.task}.{name}", s.task, s.kind, title, "")
    return Table(
        *head,
        columns,
        tuple(rows),
        notes,
        chart,
        s.ships,
    )


def pairs(studies: Sequence[YearStudy], model: str) -> Table:
    """The shipped model against every baseline."""
    rows = [row for s in studies for row in _pair_rows(s, model)]
    return _table(
        studies,
        "pairs",
        f"{model} against every baseline",
        PAIRS,
        rows,
        (INTERVAL,),
    )


def _pair_rows(s: YearStudy, model: str) -> Iterator[Row]:
    weights = s.weights()
    for b in s.baselines:
        yield {
            **_which(s, model),
            "baseline": b,
            **_gains(s, model, b, weights),
        }


def reliabilities(studies: Sequence[YearStudy], chosen: Names) -> Table:
    """Said and seen, by target and model."""
    rows = [
        {
            "model": m,
            "event": s.target,
            **row,
        }
        for s in studies
        for m in chosen
        for row in reliability.reliability(s.chances[m], s.outcome)
    ]
    return _table(
        studies,
        "reliability",
        "reliability of yearly probabilities",
        reliability.COLUMNS,
        rows,
        (reliability.BINS,),
        chart="reliability",
    )


def windows(studies: Sequence[YearStudy], model: str) -> Table:
    """Log loss of the model over the reference's, base year by base year, and the events found."""
    years = sorted({int(y) for s in studies for y in s.years})
    empty = {str(y): None for y in years}
    rows = [
        {
            **empty,
            "target": s.target,
            "model": model,
            **_by_year(s, model, years),
        }
        for s in studies
    ]
    columns = (TARGET, MODEL, *(Column(str(y), str(y), digits=2) for y in years))
    title = f"log loss over that of {studies[0].reference}, by base year"
    return _table(studies, "windows", title, columns, rows)


def _by_year(
    s: YearStudy,
    model: str,
    years: list[int],
) -> dict[str, float]:
    """Log loss over the reference's in each year with a case."""
    of_years = {str(y): s.cut(s.years == y) for y in years}
    return {
        y: _loss_ratio(part, model) for y, part in of_years.items() if len(part.outcome)
    }


def _loss_ratio(s: YearStudy, model: str) -> float:
    own, base = (
        scores.log_loss(s.chances[m], s.outcome).mean() for m in (model, s.reference)
    )
    return float(own / base)


def parts(studies: Sequence[YearStudy], model: str) -> Table:
    """Skill by region and by data quality."""
    rows = [row for s in studies for row in _part_rows(s, model)]
    columns = (*PART, CASES, EVENTS, AUC, RATIO, _saved_over(studies[0].reference))
    title = "skill by region and by data quality"
    return _table(
        studies,
        "parts",
        title,
        columns,
        rows,
        (QUALITY, INTERVAL),
    )


def _part_rows(s: YearStudy, model: str) -> Iterator[Row]:
    for what, labels in s.groups.items():
        for label in np.unique(labels):
            which = {
                "target": s.target,
                "part": what,
                "of": str(label),
                "model": model,
            }
            yield {
                **which,
                **_skill(s.cut(labels == label), model),
            }


def _skill(part: YearStudy, model: str) -> Row:
    loss = saved(part, model, part.reference, part.weights())
    return {
        "cases": len(part.outcome),
        "events": int(part.outcome.sum()),
        "auc": _auc(part, model),
        "observed_over_expected": _observed_over_expected(part, model),
        "log_loss_saved": gain(loss, lower_is_better=False),
    }


def _auc(part: YearStudy, model: str) -> float | None:
    """None where the cases are all of one kind."""
    is_mixed = 0 < int(part.outcome.sum()) < len(part.outcome)
    return scores.auc(part.chances[model], part.outcome) if is_mixed else None


def misses(
    studies: Sequence[YearStudy],
    model: str,
    teller: Teller,
) -> Table:
    """The country-years with the largest log loss.

    Args:
        teller: a study and a row to the place's name, what happened, and what stood behind it.
    """
    rows = [row for s in studies for row in _miss_rows(s, model, teller)]
    return _table(studies, "misses", f"biggest misses of {model}", MISSES, rows)


def _miss_rows(
    s: YearStudy,
    model: str,
    teller: Teller,
) -> Iterator[Row]:
    loss = scores.log_loss(s.chances[model], s.outcome)
    for i in np.argsort(-loss, kind="stable")[:MANY_EACH].tolist():
        place, happened, why = teller(s, i)
        yield {
            "target": s.target,
            "place": place,
            "year": int(s.years[i]),
            "said": float(s.chances[model][i]),
            "rank": _rank(s, model, i),
            "happened": happened,
            "reason": why,
            "log_loss": float(loss[i]),
        }


def _rank(
    s: YearStudy,
    model: str,
    i: int,
) -> str:
    """The rank of a case among those of its base year."""
    p = s.chances[model]
    same = s.years == s.years[i]
    return f"{1 + int((p[same] > p[i]).sum())} of {int(same.sum())}"
