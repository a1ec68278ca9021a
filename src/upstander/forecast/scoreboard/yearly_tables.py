"""The tables of yearly probabilities: models against baselines, reliability, parts, misses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from upstander.core.types import Array
from upstander.forecast import scores
from upstander.forecast.scoreboard.board import Column, Kind, Table, gain
from upstander.forecast.scoreboard.reliability import BINS, reliability

ROUNDS = 1000  # resamples of countries
TOPS = (10, 30)
MANY_EACH = 6  # misses shown per target
INTERVAL = "Brackets: 90 % interval of a paired bootstrap over countries; above 0 is better than the baseline."
WHICH = (
    Column("target", "Target", "text"),
    Column("universe", "Cases from", "text"),
    Column("model", "Model", "text"),
)


@dataclass(frozen=True)
class YearStudy:
    """One yes/no target: every model's probability for the same country-years, and what followed.

    Attributes:
        units, years: (N,) place code and base year.
        chances: (N,) by model.
        outcome: (N,) 1 or 0.
        groups: by what: (N,) labels.
    """

    task: str
    kind: Kind
    target: str
    what: str
    units: npt.NDArray[np.str_]
    years: npt.NDArray[np.int64]
    chances: Mapping[str, Array]
    outcome: Array
    groups: Mapping[str, npt.NDArray[np.str_]]
    baselines: tuple[str, ...]
    reference: str
    seed: int
    ships: bool = True

    def weights(self) -> Array:
        """(R, N) how often each case is drawn when whole countries are drawn with replacement."""
        found, inverse = np.unique(self.units, return_inverse=True)
        rng = np.random.default_rng([self.seed, len(found)])
        drawn = rng.multinomial(len(found), np.full(len(found), 1 / len(found)), size=ROUNDS)
        return np.asarray(drawn[:, inverse], dtype=np.float64)

    @cached_property
    def precisions(self) -> dict[str, Array]:
        """By model, the (R,) average precision of each resample: filled as models are asked for, the costliest part."""
        return {}

    def cut(self, rows: npt.NDArray[np.bool_]) -> YearStudy:
        """Some of the cases."""
        return replace(
            self,
            units=self.units[rows],
            years=self.years[rows],
            chances={m: p[rows] for m, p in self.chances.items()},
            outcome=self.outcome[rows],
            groups={k: v[rows] for k, v in self.groups.items()},
        )


def saved(study: YearStudy, model: str, baseline: str, weights: Array) -> scores.Gain:
    """Log loss saved over a baseline, in nats a case, with its 90 % interval over countries."""
    each = scores.log_loss(study.chances[baseline], study.outcome) - scores.log_loss(
        study.chances[model], study.outcome
    )
    drawn = (weights @ each) / weights.sum(axis=1)
    low, high = np.quantile(drawn, [0.05, 0.95])
    return scores.Gain(float(each.mean()), float(low), float(high), 0.0)


def precision_gained(study: YearStudy, model: str, baseline: str, weights: Array) -> scores.Gain:
    """Average precision over a baseline's, with its 90 % interval over countries.

    Args:
        weights: the study's own, so that a model's resamples are computed once.
    """
    for m in {model, baseline} - study.precisions.keys():
        study.precisions[m] = weighted_precision(study.chances[m], study.outcome, weights)
    a, b = study.precisions[model], study.precisions[baseline]
    one = np.ones((1, len(study.outcome)))
    point = [
        float(weighted_precision(study.chances[m], study.outcome, one)[0])
        for m in (model, baseline)
    ]
    low, high = np.nanquantile(a - b, [0.05, 0.95])
    return scores.Gain(point[0] - point[1], float(low), float(high), 0.0)


def weighted_precision(p: Array, outcome: Array, weights: Array) -> Array:
    """(R,) average precision under (R, N) case weights; tied cases enter together, NaN without an event."""
    order = np.argsort(-p, kind="stable")
    w, y = weights[:, order], outcome[order]
    hits, seen = np.cumsum(w * y, axis=1), np.cumsum(w, axis=1)
    last = np.flatnonzero(np.r_[np.diff(p[order]) != 0, True])
    at, of = hits[:, last], np.maximum(seen[:, last], 1e-12)
    total = at[:, -1]
    found = (np.diff(at, axis=1, prepend=0.0) * at / of).sum(axis=1)
    return np.asarray(np.where(total > 0, found / np.maximum(total, 1e-12), np.nan))


def recall(study: YearStudy, model: str, top: int) -> float:
    """Share of the events that stood among their year's first ``top`` places."""
    hit = every = 0.0
    for year in np.unique(study.years):
        rows = study.years == year
        order = np.argsort(-study.chances[model][rows], kind="stable")[:top]
        hit, every = (
            hit + float(study.outcome[rows][order].sum()),
            every + float(study.outcome[rows].sum()),
        )
    return hit / every if every else float("nan")


def within_year_auc(study: YearStudy, model: str) -> float:
    """Mean of the AUC of each year with cases of both kinds, each year alike: so the peers' bar was computed."""
    found = []
    for year in np.unique(study.years):
        rows = study.years == year
        if 0 < study.outcome[rows].sum() < rows.sum():
            found.append(scores.auc(study.chances[model][rows], study.outcome[rows]))
    return float(np.mean(found)) if found else float("nan")


def models(studies: Sequence[YearStudy], title: str, notes: tuple[str, ...] = ()) -> Table:
    """Every model on every target: ranking, calibration, and its gain over the reference."""
    rows = [row for s in studies for row in _model_rows(s)]
    columns = (
        *WHICH,
        Column("role", "Role", "text"),
        Column("cases", "Cases", "count"),
        Column("events", "Events", "count"),
        Column("auc", "AUC"),
        Column("auc_within_year", "AUC within years"),
        Column("average_precision", "AP"),
        Column("brier", "Brier", digits=4),
        Column("log_loss", "Log loss", digits=4),
        Column("observed_over_expected", "Observed/ expected", digits=2),
        Column("recall_10", "Recall@10", "percent"),
        Column("recall_30", "Recall@30", "percent"),
        Column("log_loss_saved", f"Log loss saved over {studies[0].reference}", "gain"),
        Column("precision_gained", f"AP over {studies[0].reference}", "gain"),
    )
    return _table(studies, "models", title, columns, rows, (INTERVAL, *notes))


def _model_rows(s: YearStudy) -> list[dict[str, Any]]:
    """One row per model of one target, by rising log loss."""
    weights = s.weights()
    loss = {m: float(scores.log_loss(p, s.outcome).mean()) for m, p in s.chances.items()}
    rows = []
    for m in sorted(loss, key=lambda n: (loss[n], n)):
        p, row = s.chances[m], {**_which(s, m), "role": "baseline" if m in s.baselines else "model"}
        row |= {
            "cases": len(s.outcome),
            "events": int(s.outcome.sum()),
            "auc": scores.auc(p, s.outcome),
            "auc_within_year": within_year_auc(s, m),
            "average_precision": scores.average_precision(p, s.outcome),
            "brier": float(scores.brier(p, s.outcome).mean()),
            "log_loss": loss[m],
            "observed_over_expected": float(s.outcome.sum() / p.sum()),
            **{f"recall_{t}": recall(s, m, t) for t in TOPS},
        }
        rows.append(row | _gains(s, m, s.reference, weights))
    return rows


def _which(s: YearStudy, model: str) -> dict[str, Any]:
    return {"target": s.target, "universe": s.what, "model": model}


def _gains(s: YearStudy, model: str, baseline: str, weights: Array) -> dict[str, Any]:
    if model == baseline:
        return {"log_loss_saved": None, "precision_gained": None}
    return {
        "log_loss_saved": gain(saved(s, model, baseline, weights), lower_is_better=False),
        "precision_gained": gain(
            precision_gained(s, model, baseline, weights), lower_is_better=False
        ),
    }


def _table(
    studies: Sequence[YearStudy],
    name: str,
    title: str,
    columns: tuple[Column, ...],
    rows: Iterable[Mapping[str, Any]],
    notes: tuple[str, ...] = (),
    **more: Any,
) -> Table:
    s = studies[0]
    return Table(
        f"{s.task}.{name}",
        s.task,
        s.kind,
        title,
        "",
        columns,
        tuple(rows),
        notes,
        ships=s.ships,
        **more,
    )


def pairs(studies: Sequence[YearStudy], model: str) -> Table:
    """The shipped model against every baseline."""
    rows = []
    for s in studies:
        weights = s.weights()
        rows += [
            {
                "target": s.target,
                "universe": s.what,
                "model": model,
                "baseline": b,
                **_gains(s, model, b, weights),
            }
            for b in s.baselines
        ]
    columns = (
        *WHICH,
        Column("baseline", "Baseline", "text"),
        Column("log_loss_saved", "Log loss saved", "gain"),
        Column("precision_gained", "AP gained", "gain"),
    )
    return _table(studies, "pairs", f"{model} against every baseline", columns, rows, (INTERVAL,))


def reliabilities(studies: Sequence[YearStudy], chosen: tuple[str, ...]) -> Table:
    """Said and seen, by target and model."""
    rows = [
        {"model": m, "event": s.target, **r}
        for s in studies
        for m in chosen
        for r in reliability(s.chances[m], s.outcome)
    ]
    columns = (
        Column("model", "Model", "text"),
        Column("event", "Event", "text"),
        Column("bin", "Said", "text"),
        Column("cases", "Cases", "count"),
        Column("said", "Mean said", "percent"),
        Column("seen", "Seen", "percent"),
        Column("low", "Seen, 90 % low", "percent"),
        Column("high", "high", "percent"),
    )
    return _table(
        studies,
        "reliability",
        "reliability of yearly probabilities",
        columns,
        rows,
        (BINS,),
        chart="reliability",
    )


def windows(studies: Sequence[YearStudy], model: str) -> Table:
    """Log loss of the model over the reference's, base year by base year, and the events found."""
    years = sorted({int(y) for s in studies for y in s.years})
    rows = []
    for s in studies:
        row: dict[str, Any] = {"target": s.target, "model": model}
        for year in years:
            part = s.cut(s.years == year)
            if len(part.outcome):
                a, b = (
                    scores.log_loss(part.chances[m], part.outcome).mean()
                    for m in (model, s.reference)
                )
                row[str(year)] = float(a / b)
        rows.append({**{str(y): None for y in years}, **row})
    columns = (
        Column("target", "Target", "text"),
        Column("model", "Model", "text"),
        *(Column(str(y), str(y), digits=2) for y in years),
    )
    return _table(
        studies,
        "windows",
        f"log loss over that of {studies[0].reference}, by base year",
        columns,
        rows,
    )


def parts(studies: Sequence[YearStudy], model: str) -> Table:
    """Skill by region and by data quality."""
    rows = []
    for s in studies:
        for what, labels in s.groups.items():
            for label in np.unique(labels):
                part = s.cut(labels == label)
                events = int(part.outcome.sum())
                whole = 0 < events < len(part.outcome)
                p = part.chances[model]
                rows.append(
                    {
                        "target": s.target,
                        "part": what,
                        "of": str(label),
                        "model": model,
                        "cases": len(part.outcome),
                        "events": events,
                        "auc": scores.auc(p, part.outcome) if whole else None,
                        "observed_over_expected": float(part.outcome.sum() / p.sum()),
                        "log_loss_saved": gain(
                            saved(part, model, s.reference, part.weights()), lower_is_better=False
                        ),
                    }
                )
    columns = (
        Column("target", "Target", "text"),
        Column("part", "Part", "text"),
        Column("of", "Which", "text"),
        Column("model", "Model", "text"),
        Column("cases", "Cases", "count"),
        Column("events", "Events", "count"),
        Column("auc", "AUC"),
        Column("observed_over_expected", "Observed/ expected", digits=2),
        Column("log_loss_saved", f"Log loss saved over {studies[0].reference}", "gain"),
    )
    notes = (
        "Data quality: the width of the publisher's own range (high less low) over its best estimate, in the five "
        "years to the base year.",
        INTERVAL,
    )
    return _table(studies, "parts", "skill by region and by data quality", columns, rows, notes)


def misses(
    studies: Sequence[YearStudy], model: str, told: Callable[[YearStudy, int], tuple[str, str, str]]
) -> Table:
    """The country-years with the largest log loss.

    Args:
        told: a study and a row to the place's name, what happened, and what stood behind it.
    """
    rows = []
    for s in studies:
        loss = scores.log_loss(s.chances[model], s.outcome)
        for i in (int(i) for i in np.argsort(-loss, kind="stable")[:MANY_EACH]):
            same = s.years == s.years[i]
            rank = 1 + int((s.chances[model][same] > s.chances[model][i]).sum())
            place, happened, why = told(s, i)
            rows.append(
                {
                    "target": s.target,
                    "place": place,
                    "year": int(s.years[i]),
                    "said": float(s.chances[model][i]),
                    "rank": f"{rank} of {int(same.sum())}",
                    "happened": happened,
                    "reason": why,
                    "log_loss": float(loss[i]),
                }
            )
    columns = (
        Column("target", "Target", "text"),
        Column("place", "Place", "text"),
        Column("year", "Base year", "text"),
        Column("said", "Said", "percent"),
        Column("rank", "Rank", "text"),
        Column("happened", "What happened", "text"),
        Column("reason", "What was known before", "text"),
        Column("log_loss", "Log loss", digits=2),
    )
    return _table(studies, "misses", f"biggest misses of {model}", columns, rows)
