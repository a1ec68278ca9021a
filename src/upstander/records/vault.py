"""Contacts of sources, encrypted under a key of their own and kept apart from everything else.

What an assessment needs stands in records; how to reach the person who said it stands here. Losing the vault's key
loses the contacts and nothing else. Each look is kept in the access log: who, when and which contact, never its content.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from upstander.core.errors import ConfigError, ContactsLost, NotAllowed, UnknownRecord
from upstander.core.keys import Key, WrongKey, key_file
from upstander.core.rights import CLEARED, WORKERS, Actor
from upstander.records import Draft, Record
from upstander.records.chain import canonical
from upstander.records.schema import contact
from upstander.records.store import Records


@dataclass(frozen=True)
class Vault:
    """The vault in the records' database; its key stays in its file and is read anew each time it is needed."""

    records: Records
    key_file: Path

    @classmethod
    def open(cls, records: Records, key_file: Path) -> Vault:
        """Open the vault. A lost key is no reason not to: only reading contacts fails then."""
        return cls(records, key_file)

    def keep(
        self,
        contacts: Mapping[str, Mapping[str, Any]],
        reports: Sequence[Draft] = (),
        *,
        by: Actor,
        now: datetime,
        why: str = "",
    ) -> tuple[Record, ...]:
        """Keep contacts in the space of ``by``, and the reports that name them: all or nothing.

        Args:
            contacts: by reference, which ``new_id`` makes and which says nothing about whom.

        Raises:
            NotAllowed: ``by`` writes nothing in a space.
            ContactsLost: the key that the other contacts are under is gone.
            Conflict: a report is in already.
        """
        if by.role not in WORKERS or not by.space or not by.account:
            raise NotAllowed("only those who work in a space put contacts into its vault")
        if not contacts:
            return self.records.append(reports, by=by, why=why, now=now)
        what = next(iter(contacts)) if len(contacts) == 1 else f"{len(contacts)} contacts"
        with self.records.logging_records(
            by, "contact kept", what, now=now, spaces=[by.space]
        ) as pen:
            connection = pen.connection
            key = self._key(
                make=not connection.scalar(select(func.count()).select_from(contact))
            )
            self._check(key, connection)
            rows = [
                {
                    "ref": ref,
                    "space": by.space,
                    "sealed": key.seal(canonical(dict(c)).encode(), f"{by.space} {ref}"),
                }
                for ref, c in contacts.items()
            ]
            connection.execute(insert(contact), rows)
            return self.records.append_in(pen, reports, by=by, why=why, now=now)

    def has(self, ref: str, *, by: Actor) -> bool:
        """Whether there is a contact of this reference that ``by`` may open; nothing of it is read."""
        with self.records.database.reading() as connection:
            try:
                return bool(self._row(connection, ref, by))
            except UnknownRecord:
                return False

    def get(
        self,
        ref: str,
        *,
        by: Actor,
        now: datetime,
        why: str = "",
    ) -> dict[str, Any]:
        """A contact; that it was looked at, and why, is kept.

        Raises:
            UnknownRecord: there is none, or ``by`` is not cleared in its space: the same words for both.
            ContactsLost: the vault's key is gone or another one.
        """
        with self.records.logging(
            by, "contact read", ref, now=now, details={"why": why}
        ) as connection:
            row = self._row(connection, ref, by)
            found: dict[str, Any] = json.loads(self._open(self._key(make=False), row))
        return found

    def forget(
        self,
        ref: str,
        *,
        by: Actor,
        now: datetime,
        why: str = "",
    ) -> None:
        """Delete a contact for good. Works without the key, too. Raises UnknownRecord."""
        with self.records.logging(
            by, "contact forgotten", ref, now=now, details={"why": why}
        ) as connection:
            self._row(connection, ref, by)
            connection.execute(delete(contact).where(contact.c.ref == ref))
        self.records.database.scrub()

    def _row(
        self,
        connection: Connection,
        ref: str,
        by: Actor,
    ) -> Any:
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
