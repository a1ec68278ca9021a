"""Dated questions that the data settle by themselves, and the scores of those who answered, people and models alike.

Settled **for now** by first reports, **finally** by a consolidated release. Once the number is reached the answer is yes, before the
window is over; no is said when every month of it is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from upstander.core.months import month_after, months_from_to
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
    def months(self) -> tuple[date, ...]:
        """First days of the months that count."""
        return months_from_to(self.first, self.last)


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
    wanted = set(question.months)
    known = [c for c in counts if c.month in wanted and c.killed is not None]
    final = [c for c in known if not c.provisional]
    so_far = _sum(known)
    if _sum(final) >= question.least:
        state = State.YES
    elif so_far >= question.least:
        state = State.YES_FOR_NOW
    elif len(known) == len(wanted):
        state = State.NO if len(final) == len(wanted) else State.NO_FOR_NOW
    else:
        state = State.OPEN if on <= question.closes else State.WAITING
    return Settled(state, so_far, len(known))


def _sum(counts: Sequence[Count]) -> int:
    return sum(c.killed or 0 for c in counts)


def own_past(question: Question, counts: Iterable[Count], before: date) -> tuple[int, int]:
    """In how many windows of the same length, one after the other back from a day, it happened here; and how many there were."""
    length = len(question.months)
    known = {c.month: c.killed for c in counts if c.killed is not None}
    end = before.replace(day=1)
    happened = number = 0
    while number * length < PAST_YEARS * 12:
        months = [month_after(end, -n) for n in range(1, length + 1)]
        if not all(m in known for m in months):
            break
        happened += sum(known[m] or 0 for m in months) >= question.least
        number += 1
        end = months[-1]
    return happened, number


def share(happened: int, number: int) -> float | None:
    """Between 0 and 1, never either (half an event added to both sides); None of nothing."""
    return (happened + 0.5) / (number + 1) if number else None


def drawn(question: Question, last: date, draws: Array) -> float | None:
    """The probability by (H, S) draws of the months after ``last``; None where they do not cover the window."""
    ahead = [(m.year - last.year) * 12 + m.month - last.month - 1 for m in question.months]
    if ahead[0] < 0 or ahead[-1] >= len(draws):
        return None
    sums = draws[ahead[0] : ahead[-1] + 1].sum(axis=0)
    return share(int((sums >= question.least).sum()), sums.size)


def newest(answers: Iterable[Record]) -> list[Record]:
    """The newest answer of each person, in the order of their names; whoever answers again has thought again."""
    by_author: dict[str, Record] = {}
    for answer in sorted(answers, key=lambda r: (r.when, r.id)):
        by_author[answer.stamp.author] = answer
    return [by_author[author] for author in sorted(by_author)]
