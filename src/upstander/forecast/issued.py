"""What may be shown: issues that stand in the ledger, with files that are what was entered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from upstander.core.checksums import sha256_once
from upstander.forecast.issue import HEAD, Issue, read
from upstander.forecast.ledger import Entry, Ledger, changed, entries, files_of


def entry_of(ledger: Ledger, as_of: date) -> Entry | None:
    """The newest entry that speaks from ``as_of`` or an earlier day, of several from one day the one entered last; None
    where nothing had been issued. No file of an issue is read.

    Raises:
        LedgerBroken: the ledger does not hold.
    """
    found = [e for e in entries(ledger) if e.as_of <= as_of]
    return max(found, key=lambda e: (e.as_of, e.number), default=None)


def latest(ledger: Ledger, as_of: date) -> Issue | None:
    """The issue of ``entry_of``.

    Raises:
        LedgerBroken: the ledger does not hold, or a file of the issue is not what was entered: it is not shown.
        ConfigError: a file of it is missing.
    """
    entry = entry_of(ledger, as_of)
    return issue_of(ledger, entry) if entry else None


def entry_before(ledger: Ledger, as_of: date) -> Entry | None:
    """The newest entry that speaks from a day before ``as_of``. Raises LedgerBroken."""
    return entry_of(ledger, as_of - timedelta(days=1))


def before(ledger: Ledger, made: Issue) -> Issue | None:
    """The newest issue that speaks from an earlier day than ``made``: what has changed is told against it."""
    entry = entry_before(ledger, made.as_of)
    return issue_of(ledger, entry) if entry else None


def chances_then(ledger: Ledger, as_of: date) -> tuple[Mapping[str, Any], pa.Table] | None:
    """What the newest issue of a day says of itself, and its FORECAST_CHANCE rows; its other tables are not read."""
    entry = entry_of(ledger, as_of)
    if entry is None:
        return None
    _check_files(ledger, entry, HEAD, "forecast_chance.parquet")
    made = read(ledger.issues / entry.issue)
    return made.meta, made.chances


def issue_named(ledger: Ledger, id: str) -> Issue:
    """The issue of this id, which stands in the ledger. Raises LedgerBroken, ConfigError as ``latest``."""
    return issue_of(ledger, next(e for e in entries(ledger) if e.issue == id))


def issue_of(ledger: Ledger, entry: Entry) -> Issue:
    """The issue of an entry. Raises LedgerBroken, ConfigError as ``latest``."""
    _check_files(ledger, entry)
    return read(ledger.issues / entry.issue)


def _check_files(ledger: Ledger, entry: Entry, *names: str) -> None:
    """Hold files of an issue, all when none is named, against what was entered; one that is missing its reader names."""
    for file, stated in files_of(ledger, entry).items():
        if (
            (not names or file.name in names)
            and file.exists()
            and sha256_once(file) != stated
        ):
            raise changed(file, entry)
