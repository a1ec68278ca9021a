"""The store of people's records: append, read, find, erase, log, verify. See the package for what a record is.

Who may read what: a version is read by those whom both the record's rights NOW and the version's own rights allow.
A record that was made stricter cannot be read by way of its past, and opening one does not open what it said before.

``as_of`` and ``now`` are aware instants and have no default.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from upstander.core.errors import AuditBroken, NotAllowed
from upstander.core.folding import folded
from upstander.core.keys import INSTALLATION_KEY, Key, Signer, key_file, signing_key
from upstander.core.rights import AUDITORS, Actor, may_erase
from upstander.records import (
    Draft,
    Record,
    access_log,
    chain,
    chain_verification,
    kept_files,
    projection,
    sealing,
)
from upstander.records.access_log import Logged
from upstander.records.account_check import check_roles
from upstander.records.appending import Entering, carry_over, entering, log_fields
from upstander.records.chain_verification import Verified
from upstander.records.database import Database, open_database
from upstander.records.read_rights import wanted
from upstander.records.record_cache import Memory
from upstander.records.schema import current, entry, head
from upstander.records.versions import enter_tombstone, enter_version
from upstander.records.write_rights import (
    known_stamp,
    last_entry,
    unknown,
)

READ_BACK = 500  # records of one question
# Hexadecimal digits; the keyed hash that stood in its place before had 64.
OF_SIGNATURE = 128


@dataclass(frozen=True)
class Records:
    """The store in one database, with the installation's keys, and the records that were read before."""

    database: Database
    key: Key
    signer: Signer
    memory: Memory = field(default_factory=Memory, repr=False, compare=False)

    @classmethod
    def open(cls, url: str, keys: Path) -> Records:
        """Open, make or migrate the store.

        Args:
            url: ``sqlite:///...`` or ``postgresql+psycopg://...``.
            keys: folder of the key files; made on first use.

        Raises:
            ConfigError: the database or the key file cannot be used; says what to do.
        """
        database = open_database(url)
        with database.reading() as connection:
            seals = {row.chain: row.seal for row in connection.execute(select(head))}
        key = key_file(keys / INSTALLATION_KEY, make=not seals)
        is_old = any(len(seal) < OF_SIGNATURE for seal in seals.values())
        signer = signing_key(keys, make=is_old or not seals)
        if is_old:
            with database.writing([*seals, chain.ACCESS_LOG]) as connection:
                carry_over(connection, key, signer, datetime.now(UTC))
        return cls(database, key, signer)

    # Writing

    def append(
        self, drafts: Sequence[Draft], *, by: Actor, why: str, now: datetime
    ) -> tuple[Record, ...]:
        """Keep all drafts, each as the next version of its record, or none of them.

        A version is never dated before the one it follows: clocks of two machines differ.

        Raises:
            NotAllowed: the role, space or account may not write this, or not change its rights this way.
            Conflict: somebody wrote in between; carries ``theirs`` and ``ours``.
            UnknownRecord: the record, or its parent, does not exist or may not be read by ``by``.
        """
        chains = {d.stamp.space for d in drafts}
        with (
            self.database.writing(chains) as connection,
            entering(connection, self.signer, now) as pen,
        ):
            return self.append_in(pen, drafts, by=by, why=why, now=now)

    def append_in(
        self, pen: Entering, drafts: Sequence[Draft], *, by: Actor, why: str, now: datetime
    ) -> tuple[Record, ...]:
        """As ``append``, with the pen of a transaction that others write in, which holds the chains of the drafts' spaces."""

        def standing(id: str, version: int) -> Record:
            return self._record(pen.connection, id, version)

        kept = [enter_version(pen, d, self.key, by, why, now, standing) for d in drafts]
        return self._written(pen.connection, kept)

    def _written(
        self, connection: Connection, kept: Sequence[tuple[str, int]]
    ) -> tuple[Record, ...]:
        """The versions just written, read back in few questions; of a record written twice the first one by itself."""
        newest: dict[tuple[str, int], Record] = {}
        for start in range(0, len(kept), READ_BACK):
            ids = [id for id, _ in kept[start : start + READ_BACK]]
            newest |= {
                (r.id, r.version): r
                for r in self._records(connection, wanted(None, None, ids=ids))
            }
        return tuple(newest.get(one) or self._record(connection, *one) for one in kept)

    def erase(self, kind: str, id: str, *, by: Actor, why: str, now: datetime) -> Record:
        """Delete a record's own key for good, and with it what it said; a tombstone version says who, when and why.

        Copies of the database and of the keys made earlier still hold them: see docs/explanation/records.md.

        Raises:
            UnknownRecord, NotAllowed: only its author, or an approver or head of its space, may erase.
        """
        with (
            self.database.writing(self._chain_of(id)) as connection,
            entering(connection, self.signer, now) as pen,
        ):
            last = last_entry(connection, id)
            stamp = known_stamp(last, by, kind, id)
            if last is None or not may_erase(by, stamp):
                raise NotAllowed(
                    f"{kind} {id}: only its author, or an approver or head of {stamp.space}, may erase it"
                )
            enter_tombstone(pen, last, by, why, now)
            tombstone = self._record(connection, id, last.version + 1)
        self.database.scrub()
        return tombstone

    def _chain_of(self, id: str) -> list[str]:
        with self.database.reading() as connection:
            last = last_entry(connection, id)
        return [last.chain] if last else []

    # Reading

    def read(
        self, kind: str, id: str, *, by: Actor, as_of: datetime, version: int | None = None
    ) -> Record:
        """The version that stood at ``as_of``, or an earlier one by number.

        Raises:
            UnknownRecord: it did not exist, or may not be read: the same words for both.
        """
        with self.database.reading() as connection:
            asked = wanted(by, as_of, kinds=(kind,), ids=(id,), version=version)
            rows = self._records(connection, asked)
        if not rows:
            raise unknown(kind, id)
        return rows[0]

    def find(
        self,
        *,
        by: Actor,
        as_of: datetime,
        kinds: Sequence[str] = (),
        parent: str = "",
        place: str = "",
        ids: Sequence[str] | None = None,
        where: Mapping[str, str] | None = None,
        text: str = "",
        limit: int = 500,
        after: str = "",
        whole: bool = False,
    ) -> tuple[Record, ...]:
        """Of every record that fits and may be read, the version that stood at ``as_of``; sorted by id.

        Args:
            where: body fields and the value each must have; a list fits when it holds the value.
            text: words that must all occur in what the record says, in any case and order. Records are opened and
                looked at one by one: what is sealed stands in no index.
            limit, after: a page of at most ``limit``, from the id that follows ``after``.
            whole: also what ``by`` does not see yet (``own_first``): for what is frozen, never to be shown.
        """
        about: dict[str, Any] = {
            "kinds": kinds,
            "parent": parent,
            "place": place,
            "ids": ids,
        }
        asked = wanted(by, as_of, **about, where=where, after=after, whole=whole)
        asked = asked.order_by(current.c.id)
        with self.database.reading() as connection:
            if not text:
                return self._records(connection, asked.limit(limit))
            return tuple(
                islice(self._saying(connection, asked, folded(text).split()), limit)
            )

    def count(
        self,
        *,
        by: Actor,
        as_of: datetime,
        kinds: Sequence[str] = (),
        parent: str = "",
        place: str = "",
        ids: Sequence[str] | None = None,
        where: Mapping[str, str] | None = None,
        text: str = "",
    ) -> int:
        """How many records ``find`` would give without its limit; what may not be read is not counted."""
        asked = wanted(
            by, as_of, kinds=kinds, parent=parent, place=place, ids=ids, where=where or {}
        )
        with self.database.reading() as connection:
            if text:
                return sum(1 for _ in self._saying(connection, asked, folded(text).split()))
            return connection.scalar(asked.with_only_columns(func.count())) or 0

    def _saying(
        self, connection: Connection, asked: Select[Any], words: Sequence[str]
    ) -> Iterator[Record]:
        """Of the records that are found, those whose text holds all words."""
        rows = connection.execute(asked).all()
        for start in range(0, len(rows), READ_BACK):
            for record in self.memory.records(
                connection, rows[start : start + READ_BACK], self.key
            ):
                if all(word in self.memory.text(record) for word in words):
                    yield record

    def counts(self, *, by: Actor, as_of: datetime) -> Mapping[str, int]:
        """How many records of each kind ``count`` would give; kinds without any are not in it."""
        by_kind = wanted(by, as_of).with_only_columns(current.c.kind, func.count())
        with self.database.reading() as connection:
            rows = connection.execute(by_kind.group_by(current.c.kind))
            return {kind: int(number) for kind, number in rows}

    def history(
        self, kind: str, id: str, *, by: Actor, as_of: datetime
    ) -> tuple[Record, ...]:
        """Every version up to ``as_of``, oldest first. Raises UnknownRecord."""
        asked = wanted(by, as_of, kinds=(kind,), ids=(id,), every=True).order_by(
            entry.c.version
        )
        with self.database.reading() as connection:
            found = self._records(connection, asked)
        if not found:
            raise unknown(kind, id)
        return found

    def versions(
        self,
        *,
        by: Actor,
        as_of: datetime,
        kinds: Sequence[str],
        parent: str,
        limit: int = 500,
    ) -> tuple[Record, ...]:
        """Every version up to ``as_of`` of the records under a parent, by id, oldest first; in one question."""
        asked = wanted(by, as_of, kinds=kinds, parent=parent, every=True).order_by(
            current.c.id, entry.c.version
        )
        with self.database.reading() as connection:
            return self._records(connection, asked.limit(limit))

    def _records(self, connection: Connection, asked: Select[Any]) -> tuple[Record, ...]:
        return self.memory.records(connection, connection.execute(asked).all(), self.key)

    def _record(self, connection: Connection, id: str, version: int) -> Record:
        """A version just written, or met while writing by somebody who may read it."""
        return self._records(connection, wanted(None, None, ids=(id,), version=version))[0]

    # The access log

    def log(
        self,
        by: Actor,
        action: str,
        what: str,
        *,
        now: datetime,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Keep who looked at, exported or changed what; in a chain of its own."""
        with self.logging(by, action, what, now=now, details=details):
            pass

    @contextmanager
    def logging(
        self,
        by: Actor,
        action: str,
        what: str,
        *,
        now: datetime,
        details: Mapping[str, Any] | None = None,
    ) -> Iterator[Connection]:
        """A transaction for rows that are no records: what it does and its line in the log are kept both or neither."""
        with self.logging_records(by, action, what, now=now, details=details) as pen:
            yield pen.connection

    @contextmanager
    def logging_records(
        self,
        by: Actor,
        action: str,
        what: str,
        *,
        now: datetime,
        details: Mapping[str, Any] | None = None,
        spaces: Sequence[str] = (),
    ) -> Iterator[Entering]:
        """As ``logging``, for what also writes records of these spaces, with ``append_in``."""
        chains = {chain.ACCESS_LOG, *spaces}
        with (
            self.database.writing(chains) as connection,
            entering(connection, self.signer, now) as pen,
        ):
            yield pen
            pen.enter(**log_fields(by.account, now, action, what, details or {}))

    def logged(
        self, *, by: Actor, since: datetime, until: datetime, action: str = ""
    ) -> tuple[Logged, ...]:
        """Lines of the access log with ``since <= when < until``, oldest first.

        Raises:
            NotAllowed: only oversight and administrators read it.
        """
        if by.role not in AUDITORS:
            raise NotAllowed(f"the access log is read by {' and '.join(AUDITORS)}")
        return self._logged(action, entry.c.at >= since, entry.c.at < until)

    def logged_of_all(self, action: str) -> tuple[Logged, ...]:
        """Every line of one action, oldest first, whoever asks: for the program's own proofs, never for a page."""
        return self._logged(action)

    def _logged(self, action: str, *when: ColumnElement[bool]) -> tuple[Logged, ...]:
        with self.database.reading() as connection:
            return access_log.lines(connection, action, *when)

    # Proof

    def heads(self) -> tuple[chain.Head, ...]:
        """Where each chain ends now."""
        with self.database.reading() as connection:
            rows = connection.execute(select(head).order_by(head.c.chain)).all()
        return tuple(chain.Head(row.chain, row.number, row.hash) for row in rows)

    def check_reached(self, heads: Sequence[chain.Head], *, said_by: str) -> None:
        """Hold the ends that something else has kept against the entries. Raises AuditBroken."""
        with self.database.reading() as connection:
            chain_verification.check_reached(connection, heads, said_by=said_by)

    def verify(self) -> Verified:
        """Recompute every hash, and hold the rights that reads go by against the entries.

        Raises:
            AuditBroken: names the chain, entry and record that was changed, taken out or put in.
        """
        self.database.check_file()
        try:
            with self.database.reading() as connection:
                verified = chain_verification.verify(connection, self.signer.public)
                projection.check(connection)
                sealing.check(connection, self.key)
                kept_files.check(connection, self.key)
                check_roles(connection)
        except (ValueError, KeyError, TypeError) as error:
            raise AuditBroken(
                f"something that is kept cannot be read any more ({error}); compare with a backup"
            ) from None
        return verified

    def rebuild(self) -> None:
        """Make the projections anew from the entries."""
        with self.database.writing() as connection:
            projection.rebuild(connection)
