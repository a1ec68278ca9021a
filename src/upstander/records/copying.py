"""A copy of the records' database while people write: one moment of it, whole, as an SQLite file."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path

from upstander.core import private
from upstander.core.rights import Actor
from upstander.records.database import Database
from upstander.records.database_transfer import move
from upstander.records.store import Records


def copy(records: Records, to: Path, keys: Path, *, by: Actor, now: datetime) -> None:
    """Write the database as it is at one moment into a new file.

    SQLite is copied as it stands, in one step that hinders nobody. PostgreSQL is moved into the file, row by row, while
    nobody writes on a chain; the copy's log says so.

    Raises:
        Busy: the disk is full, or the database is held. AuditBroken: the chains of a PostgreSQL database do not hold.
    """
    engine = records.database.engine
    if engine.dialect.name == "sqlite":
        _copied(records.database, to)
        return
    source = engine.url.render_as_string(hide_password=False)
    move(source, f"sqlite:///{to.absolute()}", keys, by=by, now=now)


def _copied(database: Database, to: Path) -> None:
    private.file(to)
    with database.reading() as connection:
        target = sqlite3.connect(to)
        try:
            # all pages at once, in the one view that this connection has
            connection.connection.driver_connection.backup(target, pages=-1)  # type: ignore[union-attr]
        finally:
            target.close()
