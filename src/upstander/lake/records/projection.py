"""The tables made from the entries: current rights of each record, who else may read it, and the words to search."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select, text, update

from upstander.lake.records import chain
from upstander.lake.records.schema import current, entry, granted, words
from upstander.lake.records.visible import folded


def take_in(connection: Connection, row: Mapping[Any, Any]) -> None:
    """Bring the projections up to one more entry."""
    stamp = chain.stamp_of(row["stamp"])
    values = {
        "kind": row["kind"], "version": row["version"], "parent": row["parent"], "space": stamp.space,
        "author": stamp.author, "marking": stamp.marking, "usage": stamp.usage, "restricted": stamp.restricted,
    }  # fmt: skip
    if row["action"] == "erase":
        values["erased"] = True
    if row["version"] == 1:
        connection.execute(insert(current).values({"id": row["id"], "erased": False, **values}))
    else:
        connection.execute(update(current).where(current.c.id == row["id"]).values(values))
        connection.execute(delete(granted).where(granted.c.id == row["id"]))
    also = [("space", s) for s in set(stamp.shared)] + [("account", a) for a in set(stamp.named)]
    if also:
        rows = [{"id": row["id"], "sort": sort, "name": name} for sort, name in also]
        connection.execute(insert(granted), rows)
    said = folded("\n".join(_texts(json.loads(row["body"]))))
    connection.execute(insert(words).values(id=row["id"], version=row["version"], text=said))


def rebuild(connection: Connection) -> None:
    """Empty the projections and take in every entry again."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE entry IN SHARE MODE"))  # appends wait until the projections are whole
    for table in (current, granted, words):
        connection.execute(delete(table))
    for row in connection.execute(
        select(entry).where(entry.c.action != "log").order_by(entry.c.id, entry.c.version)
    ).mappings():
        take_in(connection, row)


def _texts(value: Any) -> Iterator[str]:
    """Every text in a body."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
