"""Recommendations of UN bodies in a table of their own, beside people's records: brought in, counted, read.

They are reference data: published by others, imported by the office in hundreds of thousands of rows, and imported anew
when the publisher has a newer file. People's records are another thing: sealed under a key each, chained, versioned,
read with rights. Chaining 270,000 published sentences would prove nothing and cost minutes; so they stand in plain
tables of the same database, backed up and moved with it, and what people say of them (links, progress) are records
that name them by ``key``. Nothing given is lost even so: what could not be read, and what a newer edition of a row
replaced, stays in ``un_aside``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from upstander.records import recommendation_index, recommendation_reading
from upstander.records.database import Database
from upstander.records.recommendation_rows import Aside, Counts, Import, Row, canonical
from upstander.records.schema import (
    un_aside,
    un_import,
    un_label,
    un_labelled,
    un_recommendation,
    un_text,
)

CHAIN = "un_recommendations"  # one import at a time
LABEL = {
    "sqlite": "INSERT INTO un_labelled (label, number) VALUES (?, ?)",
    "postgresql": "INSERT INTO un_labelled (label, number) VALUES (%s, %s)",
}
ROOM = "PRAGMA cache_size = -65536"  # kilobytes of pages: SQLite's own 2 MB would write each page many times
BATCH = 1_000  # rows of one statement
REPLACED = "replaced by a newer edition of the same row"
TWICE = "its id stands twice in the file, with other words"


@dataclass(frozen=True)
class Brought:
    """A file as it comes in: who brings it, when, and under which program's format."""

    program: str
    file: str
    sha256: str
    who: str
    at: datetime


@dataclass
class _Import:
    """What an import knows while it runs.

    Attributes:
        seen: digests by key of the rows of this file so far; ordinals: the last one by country and stem of a reference.
    """

    connection: Connection
    number: int
    next: int
    labels: dict[tuple[str, str], int]
    ordinals: Counter[tuple[str, str]]
    seen: dict[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)


def bring(database: Database, brought: Brought, rows: Iterable[Row | Aside]) -> Import:
    """Take in a file's rows, all in one transaction; a row that is there already adds nothing.

    The rows are read while they are kept, so a file larger than memory comes in.
    """
    with database.writing([CHAIN]) as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(ROOM)
        running = _begun(connection, brought)
        first = running.next
        recommendation_index.make(connection)
        waiting = iter(rows)
        while batch := list(islice(waiting, BATCH)):
            _take(running, batch)
        recommendation_index.take_in(connection, first - 1)
        return _ended(running, brought)


def _begun(connection: Connection, brought: Brought) -> _Import:
    values = {**asdict(brought), "counts": ""}
    made = insert(un_import).values(values).returning(un_import.c.number)
    import_number = connection.execute(made).scalar_one()
    highest = connection.scalar(select(func.max(un_text.c.number))) or 0
    asked = select(un_label.c.id, un_label.c.sort, un_label.c.value)
    return _Import(
        connection=connection,
        number=import_number,
        next=highest + 1,
        labels={(sort, value): id for id, sort, value in connection.execute(asked)},
        ordinals=_ordinals(connection),
    )


def _ordinals(connection: Connection) -> Counter[tuple[str, str]]:
    """The last number that a reference of a country has behind it."""
    named = (un_text.c.country, un_text.c.stem)
    asked = select(*named, func.max(un_text.c.ordinal)).group_by(*named)
    return Counter({(c, stem): last for c, stem, last in connection.execute(asked)})


def _ended(running: _Import, brought: Brought) -> Import:
    counts = Counts(**running.counts)
    running.connection.execute(
        update(un_import)
        .where(un_import.c.number == running.number)
        .values(counts=canonical(asdict(counts)))
    )
    return Import(
        running.number, brought.program, brought.file, brought.who, brought.at, counts
    )


# A batch


def _take(running: _Import, batch: Sequence[Row | Aside]) -> None:
    running.counts["read"] += len(batch)
    aside = [one for one in batch if isinstance(one, Aside)]
    rows = list(_first_of_each(running, batch, aside))
    standing = _standing(running.connection, [r.key for r in rows])
    new = [r for r in rows if r.key not in standing]
    for row in rows:
        if row.key in standing:
            _compare(running, row, *standing[row.key], aside)
    _insert(running, new)
    _put_aside(running, aside)


def _first_of_each(
    running: _Import, batch: Sequence[Row | Aside], aside: list[Aside]
) -> Iterator[Row]:
    """Rows whose key the file did not hold before; the same id with other words is put aside."""
    for row in batch:
        if isinstance(row, Aside):
            continue
        before, digest = running.seen.get(row.key), row.digest
        if before is None:
            running.seen[row.key] = digest
            yield row
        elif before == digest:
            running.counts["again"] += 1
        else:
            aside.append(Aside(row.key, TWICE, _whole(row)))


def _standing(connection: Connection, keys: Sequence[str]) -> dict[str, tuple[int, str]]:
    asked = select(un_text.c.key, un_text.c.number, un_text.c.digest)
    found = connection.execute(asked.where(un_text.c.key.in_(keys)))
    return {key: (number, digest) for key, number, digest in found}


def _compare(
    running: _Import,
    row: Row,
    number: int,
    digest: str,
    aside: list[Aside],
) -> None:
    """A row that is there: nothing, or the newer edition in place of the older, which is put aside."""
    if running.seen[row.key] == digest:
        running.counts["again"] += 1
        return
    connection = running.connection
    older = next(iter(recommendation_reading.rows(connection, [number])))
    aside.append(Aside(row.key, REPLACED, _whole(older.row)))
    recommendation_index.forget(connection, number)
    values = {**_text_of(row), "digest": running.seen[row.key]}
    connection.execute(update(un_text).where(un_text.c.number == number).values(values))
    connection.execute(
        update(un_recommendation)
        .where(un_recommendation.c.number == number)
        .values(_short_of(row))
    )
    connection.execute(delete(un_labelled).where(un_labelled.c.number == number))
    _label_rows(running, [(number, row)])
    recommendation_index.take_in_one(connection, number)
    running.counts["changed"] += 1


def _insert(running: _Import, rows: Sequence[Row]) -> None:
    if not rows:
        return
    numbered = list(enumerate(rows, running.next))
    running.next += len(rows)
    running.counts["added"] += len(rows)
    brought = {"brought": running.number}
    short = [{"number": n, **brought, **_short_of(row)} for n, row in numbered]
    running.connection.execute(insert(un_recommendation), short)
    texts = [_new_text(running, row, n) for n, row in numbered]
    running.connection.execute(insert(un_text), texts)
    _label_rows(running, numbered)


def _short_of(row: Row) -> dict[str, Any]:
    body = next(iter(row.having("body")), "")
    return {"day": row.day, "body": body, "response": row.response, "type": row.type}


def _new_text(running: _Import, row: Row, number: int) -> dict[str, Any]:
    country = next(iter(row.having("country")), "")
    running.ordinals[country, row.stem] += 1
    return {
        "number": number,
        "key": row.key,
        "digest": running.seen[row.key],
        "country": country,
        "stem": row.stem,
        "ordinal": running.ordinals[country, row.stem],
        **_text_of(row),
    }


def _text_of(row: Row) -> dict[str, Any]:
    return {
        "joint": row.joint,
        "text": row.text,
        "symbol": row.symbol,
        "paragraph": row.paragraph,
        "comment": row.comment,
        "details": canonical(row.details),
    }


def _label_rows(running: _Import, rows: Sequence[tuple[int, Row]]) -> None:
    """Label rows: some fifteen labels a row, so straight to the driver."""
    pairs = [
        (_label(running, label), number)
        for number, row in rows
        for label in dict.fromkeys(row.labels)
    ]
    if pairs:
        running.connection.exec_driver_sql(LABEL[running.connection.dialect.name], pairs)


def _label(running: _Import, label: tuple[str, str]) -> int:
    """The number of a label, made where it is new."""
    if label not in running.labels:
        id = len(running.labels) + 1
        sort, value = label
        made = insert(un_label).values(id=id, sort=sort, value=value)
        running.connection.execute(made)
        running.labels[label] = id
    return running.labels[label]


def _put_aside(running: _Import, aside: Sequence[Aside]) -> None:
    by_key = {one.key: one for one in aside}
    asked = select(un_aside.c.key).where(un_aside.c.key.in_(list(by_key)))
    there = set(running.connection.scalars(asked)) if by_key else set()
    values = [
        {"key": key, "brought": running.number, **asdict(one)}
        for key, one in by_key.items()
        if key not in there
    ]
    if values:
        running.connection.execute(insert(un_aside), values)
    running.counts["aside"] += len(values)


def _whole(row: Row) -> str:
    return canonical({**asdict(row), "day": str(row.day or "")})
