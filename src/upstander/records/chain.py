"""The hash chain: what is hashed, how, and how a change is found.

Each entry's hash covers everything in it and the hash of the entry before it in its chain: HMAC-SHA-256 of canonical JSON
under the entry's own random salt, which never leaves the database. So a hash, or a fingerprint made of one, tells nobody
anything: however few values a field can have, there are 2**256 salts to try. Entries of editions before the salt are
hashed with SHA-256 alone; they stand at the beginning of their chain, before the entry that carries them over.

The end of each chain is kept in ``head``, signed, with the ends that the other chains had then: a cut tail, a chain hashed
anew after a change, a whole chain taken out or put back as it was are found unless the signing key was taken too. Not
found from within: a whole database put back from an older copy. A receipt kept elsewhere shows that as well.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from upstander.core.errors import AuditBroken
from upstander.core.keys import Key, is_signed
from upstander.core.rights import Marking, Stamp, Usage

START = "0" * 64
ACCESS_LOG = "access-log"  # the chain of who looked at and exported what; no space may have this name
KEY_REPLACED = "signing key replaced"  # in the access log: the former key signs the new one

HASHED = (
    "chain",
    "number",
    "action",
    "kind",
    "id",
    "version",
    "body",
    "sealed_hash",
    "stamp",
    "parent",
    "place",
    "who",
    "at",
    "why",
    "before",
)


@dataclass(frozen=True)
class Head:
    """The end of a chain. ``beside``: where the other chains ended when this one grew, as ``beside_text`` writes it."""

    chain: str
    number: int
    hash: str
    beside: str = ""


def head_of(row: Any) -> Head:
    """The end of a chain in a row of ``schema.head``."""
    return Head(row.chain, row.number, row.hash, row.beside)


def is_signed_head(row: Any, public: str) -> bool:
    """Whether a row of ``schema.head`` was signed with the secret half of ``public``."""
    return is_signed(head_text(head_of(row)), row.seal, public)


def canonical(value: Any) -> str:
    """JSON with one spelling: sorted keys, no spaces, UTF-8 as it is. Raises ValueError for NaN and infinities."""
    return json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )


def new_salt() -> str:
    """A salt: 256 random bits in hexadecimal."""
    return secrets.token_hex(32)


def digest(fields: Mapping[Any, Any]) -> str:
    """HMAC-SHA-256, hexadecimal, of an entry's ``HASHED`` fields under its salt; SHA-256 where it has none."""
    spelt = [
        v.isoformat() if isinstance(v := fields[name], datetime) else v for name in HASHED
    ]
    text, salt = canonical(spelt).encode(), fields["salt"]
    return (
        hmac.new(bytes.fromhex(salt), text, "sha256").hexdigest()
        if salt
        else hashlib.sha256(text).hexdigest()
    )


def sealed_digest(sealed: bytes | None) -> str:
    """SHA-256 of an encrypted part, '' where there is none."""
    return "" if sealed is None else hashlib.sha256(sealed).hexdigest()


def head_text(at: Head) -> str:
    """What is signed of the end of a chain."""
    return canonical([at.chain, at.number, at.hash, at.beside])


def old_seal(key: Key, at: Head) -> str:
    """What stood in place of a signature before there was one: a keyed hash of the end of a chain."""
    return key.sign(canonical([at.chain, at.number, at.hash]))


def beside_text(others: Iterable[Head]) -> str:
    """The ends of other chains as one chain keeps them."""
    return canonical({at.chain: [at.number, at.hash] for at in others})


def stamp_text(stamp: Stamp) -> str:
    """A stamp as it is kept and hashed."""
    return canonical(asdict(stamp))


@lru_cache(maxsize=4096)
def stamp_of(text: str) -> Stamp:
    """The stamp that ``stamp_text`` wrote."""
    kept = json.loads(text)
    lists = {name: tuple(kept[name]) for name in ("shared", "editors", "named")}
    return Stamp(
        **{
            **kept,
            **lists,
            "marking": Marking(kept["marking"]),
            "usage": Usage(kept["usage"]),
        }
    )


def check(entries: Iterable[Mapping[Any, Any]]) -> Iterator[Head]:
    """The head of each chain, recomputed from its entries, which come sorted by chain and number.

    Raises:
        AuditBroken: names the first entry that was changed, or next to which one was taken out or put in.
    """
    at: Head | None = None
    salted = False
    for e in entries:
        if at is None or e["chain"] != at.chain:
            if at is not None:
                yield at
            at, salted = Head(e["chain"], 0, START), False
        _check_one(e, at, salted=salted)
        at, salted = Head(e["chain"], e["number"], e["hash"]), salted or bool(e["salt"])
    if at is not None:
        yield at


def _check_one(e: Mapping[Any, Any], at: Head, *, salted: bool) -> None:
    """Hold one entry against the end before it. Raises AuditBroken."""
    where = f"chain {e['chain'] or '(none)'}, entry {e['number']} ({e['kind']} {e['id']}, version {e['version']})"
    if e["number"] != at.number + 1:
        raise AuditBroken(
            f"{where}: entry {at.number + 1} before it is missing; compare with a backup"
        )
    if e["before"] != at.hash:
        raise AuditBroken(
            f"{where}: does not follow from entry {at.number}: one of the two was put in or changed"
        )
    if salted and not e["salt"]:
        raise AuditBroken(
            f"{where}: has no salt, though entries before it have: it was put in; compare with a backup"
        )
    if digest(e) != e["hash"] or sealed_digest(e["sealed"]) != e["sealed_hash"]:
        raise AuditBroken(f"{where}: changed after it was written; compare with a backup")
