"""Whether somebody may write a version of a record: what they may know of, whose it is, and how far it may travel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from upstander.core.errors import Conflict, NotAllowed, UnknownRecord
from upstander.core.messages import say
from upstander.core.rights import Actor, may_read, may_stamp, may_write
from upstander.records import Draft, Record, chain
from upstander.records.schema import current, entry

LAST = (
    select(entry)
    .join(current, (current.c.id == entry.c.id) & (current.c.version == entry.c.version))
    .where(current.c.id == bindparam("of"))
)


def last_entry(connection: Connection, id: str) -> Row[Any] | None:
    """The entry of a record's current version."""
    return connection.execute(LAST, {"of": id}).first()


def known_stamp(
    last: Row[Any] | None,
    by: Actor,
    kind: str,
    id: str,
) -> Any:
    """The stamp of a record that the actor may know of. Raises UnknownRecord."""
    if last is None or (kind and last.kind != kind):
        raise unknown(kind or "record", id)
    stamp = chain.stamp_of(last.stamp)
    if not may_read(by, stamp):
        raise unknown(kind or "record", id)
    return stamp


def unknown(kind: str, id: str) -> UnknownRecord:
    """The same words for a record that never was, and for one that may not be read."""
    return UnknownRecord(say("records.no_that_you_may_read", kind=kind, id_=repr(id[:80])))


def allow_first(d: Draft, by: Actor) -> None:
    """Whether somebody may write a record's first version. Raises NotAllowed, UnknownRecord."""
    if d.expected:
        raise unknown(d.kind, d.id)
    is_own = (d.stamp.space, d.stamp.author) == (by.space, by.account)
    if not is_own or by.space in ("", chain.ACCESS_LOG):
        raise NotAllowed(say("records.a_new_record_belongs_to_its_writers"))
    if not may_write(by, replace(d.stamp, author=by.account), d.writers):
        raise NotAllowed(
            say("records.may_not_write_records_of_this_kind", role=by.role, kind=d.kind)
        )
    if not may_stamp(by, None, d.stamp):
        raise NotAllowed(
            say("records.only_an_approver_or_head_of_may", space=by.space, kind=d.kind)
        )


def allow_next(
    d: Draft,
    last: Row[Any],
    by: Actor,
    theirs: Callable[[], Record],
) -> None:
    """Whether somebody may write a record's next version.

    Args:
        theirs: reads the version that stands.

    Raises:
        NotAllowed, UnknownRecord. Conflict: it was written upon another version.
    """
    before = known_stamp(last, by, d.kind, d.id)
    if not may_write(by, before, d.writers):
        raise NotAllowed(
            say(
                "records.of_may_not_write_this",
                role=by.role,
                space=by.space or "no space",
                kind=d.kind,
            )
        )
    if d.expected != last.version:
        standing = theirs()
        raise Conflict(
            say(
                "records.version_was_written_by_in_between_yours",
                kind=d.kind,
                id_=d.id,
                version=last.version,
                who=standing.who,
                expected=d.expected,
            ),
            theirs=standing,
            ours=d,
        )
    if not may_stamp(by, before, d.stamp):
        raise NotAllowed(
            say(
                "records.its_space_and_author_stay_an_approver",
                kind=d.kind,
                id_=d.id,
                space=before.space,
            )
        )
