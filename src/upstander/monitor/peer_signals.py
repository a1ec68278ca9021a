"""Signals of a peer as it published them (HDX Signals): what was sent in real time, as drafts of a look back."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from upstander.core.errors import ConfigError
from upstander.forecast.rolling.months import at_of
from upstander.monitor.past import Past
from upstander.monitor.replay import Drafted

NEEDED = {"iso3", "indicator_id", "campaign_date", "backfilled"}
CONFLICT = "acled_conflict"


def read(
    file: Path, past: Past, first: int, last: int, *, with_late: bool
) -> tuple[Drafted, ...]:
    """Conflict signals by the month in which they were sent.

    Args:
        with_late: those that were made afterwards (``backfilled``) too; only the rest is real time.

    Raises:
        ConfigError: the file has not the columns of HDX Signals.
    """
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines)
        if missing := NEEDED - set(rows.fieldnames or ()):
            raise ConfigError(f"{file.name}: no column {', '.join(sorted(missing))}")
        index = {u: i for i, u in enumerate(past.units)}
        found = [
            Drafted("hdx", index[r["iso3"]], at_of(date.fromisoformat(r["campaign_date"])))
            for r in rows
            if r["indicator_id"] == CONFLICT
            and (with_late or r["backfilled"].lower() != "true")
            and r["iso3"] in index
        ]
    return tuple(d for d in found if first <= d.month <= last)
