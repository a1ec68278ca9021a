"""The hash chain: what is hashed, how, and how a change is found.

Each entry's hash covers everything in it and the hash of the entry before it in its chain (SHA-256 of canonical JSON).
The end of each chain is kept in ``head`` under a keyed hash, so that a cut tail, or a chain hashed anew after a change,
is found unless the key file was taken too. Not found: a whole database put back from an older copy. Keep the heads that
``upstander audit verify`` prints somewhere else to see that as well.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from upstander.core.errors import AuditBroken
from upstander.core.rights import Marking, Stamp, Usage
from upstander.lake.records.keys import Key

START = "0" * 64
ACCESS_LOG = "access-log"  # the chain of who looked at and exported what; no space may have this name

HASHED = (
    "chain", "number", "action", "kind", "id", "version", "body", "sealed_hash", "stamp", "parent", "place", "who",
    "at", "why", "before",
)  # fmt: skip


@dataclass(frozen=True)
class Head:
    """The end of a chain."""

    chain: str
    number: int
    hash: str


def canonical(value: Any) -> str:
    """JSON with one spelling: sorted keys, no spaces, UTF-8 as it is. Raises ValueError for NaN and infinities."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def digest(fields: Mapping[Any, Any]) -> str:
    """SHA-256, hexadecimal, of an entry's ``HASHED`` fields."""
    spelt = [v.isoformat() if isinstance(v := fields[name], datetime) else v for name in HASHED]
    return hashlib.sha256(canonical(spelt).encode()).hexdigest()


def sealed_digest(sealed: bytes | None) -> str:
    """SHA-256 of an encrypted part, '' where there is none."""
    return "" if sealed is None else hashlib.sha256(sealed).hexdigest()


def head_seal(key: Key, at: Head) -> str:
    """Keyed hash of the end of a chain."""
    return key.sign(canonical([at.chain, at.number, at.hash]))


def stamp_text(stamp: Stamp) -> str:
    """A stamp as it is kept and hashed."""
    return canonical(asdict(stamp))


@lru_cache(maxsize=4096)
def stamp_of(text: str) -> Stamp:
    """The stamp that ``stamp_text`` wrote."""
    kept = json.loads(text)
    lists = {name: tuple(kept[name]) for name in ("shared", "editors", "named")}
    return Stamp(**{**kept, **lists, "marking": Marking(kept["marking"]), "usage": Usage(kept["usage"])})


def check(entries: Iterable[Mapping[Any, Any]]) -> Iterator[Head]:
    """The head of each chain, recomputed from its entries, which come sorted by chain and number.

    Raises:
        AuditBroken: names the first entry that was changed, or next to which one was taken out or put in.
    """
    at = Head("", 0, START)
    for e in entries:
        if e["chain"] != at.chain:
            if at.chain:
                yield at
            at = Head(e["chain"], 0, START)
        where = f"chain {e['chain']}, entry {e['number']} ({e['kind']} {e['id']}, version {e['version']})"
        if e["number"] != at.number + 1:
            raise AuditBroken(f"{where}: entry {at.number + 1} before it is missing; compare with a backup")
        if e["before"] != at.hash:
            raise AuditBroken(f"{where}: does not follow from entry {at.number}: one of the two was put in or changed")
        if digest(e) != e["hash"] or sealed_digest(e["sealed"]) != e["sealed_hash"]:
            raise AuditBroken(f"{where}: changed after it was written; compare with a backup")
        at = Head(e["chain"], e["number"], e["hash"])
    if at.chain:
        yield at
