"""One dated set of forecasts, in a folder of its own: written once, never changed.

The id is the day it speaks of and a hash of what it says: the same forecasts from the same inputs
have the same id, so running twice issues once.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from upstander.core.errors import ConfigError, LeakageError
from upstander.core.tables import ISSUE_TABLES, Table
from upstander.core.types import CAVEAT


@dataclass(frozen=True)
class Issue:
    """Forecasts as issued.

    Attributes:
        id: ``2026-06-24-1a2b3c4d5e6f``.
        meta: as_of, made_on, seed, code version, hashes of inputs and files, data months, definitions.
        tables: the four tables of core.tables.ISSUE_TABLES by name; of an issue that was read, each is read when it is asked for.
    """

    id: str
    meta: Mapping[str, Any]
    tables: Mapping[str, pa.Table] = field(repr=False)

    @property
    def as_of(self) -> date:
        """The day the forecasts speak from."""
        return date.fromisoformat(self.meta["as_of"])

    @property
    def draws(self) -> pa.Table:
        """FORECAST_DRAW rows."""
        return self.tables["forecast_draw"]

    @property
    def chances(self) -> pa.Table:
        """FORECAST_CHANCE rows."""
        return self.tables["forecast_chance"]

    @property
    def reasons(self) -> pa.Table:
        """FORECAST_REASON rows."""
        return self.tables["forecast_reason"]

    @property
    def cases(self) -> pa.Table:
        """FORECAST_CASE rows."""
        return self.tables["forecast_case"]


def write(
    folder: Path, tables: Mapping[str, pa.Table], *, as_of: date, made_on: date, meta: Mapping[str, Any], hindcast: bool
) -> Issue:
    """Write an issue under ``folder``; one that says the same is not written again.

    Raises:
        LeakageError: a hindcast was asked to be issued.
        TableError: a table is not as declared.
        ConfigError: the disk is full; nothing half-written is left.
    """
    if hindcast:
        raise LeakageError("a hindcast is no forecast: it cannot be issued or enter the ledger")
    checked = {t.name: t.check(tables[t.name]) for t in ISSUE_TABLES}
    aside = folder / f".part-{os.getpid()}"
    shutil.rmtree(aside, ignore_errors=True)
    try:
        aside.mkdir(parents=True)
        hashes = {t.name: _write_table(t, checked[t.name], aside) for t in ISSUE_TABLES}
        said = json.dumps({"as_of": as_of.isoformat(), "meta": meta, "files": hashes}, sort_keys=True)
        name = f"{as_of.isoformat()}-{hashlib.sha256(said.encode()).hexdigest()[:12]}"
        if (folder / name).exists():
            return read(folder / name)
        head = {"id": name, "as_of": as_of.isoformat(), "made_on": made_on.isoformat(), **meta, "caveat": CAVEAT}
        _flush(aside / "issue.json", json.dumps({**head, "files": hashes}, indent=1, ensure_ascii=False) + "\n")
        try:
            aside.rename(folder / name)
        except OSError:
            if not (folder / name).exists():
                raise
            return read(folder / name)  # another run of the same inputs was quicker
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be written ({error.strerror or error}); nothing was issued") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return Issue(name, {**head, "files": hashes}, checked)


def _write_table(table: Table, rows: pa.Table, folder: Path) -> str:
    """Write one table sorted by its key; return the hash of the file."""
    file = folder / f"{table.name}.parquet"
    sort = [(c, "ascending") for c in table.key]
    pq.write_table(rows.sort_by(sort), file, compression="zstd", write_statistics=False)
    with file.open("rb+") as written:
        os.fsync(written.fileno())
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _flush(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


class _OnDisk(Mapping[str, pa.Table]):
    """The tables in an issue's folder, each read when it is asked for and not kept: most readers need no draws."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __getitem__(self, name: str) -> pa.Table:
        try:
            return pq.ParquetFile(self._folder / f"{name}.parquet").read()  # the dataset reader would load pandas
        except (OSError, pa.ArrowException) as error:
            raise _unreadable(self._folder, error) from None

    def __iter__(self) -> Iterator[str]:
        return (t.name for t in ISSUE_TABLES)

    def __len__(self) -> int:
        return len(ISSUE_TABLES)


def _unreadable(folder: Path, error: Exception) -> ConfigError:
    return ConfigError(f"{folder}: no readable issue ({error}); run: upstander run")


def read(folder: Path) -> Issue:
    """The issue in a folder.

    Raises:
        ConfigError: no issue there, or a file of it is missing or damaged; within the rows of a table this is found only
            when they are asked for.
    """
    try:
        meta = json.loads((folder / "issue.json").read_text(encoding="utf-8"))
        for table in ISSUE_TABLES:
            pq.read_schema(folder / f"{table.name}.parquet")
    except (OSError, ValueError, pa.ArrowException) as error:
        raise _unreadable(folder, error) from None
    return Issue(meta["id"], meta, _OnDisk(folder))


def before(issues: Path, made: Issue) -> Issue | None:
    """The newest issue that speaks from an earlier day than ``made``: what has changed is told against it."""
    return latest(issues, day_before(made.as_of))


def day_before(as_of: date) -> date:
    """The last day whose newest issue is one before those that speak from ``as_of``."""
    return as_of - timedelta(days=1)


def latest(issues: Path, as_of: date) -> Issue | None:
    """The newest issue that speaks from ``as_of`` or an earlier day; None where none had been issued."""
    head = newest(heads(issues), as_of)
    return read(issues / head.id) if head else None


def chances_then(issues: Path, as_of: date) -> tuple[Mapping[str, Any], pa.Table] | None:
    """What the newest issue of a day says of itself, and its FORECAST_CHANCE rows; its other tables are not read."""
    head = newest(heads(issues), as_of)
    if head is None:
        return None
    made = read(issues / head.id)
    return made.meta, made.chances


@dataclass(frozen=True, order=True)
class Head:
    """What tells which issue is the newest; ``written_ns`` is when its folder got its name, in nanoseconds."""

    as_of: date
    made_on: date
    written_ns: int
    id: str


def heads(issues: Path) -> tuple[Head, ...]:
    """The head of every issue in a folder, from its small file: no forecast is read."""
    found = []
    for file in issues.glob("*/issue.json"):
        meta = json.loads(file.read_text(encoding="utf-8"))
        as_of, made_on = date.fromisoformat(meta["as_of"]), date.fromisoformat(meta["made_on"])
        found.append(Head(as_of, made_on, file.stat().st_mtime_ns, file.parent.name))
    return tuple(sorted(found))


def newest(heads: tuple[Head, ...], as_of: date) -> Head | None:
    """The newest of the issues that speak from ``as_of`` or an earlier day; of several from one day, the one issued last."""
    return max((h for h in heads if h.as_of <= as_of), default=None)
