"""People's records from one database to another, whole and proved, or not at all: SQLite to PostgreSQL, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, insert, select, text

from upstander.core.errors import ConfigError
from upstander.core.rights import Actor
from upstander.records import chain_verification, projection
from upstander.records.database import open_database
from upstander.records.schema import attempt, head, kept_file, metadata, un_import
from upstander.records.store import Records

BATCH = 500  # rows of one statement
BATCH_OF_FILES = 5  # rows that hold a file each


def move(
    source: str,
    target: str,
    keys: Path,
    *,
    by: Actor,
    now: datetime,
) -> Mapping[str, int]:
    """Copy every table into an empty database, prove it there, and say how many rows each holds.

    Nobody writes to the source meanwhile. The source stays as it is: it is for people to delete, once the program runs
    on the other one. Every chain must hold in the target as it did, else nothing is kept there.

    Raises:
        ConfigError: the same database twice, or a target that holds something.
        AuditBroken: the source's chains do not hold; nothing is moved.
    """
    if source == target:
        raise ConfigError("the records are in this database already; name another one")
    records = Records.open(source, keys)
    records.verify()
    into = open_database(target)
    with records.database.reading() as connection:
        chains = list(connection.scalars(select(head.c.chain)))
    with records.database.writing(chains) as reading, into.writing(chains) as writing:
        if taken := [
            t.name
            for t in metadata.sorted_tables
            if writing.scalar(select(func.count()).select_from(t))
        ]:
            raise ConfigError(
                f"{into.shown}: is not empty ({', '.join(taken)}); name a new database"
            )
        counts = {
            table.name: _copy(reading, writing, table.name)
            for table in metadata.sorted_tables
        }
        _number_on(writing)
        chain_verification.verify(writing, records.signer.public)
        projection.check(writing)
    moved = Records(into, records.key, records.signer)
    moved.log(
        by,
        "records moved",
        into.engine.dialect.name,
        now=now,
        details={"from": records.database.engine.dialect.name},
    )
    return counts


def _copy(reading: Connection, writing: Connection, name: str) -> int:
    table, number = metadata.tables[name], 0
    for rows in _batches(reading, name):
        writing.execute(insert(table), rows)
        number += len(rows)
    return number


def _batches(reading: Connection, name: str) -> Iterator[list[dict[str, Any]]]:
    found = (
        reading.execution_options(stream_results=True)
        .execute(select(metadata.tables[name]))
        .mappings()
    )
    at_once = BATCH_OF_FILES if name == kept_file.name else BATCH
    for rows in found.partitions(at_once):
        yield [dict(row) for row in rows]


def _number_on(writing: Connection) -> None:
    """PostgreSQL counts attempts and imports itself: it goes on after those that were copied."""
    if writing.dialect.name != "postgresql":
        return
    for table in (attempt, un_import):
        highest = writing.scalar(select(func.max(table.c.number))) or 0
        writing.execute(
            text("SELECT setval(pg_get_serial_sequence(:name, 'number'), :next, false)"),
            {"name": table.name, "next": highest + 1},
        )
