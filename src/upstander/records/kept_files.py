"""Files that were kept byte for byte: beside a record of theirs that says their SHA-256, under that record's own key.

File and record are kept in one step or not at all, and whoever may read the record may have the file. Erasing the record
deletes the key, and with it the file. The hash stands in the chain, so that a file in place of another is found.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, and_, insert, select

from upstander.core.errors import ConfigError, DamagedFile, UnknownRecord
from upstander.core.keys import Key, WrongKey
from upstander.core.messages import say
from upstander.core.rights import Actor
from upstander.records import Draft, Record, sealing
from upstander.records.schema import current, entry, kept_file

if TYPE_CHECKING:
    from upstander.records.store import Records

KIND = "kept_report"  # of the records that have a file
SHA256 = "sha256"  # the field of the record that says it
MOST = 20_000_000  # bytes of one file


def keep(
    records: Records,
    made: Draft,
    content: bytes,
    *,
    by: Actor,
    why: str,
    now: datetime,
) -> Record:
    """Keep a new record and its file.

    Raises:
        ConfigError: the file is too large. As ``Records.append`` otherwise.
    """
    if len(content) > MOST:
        raise ConfigError(f"{len(content):,} bytes: at most {MOST:,} are kept of a file")
    told = replace(made, body={**made.body, SHA256: hash_of(content)})
    with records.logging_records(
        by, "file kept", made.kind, now=now, spaces=[made.stamp.space]
    ) as pen:
        [kept] = records.append_in(pen, [told], by=by, why=why, now=now)
        own = sealing.own_key(pen.connection, records.key, kept.kind, kept.id)
        if own is None:
            raise ConfigError(f"{made.kind}: nothing of it is sealed, so it has no key")
        sealed = own.seal(content, _bound(kept.id))
        pen.connection.execute(insert(kept_file).values(id=kept.id, sealed=sealed))
    return kept


def content(records: Records, of: Record) -> bytes:
    """The file of a record that its reader may read, held against its hash.

    Raises:
        UnknownRecord: it was erased. DamagedFile: it is not what was kept; names the record.
    """
    with records.database.reading() as connection:
        own = sealing.own_key(connection, records.key, of.kind, of.id)
        if own is None:
            raise UnknownRecord(f"{of.kind} {of.id}: it was erased")
        sealed = connection.scalar(
            select(kept_file.c.sealed).where(kept_file.c.id == of.id)
        )
    return _opened(own, of.id, sealed, str(of.body[SHA256]))


def hash_of(content: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def check(connection: Connection, key: Key) -> None:
    """Whether every file that is kept is what its record says. Raises DamagedFile, naming the record."""
    newest = and_(entry.c.id == current.c.id, entry.c.version == current.c.version)
    asked = (
        select(current.c.id, entry.c.body, kept_file.c.sealed)
        .join_from(current, entry, newest)
        .join(kept_file, kept_file.c.id == current.c.id, isouter=True)
        .where(current.c.kind == KIND, current.c.erased.is_(False))
    )
    for id, body, sealed in connection.execute(asked.execution_options(yield_per=10)):
        own = sealing.own_key(connection, key, KIND, id)
        said: Mapping[str, Any] = json.loads(body)
        if own is not None:
            _opened(own, id, sealed, str(said[SHA256]))


def _opened(own: Key, id: str, sealed: bytes | None, wanted: str) -> bytes:
    damaged = DamagedFile(say("records.kept_file_is_damaged", id=id))
    if sealed is None:
        raise damaged
    try:
        found = own.open(sealed, _bound(id))
    except WrongKey:
        raise damaged from None
    if hash_of(found) != wanted:
        raise damaged
    return found


def _bound(id: str) -> str:
    """What the ciphertext is bound to: no other record's file, and no text of a record, opens in its place."""
    return f"file {id}"
