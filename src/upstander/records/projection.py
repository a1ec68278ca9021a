"""The tables made from the entries: current rights of each record, and who else may read it."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, insert, select, text, update

from upstander.core.errors import AuditBroken
from upstander.records import chain
from upstander.records.schema import current, data_key, entry, granted

OF_RECORDS = ("write", "erase")  # the actions of entries that are versions of records
MEND = "run: upstander audit rebuild"
Rights = tuple[dict[str, Any], set[tuple[str, str]]]
NOTHING: Rights = ({}, set())
INSERT = insert(current)  # made once: an alert to thousands is as many entries
UPDATE = update(current).where(current.c.id == bindparam("of"))
DELETE = delete(granted).where(granted.c.id == bindparam("of"))


def take_in(connection: Connection, row: Mapping[Any, Any]) -> None:
    """Bring the projections up to one more entry."""
    now, also = _rights(row)
    if row["version"] == 1:
        connection.execute(INSERT, {**now, "erased": False})
    else:
        erased = {"erased": True} if row["action"] == "erase" else {}
        connection.execute(UPDATE, {**now, **erased, "of": row["id"]})
        connection.execute(DELETE, {"of": row["id"]})
    if also:
        connection.execute(
            insert(granted),
            [{"id": row["id"], "sort": sort, "name": name} for sort, name in also],
        )


def _rights(row: Mapping[Any, Any]) -> Rights:
    """What ``current`` and ``granted`` hold after an entry."""
    stamp = chain.stamp_of(row["stamp"])
    now = {
        "id": row["id"],
        "kind": row["kind"],
        "version": row["version"],
        "parent": row["parent"],
        "space": stamp.space,
        "author": stamp.author,
        "marking": stamp.marking,
        "usage": stamp.usage,
        "restricted": stamp.restricted,
    }
    return now, {("space", s) for s in stamp.shared} | {("account", a) for a in stamp.named}


def check(connection: Connection) -> None:
    """Hold the rights that reads go by, and which keys are left, against the entries.

    Raises:
        AuditBroken: names a record whose rights were changed, or whose key was put back, without an entry.
    """
    erased = set(connection.scalars(select(entry.c.id).where(entry.c.action == "erase")))
    standing, wanted = _standing(connection), _wanted(connection, erased)
    for id in wanted.keys() | standing.keys():
        if standing.get(id, NOTHING) != wanted.get(id, NOTHING):
            raise AuditBroken(
                f"record {id}: the rights it is read by are not those of its last entry; {MEND}"
            )
    if back := erased.intersection(connection.scalars(select(data_key.c.id))):
        raise AuditBroken(
            f"record {min(back)}: was erased, and its key is back; erase it again"
        )


def _standing(connection: Connection) -> dict[str, Rights]:
    """What reads go by, by record: its row, and who else may read it."""
    names: dict[str, set[tuple[str, str]]] = {}
    for id, sort, name in connection.execute(select(granted)):
        names.setdefault(id, set()).add((sort, name))
    rows = {row["id"]: dict(row) for row in connection.execute(select(current)).mappings()}
    return {
        id: (rows.get(id, {}), names.get(id, set())) for id in rows.keys() | names.keys()
    }


def _wanted(connection: Connection, erased: Container[str]) -> dict[str, Rights]:
    """What its last entry says, by record."""
    wanted: dict[str, Rights] = {}
    for row in connection.execute(_in_order()).mappings():
        now, names = _rights(row)
        wanted[row["id"]] = ({**now, "erased": row["id"] in erased}, names)
    return wanted


def _in_order() -> Select[Any]:
    return (
        select(entry)
        .where(entry.c.action.in_(OF_RECORDS))
        .order_by(entry.c.id, entry.c.version)
    )


def rebuild(connection: Connection) -> None:
    """Empty the projections and take in every entry again."""
    if connection.dialect.name == "postgresql":
        connection.execute(
            text("LOCK TABLE entry IN SHARE MODE")
        )  # appends wait until the projections are whole
    for table in (current, granted):
        connection.execute(delete(table))
    for row in connection.execute(_in_order()).mappings():
        take_in(connection, row)
