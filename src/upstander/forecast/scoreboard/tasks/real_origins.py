"""Real origins: forecasts from dated copies of the monthly totals, exactly as each stood on its day.

The nearest thing to real time before the ledger has grown. The truth is the newest copy. Variants were
scored on these origins, so they are development data too: about four independent half-years.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from upstander.core.months import month_after
from upstander.core.types import Panel
from upstander.forecast import backtest, nowcast, panel
from upstander.forecast.qualification import DRAWN
from upstander.forecast.scoreboard import draw_tables, studies
from upstander.forecast.scoreboard.board import Asked, Part, Task
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

SOURCE = "pace_country_month"
HORIZONS = (1, 2, 3, 4, 5, 6)
FIRST_MONTH = date(1989, 1, 1)
CHALLENGED = "memory_pool"  # the model that the lag nowcast is tried on; it enters no forecast
BLOCK = 6  # origins that share outcome months are drawn together
FEWEST = 2  # origins, fewer say nothing
DOUBTED = ("IRN", "2026-01")  # 19,886 deaths, unconfirmed: see sources/pace_country_month.py


def score(asked: Asked) -> Part:
    """Every model, baseline and imported peer at every real origin, with and without the doubted month."""
    dated = backtest.dated_origins(asked.lake.releases(as_of=asked.as_of, source=SOURCE))
    newest = max(dated, default=FIRST_MONTH)
    whole = {o: a for o, a in sorted(dated.items()) if month_after(o, max(HORIZONS)) <= newest}
    whole = dict(list(whole.items())[-asked.latest :])
    if len(whole) < FEWEST:
        return Part(
            missing=(
                f"Real origins were not scored: the lake holds {len(dated)} dated copies of {SOURCE}.",
            )
        )
    of = _read(asked, whole, dated[newest])
    own = run(asked, of, wanted(asked), asked.seed)
    made = study(asked, of, own | _challengers(asked, of) | imported(asked, of))
    tables = studies.tables(made, Records(asked.lake, asked.places, asked.as_of).behind)
    sure = _without_doubted(made)
    extra = (
        () if sure is None else (replace(draw_tables.models(sure), id="real_origins.models_sure"),)
    )
    return Part(
        (tables[0], *extra, *tables[1:], *seeds(asked, of, made)),
        verdicts(made),
        partial_peers(asked, made),
    )


def _read(asked: Asked, whole: dict[date, date], newest: date) -> Origins:
    """Each origin's panel from its copy alone, and the truth from the newest."""
    units = backtest.counted(asked.lake, asked.places, SOURCE)

    def read(day: date) -> Panel:
        return panel.monthly_of(
            asked.lake, asked.places, SOURCE, units=units, first=FIRST_MONTH, as_of=day
        )

    final = read(newest)
    return Origins(
        task="real_origins",
        kind="Real origins",
        what="organised-violence deaths, horizons 1 to 6",
        units=units,
        horizons=HORIZONS,
        panels={o: backtest.checked(read(a), o, a) for o, a in whole.items()},
        truth={o: backtest.outcomes(final, DRAWN, o, HORIZONS) for o in whole},
        blocks=tuple(n // BLOCK for n in range(len(whole))),
        stamp="".join(r.sha256[:8] for r in asked.lake.releases(as_of=asked.as_of, source=SOURCE)),
    )


def _challengers(asked: Asked, of: Origins) -> dict[str, Marks]:
    """The lag nowcast: a model on copies whose newest months are raised as copies before them teach."""
    if CHALLENGED not in wanted(asked):
        return {}
    known = list(of.panels.values())
    raised = {o: nowcast.raised(p, known[:n]) for n, (o, p) in enumerate(of.panels.items())}
    found = run(
        asked, replace(of, panels=raised, stamp=f"{of.stamp} raised"), (CHALLENGED,), asked.seed
    )
    return {f"{CHALLENGED}+lag_nowcast": found[CHALLENGED]}


def _without_doubted(made: Study) -> Study | None:
    """The same without Iran in January 2026; None where no origin reaches it."""
    code, month = DOUBTED
    at = np.array([[m == month for m in months] for months in made.months]).T[None]
    out = at & (np.asarray(made.units) == code)[:, None, None]
    if not out.any():
        return None
    return replace(
        made,
        judged=made.judged & ~out,
        what=f"{made.what}, without Iran in January 2026 (unconfirmed)",
    )


TASK = Task(
    title="Real origins: dated copies of the monthly totals",
    citation="PaCE copies of UCDP's monthly files, each as it stood on its day",
    score=score,
)
