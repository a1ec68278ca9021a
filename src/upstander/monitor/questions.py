"""Dated questions that the data settle by themselves, and the scores of those who answered, people and models alike.

Settled **for now** by first reports, **finally** by a consolidated release. Once the number is reached the answer is yes, before the
window is over; no is said when every month of it is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from upstander.core.months import number_of
from upstander.core.types import Array
from upstander.records import Record

QUESTION, ANSWER = "forecast_question", "forecast_answer"
ONE_SIDED, TOTAL = "one_sided", "total"
PAST_YEARS = 15  # looked back on for how often such a thing happened here


class State(StrEnum):
    """Where a question stands."""

    OPEN = "open"
    WAITING = "waiting"
    YES = "yes"
    YES_FOR_NOW = "yes_for_now"
    NO = "no"
    NO_FOR_NOW = "no_for_now"


HAPPENED = {
    State.YES: True,
    State.YES_FOR_NOW: True,
    State.NO: False,
    State.NO_FOR_NOW: False,
}


@dataclass(frozen=True)
class Question:
    """At least ``least`` persons killed in a place from the month ``first`` to the month ``last`` (first days, both counted).

    ``counted``: ONE_SIDED or TOTAL; ``closes``: the last day whose answers are scored.
    """

    place: str
    counted: str
    least: int
    first: date
    last: date
    closes: date

    @classmethod
    def of(cls, record: Record) -> Question:
        """What a record asks."""
        body = record.body
        first, last, closes = (
            date.fromisoformat(str(body[name])) for name in ("first", "last", "closes")
        )
        return cls(
            str(body["place"]),
            str(body["counted"]),
            int(body["least"]),
            first.replace(day=1),
            last.replace(day=1),
            closes,
        )

    @property
    def length(self) -> int:
        """How many months count."""
        return number_of(self.last) - number_of(self.first) + 1


@dataclass(frozen=True)
class Count:
    """Persons killed in a month; None where whoever speaks for it does not know that type. ``provisional``: a first report."""

    month: date
    killed: int | None
    provisional: bool


@dataclass(frozen=True)
class Settled:
    """How a question stands on a day.

    Attributes:
        so_far: persons killed in the months of the window that are known; known: how many months of it are.
    """

    state: State
    so_far: int
    known: int


def settled(question: Question, counts: Iterable[Count], on: date) -> Settled:
    """How a question stands by the counts known on a day."""
    inside = (c for c in counts if question.first <= c.month <= question.last)
    known = [c for c in inside if c.killed is not None]
    final = [c for c in known if not c.provisional]
    so_far = _sum(known)
    if _sum(final) >= question.least:
        state = State.YES
    elif so_far >= question.least:
        state = State.YES_FOR_NOW
    elif len(known) == question.length:
        state = State.NO if len(final) == len(known) else State.NO_FOR_NOW
    else:
        state = State.OPEN if on <= question.closes else State.WAITING
    return Settled(state, so_far, len(known))


def _sum(counts: Sequence[Count]) -> int:
    return sum(c.killed or 0 for c in counts)


def own_past(question: Question, counts: Iterable[Count], before: date) -> tuple[int, int]:
    """In how many windows of the same length, one after the other back from a day, it happened here; and how many there were."""
    known = {number_of(c.month): c.killed for c in counts if c.killed is not None}
    end, length = number_of(before), question.length
    windows: list[int] = []
    while len(windows) * length < PAST_YEARS * 12:
        killed = [known[month] for month in range(end - length, end) if month in known]
        if len(killed) < length:
            break
        windows.append(sum(killed))
        end -= length
    return sum(total >= question.least for total in windows), len(windows)


def share(happened: int, number: int) -> float | None:
    """Between 0 and 1, never either (half an event added to both sides); None of nothing."""
    return (happened + 0.5) / (number + 1) if number else None


def drawn(question: Question, last: date, draws: Array) -> float | None:
    """The probability by (H, S) draws of the months after ``last``; None where they do not cover the window."""
    first = number_of(question.first) - number_of(last) - 1
    if first < 0 or first + question.length > len(draws):
        return None
    sums = draws[first : first + question.length].sum(axis=0)
    return share(int((sums >= question.least).sum()), sums.size)


def newest(answers: Iterable[Record]) -> list[Record]:
    """The newest answer of each person, in the order of their names; whoever answers again has thought again."""
    by_author: dict[str, Record] = {}
    for answer in sorted(answers, key=lambda r: (r.when, r.id)):
        by_author[answer.stamp.author] = answer
    return [by_author[author] for author in sorted(by_author)]
