"""How far other seeds move the ranks of the newest base year."""

from __future__ import annotations

import numpy as np

from upstander.core.types import Array, Cases, YearInputs
from upstander.forecast.calibration import chance
from upstander.forecast.cases import known_before, select, target
from upstander.forecast.scoreboard.board import Asked, Column, Table
from upstander.forecast.shapes import ByName, Mask
from upstander.forecast.training import PUBLISHED, grow, stream
from upstander.forecast.unmodelled import ranks
from upstander.forecast.workers import Piece

SEEDS = 4  # further seeds
TOP = 30
COLUMNS = (
    Column("target", "Target", "text"),
    Column("base_year", "Base year", "text"),
    Column("seeds", "Seeds", "count"),
    Column("largest", "Largest rank shift in the first 30", "count"),
    Column("mean", "Mean shift", digits=2),
    Column("probability", "Largest difference in probability", "percent"),
)


def table(
    asked: Asked,
    cases: dict[str, Cases],
    known: YearInputs,
) -> Table:
    """The largest and the mean rank shift among the first thirty, over all pairs with the first seed."""
    seeds = [asked.seed + n for n in range(SEEDS + 1)]
    odds = _odds_by_seed(asked, cases, known, seeds)
    shared = {
        "base_year": int(known.years[-1]),
        "seeds": len(seeds),
    }
    rows = tuple(
        {
            "target": goal,
            **shared,
            **shifts(own),
        }
        for goal, own in odds.items()
    )
    title = "ranks of the newest base year under other seeds"
    return Table(
        "annual.seeds",
        "annual",
        "Today's outlook",
        title,
        "",
        COLUMNS,
        rows,
    )


def _odds_by_seed(
    asked: Asked,
    cases: dict[str, Cases],
    known: YearInputs,
    seeds: list[int],
) -> ByName:
    """By target, the (S, N) log odds of today's places."""
    base = int(known.years[-1])
    rows = _rows_of_today(known)
    pieces = [
        Piece(f"reseed {goal} {base} {seed} {asked.stamp}", (own, rows, goal, base, seed))
        for goal, own in cases.items()
        for seed in seeds
    ]
    done = asked.workers.each("Reseeding", scored, pieces, asked.progress)
    odds = np.stack([np.asarray(d["score"]) for d in done])
    by_goal = odds.reshape(len(cases), len(seeds), -1)
    return dict(zip(cases, by_goal, strict=True))


def _rows_of_today(known: YearInputs) -> Mask:
    """(N,) True for the rows of the base year of places that existed in it."""
    alive = ~np.isnan(known.deaths["total"][:, -1])
    of_base = np.tile(known.years == int(known.years[-1]), len(known.units))
    return np.asarray(np.repeat(alive, len(known.years)) & of_base)


def scored(
    cases: Cases,
    rows: Mask,
    name: str,
    base: int,
    seed: int,
) -> ByName:
    """Log odds of today's places under one seed. Calibration moves no rank, so it is left out."""
    past = select(cases, known_before(cases, base, target(name)))
    ensemble = grow(past, stream(seed, base), repeats=PUBLISHED)
    return {"score": ensemble.each(select(cases, rows).values).mean(axis=0)}


def shifts(score: Array) -> dict[str, float]:
    """Rank shifts among the first thirty places of the first seed.

    Args:
        score: (S, N) log odds by seed.
    """
    placed = ranks(score)
    first = np.flatnonzero(placed[0] <= TOP)
    moved = np.abs(placed[1:, first] - placed[0, first])
    return {
        "largest": float(moved.max()),
        "mean": float(moved.mean()),
        "probability": _widest(chance(score[:, first])),
    }


def _widest(p: Array) -> float:
    """The largest difference between seeds in (S, N) probabilities."""
    return float((p.max(axis=0) - p.min(axis=0)).max())
