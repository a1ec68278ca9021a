"""From a study in draws to its part of the scoreboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from upstander.core.plugins import load, names
from upstander.core.types import Array, Model
from upstander.forecast import shipped
from upstander.forecast.pooling import MODELS
from upstander.forecast.scoreboard import draw_tables
from upstander.forecast.scoreboard.board import Asked, Column, Table
from upstander.forecast.scoreboard.marks import Study
from upstander.forecast.scoreboard.misses import misses

REFERENCE = "conflictology"
SEEDS = 2  # further seeds the shipped model is run with


def baselines() -> tuple[str, ...]:
    """Names of the draw models that every other must beat."""
    return tuple(n for n in names(MODELS) if load(MODELS, n, Model).baseline)


def wanted(asked: Asked) -> tuple[str, ...]:
    """The models to run: all, or those asked for with the baselines."""
    every = tuple(names(MODELS))
    return tuple(n for n in every if not asked.models or n in asked.models or n in baselines())


def chosen(study: Study) -> tuple[str, ...]:
    """The models that detailed tables show: the shipped one, the best, and the reference."""
    ours = [m for m in study.models if m not in study.baselines]
    picked = [m for m in (shipped.DRAWS, *ours[:1], study.reference) if m in study.marks]
    return tuple(dict.fromkeys(picked))


def tables(study: Study, behind: Callable[[str, str], str]) -> tuple[Table, ...]:
    """Every table of one study."""
    some = chosen(study)
    return (
        draw_tables.models(study),
        draw_tables.pairs(study),
        draw_tables.windows(study),
        draw_tables.coverage(study),
        draw_tables.pits(study, some),
        draw_tables.reliabilities(study, some),
        draw_tables.horizons(study, some),
        draw_tables.subsets(study, some),
        misses(study, some[0], behind),
    )


def reseeded(study: Study, model: str, runs: Mapping[int, Mapping[str, Array]]) -> Table:
    """Mean scores of one model by seed: what of a difference is luck of the draw.

    Args:
        runs: marks by seed, the origins as last axis.
    """
    rows: list[dict[str, Any]] = []
    for seed, found in runs.items():
        means = {k: float(found[k].mean()) for k in ("crps", "crps_log", "ign")}
        covered = float(found["covered"][found["outcome"] > 0].mean())
        rows.append({"model": model, "seed": seed, **means, "coverage": covered})
    spread = {k: max(r[k] for r in rows) - min(r[k] for r in rows) for k in ("crps", "crps_log", "ign", "coverage")}
    rows.append({"model": "largest less smallest", "seed": None, **spread})
    columns = (
        Column("model", "Model", "text"), Column("seed", "Seed", "text"), Column("crps", "CRPS"),
        Column("crps_log", "CRPS of log(1+y)", digits=4), Column("ign", "IGN, bits", digits=4),
        Column("coverage", "90 % coverage where deaths > 0"),
    )  # fmt: skip
    return Table(f"{study.task}.seeds", study.task, study.kind, "the same model under other seeds", study.what, columns,
                 tuple(rows), ships=study.ships)  # fmt: skip
