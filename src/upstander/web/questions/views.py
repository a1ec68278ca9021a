"""Questions that resolve themselves: all of them with how they stand, and one with who said what and how it was scored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from upstander.core.messages import say
from upstander.forecast import scores
from upstander.monitor import questions
from upstander.monitor.questions import ANSWER, QUESTION, Question, Settled, State
from upstander.records import Record
from upstander.records.disclosure_control import blurred
from upstander.records.forms import form
from upstander.report import record_views, words
from upstander.web.kernel.record_reading import may_begin, named, places, read, ways_to_add
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import page
from upstander.web.kernel.urls import url
from upstander.web.questions import reading

# Who is asked of everything: the median of people, the models, and how often it happened here before.
PEOPLE, MODEL, PAST = "people", "model", "past"


def look(request: PageRequest) -> dict[str, Any]:
    """Every question, and how people, models and the past fared on those that are settled."""
    found = reading.asked(request)
    rows = [_line(request, record) for record in found]
    return {
        "title": say("web.menu_questions"),
        "as_of": request.as_of.date().isoformat(),
        "rows": rows,
        "standing": _standing(rows),
        "add": ways_to_add(request, (QUESTION,), ""),
    }


def _line(request: PageRequest, record: Record) -> dict[str, Any]:
    question = Question.of(record)
    now = reading.settled(request, question)
    return {
        **named(record, request.actor),
        "id": record.id,
        "href": url("question", id=record.id),
        "place": question.place,
        "place_name": dict(places(request)).get(question.place, question.place),
        "closes": question.closes.isoformat(),
        **_state(now),
        "said": _said(request, record, question, now),
    }


def _state(now: Settled) -> dict[str, Any]:
    return {
        "state": now.state.value,
        "state_words": say(f"web.question_{now.state.value}"),
        "so_far": now.so_far,
        "months_known": now.known,
    }


def _said(
    request: PageRequest, record: Record, question: Question, now: Settled
) -> list[dict[str, Any]]:
    """The three that are asked of everything, each with its probability and score."""
    model, day = reading.of_the_model(request, question)
    past = questions.share(*reading.own_past(request, question))
    people = reading.of_people(reading.answers(request, record))
    said = {PEOPLE: people, MODEL: model, PAST: past}
    return [
        {
            "who": who,
            "who_words": say(f"web.question_{who}"),
            **_scored(p, now.state),
            "as_of": day.isoformat() if who == MODEL and day else "",
        }
        for who, p in said.items()
    ]


def _scored(probability: float | None, state: State) -> dict[str, Any]:
    """A probability in words, and its Brier score where the question is settled."""
    happened = questions.HAPPENED.get(state)
    brier = None
    if probability is not None and happened is not None:
        brier = float(scores.brier(np.array(probability), np.array(float(happened))))
    none = say("web.question_none")
    return {
        "probability": probability,
        "words": none if probability is None else words.percent(probability),
        "brier": brier,
        "brier_words": "" if brier is None else f"{brier:.3f}",
    }


def _standing(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Mean Brier scores over the settled questions that all three answered: on other questions they cannot be compared."""
    settled = [r["said"] for r in rows if all(s["brier"] is not None for s in r["said"])]
    return [
        {
            "who": said[0]["who"],
            "who_words": said[0]["who_words"],
            "questions": len(said),
            "brier": sum(s["brier"] for s in said) / len(said),
            "words": f"{sum(s['brier'] for s in said) / len(said):.3f}",
        }
        for said in zip(*settled, strict=True)
    ]


def look_one(request: PageRequest, id: str) -> dict[str, Any]:
    """One question: how it stands, who said what, and the scores."""
    record = read(request, QUESTION, id)
    question = Question.of(record)
    now = reading.settled(request, question)
    found = reading.answers(request, record)
    happened, of = reading.own_past(request, question)
    return {
        **named(record, request.actor),
        "id": record.id,
        "record": url("record", kind=QUESTION, id=record.id),
        "place": question.place,
        "place_name": dict(places(request)).get(question.place, question.place),
        "as_of": request.as_of.date().isoformat(),
        **_asks(record, question),
        **_state(now),
        "said": _said(request, record, question, now),
        "past_words": say("web.question_past_counts", happened=happened, of=of),
        "answers": _answers(request, found, now.state),
        "answer": _way_to_answer(request, record, question),
    }


def _asks(record: Record, question: Question) -> dict[str, Any]:
    counted = record_views.said(record, form(QUESTION).field("counted"))
    return {
        "least": question.least,
        "counted": question.counted,
        "counted_words": counted,
        "first": question.first.isoformat(),
        "last": question.last.isoformat(),
        "months": len(question.months),
        "span": words.span(question.first, question.last),
        "closes": question.closes.isoformat(),
        "why": str(record.body["why"] or ""),
    }


def _answers(
    request: PageRequest, found: Sequence[Record], state: State
) -> list[dict[str, Any]]:
    """Each person's newest answer; names of accounts for those who are signed in alone."""
    names = request.account_names if request.session else {}
    return [
        {
            "who": names.get(r.stamp.author, ""),
            "office": request.space_title(r.stamp.space),
            "day": r.when.date().isoformat(),
            "reasons": str(blurred(r, request.actor).body["reasons"] or ""),
            "href": url("record", kind=ANSWER, id=r.id),
            **_scored(float(r.body["percent"]) / 100, state),
        }
        for r in found
    ]


def _way_to_answer(request: PageRequest, record: Record, question: Question) -> str:
    """Where the reader answers, '' where it is closed or the reader may not."""
    if not may_begin(request, ANSWER) or request.today > question.closes:
        return ""
    return f"{url('record_new', kind=ANSWER)}?parent={record.id}&place={question.place}"


ROUTES = (
    *page("questions", "/questions", look, "forecast_questions.html"),
    *page("question", "/questions/{id}", look_one, "forecast_question.html"),
)
