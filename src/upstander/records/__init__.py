"""People's records: assessments, evidence, decisions. Append-only, hash-chained, read with the reader's rights.

Nothing is overwritten: a correction is a next version. What the law wants erased can be: what a record says in free
text is kept encrypted under the record's own key, the chain holds the hash of the ciphertext, and deleting the key leaves
a dated tombstone while every hash still holds.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from base64 import b32encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from upstander.core.rights import Role, Stamp


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What somebody wants to keep, before it is kept.

    Attributes:
        kind, id: which record. Ids are made by ``new_id`` and mean nothing.
        body: what ``assess.forms.check`` returned.
        sealed: the fields of it that are kept under the record's own key, and are gone once that is deleted.
        parent: id of the record it belongs to (its review, its evidence item), '' for none.
        place: ISO3 of the place it is about, '' for none.
        writers: roles that may write this kind.
        expected: the version this was written upon; 0 for a new record. Another one is a Conflict.
    """

    kind: str
    id: str
    body: Mapping[str, Any]
    stamp: Stamp
    writers: tuple[Role, ...]
    sealed: frozenset[str] = frozenset()
    parent: str = ""
    place: str = ""
    expected: int = 0


@dataclass(frozen=True, kw_only=True)
class Record:
    """One version of a record, as kept.

    Attributes:
        version: from 1.
        body: whole; what was erased is empty in it.
        sealed: the fields of it that came from under the record's own key; erased: whether that key is gone.
        who: account id; when: UTC; why: in the writer's words, '' once erased.
        fingerprint: keyed hash of its entry's hash, under the installation key: the same for the same version as long as
            nobody changed it, and nothing can be guessed from it.
    """

    kind: str
    id: str
    version: int
    body: Mapping[str, Any]
    stamp: Stamp
    parent: str
    place: str
    who: str
    when: datetime
    why: str
    fingerprint: str
    sealed: frozenset[str] = frozenset()
    erased: bool = False


ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no letter that reads as another


def new_id() -> str:
    """A new id: 26 characters, URL-safe, meaningless; ids made later sort later (48 bits of ms, 80 random bits)."""
    return spelt((time.time_ns() // 1_000_000) << 80 | secrets.randbits(80))


def spelt(number: int) -> str:
    """A number of 128 bits as an id: 26 characters, in the order of the numbers."""
    return "".join(ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))


def id_of_the_one(*parts: str) -> str:
    """The id of the one record of its sort: 26 characters, URL-safe, meaningless, the same for the same parts.

    A second entry under it is a next version, or a conflict: it cannot stand beside the first.
    """
    return (
        b32encode(hashlib.sha256("\0".join(parts).encode()).digest()).decode().lower()[:26]
    )
