"""What people, the models and the data say of a question, as known on the day asked about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache

import numpy as np

from upstander.forecast import issued
from upstander.forecast.issue import CIVILIANS, DEATHS, draws_of_place
from upstander.forecast.ledger import Ledger
from upstander.monitor import questions
from upstander.monitor.questions import (
    ANSWER,
    ONE_SIDED,
    QUESTION,
    Count,
    Question,
    Settled,
)
from upstander.records import Record
from upstander.report import place_figures
from upstander.web.kernel.record_reading import everything, find
from upstander.web.kernel.requests import PageRequest

DRAWN = {ONE_SIDED: CIVILIANS, questions.TOTAL: DEATHS}
MOST_ANSWERS = 500
# Who is asked of everything: the median of people, the models, and how often it happened here before.
PEOPLE, MODEL, PAST = "people", "model", "past"


@dataclass(frozen=True)
class Asked:
    """A question with all that is known of it.

    Attributes:
        answers: the newest of each person, as it stood when the question closed, of those the reader may read.
        said: the probability by PEOPLE, MODEL and PAST, None where there is none; issued: the day of the models' issue.
        past: in how many windows of its length it happened here before, and of how many.
    """

    record: Record
    question: Question
    settled: Settled
    answers: Sequence[Record]
    said: Mapping[str, float | None]
    issued: date | None
    past: tuple[int, int]


def every(request: PageRequest) -> list[Asked]:
    """Every question that the reader may read, the one that closes last first."""
    found = everything(request, kinds=(QUESTION,))
    found.sort(key=lambda r: (str(r.body["closes"]), r.id), reverse=True)
    return [asked(request, record) for record in found]


def asked(request: PageRequest, record: Record) -> Asked:
    """One question."""
    question = Question.of(record)
    counts, answers = _counts(request, question), _answers(request, record, question)
    model, day = _of_the_model(request, question)
    before = min(question.closes, question.first)
    past = questions.own_past(question, counts, before)
    people = _median(answers)
    return Asked(
        record=record,
        question=question,
        settled=questions.settled(question, counts, request.as_of.date()),
        answers=answers,
        said={PEOPLE: people, MODEL: model, PAST: questions.share(*past)},
        issued=day,
        past=past,
    )


def _counts(request: PageRequest, question: Question) -> list[Count]:
    """Persons killed in the place by month; empty for a place that no source counts."""
    place = request.state.places.get(question.place)
    months = place_figures.months(request.figures[0], place)
    is_one_sided = question.counted == ONE_SIDED
    return [
        Count(m.month, m.one_sided if is_one_sided else m.deaths, m.provisional)
        for m in months
    ]


def _answers(request: PageRequest, record: Record, question: Question) -> list[Record]:
    """The newest answer of each person as it stood when the question closed."""
    after = datetime.combine(question.closes, time.max, UTC)
    found = find(
        request, kinds=(ANSWER,), parent=record.id, limit=MOST_ANSWERS, until=after
    )
    return questions.newest(found)


def _of_the_model(
    request: PageRequest, question: Question
) -> tuple[float | None, date | None]:
    """What the newest issue of the day on which the question closed said, and its day; None where it does not reach so far."""
    day = min(question.closes, request.as_of.date(), request.state.today)
    ledger = request.state.ledger
    entry = issued.entry_of(ledger, day)
    return (_drawn(ledger, entry.issue, question), entry.as_of) if entry else (None, None)


@lru_cache(maxsize=256)
def _drawn(ledger: Ledger, issue: str, question: Question) -> float | None:
    """By the draws of an issue, which never change."""
    made = issued.issue_named(ledger, issue)
    draws = draws_of_place(made, DRAWN[question.counted], question.place)
    last = made.meta.get("last_month")
    if last is None or draws is None:
        return None
    return questions.drawn(question, date.fromisoformat(str(last)), draws)


def _median(answers: Sequence[Record]) -> float | None:
    """Of people's probabilities, as a share; None of nobody."""
    given = [float(r.body["percent"]) / 100 for r in answers]
    return float(np.median(given)) if given else None
