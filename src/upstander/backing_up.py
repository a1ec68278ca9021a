"""Backup and restoring of a home folder: taken while people work, with a list of what every file is, and proved both times.

The keys lie elsewhere: whoever has only one of the two folders can read nothing that people wrote, or prove nothing.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr

from upstander import __version__, pipeline
from upstander.core import private
from upstander.core.checksums import sha256
from upstander.core.errors import ConfigError, FileRefused
from upstander.core.files import write_aside
from upstander.core.rights import OPERATOR
from upstander.core.settings import Settings
from upstander.forecast.ledger import Ledger
from upstander.lake import Lake
from upstander.lake.writing import only_writer
from upstander.records import copying
from upstander.report.receipt import Installation, Proved, prove

LIST, RECORDS, KEYS = "backup.json", "records.db", "keys"
# What the same inputs make again.
MADE_AGAIN = frozenset(("learned", "reports", KEYS))


@dataclass(frozen=True)
class Backup:
    """What a backup holds: its files with their hashes, and what was proved of it."""

    files: Mapping[str, str]
    proved: Proved


def make(settings: Settings, to: Path, keys: Path, *, now: datetime) -> Backup:
    """Copy a home folder into a new folder, and its keys into another, while people work; prove the copy.

    Raises:
        ConfigError: a folder is there already, one lies in the other, or there is nothing to keep yet.
        AuditBroken, LedgerBroken, TableError: what was copied does not hold.
    """
    _check_apart(settings, to, keys)
    part = to.with_name(f".{to.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    for folder in (part, keys):
        private.folder(folder)
    try:
        _copy_all(settings, part, keys, now)
        proved = _prove(settings, part, keys)
        listed = {name: sha256(part / name) for name in sorted(_written(part))}
        told = {"made": now.isoformat(), "program": __version__, "files": listed}
        write_aside(part / LIST, json.dumps(told, indent=1).encode())
        part.replace(to)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        shutil.rmtree(keys, ignore_errors=True)
        raise
    return Backup(listed, proved)


def restore(settings: Settings, folder: Path, keys: Path) -> Backup:
    """Put a backup and its keys into the new home folder of the settings, and prove it there.

    Raises:
        ConfigError: the home is not empty, or a folder is none of a backup's.
        FileRefused: a file is missing or is not what the backup says. As ``make`` where something does not hold.
    """
    home = settings.home
    if home.exists() and any(home.iterdir()):
        raise ConfigError(f"--home {home}: is not empty; name a new folder")
    listed = read_list(folder)
    private.folder(home)
    for name in listed:
        target = home / name
        private.folder(target.parent)
        _copy(folder / name, target)
    shutil.copytree(keys, home / KEYS, dirs_exist_ok=True)
    _close(home)
    return Backup(listed, _prove(settings, home, home / KEYS))


def read_list(folder: Path) -> Mapping[str, str]:
    """The files of a backup with their hashes, each held against it.

    Raises:
        ConfigError: the folder holds no backup. FileRefused: a file is missing, changed, or named outside the folder.
    """
    try:
        told = json.loads((folder / LIST).read_text(encoding="utf-8"))
        listed = {str(k): str(v) for k, v in told["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise ConfigError(
            f"{folder}: holds no backup, or its {LIST} is damaged; name the folder that backup make wrote"
        ) from None
    inside = folder.resolve()
    for name, stated in listed.items():
        file = (folder / name).resolve()
        if not file.is_relative_to(inside) or not file.is_file() or sha256(file) != stated:
            raise FileRefused(
                f"{folder / name}: is missing, or is not what {LIST} says; take another copy of the backup"
            )
    return listed


def _check_apart(settings: Settings, to: Path, keys: Path) -> None:
    """Raises ConfigError unless both folders are new and no folder lies in another."""
    for name, folder in (("--to", to), ("--keys-to", keys)):
        if folder.exists():
            raise ConfigError(f"{name} {folder}: is there already; name a new folder")
    places = [settings.home.resolve(), to.resolve(), keys.resolve()]
    for one in places:
        if any(one != other and one.is_relative_to(other) for other in places):
            raise ConfigError(
                f"{one}: lies in another of the folders; keep home, backup and keys apart"
            )
    if to.resolve() == keys.resolve():
        raise ConfigError(
            "--keys-to is the backup's own folder; keys lie in another place than the rest"
        )


def _copy_all(settings: Settings, to: Path, keys: Path, now: datetime) -> None:
    """Everything at one moment of the lake and the ledger, the records last: they then know every end that the ledger names."""
    records = pipeline.records_there(settings)
    with only_writer(settings.lake), _no_new_issue(settings):
        if settings.keys_folder.is_dir():
            shutil.copytree(settings.keys_folder, keys, dirs_exist_ok=True)
        for name in _names(settings.home):
            _copy(settings.home / name, to / name)
        if records:
            copied = to / RECORDS
            copying.copy(records, copied, keys, by=OPERATOR, now=now)
    if not (to / RECORDS).exists() and not settings.ledger.exists():
        raise ConfigError(f"{settings.home}: there is nothing to keep yet")
    _close(keys)


@contextmanager
def _no_new_issue(settings: Settings) -> Iterator[None]:
    """Nobody enters a forecast meanwhile."""
    if not settings.ledger.exists():
        yield
        return
    with settings.ledger.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _names(home: Path) -> Iterator[str]:
    """Files to keep: none that is made again, half-written, a lock, or the database, which is copied otherwise."""
    for folder, below, files in os.walk(home):
        inner = Path(folder).relative_to(home)
        if inner == Path():
            below[:] = [name for name in below if name not in MADE_AGAIN]
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in sorted(files):
            is_database = inner == Path() and name.startswith(RECORDS)
            if not name.startswith(".") and not is_database:
                yield (inner / name).as_posix()


def _written(folder: Path) -> Iterator[str]:
    """Every file of a copy."""
    for inner, _, files in os.walk(folder):
        yield from ((Path(inner) / name).relative_to(folder).as_posix() for name in files)


def _copy(file: Path, to: Path) -> None:
    to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copyfile(file, to)


def _close(folder: Path) -> None:
    """Every file and folder for its owner alone."""
    for inner, _, files in os.walk(folder):
        Path(inner).chmod(0o700)
        for name in files:
            (Path(inner) / name).chmod(0o600)


def _prove(of: Settings, home: Path, keys: Path) -> Proved:
    """Prove everything of a folder, and leave its database as one file."""
    here = {"home": home, "keys": keys, "records_url": SecretStr("")}
    settings = of.model_copy(update=here)
    records = pipeline.records_there(settings)
    try:
        return prove(Installation(Ledger.of(settings), records, Lake(settings.lake)))
    finally:
        if records:
            records.database.engine.dispose()
