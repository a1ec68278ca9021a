"""Proof that nothing was changed, and what to do when the key that seals the proof is lost."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, update

from upstander.core.errors import AuditBroken
from upstander.lake.records import chain
from upstander.lake.records.keys import Key
from upstander.lake.records.schema import data_key, entry, head


@dataclass(frozen=True)
class Verified:
    """What was verified: the head of each chain, and how many entries there are."""

    chains: tuple[chain.Head, ...]
    entries: int


def verify(connection: Connection, key: Key) -> Verified:
    """Recompute every hash and compare with the sealed heads.

    Raises:
        AuditBroken: names the chain, entry and record that was changed, taken out or put in.
    """
    found = verify_unsealed(connection)
    for row in connection.execute(select(head)):
        if row.seal != chain.head_seal(key, chain.Head(row.chain, row.number, row.hash)):
            raise AuditBroken(
                f"chain {row.chain}: its head was not written with this installation's key: it was changed, or the key "
                "folder belongs to another database"
            )
    return found


def verify_unsealed(connection: Connection) -> Verified:
    """As ``verify``, without the key."""
    kept = {row.chain: row for row in connection.execute(select(head))}
    asked = select(entry).order_by(entry.c.chain, entry.c.number).execution_options(yield_per=1000)
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
        raise AuditBroken(f"chain {min(kept)}: every entry of it is gone; compare with a backup")
    return Verified(found, sum(at.number for at in found))


def put_under(connection: Connection, key: Key) -> None:
    """Put the chains under a new key. Personal values under the lost one become unreadable for good."""
    for at in verify_unsealed(connection).chains:
        connection.execute(update(head).where(head.c.chain == at.chain).values(seal=chain.head_seal(key, at)))
    connection.execute(delete(data_key))
