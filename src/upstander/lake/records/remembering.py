"""Records as they are made from their entries, and remembered: an entry never changes, so neither does what it says.

Who may read is asked of the database every time; what was read before is not fetched and parsed again. A record with
personal values is never remembered: they are decrypted for one reader, and what is erased must be gone.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, select

from upstander.core.errors import AuditBroken, ConfigError
from upstander.lake.records import Record, chain
from upstander.lake.records.keys import INSTALLATION_KEY, Key, WrongKey
from upstander.lake.records.schema import data_key, entry

MOST = 20_000_000  # characters of bodies: 80 MB of memory for evidence as it is, three times that for short records
BATCH = 500  # entries fetched at once; a database takes only so many values in one question

SHOWN = (
    *(entry.c[n] for n in ("kind", "id", "version", "body", "stamp", "parent", "place", "who", "at", "why", "hash")),
    entry.c.sealed, data_key.c.wrapped,
)  # fmt: skip


@dataclass
class Memory:
    """Records without a personal part, by the hash of their entry. Whoever gets one must not change it."""

    most: int = MOST
    held: dict[str, Record] = field(default_factory=dict, repr=False)
    _size: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def records(self, connection: Connection, found: Sequence[Row[Any]], key: Key) -> tuple[Record, ...]:
        """The records of what ``visible.wanted`` found, in its order.

        Raises:
            AuditBroken: one of them is damaged.
        """
        try:
            return self._records(connection, found, key)
        except (ValueError, KeyError, TypeError, WrongKey) as error:
            raise AuditBroken(
                f"a record that is kept cannot be read any more ({type(error).__name__}); run: upstander audit verify"
            ) from None

    def _records(self, connection: Connection, found: Sequence[Row[Any]], key: Key) -> tuple[Record, ...]:
        held = {row.hash: r for row in found if (r := self.held.get(row.hash))}
        missing = [row for row in found if row.hash not in held]
        for start in range(0, len(missing), BATCH):
            rows = list(_fetched(connection, missing[start : start + BATCH]))
            held |= {row.hash: _made(row, key) for row in rows}
            self._keep(rows, held)
        return tuple(replace(held[row.hash], personal=None) if row.erased else held[row.hash] for row in found)

    def _keep(self, rows: Iterable[Row[Any]], made: Mapping[str, Record]) -> None:
        with self._lock:
            for row in rows:
                if row.sealed is None and row.hash not in self.held:
                    self._size += len(row.body)
                    self.held[row.hash] = made[row.hash]
            if self._size > self.most:
                self._size = 0
                self.held.clear()


def _fetched(connection: Connection, found: Sequence[Row[Any]]) -> Iterator[Row[Any]]:
    """The entries with what they say. By ids and by versions, not by pairs: SQLite reads its whole table for pairs."""
    own_key = and_(data_key.c.id == entry.c.id, entry.c.sealed.is_not(None))
    asked: Select[Any] = select(*SHOWN).join_from(entry, data_key, own_key, isouter=True)
    asked = asked.where(entry.c.id.in_([r.id for r in found]), entry.c.version.in_({r.version for r in found}))
    wanted = {r.hash for r in found}
    yield from (row for row in connection.execute(asked) if row.hash in wanted)


def _made(row: Row[Any], key: Key) -> Record:
    kind, id, version, body, stamp, parent, place, who, at, why, hash, sealed, wrapped = tuple(row)
    return Record(
        kind=kind, id=id, version=version, body=json.loads(body),
        personal={} if sealed is None else _personal(kind, id, sealed, wrapped, key),
        stamp=chain.stamp_of(stamp), parent=parent, place=place, who=who, when=at, why=why,
        fingerprint=key.sign(f"entry {hash}"),
    )  # fmt: skip


def _personal(kind: str, id: str, sealed: bytes, wrapped: bytes | None, key: Key) -> Mapping[str, Any] | None:
    """The decrypted values; None when their key is gone."""
    if wrapped is None:
        return None
    kept: dict[str, Any] = json.loads(unwrapped(key, kind, id, wrapped).open(sealed, id))
    return kept


def check_personal(connection: Connection, key: Key) -> None:
    """Whether every personal value that was not erased can still be read: what is encrypted proves itself.

    Raises:
        AuditBroken: one cannot; it is named.
    """
    asked = select(entry.c.kind, entry.c.id, entry.c.sealed, data_key.c.wrapped).join(
        data_key, data_key.c.id == entry.c.id
    )
    for kind, id, sealed, wrapped in connection.execute(asked.where(entry.c.sealed.is_not(None))):
        try:
            unwrapped(key, kind, id, wrapped).open(sealed, id)
        except (ConfigError, WrongKey):
            raise AuditBroken(
                f"record {id}: its personal values cannot be read: their key was changed, or {INSTALLATION_KEY} is another"
            ) from None


def unwrapped(key: Key, kind: str, id: str, wrapped: bytes) -> Key:
    """A record's own key. Raises ConfigError when it is under another installation key."""
    try:
        return Key(key.open(wrapped, id))
    except WrongKey:
        raise ConfigError(
            f"{kind} {id}: its personal values are under another {INSTALLATION_KEY}; "
            "restore the key folder that belongs to this database"
        ) from None
