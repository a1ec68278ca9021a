"""Records as they are made from their entries, and remembered: an entry never changes, so neither does what it says.

Who may read is asked of the database every time, and so is what was erased; what was read before is not fetched, opened
and parsed again. What was erased is forgotten.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, select

from upstander.core.errors import AuditBroken
from upstander.core.folding import folded
from upstander.core.keys import Key, WrongKey
from upstander.records import Record, chain
from upstander.records.forms.upcast import upcast
from upstander.records.schema import data_key, entry
from upstander.records.sealing import WHY, opened

MOST = 20_000_000  # characters of bodies: 80 MB of memory for evidence as it is, three times that for short records
BARE = 200  # characters that a record without text counts for
BATCH = 500  # entries fetched at once; a database takes only so many values in one question

SHOWN = (
    *(
        entry.c[n]
        for n in (
            "kind",
            "id",
            "version",
            "body",
            "stamp",
            "parent",
            "place",
            "who",
            "at",
            "why",
            "hash",
        )
    ),
    entry.c.sealed,
    data_key.c.wrapped,
)


@dataclass
class Memory:
    """Records by the hash of their entry, and the text in them that a search looks at. Whoever gets one must not change it."""

    most: int = MOST
    held: dict[str, Record] = field(default_factory=dict, repr=False)
    _texts: dict[str, str] = field(default_factory=dict, repr=False)
    _size: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def records(
        self,
        connection: Connection,
        found: Sequence[Row[Any]],
        key: Key,
    ) -> tuple[Record, ...]:
        """The records of what ``visible.wanted`` found, in its order.

        Raises:
            AuditBroken: one of them is damaged.
        """
        self._forget({row.hash for row in found if row.erased})
        try:
            return self._records(connection, found, key)
        except (ValueError, KeyError, TypeError, WrongKey) as error:
            raise AuditBroken(
                f"a record that is kept cannot be read any more ({type(error).__name__}); run: upstander audit verify"
            ) from None

    def _records(
        self,
        connection: Connection,
        found: Sequence[Row[Any]],
        key: Key,
    ) -> tuple[Record, ...]:
        held = {row.hash: r for row in found if (r := self.held.get(row.hash))}
        missing = [row for row in found if row.hash not in held]
        for start in range(0, len(missing), BATCH):
            rows = list(_fetched(connection, missing[start : start + BATCH]))
            held |= {row.hash: _made(row, key) for row in rows}
            self._keep({row.hash: held[row.hash] for row in rows})
        return tuple(
            replace(held[row.hash], erased=True) if row.erased else held[row.hash]
            for row in found
        )

    def text(self, record: Record) -> str:
        """What a search looks at in a record, folded."""
        if (text := self._texts.get(record.fingerprint)) is None:
            text = self._texts[record.fingerprint] = searched(record.body)
        return text

    def _keep(self, made: Mapping[str, Record]) -> None:
        with self._lock:
            for hash, record in made.items():
                if hash not in self.held:
                    self._size += sum(len(text) for text in _texts(record.body)) + BARE
                    self.held[hash] = record
            if self._size > self.most:
                self._size = 0
                self.held.clear()
                self._texts.clear()

    def _forget(self, erased: set[str]) -> None:
        """Take out what was remembered of records that were erased since."""
        if any(hash in self.held and self.held[hash].sealed for hash in erased):
            with self._lock:
                for hash in erased & self.held.keys():
                    self._texts.pop(self.held.pop(hash).fingerprint, None)


def searched(body: Mapping[str, Any]) -> str:
    """The text of a body that a search looks at, folded."""
    return folded("\n".join(_texts(body)))


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


def _fetched(connection: Connection, found: Sequence[Row[Any]]) -> Iterator[Row[Any]]:
    """The entries with what they say. By ids and by versions, not by pairs: SQLite reads its whole table for pairs."""
    own_key = and_(data_key.c.id == entry.c.id, entry.c.sealed.is_not(None))
    asked: Select[Any] = select(*SHOWN).join_from(entry, data_key, own_key, isouter=True)
    asked = asked.where(
        entry.c.id.in_([r.id for r in found]),
        entry.c.version.in_({r.version for r in found}),
    )
    wanted = {r.hash for r in found}
    yield from (row for row in connection.execute(asked) if row.hash in wanted)


def _made(row: Row[Any], key: Key) -> Record:
    kind, id, version, body, stamp, parent, place, who, at, why, hash, sealed, wrapped = (
        tuple(row)
    )
    is_gone = sealed is not None and wrapped is None
    hidden = {} if sealed is None or is_gone else opened(key, kind, id, sealed, wrapped)
    why = hidden.pop(WHY, why)
    return Record(
        kind=kind,
        id=id,
        version=version,
        body=upcast(kind, {**json.loads(body), **hidden}),
        stamp=chain.stamp_of(stamp),
        parent=parent,
        place=place,
        who=who,
        when=at,
        why=why,
        fingerprint=key.sign(f"entry {hash}"),
        sealed=frozenset(hidden),
        erased=is_gone,
    )
