"""Records that sum up many days: each score under every rule for the month in which their deaths stand.

The benchmarks' monthly series exist under one rule only; where events are held the rule can be changed. The
events' own months are the truth, so the table shows what the rule does to a score. One country's events teach
a learned model nothing: only models of memory are run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from upstander.core.errors import ConfigError, LeakageError
from upstander.core.months import month_after, months_from_to
from upstander.core.plugins import load
from upstander.core.tables import EVENT
from upstander.core.types import Panel, Source
from upstander.forecast import backtest
from upstander.forecast.qualification import DRAWN
from upstander.forecast.scoreboard.board import Asked, Column, Part, Table, Task, gain
from upstander.forecast.scoreboard.cell_scores import Study, compare
from upstander.forecast.scoreboard.origins import Origins, run, study
from upstander.forecast.scoreboard.studies import wanted
from upstander.lake.derive import Rule, months_of_events

SOURCE = "ucdp_ged"
MEMORIES = (
    "conflictology",
    "exponential_climatology",
    "exponential_climatology_wide",
    "memory_pool",
)
HORIZONS = (1, 2, 3, 4, 5, 6)
FEWEST_MONTHS = 18  # before the first origin
ORIGINS = 25  # the newest, no more
BLOCK = 6  # origins that share outcome months are drawn together
LAG = timedelta(days=30)
NOTES = (
    "end_month: all deaths of a record in the month of its last day, as the VIEWS challenge counts; start_month: of "
    "its first day, as UCDP's country-month file and the lake count; spread: evenly over its days.",
    "Every other table of this scoreboard stands under the one rule its data came with.",
    f"Brackets: 90 % interval of a paired bootstrap over countries and blocks of {BLOCK} origins; below 1 is better.",
)


def score(asked: Asked) -> Part:
    """Models of memory on the events' monthly sums under each rule asked for."""
    events = _events(asked)
    if events is None:
        return Part(
            missing=(
                "Summary events were not scored: no events are held. Name a file of UCDP events with "
                f"--events, or: upstander fetch {SOURCE} --from FILE",
            )
        )
    rows: list[Mapping[str, Any]] = []
    for rule in asked.rules:
        known = _panel(asked, events, rule)
        if len(known.periods) <= FEWEST_MONTHS + len(HORIZONS):
            return Part(
                missing=(
                    f"Summary events were not scored: the events span {len(known.periods)} months, "
                    f"{FEWEST_MONTHS + len(HORIZONS) + 1} are needed.",
                )
            )
        of = _origins(asked, known, rule)
        models = [m for m in wanted(asked) if m in MEMORIES]
        rows += _rows(
            study(asked, of, run(asked, of, models, asked.seed)), rule, float(known.values.max())
        )
    columns = (
        Column("rule", "Rule", "text"),
        Column("most", "Largest month", "count"),
        Column("model", "Model", "text"),
        Column("ratio", "CRPS ratio to conflictology", "gain"),
        Column("crps", "CRPS", digits=1),
        Column("crps_log", "CRPS of log(1+y)"),
        Column("ign", "IGN, bits"),
        Column("mis", "MIS", digits=0),
        Column("coverage", "90 % coverage where deaths > 0"),
    )
    what = f"{', '.join(asked.places.get(u).name for u in of.units[:3])}{' and others' if len(of.units) > 3 else ''}, {len(of.panels)} origins to {max(of.panels):%Y-%m}"
    title = "the same models under each summary-event rule"
    return Part(
        (
            Table(
                "summary_events.models",
                "summary_events",
                "Hindcast",
                title,
                what,
                columns,
                tuple(rows),
                NOTES,
                ships=False,
            ),
        )
    )


def _events(asked: Asked) -> pa.Table | None:
    """The file named, else what the lake holds; None where that is nothing.

    Raises:
        ConfigError: the file or folder named does not hold exactly one release of events.
    """
    if asked.events is None:
        try:
            return asked.lake.read(EVENT, as_of=asked.as_of, source=SOURCE)
        except (ConfigError, LeakageError):
            return None
    source = load("upstander.sources", SOURCE, Source)
    found = list(source.find(asked.events))
    if len(found) != 1:
        raise ConfigError(
            f"{asked.events}: holds {len(found)} releases of {SOURCE}; name the file of one"
        )
    return source.parse(found[0], asked.places)


def _panel(asked: Asked, events: pa.Table, rule: Rule) -> Panel:
    """(U, months) deaths by the rule from the first to the last month in which an event began."""
    starts = events["start_date"].to_pylist()
    periods = {month: at for at, month in enumerate(months_from_to(min(starts), max(starts)))}
    rows = [
        (asked.places.unit(r["country"]), r) for r in months_of_events(events, rule).to_pylist()
    ]
    units = tuple(sorted({u for u, _ in rows}))
    values = np.zeros((len(units), len(periods), 1))
    for unit, r in rows:
        if r["month"] in periods:  # an event that ends later has no month here under end_month
            values[units.index(unit), periods[r["month"]], 0] += r["fatalities_best"]
    return Panel(
        units,
        tuple(periods),
        values,
        (DRAWN,),
        month_after(tuple(periods)[-1], 1) + LAG,
        hindcast=True,
    )


def _origins(asked: Asked, known: Panel, rule: Rule) -> Origins:
    chosen = known.periods[FEWEST_MONTHS - 1 : -max(HORIZONS)][-ORIGINS:][-asked.latest :]
    return Origins(
        task="summary_events",
        kind="Hindcast",
        what=rule,
        units=known.units,
        horizons=HORIZONS,
        panels={o: backtest.cut(known, o, month_after(o, 1) + LAG) for o in chosen},
        truth={o: backtest.outcomes(known, DRAWN, o, HORIZONS) for o in chosen},
        blocks=tuple(n // BLOCK for n in range(len(chosen))),
        stamp=f"{rule} {hashlib.sha256(known.values.tobytes()).hexdigest()[:16]}",
    )


def _rows(made: Study, rule: Rule, most: float) -> list[Mapping[str, Any]]:
    """One row a model, by rising CRPS."""
    return [
        {
            "rule": rule,
            "most": most,
            "model": m,
            "ratio": None
            if m == made.reference
            else gain(compare(made, m, made.reference, "crps")),
            **{k: made.mean(m, k) for k in ("crps", "crps_log", "ign", "mis")},
            "coverage": made.mean(m, "covered", made.outcome > 0),
        }
        for m in made.models
    ]


TASK = Task(
    title="Summary events: the month in which the deaths of a long record stand",
    citation="UCDP GED events, as held in the lake or in the file named",
    score=score,
)
