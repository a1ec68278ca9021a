"""Scores of memory models under each summary-event rule, on one file of UCDP events.

    python benchmarks/summary_events.py FILE

For each country of the file with deaths in every year: monthly deaths by each rule, then a hindcast with
origins from the 18th month on and horizons 1 to 6. The file's own months are the truth, so this shows what
the rule does to a score and nothing of how well a model forecasts.
"""

import sys
from datetime import date
from pathlib import Path
from typing import get_args

import numpy as np
import pyarrow as pa

from upstander.core import places as place_tables
from upstander.core.plugins import load
from upstander.core.types import Panel, Source
from upstander.forecast import backtest
from upstander.forecast.targets import month_after
from upstander.lake.derive import Rule, months_of_events

MODELS = ("conflictology", "exponential_climatology", "exponential_climatology_wide", "memory_pool")
HORIZONS = (1, 2, 3, 4, 5, 6)


def panel(events: pa.Table, rule: Rule, first: date, months: int) -> Panel:
    """(U, months) deaths by the rule; an event that began earlier or ends later stands outside."""
    rows = months_of_events(events, rule).to_pylist()
    units = tuple(sorted({r["country"] for r in rows}))
    periods = tuple(month_after(first, m) for m in range(months))
    values = np.zeros((len(units), months, 1))
    for r in rows:
        if r["month"] in periods:
            values[units.index(r["country"]), periods.index(r["month"]), 0] = r["fatalities_best"]
    return Panel(units, periods, values, ("fatalities",), month_after(periods[-1], 2))


def main(path: Path) -> None:
    """Print a table: rule, largest month, and each model's mean CRPS."""
    source = load("upstander.sources", "ucdp_ged", Source)
    snapshot = next(iter(source.find(path)))
    events = source.parse(snapshot, place_tables.load())
    first = snapshot.first.replace(day=1)
    months = (snapshot.last.year - first.year) * 12 + snapshot.last.month - first.month + 1
    print(f"{'rule':12s} {'most':>8s} " + " ".join(f"{m:>28s}" for m in MODELS))
    for rule in get_args(Rule):
        known = panel(events, rule, first, months)
        origins = known.periods[17 : -max(HORIZONS)]
        runs = backtest.hindcast(MODELS, known, "fatalities", HORIZONS, origins, seed=1)
        means = [np.mean([r.crps.mean() for r in runs if r.model == m]) for m in MODELS]
        print(f"{rule:12s} {known.values.max():8,.0f} " + " ".join(f"{m:28.2f}" for m in means))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
