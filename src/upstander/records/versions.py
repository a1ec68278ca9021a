"""One version of a record as an entry of its chain: the next one that somebody writes, and the tombstone of one erased."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete

from upstander.core.keys import Key
from upstander.core.rights import Actor
from upstander.records import Draft, Record, chain, sealing
from upstander.records.appending import Entering
from upstander.records.schema import data_key, kept_file
from upstander.records.write_rights import allow_first, allow_next, known_stamp, last_entry


def enter_version(
    pen: Entering,
    d: Draft,
    key: Key,
    by: Actor,
    why: str,
    now: datetime,
    standing: Callable[[str, int], Record],
) -> tuple[str, int]:
    """Enter a draft as the next version of its record, if the actor may write it.

    Args:
        standing: reads a version by id and number.

    Returns:
        Id and number of the version.

    Raises:
        NotAllowed, UnknownRecord, Conflict
    """
    connection = pen.connection
    last = last_entry(connection, d.id)
    if last is None:
        allow_first(d, by)
    else:
        number = last.version
        allow_next(d, last, by, lambda: standing(d.id, number))
    if d.parent and (last is None or last.parent != d.parent):
        known_stamp(last_entry(connection, d.parent), by, "", d.parent)
    version = 1 if last is None else last.version + 1
    parts = sealing.parted(connection, key, d, why, is_first=last is None)
    pen.enter(
        chain=d.stamp.space,
        action="write",
        kind=d.kind,
        id=d.id,
        version=version,
        body=chain.canonical(parts.body),
        sealed=parts.sealed,
        stamp=chain.stamp_text(d.stamp),
        parent=d.parent,
        place=d.place,
        who=by.account,
        at=now if last is None else max(now, last.at),
        why=parts.why,
    )
    return d.id, version


def enter_tombstone(
    pen: Entering,
    last: Row[Any],
    by: Actor,
    why: str,
    now: datetime,
) -> None:
    """Delete a record's own key and its file, and enter the version that says who did, when and why."""
    pen.connection.execute(delete(data_key).where(data_key.c.id == last.id))
    pen.connection.execute(delete(kept_file).where(kept_file.c.id == last.id))
    pen.enter(
        chain=last.chain,
        action="erase",
        kind=last.kind,
        id=last.id,
        version=last.version + 1,
        body=last.body,
        sealed=None,
        stamp=last.stamp,
        parent=last.parent,
        place=last.place,
        who=by.account,
        at=max(now, last.at),
        why=why,
    )
