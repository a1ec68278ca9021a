"""Real time against VIEWS: a run of theirs as published, and ours from what was published then, on what came.

P(at least 25 state-based deaths in the month), Brier score. Their file need not hold every country; then both are scored
on its countries, and ours on all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from upstander.core.errors import NotCovered
from upstander.core.months import month_after
from upstander.core.types import Array
from upstander.forecast import state_based
from upstander.forecast.exchange import views_run
from upstander.forecast.exchange.views_run import PeerRun
from upstander.forecast.scoreboard.board import Asked, Column, Part, Table, Task
from upstander.forecast.shapes import ByName, Mask, Row, Units
from upstander.forecast.state_based_run import known_then

SAMPLE = "run_format_fatalities002_2025_07_t01_cm_sample.csv"
OURS, PERSISTENCE, PEER, MEAN = "upstander", "12-month persistence", "VIEWS", "mean of both"
PARTS = ((1, 3), (4, 6), (7, 12))  # months ahead
COLUMNS = (
    Column("origin", "Data to", "text"),
    Column("cases_of", "Places", "text"),
    Column("model", "Model", "text"),
    Column("cases", "Country-months", "count"),
    Column("events", "Events", "count"),
    Column("brier", "Brier", digits=4),
    *(Column(f"brier_{a}_{b}", f"Months {a}-{b}", digits=4) for a, b in PARTS),
    Column("expected", "Expected", digits=1),
)


@dataclass(frozen=True)
class _Lined:
    """(U, M) probabilities by model, and what came, for the months of a run that are known today."""

    origin: date
    units: Units
    chances: ByName
    came: Array
    theirs: Mask


def score(asked: Asked) -> Part:
    """Every run that lies in the benchmark's folder."""
    folder = asked.folder("views", SAMPLE)
    if folder is None:
        return Part(missing=("Real time against VIEWS: no run of theirs; give --data.",))
    runs = [views_run.read(f, asked.places) for f in sorted(folder.glob("run_*_cm*.csv"))]
    try:
        lined = [_lined(asked, run) for run in runs]
    except NotCovered as error:
        return Part(missing=(f"Real time against VIEWS: {error}",))
    title = "P(at least 25 state-based deaths in the month), from what was published then"
    rows = tuple(row for each in lined for row in _rows(each))
    note = "VIEWS' run as published; its file here holds some countries only."
    head = ("views_run.models", "views_run", "Real origins", title, "")
    return Part((Table(*head, COLUMNS, rows, (note,), ships=False),))  # type: ignore[arg-type]


def _lined(asked: Asked, run: PeerRun) -> _Lined:
    of = known_then(asked.lake, asked.places, run.origin)
    first = month_after(run.origin, 1)
    came, months = state_based.truth(
        asked.lake, asked.places, of.units, first, as_of=asked.as_of
    )
    horizons = tuple(range(1, min(len(months), state_based.REACH) + 1))
    shape = (len(of.units), len(horizons))
    peer = np.full(shape, np.nan)
    for n, unit in enumerate(of.units):
        for h in horizons:
            peer[n, h - 1] = run.chances.get((unit, months[h - 1]), np.nan)
    ours = state_based.chances(of, horizons)
    chances = {
        OURS: ours,
        PERSISTENCE: state_based.persistence(of, horizons),
        PEER: peer,
        MEAN: (ours + peer) / 2,
    }
    return _Lined(run.origin, of.units, chances, came[:, : shape[1]], ~np.isnan(peer))


def _rows(each: _Lined) -> Iterator[Row]:
    inside = np.array([u not in views_run.LEFT_OUT for u in each.units])
    every = np.repeat(inside[:, None], each.came.shape[1], axis=1)
    for what, cases in (("all", every), ("in VIEWS' file", each.theirs)):
        for model, p in each.chances.items():
            if not np.isnan(p[cases]).any():
                yield {
                    "origin": f"{each.origin:%Y-%m}",
                    "cases_of": what,
                    "model": model,
                    **_scores(p, each.came, cases),
                }


def _scores(p: Array, came: Array, cases: Mask) -> Row:
    error = np.where(cases, (p - came) ** 2, np.nan)
    parts = {
        f"brier_{a}_{b}": float(np.nanmean(error[:, a - 1 : b]))
        for a, b in PARTS
        if cases[:, a - 1 : b].any()
    }
    return {
        "cases": int(cases.sum()),
        "events": int(came[cases].sum()),
        "brier": float(np.nanmean(error)),
        **parts,
        "expected": float(p[cases].sum()),
    }


TASK = Task(
    title="Real time against VIEWS",
    citation="A VIEWS country run as published (fatalities002); UCDP events by month and type",
    score=score,
)
