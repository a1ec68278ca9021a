"""The biggest misses, with what happened, what was said, and the reason as far as records tell it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from upstander.forecast.scoreboard.board import Column, Table
from upstander.forecast.scoreboard.cell_scores import Study

MANY = 12


def misses(study: Study, model: str, behind: Callable[[str, str], str]) -> Table:
    """The months with the largest CRPS of one model, one line a place and month.

    Args:
        behind: place code and month (YYYY-MM) to what the publisher's records say of it.
    """
    marks = study.marks[model]
    crps = np.where(study.judged, marks["crps"], -1.0)
    share = crps / crps[crps > 0].sum() if (crps > 0).any() else crps
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for flat in np.argsort(-crps, axis=None, kind="stable"):
        u, h, w = (int(i) for i in np.unravel_index(flat, crps.shape))
        key = (study.units[u], study.months[w][h])
        if key in rows or crps[u, h, w] <= 0:
            continue
        case = {k: float(marks[k][u, h, w]) for k in ("outcome", "median", "low", "high")}
        rows[key] = {
            "place": study.names[u],
            "month": key[1],
            "origin": study.origins[w],
            "ahead": study.horizons[h],
            **case,
            "crps": float(crps[u, h, w]),
            "share": float(share[u, h, w]),
            "reason": f"{_reason(case, float(study.before[u, w]))} {behind(*key)}".strip(),
        }
        if len(rows) == MANY:
            break
    columns = (
        Column("place", "Place", "text"),
        Column("month", "Month", "text"),
        Column("outcome", "Deaths", "count"),
        Column("median", "Median said", "count"),
        Column("low", "90 % low", "count"),
        Column("high", "90 % high", "count"),
        Column("reason", "What was missed", "text"),
        Column("crps", "CRPS", "count"),
        Column("share", "Share of all CRPS", "percent"),
        Column("origin", "Origin", "text"),
        Column("ahead", "Months ahead", "count"),
    )
    notes = ("One line a place and month, from the origin and distance that missed it most.",)
    title = f"biggest misses of {model}"
    return Table(
        f"{study.task}.misses",
        study.task,
        study.kind,
        title,
        study.what,
        columns,
        tuple(rows.values()),
        notes,
        ships=study.ships,
    )


def _reason(case: dict[str, float], before: float) -> str:
    """What the forecast could not have read off the year before."""
    if case["outcome"] > case["high"]:
        if before == 0:
            return "An outbreak: no deaths in the twelve months before the origin."
        mean = before / 12
        times = case["outcome"] / mean
        what = "A step up" if times >= 3 else "Above the interval"
        return f"{what}: {times:,.{0 if times >= 10 else 1}f} times the monthly mean of the twelve months before ({mean:,.0f})."
    if case["outcome"] < case["low"]:
        return (
            f"Violence fell: the monthly mean of the twelve months before was {before / 12:,.0f}."
        )
    return "Inside the interval; the numbers are large."
