"""How far other seeds move the ranks of the newest base year."""

from __future__ import annotations

import numpy as np

from upstander.core.types import Array, Cases, YearInputs
from upstander.forecast.calibration import chance
from upstander.forecast.cases import known_before, select, target
from upstander.forecast.scoreboard.board import Asked, Column, Table
from upstander.forecast.scoreboard.cell_scores import Mask
from upstander.forecast.training import PUBLISHED, grow, stream
from upstander.forecast.unmodelled import ranks
from upstander.forecast.workers import Piece

SEEDS = 4  # further seeds
TOP = 30


def table(asked: Asked, cases: dict[str, Cases], known: YearInputs) -> Table:
    """The largest and the mean rank shift among the first thirty, over all pairs with the first seed."""
    base, alive = int(known.years[-1]), ~np.isnan(known.deaths["total"][:, -1])
    rows = np.repeat(alive, len(known.years)) & np.tile(known.years == base, len(known.units))
    seeds = [asked.seed + n for n in range(SEEDS + 1)]
    pieces = [
        Piece(f"reseed {g} {base} {s} {asked.stamp}", (c, rows, g, base, s))
        for g, c in cases.items()
        for s in seeds
    ]
    made = asked.workers.each("Reseeding", scored, pieces, asked.progress)
    found = np.stack([np.asarray(m["score"]) for m in made]).reshape(len(cases), len(seeds), -1)
    columns = (
        Column("target", "Target", "text"),
        Column("base_year", "Base year", "text"),
        Column("seeds", "Seeds", "count"),
        Column("largest", "Largest rank shift in the first 30", "count"),
        Column("mean", "Mean shift", digits=2),
        Column("probability", "Largest difference in probability", "percent"),
    )
    told = tuple(
        {"target": g, "base_year": base, "seeds": len(seeds), **shifts(f)}
        for g, f in zip(cases, found, strict=True)
    )
    return Table(
        "annual.seeds",
        "annual",
        "Today's outlook",
        "ranks of the newest base year under other seeds",
        "",
        columns,
        told,
    )


def scored(cases: Cases, rows: Mask, name: str, base: int, seed: int) -> dict[str, Array]:
    """Log odds of today's places under one seed. Calibration moves no rank, so it is left out."""
    known = select(cases, known_before(cases, base, target(name)))
    return {
        "score": grow(known, stream(seed, base), repeats=PUBLISHED)
        .each(select(cases, rows).values)
        .mean(axis=0)
    }


def shifts(score: Array) -> dict[str, float]:
    """Rank shifts among the first thirty places of the first seed.

    Args:
        score: (S, N) log odds by seed.
    """
    placed = ranks(score)
    first = np.flatnonzero(placed[0] <= TOP)
    moved = np.abs(placed[1:, first] - placed[0, first])
    p = chance(score[:, first])
    return {
        "largest": float(moved.max()),
        "mean": float(moved.mean()),
        "probability": float((p.max(axis=0) - p.min(axis=0)).max()),
    }
