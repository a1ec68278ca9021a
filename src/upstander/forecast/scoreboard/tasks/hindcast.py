"""Hindcast by month: UCDP's final monthly deaths of all types, cut at each of the last ten Decembers.

One source, so one definition; the twelve months after each December. Ten years tell a lead from chance better than five; more
would make scoring everything longer than a coffee break.
"""

from __future__ import annotations

from datetime import date, timedelta

from upstander.core.events import FIRST_MONTH
from upstander.core.months import month_after
from upstander.forecast import backtest, panel
from upstander.forecast.qualification import DRAWN
from upstander.forecast.scoreboard import studies
from upstander.forecast.scoreboard.board import Asked, Part, Task
from upstander.forecast.scoreboard.count_quality import SOURCE, Records
from upstander.forecast.scoreboard.origins import Origins, run, seeds, study, verdicts
from upstander.forecast.yearly_inputs import covered_units

HORIZONS = tuple(range(1, 13))
YEARS = 10
LAG = timedelta(
    days=30
)  # from the end of an origin's month to the day a forecaster would have read it


def score(asked: Asked) -> Part:
    """Every model and baseline from the last Decembers of UCDP's final data."""
    releases = asked.lake.releases(as_of=asked.as_of, source=SOURCE)
    if not releases:
        return Part(
            missing=(f"The monthly hindcast was not scored: the lake holds no {SOURCE}.",)
        )
    of = _origins(asked, "".join(r.sha256[:8] for r in releases))
    lined_up = study(asked, of, run(asked, of, studies.wanted(asked), asked.seed))
    tables = studies.tables(lined_up, Records(asked.lake, asked.places, asked.as_of).behind)
    return Part((*tables, *seeds(asked, of, lined_up)), verdicts(lined_up))


def _origins(asked: Asked, stamp: str) -> Origins:
    units = covered_units(asked.lake, asked.places, asked.as_of)
    final = panel.monthly_of(
        asked.lake,
        asked.places,
        SOURCE,
        units=units,
        first=FIRST_MONTH,
        as_of=asked.as_of,
    )
    decembers = _decembers(final.periods[-1], asked.latest)
    years = f"{decembers[0].year + 1} to {decembers[-1].year + 1}"
    return Origins(
        task="hindcast",
        kind="Hindcast",
        what=f"organised-violence deaths, the twelve months of {years}",
        units=units,
        horizons=HORIZONS,
        panels={o: backtest.cut(final, o, month_after(o, 1) + LAG) for o in decembers},
        truth={o: backtest.outcomes(final, DRAWN, o, HORIZONS) for o in decembers},
        blocks=tuple(range(len(decembers))),
        stamp=stamp,
    )


def _decembers(end: date, latest: int) -> list[date]:
    """The Decembers before the last whole years of data."""
    last = end.year - (end.month < 12)
    return [date(y - 1, 12, 1) for y in range(last - YEARS + 1, last + 1)][-latest:]


TASK = Task(
    title="Hindcast by month: UCDP's final data cut at each December",
    citation="UCDP GED by country and month",
    score=score,
)
