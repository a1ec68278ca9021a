"""Warnings of peers as they published them (HDX Signals, CrisisWatch), as drafts of a look back: only what was sent in real time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from upstander.core.errors import ConfigError
from upstander.core.reading import header, read_table
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
        SourceChanged: the file has not the columns of HDX Signals. ConfigError: a day that is none.
    """
    index = {u: i for i, u in enumerate(past.units)}
    found = [
        Drafted("hdx", index[r["iso3"]], at_of(day_of(file, line, r["campaign_date"])))
        for line, r in enumerate(rows(file, NEEDED), 2)
        if r["indicator_id"] == CONFLICT
        and (with_late or r["backfilled"].lower() != "true")
        and r["iso3"] in index
    ]
    return tuple(d for d in found if first <= d.month <= last)


def read_crisiswatch(file: Path, past: Past) -> tuple[Drafted, ...]:
    """Its alerts of conflict risk, in the month they are for.

    Raises:
        SourceChanged: the file has not its columns. ConfigError: a month that is none.
    """
    index = {u: i for i, u in enumerate(past.units)}
    return tuple(
        Drafted("crisiswatch", index[r["iso3"]], at_of(month_of(file, r["alerts_month"])))
        for r in rows(file, OF_CRISISWATCH)
        if r["alert_type"] == RISK and r["iso3"] in index
    )


def month_of(file: Path, text: str) -> date:
    """The first day of a month such as March 2026. Raises ConfigError."""
    try:
        return datetime.strptime(text, "%B %Y").date()
    except ValueError:
        raise ConfigError(f"{file.name}: {text!r} is no month such as March 2026") from None


def day_of(file: Path, number: int, text: str) -> date:
    """A day as ISO 8601 writes it, whatever hour follows. Raises ConfigError, naming the line."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise ConfigError(
            f"{file.name}, line {number}: {text!r} is no day; write it as 2026-03-14"
        ) from None


def rows(file: Path, needed: set[str]) -> list[dict[str, str]]:
    """The rows of a file that has these columns, as text. Raises SourceChanged, naming file and line."""
    columns = dict.fromkeys(header(file), str)
    table = read_table(file, dict.fromkeys(sorted(needed), str), columns)
    return [{n: v or "" for n, v in row.items()} for row in table.to_pylist()]


@dataclass(frozen=True)
class Peers:
    """Files of peers' warnings, None where none was brought in."""

    hdx: Path | None = None
    crisiswatch: Path | None = None

    @staticmethod
    def of(folder: Path) -> Peers:
        """Those that an installation brought in last."""
        newest = {n: max(kept(folder, n).items(), default=None) for n in (HDX, CRISISWATCH)}
        held = {n: found[1] if found else None for n, found in newest.items()}
        return Peers(held[HDX], held[CRISISWATCH])


def kept(folder: Path, name: str) -> dict[date, Path]:
    """A peer's files by the day on which each was brought in: none is written over, so that a past day shows its own.

    A file of before that day was kept stands first, on ``date.min``.
    """
    dated = (folder / FOLDER / name).glob("????-??-??.csv")
    undated = folder / FOLDER / f"{name}.csv"
    found = {date.fromisoformat(f.stem): f for f in dated}
    return {date.min: undated, **found} if undated.is_file() else found
