"""Records that sum up many days: each score under every rule for the month in which their deaths stand.

The benchmarks' monthly series exist under one rule only; where events are held the rule can be changed. The
events' own months are the truth, so the table shows what the rule does to a score. One country's events teach
a learned model nothing: only models of memory are run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from upstander.core.errors import ConfigError, LeakageError
from upstander.core.months import month_after, months_from_to
from upstander.core.plugins import load
from upstander.core.tables import EVENT
from upstander.core.types import Array, Panel, Source
from upstander.forecast import backtest
from upstander.forecast.qualification import DRAWN
from upstander.forecast.scoreboard.board import Asked, Column, Part, Table, Task, gain
from upstander.forecast.scoreboard.cell_scores import Study, compare
from upstander.forecast.scoreboard.origins import Origins, run, study
from upstander.forecast.scoreboard.studies import wanted
from upstander.forecast.shapes import Row, Units
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
NEEDED = FEWEST_MONTHS + len(HORIZONS) + 1  # months
NO_EVENTS = (
    "Summary events were not scored: no events are held. Name a file of UCDP events with "
    f"--events, or: upstander fetch {SOURCE} --from FILE"
)
TOO_SHORT = f"Summary events were not scored: the events span {{months}} months, {NEEDED} are needed."
COLUMNS = (
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
        return Part(missing=(NO_EVENTS,))
    models = [m for m in wanted(asked) if m in MEMORIES]
    rows: list[Mapping[str, Any]] = []
    for rule in asked.rules:
        counts = _panel(asked, events, rule)
        if len(counts.periods) < NEEDED:
            return Part(missing=(TOO_SHORT.format(months=len(counts.periods)),))
        of = _origins(asked, counts, rule)
        lined_up = study(asked, of, run(asked, of, models, asked.seed))
        rows += _rows(lined_up, rule, float(counts.values.max()))
    return Part((_table(_what(asked, of), rows),))


def _table(what: str, rows: list[Mapping[str, Any]]) -> Table:
    title = "the same models under each summary-event rule"
    return Table(
        "summary_events.models",
        "summary_events",
        "Hindcast",
        title,
        what,
        COLUMNS,
        tuple(rows),
        NOTES,
        ships=False,
    )


def _what(asked: Asked, of: Origins) -> str:
    """The places and origins, in words."""
    names = ", ".join(asked.places.get(u).name for u in of.units[:3])
    others = " and others" if len(of.units) > 3 else ""
    return f"{names}{others}, {len(of.panels)} origins to {max(of.panels):%Y-%m}"


def _events(asked: Asked) -> pa.Table | None:
    """The file named, else what the lake holds; None where that is nothing.

    Raises:
        ConfigError: the file or folder named does not hold exactly one release of events.
    """
    if asked.events is not None:
        return _events_of(asked.events, asked)
    try:
        return asked.lake.read(EVENT, as_of=asked.as_of, source=SOURCE)
    except (ConfigError, LeakageError):
        return None


def _events_of(file: Path, asked: Asked) -> pa.Table:
    source = load("upstander.sources", SOURCE, Source)
    releases = list(source.find(file))
    if len(releases) != 1:
        raise ConfigError(
            f"{file}: holds {len(releases)} releases of {SOURCE}; name the file of one"
        )
    return source.parse(releases[0], asked.places)


def _panel(
    asked: Asked,
    events: pa.Table,
    rule: Rule,
) -> Panel:
    """(U, months) deaths by the rule from the first to the last month in which an event began."""
    starts = events["start_date"].to_pylist()
    months = months_from_to(min(starts), max(starts))
    rows = months_of_events(events, rule).to_pylist()
    units_of = [asked.places.unit(r["country"]) for r in rows]
    units = tuple(sorted(set(units_of)))
    values = _summed(zip(units_of, rows, strict=True), units, months)
    as_of = month_after(months[-1], 1) + LAG
    return Panel(
        units,
        months,
        values,
        (DRAWN,),
        as_of,
        hindcast=True,
    )


def _summed(
    rows: Iterable[tuple[str, Row]],
    units: Units,
    months: tuple[date, ...],
) -> Array:
    """(U, months, 1) deaths of the rows of each unit."""
    at_month = {month: at for at, month in enumerate(months)}
    values = np.zeros((len(units), len(months), 1))
    for unit, row in rows:
        at = at_month.get(row["month"])
        if at is not None:  # an event that ends later has no month here under end_month
            values[units.index(unit), at, 0] += row["fatalities_best"]
    return values


def _origins(
    asked: Asked,
    counts: Panel,
    rule: Rule,
) -> Origins:
    chosen = counts.periods[FEWEST_MONTHS - 1 : -max(HORIZONS)][-ORIGINS:][-asked.latest :]
    digest = hashlib.sha256(counts.values.tobytes()).hexdigest()
    return Origins(
        task="summary_events",
        kind="Hindcast",
        what=rule,
        units=counts.units,
        horizons=HORIZONS,
        panels={o: backtest.cut(counts, o, month_after(o, 1) + LAG) for o in chosen},
        truth={o: backtest.outcomes(counts, DRAWN, o, HORIZONS) for o in chosen},
        blocks=tuple(n // BLOCK for n in range(len(chosen))),
        stamp=f"{rule} {digest[:16]}",
    )


def _rows(
    lined_up: Study,
    rule: Rule,
    most: float,
) -> list[Mapping[str, Any]]:
    """One row a model, by rising CRPS."""
    return [
        {
            "rule": rule,
            "most": most,
            **_row(lined_up, m),
        }
        for m in lined_up.models
    ]


def _row(lined_up: Study, model: str) -> Row:
    return {
        "model": model,
        "ratio": _ratio(lined_up, model),
        **{k: lined_up.mean(model, k) for k in ("crps", "crps_log", "ign", "mis")},
        "coverage": lined_up.mean(model, "covered", lined_up.outcome > 0),
    }


def _ratio(lined_up: Study, model: str) -> Row | None:
    if model == lined_up.reference:
        return None
    return gain(compare(lined_up, model, lined_up.reference, "crps"))


TASK = Task(
    title="Summary events: the month in which the deaths of a long record stand",
    citation="UCDP GED events, as held in the lake or in the file named",
    score=score,
)
