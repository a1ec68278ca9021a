"""UN recommendations brought in from a file of any known format: which one it is, and what came of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from upstander.core import plugins
from upstander.core.errors import FileRefused
from upstander.core.places import Places
from upstander.core.rights import Role
from upstander.records import recommendation_store
from upstander.records.database import Database
from upstander.records.recommendation_rows import Aside, Import, Row
from upstander.records.recommendation_store import Brought
from upstander.respond.recommendation_formats import Format

FORMATS = "upstander.respond.recommendation_formats"
IMPORTERS = (Role.ANALYST, Role.APPROVER, Role.HEAD, Role.ADMINISTRATOR)
BLOCK = 1 << 20


def formats() -> Mapping[str, Format]:
    """Every format by its name."""
    return plugins.load_all(FORMATS, Format)


def format_of(path: Path, name: str = "") -> str:
    """The format of a file: as named, else as its first bytes and columns say.

    Raises:
        FileRefused: it is of no format we know; they are named.
        ConfigError: no format of that name.
    """
    if name:
        plugins.load(FORMATS, name, Format)
        return name
    found = next((n for n, f in formats().items() if f.is_one(path)), "")
    if not found:
        known = "; ".join(f.title for f in formats().values())
        raise FileRefused(f"{path.name}: is none of the files we read ({known})")
    return found


def bring(
    database: Database,
    path: Path,
    places: Places,
    *,
    who: str,
    now: datetime,
    about: str = "",
    name: str = "",
) -> Import:
    """Take in a file; a second import of it adds nothing. ``about``: code of the State where the file does not say.

    Raises:
        FileRefused: the file as a whole cannot be read; nothing was kept.
    """
    program = format_of(path, name)
    brought = Brought(program, path.name, _sha256(path), who, now)
    rows = _of_program(
        plugins.load(FORMATS, program, Format).read(path, places, about), program
    )
    return recommendation_store.bring(database, brought, rows)


def _of_program(rows: Iterator[Row | Aside], program: str) -> Iterator[Row | Aside]:
    """Rows that say which program they came with."""
    for row in rows:
        yield row.labelled(("program", program)) if isinstance(row, Row) else row


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
