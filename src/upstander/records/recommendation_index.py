"""The index of words of the recommendations, and a search in it: FTS5 on SQLite, tsvector on PostgreSQL.

It is made from the texts when it is first needed, and can be made anew: it is no truth, so no migration and no move to
another database carries it. SQLite stems by Porter, PostgreSQL by its English dictionary; both fold case, SQLite accents too.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Text,
    column,
    func,
    table,
    text,
)

from upstander.records.recommendation_query import AnyOf, Query, Words
from upstander.records.schema import un_recommendation, un_text

MAKE_SQLITE = (
    "CREATE VIRTUAL TABLE un_words USING fts5(text, content='un_text', content_rowid='number', "
    "tokenize='porter unicode61 remove_diacritics 2')"
)
REBUILD = "INSERT INTO un_words(un_words) VALUES ('rebuild')"
TAKE_IN = "INSERT INTO un_words(rowid, text) SELECT number, text FROM un_text WHERE number > :above"
TAKE_IN_ONE = (
    "INSERT INTO un_words(rowid, text) SELECT number, text FROM un_text WHERE number = :one"
)
FORGET = (
    "INSERT INTO un_words(un_words, rowid, text) "
    "SELECT 'delete', number, text FROM un_text WHERE number = :one"
)
MAKE_POSTGRES = "CREATE INDEX IF NOT EXISTS un_words ON un_text USING gin (to_tsvector('english', text))"
_words = table("un_words", Column("rowid", Integer), Column("text", Text))


def is_made(connection: Connection) -> bool:
    """Whether the index is there."""
    if connection.dialect.name == "sqlite":
        asked = "SELECT count(*) FROM sqlite_master WHERE name = 'un_words'"
    else:
        asked = "SELECT count(*) FROM pg_indexes WHERE indexname = 'un_words'"
    return bool(connection.exec_driver_sql(asked).scalar())


def make(connection: Connection) -> None:
    """Make the index of every text there is."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(MAKE_POSTGRES)
    elif not is_made(connection):
        connection.exec_driver_sql(MAKE_SQLITE)
        connection.exec_driver_sql(REBUILD)


def take_in(connection: Connection, above: int) -> None:
    """Take in the texts with a higher number; PostgreSQL does so by itself."""
    if connection.dialect.name == "sqlite":
        connection.execute(text(TAKE_IN), {"above": above})


def forget(connection: Connection, number: int) -> None:
    """Take a text out, before it is changed."""
    if connection.dialect.name == "sqlite":
        connection.execute(text(FORGET), {"one": number})


def take_in_one(connection: Connection, number: int) -> None:
    """Take a changed text in again."""
    if connection.dialect.name == "sqlite":
        connection.execute(text(TAKE_IN_ONE), {"one": number})


def saying(connection: Connection, rows: Select[Any], query: Query) -> Select[Any]:
    """Of a selection of ``un_recommendation`` the rows that say what is asked for."""
    number = un_recommendation.c.number
    if connection.dialect.name == "sqlite":
        matches = column("un_words", Text).op("MATCH")(in_fts5(query))
        return rows.join(_words, _words.c.rowid == number).where(matches)
    vector = func.to_tsvector(text("'english'"), un_text.c.text)
    return rows.join(un_text, un_text.c.number == number).where(
        vector.op("@@")(_in_postgres(query))
    )


def in_fts5(query: Query) -> str:
    """The query as FTS5 reads it; every word is quoted, so nothing typed is read as its syntax.

    >>> from upstander.records.recommendation_query import AllOf
    >>> in_fts5(AllOf((Words("torture"), AnyOf((Words("police"), Words("prison")))), (Words("x"),)))
    '("torture" AND ("police" OR "prison")) NOT ("x")'
    """
    if isinstance(query, Words):
        quoted = query.text.replace('"', " ")
        return f'"{quoted}"'
    if isinstance(query, AnyOf):
        return f"({' OR '.join(map(in_fts5, query.parts))})"
    wanted = f"({' AND '.join(map(in_fts5, query.parts))})"
    return f"{wanted} NOT ({' OR '.join(map(in_fts5, query.but))})" if query.but else wanted


def _in_postgres(query: Query) -> ColumnElement[Any]:
    if isinstance(query, Words):
        return func.phraseto_tsquery(text("'english'"), query.text)
    parts = [_in_postgres(part) for part in query.parts]
    if isinstance(query, AnyOf):
        return reduce(func.tsquery_or, parts)
    but = [func.tsquery_not(_in_postgres(part)) for part in query.but]
    return reduce(func.tsquery_and, [*parts, *but])
