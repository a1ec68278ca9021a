"""Which sources are late: a newer release was due by their own rhythm, and none is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from upstander.lake.releases import Release

RHYTHM = 6  # newest gaps between releases that say how often it comes
FEWEST = 4  # releases known on different days; with fewer a source counts as yearly
YEARLY = timedelta(days=365)
PATIENCE = 2  # times the usual gap


def due(releases: Iterable[Release]) -> Mapping[str, date]:
    """By source, the day by which a newer release than the last one was due; twice its usual gap."""
    known: dict[str, set[date]] = {}
    for release in releases:
        known.setdefault(release.source, set()).add(release.known_at)
    return {s: max(days) + PATIENCE * _gap(sorted(days)) for s, days in known.items()}


def late(releases: Iterable[Release], on: date) -> Mapping[str, date]:
    """The sources that are late on a day, each with the day its next release was due.

    Args:
        releases: those known on the day.
    """
    return {source: day for source, day in due(releases).items() if day < on}


def _gap(days: list[date]) -> timedelta:
    if len(days) < FEWEST:
        return YEARLY
    gaps = [(after - before).days for before, after in pairwise(days)]
    return timedelta(days=median(gaps[-RHYTHM:]))
