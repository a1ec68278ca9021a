"""The rows of spaces, accounts and sessions. ``web`` decides; this keeps and finds.

Passwords come as argon2 hashes; of session tokens only a hash is kept, so that nobody who reads the database can sign in
with it. Every change of an account is kept in the access log, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from upstander.core.errors import ConfigError, NotAllowed
from upstander.core.rights import Actor, Role
from upstander.records import chain, schema
from upstander.records.account_check import CREATED, ROLE_CHANGED
from upstander.records.one_time_tokens import void_resets
from upstander.records.store import Records

# Asked for every page: made once, as the engine remembers what it has made of a question that is the same object.
SESSION = select(schema.session).where(
    schema.session.c.token_hash == bindparam("token"),
    schema.session.c.ends > bindparam("now"),
)
ABLE = select(schema.account).where(
    schema.account.c.account == bindparam("name"), schema.account.c.disabled.is_(None)
)
EVERY_SPACE = select(schema.space).order_by(schema.space.c.id)
SPACE_TYPES = ("government", "nhri", "ngo", "un", "regional")


@dataclass(frozen=True)
class Space:
    """An agency's space: what its people write belongs to it. ``type`` is one of SPACE_TYPES."""

    id: str
    title: str
    type: str


@dataclass(frozen=True)
class Account:
    """Someone who can sign in. ``account`` is the sign-in name and never changes.

    Attributes:
        password_hash: argon2, '' for an account that signs in by OIDC.
        subject: "issuer subject" of the OIDC identity, '' for a local account.
        disabled: since when it cannot sign in; None while it can.
        country: code of the place its pages begin with, '' for the installation's own.
    """

    account: str
    name: str
    role: Role
    space: str
    password_hash: str = field(repr=False)
    subject: str
    created: datetime
    disabled: datetime | None
    country: str = ""

    @property
    def actor(self) -> Actor:
        """Who this account acts as."""
        return Actor(self.account, self.name, self.role, self.space)


@dataclass(frozen=True)
class Session:
    """Somebody signed in; over at ``ends`` whatever happens."""

    token_hash: str = field(repr=False)
    account: str
    csrf: str = field(repr=False)
    created: datetime
    seen: datetime
    ends: datetime


@dataclass(frozen=True)
class Accounts:
    """Accounts in the records' own database."""

    records: Records

    # Spaces

    def add_space(
        self,
        id: str,
        title: str,
        type: str,
        *,
        by: Actor,
        now: datetime,
    ) -> Space:
        """A new space. Raises NotAllowed unless by an administrator; ConfigError when it exists or is of no type."""
        only_administrator(by)
        if type not in SPACE_TYPES:
            raise ConfigError(
                f"a space is of type {', '.join(SPACE_TYPES)}, not {type[:40]!r}"
            )
        if not id.replace("-", "").isalnum() or id == chain.ACCESS_LOG:
            raise ConfigError(
                f"{id[:40]!r} cannot name a space; use letters, digits and hyphens"
            )
        with self.records.logging(
            by, "space added", id, now=now, details={"title": title, "type": type}
        ) as connection:
            _only_new(
                connection, schema.space, f"space {id}", id=id, title=title, type=type
            )
        return Space(id, title, type)

    def spaces(self) -> tuple[Space, ...]:
        """Every space, by id."""
        with self.records.database.reading() as connection:
            return tuple(Space(*row) for row in connection.execute(EVERY_SPACE))

    # Accounts

    def create(
        self,
        account: str,
        name: str,
        role: Role,
        space: str,
        *,
        by: Actor,
        now: datetime,
        password_hash: str = "",
        subject: str = "",
    ) -> Account:
        """A new account.

        Raises:
            NotAllowed: ``by`` is no administrator.
            ConfigError: the sign-in name or subject is taken, or there is no such space.
        """
        only_administrator(by)
        if role is Role.VISITOR or not account:
            raise ConfigError(
                "an account has a name to sign in with, and another role than visitor"
            )
        with self.records.logging(
            by, CREATED, account, now=now, details={"role": role, "space": space}
        ) as connection:
            if (
                space
                and connection.scalar(
                    select(schema.space.c.id).where(schema.space.c.id == space)
                )
                is None
            ):
                raise ConfigError(f"no space named {space[:40]!r}")
            _only_new(
                connection,
                schema.account,
                f"account {account}",
                account=account,
                name=name,
                role=role,
                space=space,
                password_hash=password_hash,
                subject=subject or None,
                created=now,
            )
        return Account(account, name, role, space, password_hash, subject, now, None)

    def by_name(self, account: str) -> Account | None:
        """The account with this sign-in name, disabled ones too; None when there is none."""
        return self._one(schema.account.c.account == account)

    def known(self, account: str) -> Account:
        """The account with this sign-in name. Raises ConfigError when there is none."""
        if (found := self.by_name(account)) is None:
            raise ConfigError(f"no account named {account[:80]!r}")
        return found

    def by_subject(self, subject: str) -> Account | None:
        """The account of an OIDC identity ("issuer subject")."""
        return self._one(schema.account.c.subject == subject)

    def list(self) -> tuple[Account, ...]:
        """Every account, by sign-in name."""
        with self.records.database.reading() as connection:
            rows = connection.execute(
                select(schema.account).order_by(schema.account.c.account)
            )
            return tuple(_account(row) for row in rows)

    def change_role(
        self,
        account: str,
        role: Role,
        *,
        by: Actor,
        now: datetime,
    ) -> None:
        """Give an account another role; its sessions and tokens end, so that the old role ends with them.

        ``one_time`` says when somebody of the space lets them in first.
        """
        only_administrator(by)
        self._update(account, by, ROLE_CHANGED, now, {"role": role}, role=role)

    def disable(
        self,
        account: str,
        *,
        by: Actor,
        now: datetime,
    ) -> None:
        """Let an account sign in no more; its sessions and tokens end. What it wrote stays its own."""
        only_administrator(by)
        self._update(account, by, "account disabled", now, {"disabled": now})

    def enable(
        self,
        account: str,
        *,
        by: Actor,
        now: datetime,
    ) -> None:
        """Let a disabled account sign in again."""
        only_administrator(by)
        self._update(account, by, "account enabled", now, {"disabled": None})

    def set_password(
        self,
        account: str,
        password_hash: str,
        *,
        by: Actor,
        now: datetime,
    ) -> None:
        """A new password, set by the account itself or by an administrator; its sessions and tokens end."""
        if by.account != account:
            only_administrator(by)
        self._update(account, by, "password changed", now, {"password_hash": password_hash})

    def set_country(self, account: str, code: str, *, by: Actor, now: datetime) -> None:
        """The country that the account's pages begin with, '' for the installation's own. Raises NotAllowed for another's."""
        if by.account != account:
            raise NotAllowed("everybody chooses the country of their own pages")
        with self.records.logging(
            by, "home country chosen", account, now=now, details={"country": code}
        ) as connection:
            own = schema.account.c.account == account
            connection.execute(update(schema.account).where(own).values(country=code))

    # Sessions

    def start_session(
        self,
        token_hash: str,
        account: str,
        *,
        csrf: str,
        ends: datetime,
        now: datetime,
    ) -> Session:
        """Somebody has signed in."""
        made = Session(token_hash, account, csrf, now, now, ends)
        with self.records.database.writing() as connection:
            connection.execute(delete(schema.session).where(schema.session.c.ends <= now))
            connection.execute(
                insert(schema.session).values(
                    token_hash=token_hash,
                    account=account,
                    csrf=csrf,
                    created=now,
                    seen=now,
                    ends=ends,
                )
            )
        return made

    def session(self, token_hash: str, *, now: datetime) -> tuple[Session, Account] | None:
        """The session of a token and whose it is; None when it is over, unknown, or its account is disabled."""
        with self.records.database.reading() as connection:
            row = connection.execute(SESSION, {"token": token_hash, "now": now}).first()
            if row is None:
                return None
            whose = connection.execute(ABLE, {"name": row.account}).first()
        return None if whose is None else (Session(**row._mapping), _account(whose))

    def sessions(self, account: str, *, now: datetime) -> tuple[Session, ...]:
        """Where an account is signed in, newest first."""
        s = schema.session
        asked = (
            select(s)
            .where(s.c.account == account, s.c.ends > now)
            .order_by(s.c.created.desc())
        )
        with self.records.database.reading() as connection:
            return tuple(Session(**row._mapping) for row in connection.execute(asked))

    def touch(self, token_hash: str, *, now: datetime) -> None:
        """A session was used."""
        s = schema.session
        with self.records.database.writing() as connection:
            connection.execute(
                update(s)
                .where(s.c.token_hash == token_hash, s.c.seen < now)
                .values(seen=now)
            )

    def end_session(self, token_hash: str) -> None:
        """Somebody has signed out, or the session's token is replaced by another."""
        with self.records.database.writing() as connection:
            connection.execute(
                delete(schema.session).where(schema.session.c.token_hash == token_hash)
            )

    def end_sessions(self, account: str) -> None:
        """End every session of an account."""
        with self.records.database.writing() as connection:
            connection.execute(
                delete(schema.session).where(schema.session.c.account == account)
            )

    def _keep_an_administrator(self, connection: Connection, account: str) -> None:
        """Refuse to take the last administrator who can sign in: nobody could let anybody in again."""
        a = schema.account.c
        able = (
            select(a.account)
            .where(a.role == Role.ADMINISTRATOR, a.disabled.is_(None))
            .limit(2)
        )
        if list(connection.scalars(able)) == [account]:
            raise NotAllowed(
                f"{account} is the last administrator who can sign in; make another one first"
            )

    def _one(self, condition: Any) -> Account | None:
        with self.records.database.reading() as connection:
            row = connection.execute(select(schema.account).where(condition)).first()
        return None if row is None else _account(row)

    def _update(
        self,
        account: str,
        by: Actor,
        action: str,
        now: datetime,
        values: Mapping[str, Any],
        **details: Any,
    ) -> None:
        a = schema.account
        with self.records.logging(
            by, action, account, now=now, details=details
        ) as connection:
            if (
                values.get("disabled")
                or values.get("role", Role.ADMINISTRATOR) is not Role.ADMINISTRATOR
            ):
                self._keep_an_administrator(connection, account)
            if not connection.execute(
                update(a).where(a.c.account == account).values(values)
            ).rowcount:
                raise ConfigError(f"no account named {account[:80]!r}")
            for doors in (schema.session, schema.api_token):
                connection.execute(delete(doors).where(doors.c.account == account))
            if "password_hash" in values or values.get("disabled"):
                void_resets(connection, account)


def only_administrator(by: Actor) -> None:
    """Raises NotAllowed for anybody else."""
    if by.role is not Role.ADMINISTRATOR:
        raise NotAllowed("only an administrator changes accounts and spaces")


def _only_new(connection: Connection, table: Any, what: str, **values: Any) -> None:
    try:
        connection.execute(insert(table).values(values))
    except IntegrityError:
        raise ConfigError(f"{what}: exists already") from None


def _account(row: Row[Any]) -> Account:
    values = {**row._mapping, "role": Role(row.role), "subject": row.subject or ""}
    return Account(**values)
