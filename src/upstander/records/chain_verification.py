"""Proof that nothing was changed, and what to do when a key is lost or replaced."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, update

from upstander.core.errors import AuditBroken
from upstander.core.keys import Signer
from upstander.records import chain
from upstander.records.chain import Head
from upstander.records.schema import data_key, entry, head


@dataclass(frozen=True)
class Verified:
    """What was verified: the head of each chain, and how many entries there are."""

    chains: tuple[Head, ...]
    entries: int


def verify(connection: Connection, public: str) -> Verified:
    """Recompute every hash, compare with the signed heads, and hold the heads against each other.

    Raises:
        AuditBroken: names the chain, entry and record that was changed, taken out or put in.
    """
    found = verify_unsigned(connection)
    heads = connection.execute(select(head).order_by(head.c.chain)).all()
    for row in heads:
        if not chain.is_signed_head(row, public):
            raise AuditBroken(
                f"chain {row.chain}: its head was not signed with this installation's key: it was changed, or the key "
                "folder belongs to another database"
            )
    for row in heads:
        for name, (number, hash) in json.loads(row.beside or "{}").items():
            check_reached(
                connection, [Head(name, number, hash)], said_by=f"chain {row.chain}"
            )
    return found


def is_signed_with(connection: Connection, public: str) -> bool:
    """Whether every head there is was signed with this key."""
    return all(
        chain.is_signed_head(row, public) for row in connection.execute(select(head))
    )


def check_reached(connection: Connection, heads: Iterable[Head], *, said_by: str) -> None:
    """Hold the ends that something else has kept against the entries: each must be there, whatever came after it.

    Raises:
        AuditBroken: a chain is gone, ends before, or went another way.
    """
    for at in heads:
        asked = select(entry.c.hash).where(
            entry.c.chain == at.chain, entry.c.number == at.number
        )
        if connection.scalar(asked) != at.hash:
            raise AuditBroken(
                f"chain {at.chain}: {said_by} knows its entry {at.number}, which is not there, or is another now: the "
                "chain was taken out, or an older copy was put in its place; compare with a backup"
            )


def verify_unsigned(connection: Connection) -> Verified:
    """As ``verify``, without the key and what it signed."""
    kept = {row.chain: row for row in connection.execute(select(head))}
    asked = (
        select(entry)
        .order_by(entry.c.chain, entry.c.number)
        .execution_options(yield_per=1000)
    )
    found = tuple(chain.check(connection.execute(asked).mappings()))
    for at in found:
        end = kept.pop(at.chain, None)
        if end is None or (end.number, end.hash) != (at.number, at.hash):
            said = "is missing" if end is None else f"says {end.number}"
            raise AuditBroken(
                f"chain {at.chain}: ends with entry {at.number}, its head {said}: entries were cut off or put in "
                "at its end; compare with a backup"
            )
    if kept:
        raise AuditBroken(
            f"chain {min(kept)}: every entry of it is gone; compare with a backup"
        )
    return Verified(found, sum(at.number for at in found))


def sign_anew(connection: Connection, signer: Signer) -> None:
    """Sign every head with another key. What stands must have been verified before."""
    for row in connection.execute(select(head)).all():
        signed = signer.sign(chain.head_text(chain.head_of(row)))
        connection.execute(
            update(head).where(head.c.chain == row.chain).values(seal=signed)
        )


def give_up_sealed(connection: Connection) -> None:
    """The installation key is lost: what it wrapped can be read by nobody any more, and reads as erased."""
    connection.execute(delete(data_key))
