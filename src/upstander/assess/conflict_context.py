"""What the country was in, with dates: conflict, occupation, neither. It opens one lane, adds duties, closes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from upstander.assess.measures import day_of, in_force, listed, of
from upstander.core.messages import say
from upstander.records import Record
from upstander.records.forms import form

NEXUS = (
    "international_conflict",
    "internal_conflict",
    "occupation",
    "mixed",
)  # what war crimes need


@dataclass(frozen=True)
class Badge:
    """The context on a day, as shown. ``kinds`` is empty where nobody recorded any: that is not peace."""

    kinds: tuple[str, ...]
    words: str
    rests_on: tuple[str, ...]
    source: str = "ICRTOP-2013"
    part: str = say("assess.section_iii_crimes_in_and_outside_conflict")


def badge(records: Sequence[Record], on: date) -> Badge:
    """The contexts in force on a day."""
    now = [r for r in of(records, "context", on) if in_force(r, on)]
    kinds = tuple(sorted({r.body["kind"] for r in now}))
    shown = form("context").field("kind").choices
    words = listed(shown[k] for k in kinds) if kinds else say("assess.not_recorded")
    return Badge(kinds, words, tuple(r.id for r in now))


def conflicts(records: Sequence[Record], on: date) -> tuple[Record, ...]:
    """Conflicts and occupations that had begun by the day, also those that have ended: their crimes do not lapse."""
    return tuple(r for r in of(records, "context", on) if r.body["kind"] in NEXUS)


def overlaps(context: Record, first: date, last: date) -> bool:
    """Whether a context was in force on any day of a span."""
    begin, end = day_of(context) or date.min, day_of(context, "until") or date.max
    return begin <= last and end >= first
