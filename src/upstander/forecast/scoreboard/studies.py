"""From a study in draws to its part of the scoreboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from upstander.core.plugins import load, names
from upstander.core.types import Model
from upstander.forecast import shipped
from upstander.forecast.pooling import MODELS
from upstander.forecast.scoreboard import draw_tables
from upstander.forecast.scoreboard.board import Asked, Column, Table
from upstander.forecast.scoreboard.cell_scores import Marks, Study
from upstander.forecast.scoreboard.largest_errors import misses
from upstander.forecast.shapes import Names, Rows

REFERENCE = "conflictology"
BY_SEED = (
    Column("model", "Model", "text"),
    Column("seed", "Seed", "text"),
    Column("crps", "CRPS"),
    Column("crps_log", "CRPS of log(1+y)", digits=4),
    Column("ign", "IGN, bits", digits=4),
    Column("coverage", "90 % coverage where deaths > 0"),
)
SEEDS, RESEEDED = (
    2,
    3,
)  # further seeds the shipped model is run with, and at how many origins: each costs a fit


def baselines() -> Names:
    """Names of the draw models that every other must beat."""
    return tuple(n for n in names(MODELS) if load(MODELS, n, Model).baseline)


def wanted(asked: Asked) -> Names:
    """The models to run: all, or those asked for with the baselines."""
    every = tuple(names(MODELS))
    return tuple(
        n for n in every if not asked.models or n in asked.models or n in baselines()
    )


def chosen(study: Study) -> Names:
    """The models that detailed tables show: the shipped one, the best, and the reference."""
    ours = [m for m in study.models if m not in study.baselines]
    picked = [m for m in (shipped.DRAWS, *ours[:1], study.reference) if m in study.marks]
    return tuple(dict.fromkeys(picked))


def tables(study: Study, behind: Callable[[str, str], str]) -> tuple[Table, ...]:
    """Every table of one study."""
    some = chosen(study)
    every = (
        draw_tables.models,
        draw_tables.pairs,
        draw_tables.windows,
        draw_tables.coverage,
    )
    detailed = (
        draw_tables.pits,
        draw_tables.reliabilities,
        draw_tables.horizons,
        draw_tables.subsets,
    )
    first = [table_of(study) for table_of in every]
    rest = [table_of(study, some) for table_of in detailed]
    return (*first, *rest, misses(study, some[0], behind))


def reseeded(
    asked: Asked,
    study: Study,
    run: Callable[[int], Mapping[str, Marks]],
) -> tuple[Table, ...]:
    """Mean scores of the shipped model by seed, at the newest origins: what of a difference is luck of the draw.

    Args:
        run: a seed to the shipped model's marks at the newest RESEEDED origins of the study.

    Returns:
        One table; none where the shipped model was not asked for.
    """
    model = shipped.DRAWS
    if model not in study.marks:
        return ()
    means = {asked.seed: _means(_newest(study, model))}
    for seed in range(asked.seed + 1, asked.seed + SEEDS + 1):
        means[seed] = _means(run(seed)[model])
    few = replace(study, what=_newest_in_words(study))
    rows = _seed_rows(model, means)
    return (few.table("seeds", "the same model under other seeds", BY_SEED, rows),)


def _newest(study: Study, model: str) -> Marks:
    """The model's marks at the newest origins."""
    many = len(study.origins[-RESEEDED:])
    return {k: v[..., -many:] for k, v in study.marks[model].items()}


def _newest_in_words(study: Study) -> str:
    newest = study.origins[-RESEEDED:]
    span = f"{newest[0]} to {newest[-1]}"
    return f"{study.what}; the newest {len(newest)} origins, {span}"


def _seed_rows(model: str, means: Mapping[int, dict[str, float]]) -> Rows:
    """One row a seed, and how far they lie apart."""
    rows = [
        {
            "model": model,
            "seed": seed,
            **own,
        }
        for seed, own in means.items()
    ]
    spread = _spread(list(means.values()))
    return [
        *rows,
        {
            "model": "largest less smallest",
            "seed": None,
            **spread,
        },
    ]


def _means(marks: Marks) -> dict[str, float]:
    covered = marks["covered"][marks["outcome"] > 0]
    return {
        **{k: float(marks[k].mean()) for k in ("crps", "crps_log", "ign")},
        "coverage": float(covered.mean()),
    }


def _spread(means: list[dict[str, float]]) -> dict[str, float]:
    return {k: max(m[k] for m in means) - min(m[k] for m in means) for k in means[0]}
