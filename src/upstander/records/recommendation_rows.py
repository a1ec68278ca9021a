"""What a UN body recommended, as the store keeps it: a row read, a row set aside, a row found again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

RESPONSES = ("supported", "supported_in_part", "noted", "pending")
RECOMMENDATION, PLEDGE, CONCERN, OTHER = "recommendation", "pledge", "concern", "other"
TYPES = (RECOMMENDATION, PLEDGE, CONCERN, OTHER)
Labels = tuple[tuple[str, str], ...]  # (sort, value)


@dataclass(frozen=True, slots=True)
class Row:
    """One recommendation of one file.

    Attributes:
        key: stands for the same row in every edition of the file; safe in an address.
        stem: what its reference begins with, such as ``CEDAW-2024`` or, with a paragraph, ``CEDAW-2024-17``.
        joint: the same for one text that several States made; '' where none is told.
        response: of RESPONSES, '' where the publisher gives none; type: of TYPES.
        day: of publication, None where undated.
        comment: what the State wrote about it in the file.
        labels: country (code), body, state (code or name), theme, person, target, goal, region, session, program.
        details: what else the row said, as it said it.
    """

    key: str
    text: str
    stem: str
    labels: Labels
    type: str = RECOMMENDATION
    response: str = ""
    day: date | None = None
    symbol: str = ""
    paragraph: str = ""
    joint: str = ""
    comment: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """A hash of everything the row says."""
        said = (
            self.text,
            self.labels,
            self.type,
            self.response,
            str(self.day),
            self.symbol,
            self.comment,
            sorted(self.details.items()),
        )
        return hashlib.blake2b(repr(said).encode(), digest_size=12).hexdigest()

    def having(self, sort: str) -> tuple[str, ...]:
        """Values of its labels of a sort."""
        return tuple(value for of, value in self.labels if of == sort)

    def labelled(self, *more: tuple[str, str]) -> Row:
        """The row with more labels."""
        return replace(self, labels=(*self.labels, *more))


@dataclass(frozen=True, slots=True)
class Aside:
    """A row that cannot be taken in: where it stands, why, and all it says."""

    place: str
    reason: str
    content: str

    @property
    def key(self) -> str:
        """The same for the same row and reason, so that a second import adds nothing."""
        said = f"{self.place}\n{self.reason}\n{self.content}"
        return hashlib.blake2b(said.encode(), digest_size=12).hexdigest()


@dataclass(frozen=True)
class Counts:
    """What came of a file: rows read, new, there already, changed since, and set aside (now for the first time)."""

    read: int = 0
    added: int = 0
    again: int = 0
    changed: int = 0
    aside: int = 0


@dataclass(frozen=True)
class Import:
    """A file that was brought in."""

    number: int
    program: str
    file: str
    who: str
    at: datetime
    counts: Counts


@dataclass(frozen=True)
class Kept:
    """A recommendation as it stands in the store; ``reference`` is one of its country."""

    number: int
    reference: str
    brought: int
    row: Row


def reference(stem: str, ordinal: int, paragraph: str) -> str:
    """What people call it: a paragraph names itself, all else is numbered within its country.

    >>> reference("CEDAW-2024-17", 1, "17"), reference("CEDAW-2024-17", 2, "17"), reference("UPR13", 6, "")
    ('CEDAW-2024-17', 'CEDAW-2024-17-2', 'UPR13-6')
    """
    return stem if paragraph and ordinal == 1 else f"{stem}-{ordinal}"


def canonical(value: Any) -> str:
    """JSON of what a row says, the same for the same."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
