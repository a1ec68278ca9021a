"""Resilience: what protects the population, by subject and by carrier, law and practice apart; beside risk, never netted.

Risk and resilience are two axes. Nothing here subtracts, divides or averages one with the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from upstander.assess.data_files import data_of
from upstander.assess.measures import (
    NOT_ASSESSED,
    Measure,
    highest,
    level,
    measure,
    of,
    plural,
)
from upstander.core.messages import say, text
from upstander.records import Record
from upstander.records.forms import choices, form

CARRIERS = ("frameworks", "structures", "institutions")


@dataclass(frozen=True)
class Subject:
    """A subject of capacity: its policy option, the factors it answers, its legal basis, and what it gives the State itself."""

    id: str
    option: str
    factors: tuple[str, ...]
    legal_basis: tuple[str, ...]
    benefit: str
    source: str = "SG-2013"

    @property
    def words(self) -> str:
        """As shown."""
        return choices("subject")[self.id]


@cache
def subjects() -> tuple[Subject, ...]:
    """The eighteen subjects, in the order of the report's options."""
    return tuple(
        _subject(id, row) for id, row in data_of("resilience.toml")["subject"].items()
    )


def _subject(id: str, row: Mapping[str, Any]) -> Subject:
    return Subject(
        id=id,
        option=row["option"],
        factors=tuple(row["factors"]),
        legal_basis=tuple(row["legal_basis"]),
        benefit=row["benefit"],
    )


@dataclass(frozen=True)
class Row:
    """One subject of the inventory: the best of its capacities in law and in practice, 0-4, None not assessed."""

    subject: Subject
    law: int | None
    practice: int | None
    capacities: tuple[str, ...]


@dataclass(frozen=True)
class Coverage:
    """One carrier's coverage, law and practice apart: how many of the subjects have a strength on record, of all of them."""

    carrier: str
    words: str
    law: Measure
    practice: Measure


@dataclass(frozen=True)
class Inventory:
    """All eighteen subjects, assessed or not, and coverage by the three carriers."""

    rows: tuple[Row, ...]
    carriers: tuple[Coverage, ...]

    @property
    def not_assessed(self) -> tuple[str, ...]:
        """Subjects on which nothing is on record."""
        return tuple(r.subject.id for r in self.rows if not r.capacities)


def inventory(records: Sequence[Record], on: date) -> Inventory:
    """The capacity inventory on a day."""
    capacities = of(records, "capacity", on)
    rows = tuple(_row(subject, capacities) for subject in subjects())
    return Inventory(rows, tuple(_carrier(carrier, capacities) for carrier in CARRIERS))


def _row(subject: Subject, capacities: Sequence[Record]) -> Row:
    own = [r for r in capacities if r.body["subject"] == subject.id]
    law, practice = (highest(level(r, side) for r in own) for side in ("law", "practice"))
    return Row(subject, law, practice, tuple(r.id for r in own))


def _carrier(carrier: str, capacities: Sequence[Record]) -> Coverage:
    own = [r for r in capacities if r.body["carrier"] == carrier]
    words = form("capacity").field("carrier").choices[carrier]
    return Coverage(carrier, words, _side(words, own, "law"), _side(words, own, "practice"))


def _side(carrier: str, own: Sequence[Record], side: str) -> Measure:
    best = [_strength(subject, own, side) for subject in subjects()]
    strengths = sorted(strength for strength in best if strength is not None)
    value, words = None, text("{words}.", words=NOT_ASSESSED)
    if strengths:
        value = len(strengths)
        subject = plural(len(best), "subject")
        words = say(
            "assess.of_assessed_strength_of_4",
            value=value,
            subject=subject,
            range=_range(strengths),
        )
    return measure(
        "S07", say("assess.in", carrier=carrier, side=side), value, "subjects", words, own
    )


def _strength(subject: Subject, capacities: Sequence[Record], side: str) -> int | None:
    """The best on a subject."""
    return highest(level(r, side) for r in capacities if r.body["subject"] == subject.id)


def _range(strengths: Sequence[int]) -> str:
    """From the lowest to the highest: strengths are ordered words, of which no mean is taken."""
    low, high = strengths[0], strengths[-1]
    return f"{low}" if low == high else say("assess.to", low=low, high=high)
