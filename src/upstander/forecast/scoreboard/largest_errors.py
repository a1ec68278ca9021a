"""The biggest misses, with what happened, what was said, and the reason as far as records tell it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from upstander.core.types import Array
from upstander.forecast.scoreboard.board import Column, Table
from upstander.forecast.scoreboard.cell_scores import Marks, Study
from upstander.forecast.shapes import Row

MANY = 12
COLUMNS = (
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
NOTE = "One line a place and month, from the origin and distance that missed it most."
Behind = Callable[[str, str], str]
Case = tuple[int, int, int]  # number of a unit, a horizon and an origin


def misses(
    study: Study,
    model: str,
    behind: Behind,
) -> Table:
    """The months with the largest CRPS of one model, one line a place and month.

    Args:
        behind: place code and month (YYYY-MM) to what the publisher's records say of it.
    """
    crps = np.where(study.judged, study.marks[model]["crps"], -1.0)
    total = _total(crps)
    worst = _worst(study, crps)
    rows = [_row(study, model, case, float(crps[case]) / total, behind) for case in worst]
    return study.table("misses", f"biggest misses of {model}", COLUMNS, rows, (NOTE,))


def _total(crps: Array) -> float:
    some = crps > 0
    return float(crps[some].sum()) if some.any() else 1.0


def _worst(study: Study, crps: Any) -> list[Case]:
    """The worst case of each of the worst places and months."""
    worst: dict[tuple[str, str], Case] = {}
    for flat in np.argsort(-crps, axis=None, kind="stable"):
        u, h, w = (int(i) for i in np.unravel_index(flat, crps.shape))
        if crps[u, h, w] <= 0 or len(worst) == MANY:
            break
        worst.setdefault((study.units[u], study.months[w][h]), (u, h, w))
    return list(worst.values())


def _row(
    study: Study,
    model: str,
    case: Case,
    share: float,
    behind: Behind,
) -> Row:
    u, h, w = case
    month = study.months[w][h]
    figures = _figures(study.marks[model], case)
    reason = _reason(figures, float(study.before[u, w]))
    return {
        "place": study.names[u],
        "month": month,
        "origin": study.origins[w],
        "ahead": study.horizons[h],
        **figures,
        "share": share,
        "reason": f"{reason} {behind(study.units[u], month)}".strip(),
    }


def _figures(marks: Marks, case: Case) -> dict[str, float]:
    """What came, what was said, and the score."""
    return {k: float(marks[k][case]) for k in ("outcome", "median", "low", "high", "crps")}


def _reason(case: dict[str, float], before: float) -> str:
    """What the forecast could not have read off the year before."""
    mean = before / 12
    if case["outcome"] > case["high"]:
        return _above(case["outcome"], mean)
    if case["outcome"] < case["low"]:
        return (
            f"Violence fell: the monthly mean of the twelve months before was {mean:,.0f}."
        )
    return "Inside the interval; the numbers are large."


def _above(outcome: float, mean: float) -> str:
    if mean == 0:
        return "An outbreak: no deaths in the twelve months before the origin."
    times = outcome / mean
    what = "A step up" if times >= 3 else "Above the interval"
    digits = 0 if times >= 10 else 1
    return (
        f"{what}: {times:,.{digits}f} times the monthly mean of the twelve months before "
        f"({mean:,.0f})."
    )
