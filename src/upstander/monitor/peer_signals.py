"""Warnings of peers as they published them (HDX Signals, CrisisWatch), as drafts of a look back: only what was sent in real time."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from upstander.core.errors import ConfigError
from upstander.core.files import write_aside
from upstander.forecast.rolling.months import at_of
from upstander.monitor.past import Past
from upstander.monitor.replay import Drafted

FOLDER = "warnings"  # among the peers of an installation
HDX, CRISISWATCH = "hdx_signals", "crisiswatch"
OF_CRISISWATCH = {"edition", "alerts_month", "iso3", "alert_type"}
RISK = "conflict_risk"
NEEDED = {"iso3", "indicator_id", "campaign_date", "backfilled"}
CONFLICT = "acled_conflict"


def read(
    file: Path,
    past: Past,
    first: int,
    last: int,
    *,
    with_late: bool,
) -> tuple[Drafted, ...]:
    """Conflict signals by the month in which they were sent.

    Args:
        with_late: those that were made afterwards (``backfilled``) too; only the rest is real time.

    Raises:
        ConfigError: the file has not the columns of HDX Signals.
    """
    index = {u: i for i, u in enumerate(past.units)}
    found = [
        Drafted("hdx", index[r["iso3"]], at_of(date.fromisoformat(r["campaign_date"])))
        for r in _rows(file, NEEDED)
        if r["indicator_id"] == CONFLICT
        and (with_late or r["backfilled"].lower() != "true")
        and r["iso3"] in index
    ]
    return tuple(d for d in found if first <= d.month <= last)


def read_crisiswatch(file: Path, past: Past) -> tuple[Drafted, ...]:
    """Its alerts of conflict risk, in the month they are for.

    Raises:
        ConfigError: the file has not its columns, or a month that is none.
    """
    index = {u: i for i, u in enumerate(past.units)}
    return tuple(
        Drafted("crisiswatch", index[r["iso3"]], at_of(_month(file, r["alerts_month"])))
        for r in _rows(file, OF_CRISISWATCH)
        if r["alert_type"] == RISK and r["iso3"] in index
    )


def _month(file: Path, text: str) -> date:
    try:
        return datetime.strptime(text, "%B %Y").date()
    except ValueError:
        raise ConfigError(f"{file.name}: {text!r} is no month such as March 2026") from None


def _rows(file: Path, needed: set[str]) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines)
        if missing := needed - set(rows.fieldnames or ()):
            raise ConfigError(f"{file.name}: no column {', '.join(sorted(missing))}")
        return list(rows)


@dataclass(frozen=True)
class Peers:
    """Files of peers' warnings, None where none was brought in."""

    hdx: Path | None = None
    crisiswatch: Path | None = None

    @staticmethod
    def of(folder: Path) -> Peers:
        """Those that an installation holds among its peers."""
        files = {n: folder / FOLDER / f"{n}.csv" for n in (HDX, CRISISWATCH)}
        held = {n: f if f.is_file() else None for n, f in files.items()}
        return Peers(held[HDX], held[CRISISWATCH])


def bring_in(folder: Path, name: str, origin: Path) -> tuple[Path, int]:
    """Keep a peer's file among the peers, whole and checked; where it stands, and how many rows it has.

    Raises:
        ConfigError: it has not the columns of that peer, or holds nothing.
    """
    rows = _rows(origin, NEEDED if name == HDX else OF_CRISISWATCH)
    if not rows:
        raise ConfigError(f"{origin.name}: holds no row")
    file = folder / FOLDER / f"{name}.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    write_aside(file, origin.read_bytes())
    return file, len(rows)
