"""Contacts of sources, encrypted under a key of their own and kept apart from everything else.

What an assessment needs stands in records; how to reach the person who said it stands here. Losing the vault's key
loses the contacts and nothing else. Each look is kept in the access log: who, when and which contact, never its content.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from upstander.core.errors import ConfigError, ContactsLost, NotAllowed, UnknownRecord
from upstander.core.rights import CLEARED, WORKERS, Actor
from upstander.lake.records import new_id
from upstander.lake.records.chain import canonical
from upstander.lake.records.keys import Key, WrongKey, key_file
from upstander.lake.records.schema import contact
from upstander.lake.records.store import Records


@dataclass(frozen=True)
class Vault:
    """The vault in the records' database; its key stays in its file and is read anew each time it is needed."""

    records: Records
    key_file: Path

    @classmethod
    def open(cls, records: Records, key_file: Path) -> Vault:
        """Open the vault. A lost key is no reason not to: only reading contacts fails then."""
        return cls(records, key_file)

    def put(self, given: Mapping[str, Any], *, space: str, by: Actor, now: datetime) -> str:
        """Keep a contact and return its reference, which says nothing about whom.

        Raises:
            NotAllowed: ``by`` writes nothing in this space.
            ContactsLost: the key that the other contacts are under is gone.
        """
        if by.role not in WORKERS or by.space != space or not by.account:
            raise NotAllowed(f"only those who work in {space} put contacts into its vault")
        ref = new_id()
        with self.records.logging(by, "contact kept", ref, now=now) as connection:
            key = self._key(make=not connection.scalar(select(func.count()).select_from(contact)))
            self._check(key, connection)
            sealed = key.seal(canonical(dict(given)).encode(), f"{space} {ref}")
            connection.execute(insert(contact).values(ref=ref, space=space, sealed=sealed))
        return ref

    def get(self, ref: str, *, by: Actor, now: datetime) -> dict[str, Any]:
        """A contact; that it was looked at is kept.

        Raises:
            UnknownRecord: there is none, or ``by`` is not cleared in its space: the same words for both.
            ContactsLost: the vault's key is gone or another one.
        """
        with self.records.logging(by, "contact read", ref, now=now) as connection:
            row = self._row(connection, ref, by)
            found: dict[str, Any] = json.loads(self._open(self._key(make=False), row))
        return found

    def forget(self, ref: str, *, by: Actor, now: datetime) -> None:
        """Delete a contact for good. Works without the key, too. Raises UnknownRecord."""
        with self.records.logging(by, "contact forgotten", ref, now=now) as connection:
            self._row(connection, ref, by)
            connection.execute(delete(contact).where(contact.c.ref == ref))
        self.records.database.scrub()

    def take_back(self, ref: str) -> None:
        """Delete a contact just put, whose report was not kept: nobody could reach it any more."""
        with self.records.database.writing() as connection:
            connection.execute(delete(contact).where(contact.c.ref == ref))
        self.records.database.scrub()

    def _row(self, connection: Connection, ref: str, by: Actor) -> Any:
        row = connection.execute(select(contact).where(contact.c.ref == ref)).first()
        if row is None or by.role not in CLEARED or by.space != row.space:
            raise UnknownRecord("no contact of this reference that you may read")
        return row

    def _check(self, key: Key, connection: Connection) -> None:
        """Refuse to put a contact under another key than the rest: half of the vault could then never be read."""
        one = connection.execute(select(contact).limit(1)).first()
        if one is not None:
            self._open(key, one)

    def _open(self, key: Key, row: Any) -> bytes:
        try:
            return key.open(row.sealed, f"{row.space} {row.ref}")
        except WrongKey:
            raise ContactsLost(
                f"{self.key_file}: not the key these contacts were kept under; restore it from a backup"
            ) from None

    def _key(self, *, make: bool) -> Key:
        try:
            return key_file(self.key_file, make=make)
        except ConfigError as error:
            raise ContactsLost(f"contacts cannot be read: {error}") from None
