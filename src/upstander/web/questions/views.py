"""Questions that resolve themselves: all of them with how they stand, and one with who said what and how it was scored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from upstander.core.messages import say
from upstander.forecast import scores
from upstander.monitor import questions
from upstander.monitor.questions import ANSWER, QUESTION, Question, State
from upstander.records import Record
from upstander.records.disclosure_control import blurred
from upstander.records.forms import form
from upstander.report import record_views, words
from upstander.web.kernel.record_reading import may_begin, named, places, read, ways_to_add
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import page
from upstander.web.kernel.urls import url
from upstander.web.questions import reading
from upstander.web.questions.reading import Asked


def look(request: PageRequest) -> dict[str, Any]:
    """Every question, and how people, models and the past fared on those that are settled."""
    names = dict(places(request))
    rows = [_line(request, asked, names) for asked in reading.every(request)]
    return {
        "title": say("web.menu_questions"),
        "as_of": request.as_of.date().isoformat(),
        "rows": rows,
        "standing": _standing(rows),
        "add": ways_to_add(request, (QUESTION,), ""),
    }


def _line(request: PageRequest, asked: Asked, names: Mapping[str, str]) -> dict[str, Any]:
    """What a list and the question's own page show of it."""
    question, now = asked.question, asked.settled
    return {
        **named(asked.record, request.actor),
        "id": asked.record.id,
        "href": url("question", id=asked.record.id),
        "place": question.place,
        "place_name": names.get(question.place, question.place),
        "closes": question.closes.isoformat(),
        "state": now.state.value,
        "state_words": say(f"web.question_{now.state.value}"),
        "so_far": now.so_far,
        "months_known": now.known,
        "said": [_said(asked, who) for who in asked.said],
    }


def _said(asked: Asked, who: str) -> dict[str, Any]:
    """One of the three that are asked of everything, with its probability and score."""
    day = asked.issued if who == reading.MODEL else None
    return {
        "who": who,
        "who_words": say(f"web.question_{who}"),
        **_scored(asked.said[who], asked.settled.state),
        "as_of": day.isoformat() if day else "",
    }


def _scored(probability: float | None, state: State) -> dict[str, Any]:
    """A probability in words, and its Brier score where the question is settled."""
    happened = questions.HAPPENED.get(state)
    brier = None
    if probability is not None and happened is not None:
        brier = scores.brier_of(probability, happened)
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
    return [_mean(said) for said in zip(*settled, strict=True)]


def _mean(said: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How one of the three fared over the questions."""
    brier = sum(s["brier"] for s in said) / len(said)
    return {
        "who": said[0]["who"],
        "who_words": said[0]["who_words"],
        "questions": len(said),
        "brier": brier,
        "words": f"{brier:.3f}",
    }


def look_one(request: PageRequest, id: str) -> dict[str, Any]:
    """One question: how it stands, who said what, and the scores."""
    asked = reading.asked(request, read(request, QUESTION, id))
    happened, of = asked.past
    return {
        **_line(request, asked, dict(places(request))),
        **_asks(asked.record, asked.question),
        "record": url("record", kind=QUESTION, id=asked.record.id),
        "as_of": request.as_of.date().isoformat(),
        "past_words": say("web.question_past_counts", happened=happened, of=of),
        "answers": [_answer(request, r, asked.settled.state) for r in asked.answers],
        "answer": _way_to_answer(request, asked),
    }


def _asks(record: Record, question: Question) -> dict[str, Any]:
    counted = record_views.said(record, form(QUESTION).field("counted"))
    return {
        "least": question.least,
        "counted": question.counted,
        "counted_words": counted,
        "first": question.first.isoformat(),
        "last": question.last.isoformat(),
        "months": question.length,
        "span": words.span(question.first, question.last),
        "why": str(record.body["why"] or ""),
    }


def _answer(request: PageRequest, answer: Record, state: State) -> dict[str, Any]:
    """Somebody's newest answer; names of accounts for those who are signed in alone."""
    names = request.account_names if request.session else {}
    return {
        "who": names.get(answer.stamp.author, ""),
        "office": request.space_title(answer.stamp.space),
        "day": answer.when.date().isoformat(),
        "reasons": str(blurred(answer, request.actor).body["reasons"] or ""),
        "href": url("record", kind=ANSWER, id=answer.id),
        **_scored(float(answer.body["percent"]) / 100, state),
    }


def _way_to_answer(request: PageRequest, asked: Asked) -> str:
    """Where the reader answers, '' where it is closed or the reader may not."""
    if not may_begin(request, ANSWER) or request.today > asked.question.closes:
        return ""
    new = url("record_new", kind=ANSWER)
    return f"{new}?parent={asked.record.id}&place={asked.question.place}"


ROUTES = (
    *page("questions", "/questions", look, "forecast_questions.html"),
    *page("question", "/questions/{id}", look_one, "forecast_question.html"),
)
