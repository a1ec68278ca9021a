"""Resilience: what protects the population, by subject and by carrier, law and practice apart; beside risk, never netted.

Risk and resilience are two axes. Nothing here subtracts, divides or averages one with the other.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from upstander.assess.measures import NOT_ASSESSED, Measure, highest, level, measure, of, plural
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
    rows = tomllib.loads(files("upstander.assess").joinpath("resilience.toml").read_text("utf-8"))[
        "subject"
    ]
    return tuple(
        Subject(i, r["option"], tuple(r["factors"]), tuple(r["legal_basis"]), r["benefit"])
        for i, r in rows.items()
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
    found = of(records, "capacity", on)
    return Inventory(
        tuple(_row(s, found) for s in subjects()), tuple(_carrier(c, found) for c in CARRIERS)
    )


def _row(subject: Subject, found: Sequence[Record]) -> Row:
    own = [r for r in found if r.body["subject"] == subject.id]
    law, practice = (highest(level(r, side) for r in own) for side in ("law", "practice"))
    return Row(subject, law, practice, tuple(r.id for r in own))


def _carrier(carrier: str, found: Sequence[Record]) -> Coverage:
    own = [r for r in found if r.body["carrier"] == carrier]
    words = form("capacity").field("carrier").choices[carrier]
    return Coverage(carrier, words, _side(words, own, "law"), _side(words, own, "practice"))


def _side(carrier: str, own: Sequence[Record], side: str) -> Measure:
    best = {
        s.id: highest(level(r, side) for r in own if r.body["subject"] == s.id) for s in subjects()
    }
    known = sorted(v for v in best.values() if v is not None)
    words = f"{NOT_ASSESSED}."
    if known:  # ordered words: a range of strengths, never their mean
        strengths = f"{known[0]}" if known[0] == known[-1] else f"{known[0]} to {known[-1]}"
        words = (
            f"{len(known)} of {plural(len(best), 'subject')} assessed, strength {strengths} of 4."
        )
    return measure(
        "S07", f"{carrier}, in {side}", len(known) if known else None, "subjects", words, own
    )
