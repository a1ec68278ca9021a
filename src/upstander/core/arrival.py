"""When a release was known and what it covers, where the file does not say: looked up, given, or the day it came.

A day is never guessed from a file's name or its newest year: a cut of today's revision would count as
what was known then.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from upstander.core.errors import ConfigError
from upstander.core.places import Places
from upstander.core.types import EXTRACT, Basis, Snapshot

LIST = Path(__file__).with_name("dated.toml")
WORLD = "world"


@dataclass(frozen=True)
class Said:
    """What the person who brings a file says of it; None where nothing is said.

    Attributes:
        known_on: the day the release was first out.
        covers: place codes or names, or ``world``.
        days: first and last day it covers.
    """

    known_on: date | None = None
    covers: tuple[str, ...] | None = None
    days: tuple[date, date] | None = None


SAID_NOTHING = Said()


def said(known_on: str | None, covers: str | None, days: str | None) -> Said:
    """What the options of the command say.

    Args:
        known_on: an ISO day.
        covers: place codes or names joined by commas, or ``world``.
        days: FIRST..LAST, ISO days.

    Raises:
        ConfigError: ``known_on`` is no day, ``days`` no span of days, or ``covers`` names nothing.
    """
    named = None if covers is None else _named(covers)
    if named == ():
        raise ConfigError(
            "--covers names no place; write place codes joined by commas, e.g. SDN,YEM, or world"
        )
    day = None if known_on is None else _day(known_on)
    return Said(day, named, None if days is None else _span(days))


def _named(covers: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in covers.split(",") if part.strip())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ConfigError(
            f"--known-on {text!r} is no day; write it as 2026-06-24"
        ) from None


def _span(days: str) -> tuple[date, date]:
    try:
        first, last = (date.fromisoformat(part.strip()) for part in days.split(".."))
    except ValueError:
        raise ConfigError(
            f"--days {days!r} is no span of days; write it as 2026-06-01..2026-06-30"
        ) from None
    if last < first:
        raise ConfigError(
            f"--days {days!r} ends before it begins; write it as 2026-06-01..2026-06-30"
        )
    return first, last


def settled(
    snapshot: Snapshot, by: Said, places: Places, *, today: date, projects: bool = False
) -> Snapshot:
    """The release with its day and coverage: the file's own, else what the bringer says, else the day it came.

    Coverage never reaches past the day the release was known, but for a source that ``projects``.

    Raises:
        UnknownPlace: no such place in ``by.covers``.
        ConfigError: the day given is in the future, or all the days it covers come after it.
    """
    known, basis = _known(snapshot, by, today)
    first, last = by.days or (snapshot.first, snapshot.last)
    if not projects:
        last = min(last, known)
    if last < first:
        raise ConfigError(
            f"{snapshot.path.name}: covers days from {first}, after {known}, the day it became known; "
            "give the true day with --known-on YYYY-MM-DD"
        )
    only = _covered(snapshot, by, places, last)
    words = _taken_for(snapshot, only, first, last)
    return replace(
        snapshot,
        known_at=known,
        basis=basis,
        first=first,
        last=last,
        places=only,
        taken_for=words,
    )


def _known(snapshot: Snapshot, by: Said, today: date) -> tuple[date, Basis]:
    if by.known_on is not None:
        if by.known_on > today:
            raise ConfigError(
                f"--known-on {by.known_on} is after today, {today}; give the day the release was out"
            )
        return by.known_on, "given"
    return (
        (today, "brought")
        if snapshot.known_at is None
        else (snapshot.known_at, snapshot.basis)
    )


def _covered(
    snapshot: Snapshot, by: Said, places: Places, on: date
) -> tuple[str, ...] | None:
    if by.covers is None:
        return snapshot.places
    if tuple(c.casefold() for c in by.covers) == (WORLD,):
        return None
    return tuple(sorted({places.find(c, on).code for c in by.covers}))


def dated(path: Path) -> tuple[date | None, Basis]:
    """The day a file that does not say so itself is known to have come out, by its bytes; None for any other."""
    with path.open("rb") as raw:  # in blocks: a year of events is hundreds of megabytes
        return _listed().get(
            hashlib.file_digest(raw, "sha256").hexdigest(), (None, "assumed")
        )


@lru_cache
def _listed() -> Mapping[str, tuple[date | None, Basis]]:
    files = tomllib.loads(LIST.read_text(encoding="utf-8"))["file"]
    return {f["sha256"]: (f["known_on"], f["basis"]) for f in files}


def release_name(known: date | None, last: date) -> str:
    """Name of a release whose publisher gives none: its day, else the end of what it holds."""
    return known.isoformat() if known is not None else f"to {last}"


def oldest_first(snapshots: Iterable[Snapshot], *, by_file: bool = False) -> list[Snapshot]:
    """Releases by the day they were known, those of no known day last; then by release, or by the file's name."""
    if by_file:
        return sorted(snapshots, key=lambda s: (s.known_at or date.max, s.path.name))
    return sorted(snapshots, key=lambda s: (s.known_at or date.max, s.release))


def _taken_for(
    snapshot: Snapshot, only: tuple[str, ...] | None, first: date, last: date
) -> str:
    """What is said to the person who brought it: what it was taken for, and how far it is heard."""
    if snapshot.kind != EXTRACT:
        return snapshot.taken_for
    where = "the world" if only is None else ", ".join(only)
    return (
        f"{snapshot.taken_for}: taken for an extract of {where}, {first} to {last}, "
        "which speaks only where no release does"
    )
