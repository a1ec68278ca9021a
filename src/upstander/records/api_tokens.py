"""Tokens with which programs ask as an account: made and revoked by its holder, for a time, with scopes.

Of a token only a hash is kept. It never lets its holder do more than the account may; it ends when the account's password
or role changes and when it is disabled, as its sessions do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from upstander.core.errors import ConfigError
from upstander.core.messages import say
from upstander.core.rights import Actor
from upstander.records.accounts import Account, Accounts
from upstander.records.one_time_tokens import OF_ID
from upstander.records.schema import api_token
from upstander.records.store import Records

READ_PUBLIC, READ_RECORDS = "read:public", "read:records"
WRITE_DRAFTS = "write:drafts"  # of records, which a person finishes (``held_drafts``)
SCOPES = (READ_PUBLIC, READ_RECORDS, WRITE_DRAFTS)
MOST = 20  # of an account
LONGEST_NAME = 80  # characters


@dataclass(frozen=True)
class ApiToken:
    """A token that can be used until ``ends``.

    Attributes:
        id: names it, and is no secret; name: what its holder calls it.
        scopes: of SCOPES; seen: when it was used last, to the hour, None where it never was.
    """

    id: str
    token_hash: str = field(repr=False)
    account: str
    name: str
    scopes: tuple[str, ...]
    created: datetime
    ends: datetime
    seen: datetime | None


@dataclass(frozen=True)
class ApiTokens:
    """Tokens in the records' own database."""

    records: Records

    def issue(
        self,
        token_hash: str,
        name: str,
        scopes: Sequence[str],
        *,
        by: Actor,
        now: datetime,
        ends: datetime,
    ) -> ApiToken:
        """A token of ``by``'s own account; the log says so.

        Raises:
            ConfigError: it has no name or an unknown scope, or the account has MOST already.
        """
        if not by.account or not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
            raise ConfigError(say("records.token_name", most=LONGEST_NAME))
        if not scopes or set(scopes) - set(SCOPES):
            raise ConfigError(say("records.token_scope", known=", ".join(SCOPES)))
        id = token_hash[:OF_ID]
        details = {"name": name, "scopes": list(scopes), "ends": ends.isoformat()}
        with self.records.logging(
            by, "token made", id, now=now, details=details
        ) as connection:
            _forget_ended(connection, now)
            if _count(connection, by.account) >= MOST:
                raise ConfigError(say("records.too_many_tokens", most=MOST))
            row = {
                "token_hash": token_hash,
                "account": by.account,
                "name": name,
                "scopes": " ".join(scopes),
                "created": now,
                "ends": ends,
            }
            connection.execute(insert(api_token).values(row))
        return ApiToken(id, token_hash, by.account, name, tuple(scopes), now, ends, None)

    def of(self, account: str, *, now: datetime) -> tuple[ApiToken, ...]:
        """An account's tokens that can be used, newest first."""
        t = api_token.c
        asked = (
            select(api_token)
            .where(t.account == account, t.ends > now)
            .order_by(t.created.desc(), t.token_hash)
        )
        with self.records.database.reading() as connection:
            return tuple(_token(row) for row in connection.execute(asked))

    def find(self, token_hash: str, *, now: datetime) -> tuple[ApiToken, Account] | None:
        """A token and whose it is; None when it is over, unknown, or its account is disabled."""
        t = api_token.c
        asked = select(api_token).where(t.token_hash == token_hash, t.ends > now)
        with self.records.database.reading() as connection:
            row = connection.execute(asked).first()
        if row is None:
            return None
        whose = Accounts(self.records).by_name(row.account)
        return None if whose is None or whose.disabled else (_token(row), whose)

    def touch(self, token_hash: str, *, now: datetime) -> None:
        """A token was used."""
        t = api_token.c
        used = update(api_token).where(t.token_hash == token_hash).values(seen=now)
        with self.records.database.writing() as connection:
            connection.execute(used)

    def revoke(self, id: str, *, by: Actor, now: datetime) -> None:
        """End a token of ``by``'s own account. Raises ConfigError where it has none of this id."""
        t = api_token.c
        found = next((x for x in self.of(by.account, now=now) if x.id == id), None)
        if found is None:
            raise ConfigError(say("records.no_such_token"))
        details = {"name": found.name}
        with self.records.logging(
            by, "token revoked", id, now=now, details=details
        ) as connection:
            is_it = t.token_hash == found.token_hash
            connection.execute(delete(api_token).where(is_it, t.account == by.account))


def _forget_ended(connection: Connection, now: datetime) -> None:
    connection.execute(delete(api_token).where(api_token.c.ends <= now))


def _count(connection: Connection, account: str) -> int:
    asked = select(func.count()).select_from(api_token)
    return connection.scalar(asked.where(api_token.c.account == account)) or 0


def _token(row: Row[Any]) -> ApiToken:
    values = dict(row._mapping)
    scopes = tuple(values.pop("scopes").split())
    return ApiToken(id=row.token_hash[:OF_ID], scopes=scopes, **values)
