"""One-time tokens: the first administrator's link, invitations, links for a new password, the way to a provider and back.

Of a token only a hash is kept. Who gets into a space by an administrator's link is let in by somebody of that space first:
whoever keeps accounts does not, alone, become a reader of what an agency wrote.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from upstander.core.errors import ConfigError, NotAllowed
from upstander.core.messages import say
from upstander.core.rights import Actor, Role
from upstander.records.chain import canonical
from upstander.records.schema import account as account_table
from upstander.records.schema import one_time
from upstander.records.schema import space as space_table
from upstander.records.store import Records

OF_ID = 16  # characters of a token's hash by which it is named
LADDER = (
    Role.READER,
    Role.CONTRIBUTOR,
    Role.ANALYST,
    Role.APPROVER,
    Role.HEAD,
)  # each reads or decides more than the one before
OFFERS = {
    "invitation": "invited",
    "reset": say("records.reset_link_made"),
    "role": say("records.role_offered"),
}  # purposes, and what the log says


@dataclass(frozen=True)
class Offer:
    """An invitation, a link for a new password or another role, which can still be used.

    Attributes:
        id: names it, and is no secret: the token cannot be told from it.
        account, role, space: whom it lets in, as what, where; by, made: who offered it, and when.
        waits: who must let them in first, in words; '' when nobody must any more.
    """

    id: str
    purpose: str
    account: str
    role: str
    space: str
    by: str
    made: str
    waits: str
    ends: datetime


@dataclass(frozen=True)
class OneTime:
    """One-time tokens in the records' own database."""

    records: Records

    def issue(
        self,
        token_hash: str,
        purpose: str,
        details: Mapping[str, Any],
        *,
        ends: datetime,
    ) -> None:
        """A token that can be used once before ``ends``; ``purpose`` is setup, oidc ..."""
        with self.records.database.writing() as connection:
            _put(connection, token_hash, purpose, details, ends)

    def redeem(
        self,
        token_hash: str,
        purpose: str,
        *,
        now: datetime,
    ) -> Mapping[str, Any] | None:
        """Use a token up and return its details; None when there is none, it is over, it waits, or it was used."""
        if self.offered(token_hash, purpose, now=now) is None:
            return None
        o = one_time.c
        used = (
            delete(one_time)
            .where(o.token_hash == token_hash, o.purpose == purpose)
            .returning(o.details)
        )
        with self.records.database.writing() as connection:
            details = connection.execute(used).scalar()
            connection.execute(delete(one_time).where(o.ends <= now))
        return None if details is None else _open(details)

    def offered(
        self,
        token_hash: str,
        purpose: str,
        *,
        now: datetime,
    ) -> Mapping[str, Any] | None:
        """The details of a token that can be used, without using it; None when there is none.

        Raises:
            NotAllowed: somebody has to let its holder in first.
        """
        o = one_time.c
        asked = select(o.details).where(
            o.token_hash == token_hash, o.purpose == purpose, o.ends > now
        )
        with self.records.database.reading() as connection:
            details = connection.scalar(asked)
        found = None if details is None else _open(details)
        if found and found.get("waits"):
            raise NotAllowed(
                say("records.this_link_waits_has_to_let_you", waits=found["waits"])
            )
        return found

    def offer(
        self,
        token_hash: str,
        purpose: str,
        account: str,
        *,
        role: Role,
        space: str,
        by: Actor,
        now: datetime,
        ends: datetime,
        at_once: bool = False,
    ) -> Offer:
        """Offer an account, a new password or a role. The log says so, and who lets the holder in.

        Args:
            at_once: by whoever holds the machine: nobody else has to let the holder in.

        Raises:
            NotAllowed: ``by`` is no administrator, or nobody of the space is there to let anybody in.
            ConfigError: the account is taken (invitation) or unknown, or there is no such space.
        """
        if by.role is not Role.ADMINISTRATOR:
            raise NotAllowed(say("records.only_an_administrator_lets_people_into_accounts"))
        if purpose == "invitation" and any(
            (x.purpose, x.account) == (purpose, account) for x in self.offers(now=now)
        ):
            raise ConfigError(
                say("records.somebody_is_invited_under_this_name_withdraw", account=account)
            )
        with self.records.logging(
            by, OFFERS[purpose], account, now=now, details={"role": role, "space": space}
        ) as connection:
            _check(connection, purpose, account, role, space)
            waits = "" if at_once else _second(connection, purpose, account, space, by)
            details = {
                "account": account,
                "role": role,
                "space": space,
                "by": by.account,
                "made": now.isoformat(),
                "waits": waits,
            }
            if purpose == "reset":
                void_resets(connection, account)
            if purpose != "role" or waits:
                _put(connection, token_hash, purpose, details, ends)
        return _offer(token_hash, purpose, details, ends)

    def offers(self, *, now: datetime) -> tuple[Offer, ...]:
        """Those that can still be used or wait, the next to end first."""
        o = one_time.c
        asked = (
            select(one_time)
            .where(o.purpose.in_(OFFERS), o.ends > now)
            .order_by(o.ends, o.token_hash)
        )
        with self.records.database.reading() as connection:
            rows = connection.execute(asked).all()
        return tuple(
            _offer(row.token_hash, row.purpose, _open(row.details), row.ends)
            for row in rows
        )

    def for_me(self, by: Actor, *, now: datetime) -> tuple[Offer, ...]:
        """Those that wait for this very person to let somebody in."""
        return tuple(x for x in self.offers(now=now) if _may_let_in(x, by))

    def let_in(
        self,
        id: str,
        *,
        by: Actor,
        now: datetime,
    ) -> Offer:
        """Let somebody in: the link works from now on, and an offered role is the caller's to give. Who asks for this is not whom it is about, nor who offered it.

        Raises:
            NotAllowed: it is not for ``by`` to say. ConfigError: there is no such offer any more.
        """
        found = self._named(id, now)
        with self.records.logging(
            by,
            say("records.let_in"),
            found.account,
            now=now,
            details={"role": found.role, "space": found.space, "offered by": found.by},
        ) as connection:
            if not _may_let_in(found, by):
                raise NotAllowed(say("records.somebody_else_lets_this_person_in"))
            row = connection.execute(select(one_time).where(_is(found))).one()
            changed = canonical({**_open(row.details), "waits": ""})
            is_done = found.purpose == "role"
            connection.execute(
                delete(one_time).where(_is(found))
                if is_done
                else update(one_time).where(_is(found)).values(details=changed)
            )
        return found

    def withdraw(
        self,
        id: str,
        *,
        by: Actor,
        now: datetime,
    ) -> None:
        """Take an offer back: an administrator, or whoever it waits for.

        Raises:
            ConfigError: none that can be used has this id. NotAllowed.
        """
        found = self._named(id, now)
        with self.records.logging(
            by,
            say("records.withdrawn", purpose=found.purpose),
            found.account,
            now=now,
            details={"role": found.role, "space": found.space},
        ) as connection:
            if by.role is not Role.ADMINISTRATOR and not _may_let_in(found, by):
                raise NotAllowed(say("records.an_administrator_or_who_lets_this_person"))
            connection.execute(delete(one_time).where(_is(found)))

    def _named(self, id: str, now: datetime) -> Offer:
        found = next((x for x in self.offers(now=now) if x.id == id), None)
        if found is None:
            raise ConfigError(say("records.nothing_open_has_this_id_it_was"))
        return found


def is_more(before: Role, after: Role) -> bool:
    """Whether a role lets an account read or decide more than the one before."""
    return (
        after not in LADDER
        or before not in LADDER
        or LADDER.index(after) > LADDER.index(before)
    )


def void_resets(connection: Connection, account: str) -> None:
    """Of the links with which an account is given a new password only the newest works, and only until there is one."""
    o = one_time.c
    for row in connection.execute(select(one_time).where(o.purpose == "reset")).all():
        if _open(row.details)["account"] == account:
            connection.execute(delete(one_time).where(o.token_hash == row.token_hash))


def _check(
    connection: Connection,
    purpose: str,
    account: str,
    role: Role,
    space: str,
) -> None:
    a = account_table.c
    held = connection.execute(select(a.password_hash).where(a.account == account)).first()
    if (
        role is Role.VISITOR
        or connection.scalar(select(space_table.c.id).where(space_table.c.id == space))
        is None
    ):
        raise ConfigError(
            say("records.choose_a_role_and_a_space_that", role=role, space=repr(space[:40]))
        )
    if purpose == "invitation" and held is not None:
        raise ConfigError(say("records.there_is_an_account_of_this_name", account=account))
    if purpose != "invitation" and held is None:
        raise ConfigError(f"no account named {account[:80]!r}")
    if purpose == "reset" and held is not None and not held.password_hash:
        raise ConfigError(
            say("records.signs_in_elsewhere_it_has_no_password", account=account)
        )


def _second(
    connection: Connection,
    purpose: str,
    account: str,
    space: str,
    by: Actor,
) -> str:
    """Who lets somebody into a space: its highest people but the one concerned and the one who offers it, in words.

    '' where nobody ever belonged to it: there is nothing yet that anybody could read.
    """
    a = account_table.c
    asked = select(a.account, a.role, a.disabled).where(
        a.space == space, a.role.in_(LADDER), a.account != by.account
    )
    people = [
        row
        for row in connection.execute(asked)
        if purpose != "role" or row.account != account
    ]
    able = {
        Role(row.role) for row in people if row.disabled is None and row.account != account
    }
    if people and not able:
        raise NotAllowed(say("records.nobody_else_of_this_space_is_there", account=account))
    return say("records.of", index=max(able, key=LADDER.index), space=space) if able else ""


def _may_let_in(offer: Offer, by: Actor) -> bool:
    is_theirs = by.space == offer.space and by.account not in (offer.account, offer.by)
    return is_theirs and f"{by.role} of {by.space}" == offer.waits and bool(by.account)


def _is(offer: Offer) -> Any:
    return (one_time.c.purpose == offer.purpose) & one_time.c.token_hash.startswith(
        offer.id, autoescape=True
    )


def _put(
    connection: Connection,
    token_hash: str,
    purpose: str,
    details: Mapping[str, Any],
    ends: datetime,
) -> None:
    row = {
        "token_hash": token_hash,
        "purpose": purpose,
        "details": canonical(dict(details)),
        "ends": ends,
    }
    connection.execute(insert(one_time).values(row))


def _open(details: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(details)
    return found


def _offer(
    token_hash: str,
    purpose: str,
    details: Mapping[str, Any],
    ends: datetime,
) -> Offer:
    said = {
        name: str(details[name])
        for name in ("account", "role", "space", "by", "made", "waits")
    }
    return Offer(id=token_hash[:OF_ID], purpose=purpose, ends=ends, **said)
