"""Drafts that programs wrote for an account: kept aside until its holder finishes one as a record, or deletes it.

A draft is no record. It stands in no chain, counts for nothing, and its account alone may see it; what it says is sealed
under the installation's key, and goes when it is finished or deleted, or when its time is over.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from upstander.core.errors import ConfigError, UnknownRecord
from upstander.core.keys import WrongKey
from upstander.core.messages import say
from upstander.core.rights import Actor
from upstander.records import id_of_the_one
from upstander.records.chain import canonical
from upstander.records.schema import held_draft
from upstander.records.store import Records

OPEN, KEPT, DELETED = "open", "kept", "deleted"
STATES = (OPEN, KEPT, DELETED)
MOST = 200  # open ones of an account
LASTS = timedelta(days=90)


@dataclass(frozen=True)
class HeldDraft:
    """One draft.

    Attributes:
        state: of STATES; record: id of the record that it became, '' for none.
        given: ``fields``, ``place``, ``parent`` and ``why`` as they were sent, and the ``token``'s name; empty once it is closed.
    """

    id: str
    account: str
    kind: str
    state: str
    record: str
    made: datetime
    ends: datetime
    given: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class HeldDrafts:
    """Drafts in the records' own database."""

    records: Records

    def keep(
        self,
        once: str,
        kind: str,
        given: Mapping[str, Any],
        *,
        token: str,
        by: Actor,
        now: datetime,
    ) -> tuple[HeldDraft, bool]:
        """A draft of ``by``'s own account, and whether it is new; the log says so.

        Args:
            once: the same each time this draft is sent: it is kept once.

        Raises:
            ConfigError: ``once`` was sent with another draft, or the account has MOST open ones.
        """
        id = id_of_the_one("draft", by.account, once)
        digest = self.records.key.sign(f"draft {id} {canonical({kind: dict(given)})}")
        with self.records.database.reading() as connection:
            row = connection.execute(_one(id, by.account, now)).first()
        if row is not None:
            if row.digest != digest:
                raise ConfigError(say("records.draft_key_used"))
            return self._held(row), False
        told = {**given, "token": token}
        made = HeldDraft(id, by.account, kind, OPEN, "", now, now + LASTS, told)
        self._put(made, digest, by=by)
        return made, True

    def _put(self, made: HeldDraft, digest: str, *, by: Actor) -> None:
        details = {"kind": made.kind, "token": made.given["token"]}
        with self.records.logging(
            by, "draft kept", made.id, now=made.made, details=details
        ) as connection:
            connection.execute(delete(held_draft).where(held_draft.c.ends <= made.made))
            if _count(connection, by.account) >= MOST:
                raise ConfigError(say("records.too_many_drafts", most=MOST))
            if connection.execute(_one(made.id, by.account, made.made)).first():
                raise ConfigError(say("records.draft_key_used"))
            connection.execute(insert(held_draft).values(self._row(made, digest)))

    def _row(self, made: HeldDraft, digest: str) -> dict[str, Any]:
        sealed = self.records.key.seal(canonical(dict(made.given)).encode(), made.id)
        same = ("id", "account", "kind", "state", "record", "made", "ends")
        return {**{n: getattr(made, n) for n in same}, "digest": digest, "sealed": sealed}

    def of(
        self, account: str, *, now: datetime, states: Iterable[str] = (OPEN,)
    ) -> tuple[HeldDraft, ...]:
        """An account's drafts, newest first; open ones that can be read, and others without what they said."""
        d = held_draft.c
        asked = (
            select(held_draft)
            .where(d.account == account, d.ends > now, d.state.in_([*states]))
            .order_by(d.made.desc(), d.id)
        )
        with self.records.database.reading() as connection:
            rows = connection.execute(asked).all()
        return tuple(self._held(row) for row in rows)

    def count(self, account: str, *, now: datetime) -> int:
        """How many wait for the account."""
        with self.records.database.reading() as connection:
            return _count(connection, account, held_draft.c.ends > now)

    def find(self, id: str, *, by: Actor, now: datetime) -> HeldDraft:
        """An open draft of ``by``'s own account. Raises UnknownRecord: the same for another's and for none."""
        with self.records.database.reading() as connection:
            row = connection.execute(_one(id, by.account, now)).first()
        if not by.account or row is None or row.state != OPEN:
            raise UnknownRecord(f"no draft {id[:40]!r} of this account")
        return self._held(row)

    def finish(self, id: str, kind: str, record: str, *, by: Actor, now: datetime) -> None:
        """An open draft of ``by`` became a record of its kind; what it said is there now. Nothing happens for any other."""
        try:
            found = self.find(id, by=by, now=now)
        except UnknownRecord:
            return
        if found.kind == kind:
            self._close(found, KEPT, record, by=by, now=now)

    def drop(self, id: str, *, by: Actor, now: datetime) -> None:
        """Delete an open draft of ``by``. Raises UnknownRecord."""
        self._close(self.find(id, by=by, now=now), DELETED, "", by=by, now=now)
        self.records.database.scrub()

    def _close(
        self, found: HeldDraft, state: str, record: str, *, by: Actor, now: datetime
    ) -> None:
        details = {"kind": found.kind, "record": record}
        action = "draft finished" if state == KEPT else "draft deleted"
        d = held_draft.c
        with self.records.logging(
            by, action, found.id, now=now, details=details
        ) as connection:
            closed = update(held_draft).where(d.id == found.id, d.account == by.account)
            connection.execute(closed.values(state=state, record=record, sealed=None))

    def _held(self, row: Row[Any]) -> HeldDraft:
        values = dict(row._mapping)
        sealed, _ = values.pop("sealed"), values.pop("digest")
        return HeldDraft(**values, given=self._opened(row.id, sealed))

    def _opened(self, id: str, sealed: bytes | None) -> Mapping[str, Any]:
        """What a draft says; nothing where it is closed, or where the key it was sealed under is lost."""
        if sealed is None:
            return {}
        try:
            told: dict[str, Any] = json.loads(self.records.key.open(sealed, id))
        except WrongKey:
            return {}
        return told


def _one(id: str, account: str, now: datetime) -> Any:
    d = held_draft.c
    return select(held_draft).where(d.id == id, d.account == account, d.ends > now)


def _count(connection: Connection, account: str, *more: ColumnElement[bool]) -> int:
    d = held_draft.c
    asked = select(func.count()).select_from(held_draft)
    return connection.scalar(asked.where(d.account == account, d.state == OPEN, *more)) or 0
