"""A record's own key: what a record says in free text is kept under it, and erasing deletes it.

The open part of a body stands in the chain in the open, empty where a value is sealed. The sealed part is one
encrypted piece, bound to its record: the values, and why the version was written, which is free text too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select

from upstander.core.errors import AuditBroken, ConfigError, NotAllowed
from upstander.core.keys import INSTALLATION_KEY, Key, WrongKey, new_key
from upstander.records import Draft
from upstander.records.chain import canonical
from upstander.records.schema import current, data_key, entry

WHY = "_why"  # no field of a form begins with a line below


@dataclass(frozen=True)
class Parts:
    """A draft as it is kept: what stands in the chain in the open, and the encrypted rest (None: there is none)."""

    body: Mapping[str, Any]
    why: str
    sealed: bytes | None


def parted(
    connection: Connection,
    key: Key,
    d: Draft,
    why: str,
    *,
    is_first: bool,
) -> Parts:
    """Take a draft apart.

    Raises:
        NotAllowed: the record's key was deleted, so nothing more can be kept under it.
    """
    hidden = {
        name: value
        for name, value in d.body.items()
        if name in d.sealed and value not in (None, "", [])
    }
    if not hidden:
        return Parts(d.body, why, None)
    if not is_first and connection.scalar(
        select(current.c.erased).where(current.c.id == d.id)
    ):
        raise NotAllowed(
            f"{d.kind} {d.id}: what it said was erased; write a new record for what is to be said now"
        )
    own = _made_key(connection, key, d)
    rest = {
        name: _empty(value) if name in hidden else value for name, value in d.body.items()
    }
    return Parts(rest, "", own.seal(canonical({**hidden, WHY: why}).encode(), d.id))


def _empty(value: Any) -> Any:
    """What stands for a sealed value, and is read once its key is gone: empty text is still text to whoever reads it."""
    return "" if isinstance(value, str) else None


def _made_key(connection: Connection, key: Key, d: Draft) -> Key:
    """The record's own key; made when there is none yet."""
    wrapped = connection.scalar(select(data_key.c.wrapped).where(data_key.c.id == d.id))
    if wrapped is not None:
        return _unwrapped(key, d.kind, d.id, wrapped)
    own = new_key()
    connection.execute(insert(data_key).values(id=d.id, wrapped=key.seal(own.secret, d.id)))
    return own


def own_key(connection: Connection, key: Key, kind: str, id: str) -> Key | None:
    """A record's own key, None where it was deleted. Raises ConfigError when the installation key is another."""
    wrapped = connection.scalar(select(data_key.c.wrapped).where(data_key.c.id == id))
    return None if wrapped is None else _unwrapped(key, kind, id, wrapped)


def opened(
    key: Key,
    kind: str,
    id: str,
    sealed: bytes,
    wrapped: bytes,
) -> dict[str, Any]:
    """The sealed values of a version, with WHY among them. Raises ConfigError when the installation key is another."""
    kept: dict[str, Any] = json.loads(_unwrapped(key, kind, id, wrapped).open(sealed, id))
    return kept


def check(connection: Connection, key: Key) -> None:
    """Whether all that is sealed and was not erased can still be read: what is encrypted proves itself.

    Raises:
        AuditBroken: some of it cannot; its record is named.
    """
    asked = select(entry.c.kind, entry.c.id, entry.c.sealed, data_key.c.wrapped).join(
        data_key, data_key.c.id == entry.c.id
    )
    for kind, id, sealed, wrapped in connection.execute(
        asked.where(entry.c.sealed.is_not(None))
    ):
        try:
            _unwrapped(key, kind, id, wrapped).open(sealed, id)
        except (ConfigError, WrongKey):
            raise AuditBroken(
                f"record {id}: what it says cannot be read: its key was changed, or {INSTALLATION_KEY} is another"
            ) from None


def _unwrapped(
    key: Key,
    kind: str,
    id: str,
    wrapped: bytes,
) -> Key:
    try:
        return Key(key.open(wrapped, id))
    except WrongKey:
        raise ConfigError(
            f"{kind} {id}: what it says is under another {INSTALLATION_KEY}; "
            "restore the key folder that belongs to this database"
        ) from None
