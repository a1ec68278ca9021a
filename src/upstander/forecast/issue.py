"""One dated set of forecasts, in a folder of its own: written once, never changed.

The id is the day it speaks of and a hash of what it says: the same forecasts from the same inputs
have the same id, so running twice issues once.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from upstander.core.checksums import sha256
from upstander.core.errors import ConfigError, LeakageError
from upstander.core.forecast_tables import ISSUE_TABLES
from upstander.core.tables import Table
from upstander.core.types import CAVEAT
from upstander.forecast.shapes import Numbers

if TYPE_CHECKING:
    pass

Body = dict[str, Any]  # of a JSON text

HEAD = "issue.json"  # what an issue says of itself
DEATHS, CIVILIANS = "fatalities", "one_sided"  # what is drawn, month by month
STAGING = ".part-"  # how the names of folders begin that are being written; never read


@dataclass(frozen=True)
class Issue:
    """Forecasts as issued.

    Attributes:
        id: ``2026-06-24-1a2b3c4d5e6f``.
        meta: as_of, made_on, seed, code version, hashes of inputs and files, data months, definitions.
        tables: the four tables of core.forecast_tables.ISSUE_TABLES by name; of an issue that was read, each is read when it is asked for.
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
        """FORECAST_DRAW rows of deaths of all types."""
        rows = self.tables["forecast_draw"]
        return rows.filter(pc.equal(rows["target"], DEATHS))

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


def draws_of(issue: Issue) -> tuple[list[str], list[int], Numbers]:
    """The units and horizons of an issue in order, and its (U, H, S) draws of deaths of all types."""
    return shaped(issue.draws)


def draws_of_place(issue: Issue, target: str, place: str) -> Numbers | None:
    """(H, S) draws of what is drawn (DEATHS or CIVILIANS) in one place, by months ahead from 1; None where there are none."""
    rows = issue.tables["forecast_draw"]
    own = rows.filter(
        pc.and_(pc.equal(rows["target"], target), pc.equal(rows["unit"], place))
    )
    return shaped(own)[2][0] if own.num_rows else None


def shaped(rows: pa.Table) -> tuple[list[str], list[int], Numbers]:
    """Units, horizons and (U, H, S) draws of FORECAST_DRAW rows of one target, which stand in the order of its key."""
    units = pc.unique(rows["unit"]).to_pylist()
    horizons = pc.unique(rows["horizon"]).to_pylist()
    shape = (len(units), len(horizons), -1)
    return units, horizons, rows["outcome"].to_numpy().reshape(shape)


def write(
    folder: Path,
    tables: Mapping[str, pa.Table],
    *,
    as_of: date,
    made_on: date,
    meta: Mapping[str, Any],
    hindcast: bool,
) -> Issue:
    """Write an issue under ``folder``; one that says the same is not written again.

    Raises:
        LeakageError: a hindcast was asked to be issued.
        TableError: a table is not as declared.
        ConfigError: the disk is full, or a folder of this name holds something else; nothing half-written is left.
    """
    if hindcast:
        raise LeakageError(
            "a hindcast is no forecast: it cannot be issued or enter the ledger"
        )
    checked = {t.name: t.check(tables[t.name]) for t in ISSUE_TABLES}
    try:
        return _written(folder, checked, as_of, made_on, meta)
    except OSError as error:
        raise _not_writable(folder, error) from error


def _not_writable(folder: Path, error: OSError) -> ConfigError:
    return ConfigError(
        f"{folder}: cannot be written ({error.strerror or error}); nothing was issued"
    )


def _written(
    folder: Path,
    tables: Mapping[str, pa.Table],
    as_of: date,
    made_on: date,
    meta: Mapping[str, Any],
) -> Issue:
    with _staging(folder) as aside:
        hashes = {t.name: _write_table(t, tables[t.name], aside) for t in ISSUE_TABLES}
        name = _name(as_of, meta, hashes)
        place = folder / name
        if place.exists():
            return _same(place, hashes)
        head = _head(name, as_of, made_on, meta, hashes)
        _flush(aside / HEAD, json.dumps(head, indent=1, ensure_ascii=False) + "\n")
        if not _moved(aside, place):
            return _same(place, hashes)  # another run of the same inputs was quicker
    return Issue(name, head, tables)


def _name(
    as_of: date,
    meta: Mapping[str, Any],
    hashes: Mapping[str, str],
) -> str:
    body = {
        "as_of": as_of.isoformat(),
        "meta": meta,
        "files": hashes,
    }
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    return f"{as_of.isoformat()}-{digest[:12]}"


def _head(
    name: str,
    as_of: date,
    made_on: date,
    meta: Mapping[str, Any],
    hashes: Mapping[str, str],
) -> Body:
    return {
        "id": name,
        "as_of": as_of.isoformat(),
        "made_on": made_on.isoformat(),
        **meta,
        "caveat": CAVEAT,
        "files": hashes,
    }


def _moved(aside: Path, place: Path) -> bool:
    """Whether the folder could be put in its place; False where another writer put its own there meanwhile."""
    try:
        aside.rename(place)
    except OSError:
        if not place.exists():
            raise
        return False
    return True


@contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    """A folder to write in, held while it is; those that nobody holds were left by killed writers, and go."""
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    aside = folder / f"{STAGING}{secrets.token_hex(8)}"
    aside.mkdir()
    try:
        with _held(aside):
            yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _sweep(folder: Path) -> None:
    for left in folder.glob(f"{STAGING}*"):
        with _held(left) as is_mine:
            if is_mine:
                shutil.rmtree(left, ignore_errors=True)


@contextmanager
def _held(folder: Path) -> Iterator[bool]:
    """Hold a folder, if nobody else does; the system lets it go when a process dies."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:  # its writer was done in the meantime
        yield False
        return
    try:
        yield _locked(descriptor)
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    """Whether nobody else held it, and this process now does."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _same(folder: Path, hashes: Mapping[str, str]) -> Issue:
    """The issue that is there already, if it is what was just made. Raises ConfigError when it is not."""
    issue = read(folder)
    if issue.meta.get("files") != hashes or not _holds(folder, hashes):
        raise ConfigError(
            f"{folder}: holds something else than its name says; move it away, then run again"
        )
    return issue


def _holds(folder: Path, hashes: Mapping[str, str]) -> bool:
    return all(sha256(folder / f"{n}.parquet") == h for n, h in hashes.items())


def _write_table(
    table: Table,
    rows: pa.Table,
    folder: Path,
) -> str:
    """Write one table sorted by its key; return the hash of the file."""
    file = folder / f"{table.name}.parquet"
    ordered = table.in_order(rows)
    pq.write_table(ordered, file, compression="zstd", write_statistics=False)
    _sync(file)
    return sha256(file)


def _sync(file: Path) -> None:
    with file.open("rb+") as written:
        os.fsync(written.fileno())


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
            return pq.ParquetFile(
                self._folder / f"{name}.parquet"
            ).read()  # the dataset reader would load pandas
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
        meta = _meta(folder)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise _unreadable(folder, error) from None
    return Issue(meta["id"], meta, _OnDisk(folder))


def _meta(folder: Path) -> Body:
    """What the issue says of itself, its tables being there too."""
    meta: Body = json.loads((folder / HEAD).read_text(encoding="utf-8"))
    for table in ISSUE_TABLES:
        pq.read_schema(folder / f"{table.name}.parquet")
    return meta
