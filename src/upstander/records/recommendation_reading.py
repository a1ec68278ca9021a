"""Recommendations of UN bodies read from their tables: found by words and labels, counted in clusters, one by its key."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, select

from upstander.records import recommendation_index
from upstander.records.database import Database
from upstander.records.recommendation_query import Query
from upstander.records.recommendation_rows import (
    Aside,
    Counts,
    Import,
    Kept,
    Row,
    reference,
)
from upstander.records.schema import (
    un_aside,
    un_import,
    un_label,
    un_labelled,
    un_recommendation,
    un_text,
)

AT_ONCE = 500  # rows read in one question
RARE = 20_000  # rows of a label, at most


@dataclass(frozen=True)
class Asked:
    """What is looked for.

    Attributes:
        query: words; labels: (sort, value), all of which a row must have; references: one of these.
        as_of: nothing that was imported after this instant counts.
    """

    as_of: datetime
    query: Query | None = None
    labels: tuple[tuple[str, str], ...] = ()
    body: str = ""
    response: str = ""
    type: str = ""
    since: int | None = None
    until: int | None = None
    reference: str = ""
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True)
class Found:
    """How many rows fit, and one page of them, newest first, undated last."""

    count: int
    rows: tuple[Kept, ...] = field(default=())


def find(database: Database, asked: Asked) -> Found:
    """Rows that fit, page by page."""
    _make_index(database, asked)
    short = un_recommendation.c
    with database.reading() as connection:
        fitting = _fitting(connection, asked)
        if fitting is None:
            return Found(0)
        count = connection.scalar(fitting.with_only_columns(func.count(short.number)))
        ordered = fitting.order_by(short.day.desc().nulls_last(), short.number)
        page = ordered.limit(asked.limit).offset(asked.offset)
        numbers = list(connection.scalars(page))
        return Found(count or 0, tuple(rows(connection, numbers)))


def keys(database: Database, asked: Asked) -> tuple[str, ...]:
    """Keys of the rows that fit, in the order of their import; at most ``asked.limit``."""
    _make_index(database, asked)
    with database.reading() as connection:
        fitting = _fitting(connection, asked)
        if fitting is None:
            return ()
        named = select(un_text.c.key).where(un_text.c.number.in_(fitting))
        return tuple(
            connection.scalars(named.order_by(un_text.c.number).limit(asked.limit))
        )


def _make_index(database: Database, asked: Asked) -> None:
    """After a move to another database the index of words is made anew, once."""
    if asked.query is None:
        return
    with database.reading() as connection:
        is_made = recommendation_index.is_made(connection)
    if not is_made:
        with database.writing() as connection:
            recommendation_index.make(connection)


def _fitting(connection: Connection, asked: Asked) -> Select[Any] | None:
    """Numbers of the rows that fit; None where a label is unknown."""
    short = un_recommendation.c
    fitting = select(short.number).select_from(un_recommendation)
    ids = [_label_id(connection, label) for label in asked.labels]
    if None in ids:
        return None
    for place, id in enumerate(ids):
        is_first = place == 0 and asked.query is None
        fitting = fitting.where(_with_label(connection, id, is_first))
    if asked.query is not None:
        fitting = recommendation_index.saying(connection, fitting, asked.query)
    if asked.reference:
        named = select(un_text.c.number).where(un_text.c.stem == asked.reference)
        fitting = fitting.where(short.number.in_(named))
    return fitting.where(*_plain_conditions(connection, asked))


def _with_label(
    connection: Connection, id: int | None, is_first: bool
) -> ColumnElement[bool]:
    """Rows of a label: those of a rare one, or the first thing asked for, are walked over, those of a common one looked up."""
    number, of_label = un_recommendation.c.number, un_labelled.c.label == id
    some = select(un_labelled.c.number).where(of_label).limit(RARE + 1).subquery()
    count = connection.scalar(select(func.count()).select_from(some)) or 0
    if is_first or count <= RARE:
        return number.in_(select(un_labelled.c.number).where(of_label))
    return exists().where(of_label, un_labelled.c.number == number)


def _plain_conditions(connection: Connection, asked: Asked) -> Iterator[Any]:
    short = un_recommendation.c
    if asked.body:
        yield short.body == asked.body
    if asked.response:
        yield short.response == asked.response
    if asked.type:
        yield short.type == asked.type
    if asked.since is not None:
        yield short.day >= datetime(asked.since, 1, 1).date()
    if asked.until is not None:
        yield short.day <= datetime(asked.until, 12, 31).date()
    latest = connection.scalar(select(func.max(un_import.c.at)))
    if latest is not None and latest > asked.as_of:
        known = select(un_import.c.number).where(un_import.c.at <= asked.as_of)
        yield short.brought.in_(known)


def _label_id(connection: Connection, label: tuple[str, str]) -> int | None:
    sort, value = label
    asked = select(un_label.c.id).where(un_label.c.sort == sort, un_label.c.value == value)
    return connection.scalar(asked)


def rows(connection: Connection, numbers: Sequence[int]) -> Iterator[Kept]:
    """Whole rows, in the order of the numbers."""
    for start in range(0, len(numbers), AT_ONCE):
        some = numbers[start : start + AT_ONCE]
        labels = _labels(connection, some)
        asked = select(un_text, un_recommendation).join_from(
            un_text, un_recommendation, un_text.c.number == un_recommendation.c.number
        )
        found = connection.execute(asked.where(un_text.c.number.in_(some))).mappings()
        by_number = {row[un_text.c.number]: row for row in found}
        for number in some:
            if number in by_number:
                yield _kept(by_number[number], tuple(labels[number]))


def _labels(
    connection: Connection, numbers: Sequence[int]
) -> Mapping[int, list[tuple[str, str]]]:
    asked = (
        select(un_labelled.c.number, un_label.c.sort, un_label.c.value)
        .join(un_label, un_label.c.id == un_labelled.c.label)
        .where(un_labelled.c.number.in_(numbers))
        .order_by(un_label.c.id)
    )
    labels: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for number, sort, value in connection.execute(asked):
        labels[number].append((sort, value))
    return labels


def _kept(row: Mapping[Any, Any], labels: tuple[tuple[str, str], ...]) -> Kept:
    names = ("key", "text", "stem", "symbol", "paragraph", "joint", "comment")
    whole = Row(
        **{name: row[un_text.c[name]] for name in names},
        labels=labels,
        type=row["type"],
        response=row["response"],
        day=row["day"],
        details=json.loads(row["details"]),
    )
    called = reference(whole.stem, row["ordinal"], whole.paragraph)
    return Kept(row[un_text.c.number], called, row["brought"], whole)


def by_keys(
    database: Database,
    keys: Sequence[str],
    as_of: datetime,
) -> tuple[Kept, ...]:
    """Rows of these keys, as far as they were imported by then; unknown keys give none."""
    known = select(un_import.c.number).where(un_import.c.at <= as_of)
    asked = (
        select(un_text.c.number)
        .join(un_recommendation, un_recommendation.c.number == un_text.c.number)
        .where(un_text.c.key.in_(keys), un_recommendation.c.brought.in_(known))
        .order_by(un_text.c.number)
    )
    with database.reading() as connection:
        return tuple(rows(connection, list(connection.scalars(asked))))


def joint_with(database: Database, kept: Kept) -> tuple[Kept, ...]:
    """The others that say the same to the same State: made by other States, or told by another file."""
    if not kept.row.joint:
        return ()
    asked = select(un_text.c.number).where(un_text.c.joint == kept.row.joint)
    asked = asked.where(un_text.c.number != kept.number).order_by(un_text.c.number)
    with database.reading() as connection:
        return tuple(rows(connection, list(connection.scalars(asked.limit(AT_ONCE)))))


@dataclass(frozen=True)
class Cluster:
    """Recommendations of one theme, group of persons, goal or body, with how many of each response."""

    value: str
    count: int
    responses: Mapping[str, int]


def clusters(
    database: Database,
    sort: str,
    asked: Asked,
) -> tuple[Cluster, ...]:
    """Rows that fit, counted by a sort of label, the largest cluster first."""
    _make_index(database, asked)
    with database.reading() as connection:
        fitting = _fitting(connection, asked)
        if fitting is None:
            return ()
        found = connection.execute(_counted(sort, fitting))
        counts: dict[str, dict[str, int]] = defaultdict(dict)
        for value, response, count in found:
            counts[value][response] = count
    made = [Cluster(v, sum(of.values()), of) for v, of in counts.items()]
    return tuple(sorted(made, key=lambda c: (-c.count, c.value)))


def _counted(sort: str, fitting: Select[Any]) -> Select[Any]:
    return (
        select(un_label.c.value, un_recommendation.c.response, func.count())
        .select_from(un_recommendation)
        .join(un_labelled, un_labelled.c.number == un_recommendation.c.number)
        .join(un_label, and_(un_label.c.id == un_labelled.c.label, un_label.c.sort == sort))
        .where(un_recommendation.c.number.in_(fitting))
        .group_by(un_label.c.value, un_recommendation.c.response)
    )


def values(database: Database, sort: str) -> tuple[str, ...]:
    """Every value of a sort of label."""
    asked = select(un_label.c.value).where(un_label.c.sort == sort)
    with database.reading() as connection:
        return tuple(connection.scalars(asked.order_by(un_label.c.value)))


def imports(database: Database, as_of: datetime) -> tuple[Import, ...]:
    """Files that were brought in, newest first."""
    asked = select(un_import).where(un_import.c.at <= as_of)
    with database.reading() as connection:
        found = connection.execute(asked.order_by(un_import.c.number.desc())).all()
    return tuple(
        Import(r.number, r.program, r.file, r.who, r.at, Counts(**json.loads(r.counts)))
        for r in found
    )


def aside(
    database: Database,
    number: int,
    limit: int,
) -> tuple[int, tuple[Aside, ...]]:
    """How many rows of an import were set aside, and the first of them."""
    fits = un_aside.c.brought == number
    with database.reading() as connection:
        count = connection.scalar(select(func.count()).select_from(un_aside).where(fits))
        found = connection.execute(
            select(un_aside)
            .where(fits)
            .order_by(un_aside.c.place, un_aside.c.key)
            .limit(limit)
        )
        rows = tuple(Aside(r.place, r.reason, r.content) for r in found)
    return count or 0, rows
