"""Real origins: forecasts from dated copies of the monthly totals, exactly as each stood on its day.

The nearest thing to real time before the ledger has grown. The truth is the newest copy. Variants were
scored on these origins, so they are development data too: about four independent half-years.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from upstander.core.events import FIRST_MONTH
from upstander.core.months import month_after
from upstander.core.types import Panel
from upstander.forecast import backtest, nowcast, panel
from upstander.forecast.qualification import DRAWN
from upstander.forecast.scoreboard import draw_tables, studies
from upstander.forecast.scoreboard.board import Asked, Part, Table, Task
from upstander.forecast.scoreboard.cell_scores import Marks, Study
from upstander.forecast.scoreboard.count_quality import Records
from upstander.forecast.scoreboard.origins import (
    Origins,
    imported,
    partial_peers,
    run,
    seeds,
    study,
    verdicts,
)
from upstander.forecast.scoreboard.studies import wanted
from upstander.forecast.shapes import Mask, Units

SOURCE = "pace_country_month"
HORIZONS = (1, 2, 3, 4, 5, 6)
CHALLENGED = (
    "memory_pool"  # the model that the lag nowcast is tried on; it enters no forecast
)
BLOCK = 6  # origins that share outcome months are drawn together
FEWEST = 2  # origins, fewer say nothing
DOUBTED = (
    "IRN",
    "2026-01",
)  # 19,886 deaths, unconfirmed: see sources/pace_country_month.py


def score(asked: Asked) -> Part:
    """Every model, baseline and imported peer at every real origin, with and without the doubted month."""
    dated = backtest.dated_origins(asked.lake.releases(as_of=asked.as_of, source=SOURCE))
    newest = max(dated, default=FIRST_MONTH)
    whole = _whole(dated, newest, asked.latest)
    if len(whole) < FEWEST:
        copies = f"the lake holds {len(dated)} dated copies of {SOURCE}"
        return Part(missing=(f"Real origins were not scored: {copies}.",))
    of = _read(asked, whole, dated[newest])
    own = run(asked, of, wanted(asked), asked.seed)
    lined_up = study(asked, of, own | _challengers(asked, of) | imported(asked, of))
    tables = _tables(asked, of, lined_up)
    return Part(tables, verdicts(lined_up), partial_peers(asked, lined_up))


def _tables(
    asked: Asked,
    of: Origins,
    lined_up: Study,
) -> tuple[Table, ...]:
    """The tables of the study; after the first the same without the doubted month, and seeds at the end."""
    records = Records(asked.lake, asked.places, asked.as_of)
    first, *rest = studies.tables(lined_up, records.behind)
    return (first, *_sure(lined_up), *rest, *seeds(asked, of, lined_up))


def _whole(
    dated: dict[date, date],
    newest: date,
    latest: int,
) -> dict[date, date]:
    """The newest origins whose truth is known over all horizons, each with the day it was known on."""
    whole = [
        (o, d) for o, d in sorted(dated.items()) if month_after(o, max(HORIZONS)) <= newest
    ]
    return dict(whole[-latest:])


def _read(
    asked: Asked,
    whole: dict[date, date],
    newest: date,
) -> Origins:
    """Each origin's panel from its copy alone, and the truth from the newest."""
    units = backtest.counted(asked.lake, asked.places, SOURCE)
    final = _copy(asked, units, newest)
    releases = asked.lake.releases(as_of=asked.as_of, source=SOURCE)
    panels = {
        o: backtest.checked(_copy(asked, units, day), o, day) for o, day in whole.items()
    }
    return Origins(
        task="real_origins",
        kind="Real origins",
        what="organised-violence deaths, horizons 1 to 6",
        units=units,
        horizons=HORIZONS,
        panels=panels,
        truth={o: backtest.outcomes(final, DRAWN, o, HORIZONS) for o in whole},
        blocks=tuple(n // BLOCK for n in range(len(whole))),
        stamp="".join(r.sha256[:8] for r in releases),
    )


def _copy(
    asked: Asked,
    units: Units,
    day: date,
) -> Panel:
    """The source's copy as it stood on a day."""
    return panel.monthly_of(
        asked.lake,
        asked.places,
        SOURCE,
        units=units,
        first=FIRST_MONTH,
        as_of=day,
    )


def _challengers(asked: Asked, of: Origins) -> dict[str, Marks]:
    """The lag nowcast: a model on copies whose newest months are raised as copies before them teach."""
    if CHALLENGED not in wanted(asked):
        return {}
    copies = list(of.panels.values())
    raised = {
        o: nowcast.raised(p, copies[:n]) for n, (o, p) in enumerate(of.panels.items())
    }
    others = replace(of, panels=raised, stamp=f"{of.stamp} raised")
    runs = run(asked, others, (CHALLENGED,), asked.seed)
    return {f"{CHALLENGED}+lag_nowcast": runs[CHALLENGED]}


def _sure(lined_up: Study) -> list[Table]:
    """The first table without the doubted month; none where no origin reaches it."""
    sure = _without_doubted(lined_up)
    if sure is None:
        return []
    return [replace(draw_tables.models(sure), id="real_origins.models_sure")]


def _without_doubted(lined_up: Study) -> Study | None:
    """The same without Iran in January 2026; None where no origin reaches it."""
    out = _doubted(lined_up)
    if not out.any():
        return None
    what = f"{lined_up.what}, without Iran in January 2026 (unconfirmed)"
    return replace(lined_up, judged=lined_up.judged & ~out, what=what)


def _doubted(lined_up: Study) -> Mask:
    """(U, H, W) True for the cases of the doubted place and month."""
    code, month = DOUBTED
    at = np.array([[m == month for m in months] for months in lined_up.months]).T[None]
    return np.asarray(at & (np.asarray(lined_up.units) == code)[:, None, None])


TASK = Task(
    title="Real origins: dated copies of the monthly totals",
    citation="PaCE copies of UCDP's monthly files, each as it stood on its day",
    score=score,
)
