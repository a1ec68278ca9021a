"""How entries come into the chains: each at the end of its own, dated by a clock that can be right, and the ends signed.

Within one transaction the ends are signed once, when all its entries are in. An end names where the other chains ended
then, so that a chain taken out whole, or put back as it was earlier, is missed by every chain that grew since.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, type_coerce, update
from sqlalchemy.exc import IntegrityError

from upstander.core.errors import AuditBroken, ConfigError, UnknownRecord
from upstander.core.keys import INSTALLATION_KEY, SIGNING_KEY, Key, Signer
from upstander.core.places import bundle_date
from upstander.records import chain, new_id, projection
from upstander.records.chain import Head
from upstander.records.schema import Instant, entry, head, in_utc

# Machines that keep time over a network differ by less than a second, those that do not by minutes a year.
AHEAD = timedelta(minutes=5)
# Clocks that lost their battery or overflow jump by decades; no office comes back to its records after ten years unasked.
SILENCE = timedelta(days=3653)

INSERT = insert(entry)  # made once: an alert to thousands is as many entries
CLOCK = select(type_coerce(func.current_timestamp(), Instant))
LAST_LOGGED = select(func.max(entry.c.at)).where(entry.c.chain == chain.ACCESS_LOG)
ENDS = select(head)


@dataclass
class Entering:
    """The ends of the chains in one transaction, and the entries that are put there.

    Attributes:
        known: the rows of ``head`` as the transaction found them; ends: where the chains end now; grown: which did.
    """

    connection: Connection
    signer: Signer
    known: Mapping[str, Any]
    ends: dict[str, Head]
    grown: set[str] = field(default_factory=set)

    def enter(self, **fields: Any) -> None:
        """Put one entry at the end of its chain, and bring the projections up to it.

        Raises:
            AuditBroken: the chain's end was not signed here: nothing is added to it.
            UnknownRecord: somebody took this id in another chain a moment ago.
        """
        if fields["chain"] in self.known.keys() - self.grown:
            _check_end(self.known[fields["chain"]], self.signer)
        end = self.ends.get(fields["chain"], Head(fields["chain"], 0, chain.START))
        row = {
            **fields,
            "number": end.number + 1,
            "before": end.hash,
            "salt": chain.new_salt(),
            "sealed_hash": chain.sealed_digest(fields["sealed"]),
        }
        row["hash"] = chain.digest(row)
        try:
            self.connection.execute(INSERT, row)
        except IntegrityError:
            raise UnknownRecord(
                f"no {row['kind']} {row['id'][:80]!r} that you may read"
            ) from None
        self.ends[end.chain] = Head(end.chain, row["number"], row["hash"])
        self.grown.add(end.chain)
        if row["action"] in projection.OF_RECORDS:
            projection.take_in(self.connection, row)


@contextmanager
def entering(connection: Connection, signer: Signer, now: datetime) -> Iterator[Entering]:
    """Put entries into the chains; when the block ends well, their new ends are signed.

    Raises:
        ConfigError: ``now`` lies in the future.
        AuditBroken: the end of a chain that grew was changed.
    """
    rows = {row.chain: row for row in connection.execute(ENDS)}
    _check_clock(connection, now)
    pen = Entering(
        connection,
        signer,
        rows,
        {name: Head(name, row.number, row.hash) for name, row in rows.items()},
    )
    yield pen
    _sign(pen)


def _check_end(row: Any, signer: Signer) -> None:
    """Raise AuditBroken for an end that was not signed here."""
    if not chain.is_signed_head(row, signer.public):
        raise AuditBroken(
            f"chain {row.chain}: its end was changed, or {SIGNING_KEY} belongs to another database; "
            "run: upstander audit verify"
        )


def _sign(pen: Entering) -> None:
    """Sign the new ends; each names the ends of the others."""
    for name in sorted(pen.grown):
        others = (at for other, at in pen.ends.items() if other != name)
        at = replace(pen.ends[name], beside=chain.beside_text(others))
        values = {
            "number": at.number,
            "hash": at.hash,
            "beside": at.beside,
            "seal": pen.signer.sign(chain.head_text(at)),
        }
        if name in pen.known:
            pen.connection.execute(update(head).where(head.c.chain == name).values(values))
        else:
            pen.connection.execute(insert(head).values(chain=name, **values))


def _check_clock(connection: Connection, now: datetime) -> None:
    """Refuse an entry from the future: it would be hidden from every reader until its day has come.

    The database's own clock is the judge: a server of its own has another than the program's machine. Where the two are
    one and that one is wrong, a jump of ten years past everything known is told. A clock that was wrong and is right
    again hinders nobody: what is written now is dated now, whatever stands before it.

    Raises:
        ConfigError: names both times and the remedy.
    """
    database, last = connection.scalar(CLOCK), connection.scalar(LAST_LOGGED)
    of_data = datetime.combine(bundle_date(), time(), UTC)
    limits = (
        ("the clock of the database", database, AHEAD),
        ("the last day known here", max(last or of_data, of_data), SILENCE),
    )
    for what, limit, most in limits:
        if limit is not None and in_utc(now) > limit + most:
            raise ConfigError(
                f"the clock here says {now:%Y-%m-%d %H:%M} UTC, too far after {what} ({limit:%Y-%m-%d %H:%M}): a record of "
                "a day to come would be hidden until then; nothing was kept; set the clock right and try again"
            )


def log_fields(
    who: str,
    now: datetime,
    action: str,
    what: str,
    details: Mapping[str, Any],
) -> dict[str, Any]:
    """The fields of an entry of the access log."""
    body = chain.canonical({"action": action, "what": what, "details": dict(details)})
    return {
        "chain": chain.ACCESS_LOG,
        "action": "log",
        "kind": "access",
        "id": new_id(),
        "version": 1,
        "body": body,
        "sealed": None,
        "stamp": "",
        "parent": "",
        "place": "",
        "who": who,
        "at": now,
        "why": "",
    }


def carry_over(
    connection: Connection,
    key: Key,
    signer: Signer,
    now: datetime,
) -> None:
    """Take chains of editions before the salt under a signature: a salted entry in each names the old ends.

    A chain whose old seal does not hold is left as it is: ``verify`` names it, and nothing is added to it.
    """
    old = {
        row.chain: Head(row.chain, row.number, row.hash)
        for row in connection.execute(select(head))
        if row.seal == chain.old_seal(key, Head(row.chain, row.number, row.hash))
    }
    if not old:
        return
    body = chain.canonical(
        {"heads": [[at.chain, at.number, at.hash] for _, at in sorted(old.items())]}
    )
    for name, at in old.items():
        connection.execute(
            update(head)
            .where(head.c.chain == name)
            .values(seal=signer.sign(chain.head_text(at)))
        )
    with entering(connection, signer, now) as pen:
        for name in sorted(old):
            pen.enter(
                chain=name,
                action="carry",
                kind="chain",
                id=new_id(),
                version=1,
                body=body,
                sealed=None,
                stamp="",
                parent="",
                place="",
                who="",
                at=now,
                why=f"signed from here on; the ends before stand under {INSTALLATION_KEY}",
            )
        pen.enter(**log_fields("", now, "chains carried over", f"{len(old)} chains", {}))
