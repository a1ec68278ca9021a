"""Attempts to sign in, counted before the password is looked at: forty at once are no more than forty one after the other.

An attempt counts for several keys, such as the account from this address, the account from everywhere, and the address.
It counts as failed until it succeeds. Addresses are kept as keyed hashes, and for a quarter of an hour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, or_, select

from upstander.core.errors import ConfigError
from upstander.core.rights import Actor
from upstander.records.accounts import Accounts, only_administrator
from upstander.records.schema import attempt
from upstander.records.store import Records

CHAIN = "attempts"  # the lock that attempts are counted under


@dataclass(frozen=True)
class Bound:
    """How many attempts may fail at a key: it is closed then, or, with a pause, slowed down to one in so long."""

    key: str
    most: int
    pause: timedelta | None = None


@dataclass(frozen=True)
class Attempts:
    """Attempts in the records' own database."""

    records: Records

    def begin(
        self,
        limits: Sequence[Bound],
        *,
        since: datetime,
        now: datetime,
    ) -> bool:
        """Count one attempt against every key; False, and nothing is counted, when one of them has had its fill."""
        a = attempt.c
        with self.records.database.writing([CHAIN]) as connection:
            connection.execute(delete(attempt).where(a.at < since))
            for bound in limits:
                asked = select(func.count(), func.max(a.at)).where(a.key == bound.key)
                count, last = connection.execute(asked).one()
                if count >= bound.most and (
                    bound.pause is None or last > now - bound.pause
                ):
                    return False
            connection.execute(insert(attempt), [{"key": b.key, "at": now} for b in limits])
        return True

    def succeeded(self, limits: Sequence[Bound], *, now: datetime) -> None:
        """The attempt that began at ``now`` was right: it counts for no key, and all that failed at the first is forgotten."""
        a, keys = attempt.c, [b.key for b in limits]
        with self.records.database.writing([CHAIN]) as connection:
            connection.execute(
                delete(attempt).where(
                    or_(a.key == keys[0], a.key.in_(keys) & (a.at == now))
                )
            )

    def failures(self, since: datetime) -> Mapping[str, int]:
        """How many attempts failed since an instant, by key."""
        asked = (
            select(attempt.c.key, func.count())
            .where(attempt.c.at >= since)
            .group_by(attempt.c.key)
        )
        with self.records.database.reading() as connection:
            return {key: int(number) for key, number in connection.execute(asked)}

    def forget(self, account: str) -> None:
        """Forget every attempt at an account, from wherever it was made."""
        key = attempts_of(account)
        mine = or_(
            attempt.c.key == key, attempt.c.key.startswith(f"{key} ", autoescape=True)
        )
        with self.records.database.writing([CHAIN]) as connection:
            connection.execute(delete(attempt).where(mine))

    def unlock(
        self,
        account: str,
        *,
        by: Actor,
        now: datetime,
    ) -> None:
        """Forget the failed attempts that closed an account's name. Raises NotAllowed, ConfigError."""
        only_administrator(by)
        if Accounts(self.records).by_name(account) is None:
            raise ConfigError(f"no account named {account[:80]!r}")
        self.records.log(by, "account unlocked", account, now=now)
        self.forget(account)


def attempts_of(account: str) -> str:
    """The key under which attempts to sign in as an account are counted, from wherever they come."""
    return f"account:{account}"
