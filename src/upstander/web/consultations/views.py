"""Consultation rounds: all of them, one with its respondents, answers and points, and its steps."""

from __future__ import annotations

from typing import Any

from upstander.core.errors import NotAllowed
from upstander.core.messages import joined, say
from upstander.records import Record, workflow
from upstander.records.forms import form
from upstander.report import record_views
from upstander.respond import consultations
from upstander.respond.consultations import ANSWER, INVITEE, POINT, QUESTIONS, ROUND, Round
from upstander.web.consultations.annex import SHAPES
from upstander.web.consultations.reading import every, new_link, whole
from upstander.web.kernel.record_reading import (
    history,
    may_begin,
    may_edit,
    may_keep,
    places,
    read,
)
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import Again, Done
from upstander.web.kernel.routing import Given, action, page
from upstander.web.kernel.urls import url


def look(request: PageRequest) -> dict[str, Any]:
    """All rounds that the reader may read."""
    rounds = sorted(every(request), key=lambda r: str(r.record.body["opens"]), reverse=True)
    return {
        "title": say("respond.consultations"),
        "rounds": [_line(r) for r in rounds],
        "may_write": _may_write(request, ROUND),
        "known": bool(request.session),
    }


def _line(round: Round) -> dict[str, Any]:
    body, all_asked = round.record.body, consultations.asked(round)[-1]
    return {
        "href": url("consultation", id=round.record.id),
        "title": str(body["title"]),
        "status": str(form(ROUND).field("status").choices[str(body["status"])]),
        "opens": body["opens"],
        "closes": body["closes"],
        "invited": all_asked.invited,
        "answered": all_asked.answered,
    }


def look_one(request: PageRequest, id: str) -> dict[str, Any]:
    """One round: who was asked, who answered, what was said of what."""
    round = whole(request, id)
    return {
        **_line(round),
        **_head(request, round),
        "asked": [_asked(line) for line in consultations.asked(round)],
        "invitees": [_invitee(request, round, i) for i in round.invitees],
        "answers": _answers(request, round),
        "tagged": _tagged(round),
        "known": bool(request.session),
    }


def _head(request: PageRequest, round: Round) -> dict[str, Any]:
    """What it is about, its steps, where to add to it and to take its annex from."""
    id = round.record.id
    of_round = f"?consultation={id}"
    return {
        "id": id,
        "about": str(round.record.body["about"] or ""),
        "stamp": {"label": round.record.stamp.marking.label},
        "edit": _edit(request, round.record),
        "steps": _steps(request, round),
        "may_write": _may_write(request, INVITEE),
        "add_invitee": url("record_new", kind=INVITEE) + of_round,
        "add_answer": url("record_new", kind=ANSWER) + of_round,
        "may_keep": may_keep(request),
        "annex": [(s.upper(), url("consultation_annex", id=id, shape=s)) for s in SHAPES],
    }


def _edit(request: PageRequest, record: Record) -> str:
    may = may_edit(request, record, form(record.kind))
    return url("record_edit", kind=record.kind, id=record.id) if may else ""


def _asked(line: consultations.Asked) -> dict[str, Any]:
    return {
        "type": line.type,
        "words": str(line.words),
        "invited": line.invited,
        "answered": line.answered,
        "rate": line.rate,
        "rate_words": line.rate_words,
        "published": line.published,
    }


def _tagged(round: Round) -> list[dict[str, Any]]:
    fields = form(POINT)
    return [
        {"label": str(fields.field(name).label), "tags": [(str(t), n) for t, n in counts]}
        for name, counts in consultations.tagged(round).items()
        if counts
    ]


def _invitee(request: PageRequest, round: Round, invitee: Record) -> dict[str, Any]:
    answer = round.answers.get(invitee.id)
    names = dict(places(request))
    return {
        "id": invitee.id,
        "name": record_views.title_of(invitee, form(INVITEE), request.actor),
        "type": str(consultations.TYPES[str(invitee.body["type"])]),
        "place": names.get(invitee.place, ""),
        "invited": invitee.body["invited"],
        "answered": answer.when.date().isoformat() if answer else "",
        "href": url("record", kind=INVITEE, id=invitee.id),
        "link": _may_link(request, round),
    }


def _may_link(request: PageRequest, round: Round) -> bool:
    is_ours = request.actor.space == round.record.stamp.space
    return is_ours and _may_write(request, INVITEE)


def _may_write(request: PageRequest, kind: str) -> bool:
    return may_begin(request, kind) and bool(request.actor.space)


def _answers(request: PageRequest, round: Round) -> list[dict[str, Any]]:
    """Every answer that the reader may read, published or not, filtered by a tag that is asked for."""
    names = {i.id: i for i in round.invitees}
    wanted = request.query.get("tag", "")
    found = [
        _answer(request, round, names[id], answer)
        for id, answer in round.answers.items()
        if id in names
    ]
    return [a for a in found if not wanted or wanted in a["tags"]]


def _answer(
    request: PageRequest,
    round: Round,
    invitee: Record,
    answer: Record,
) -> dict[str, Any]:
    fields = form(ANSWER)
    points = [_point(request, answer, p) for p in round.points_of(answer)]
    return {
        "id": answer.id,
        "name": record_views.title_of(invitee, form(INVITEE), request.actor),
        "href": url("record", kind=ANSWER, id=answer.id),
        "consent": str(fields.field("consent").choices[str(answer.body["consent"])]),
        "withdrawn": answer.body["withdrawn"],
        "said": _said(answer),
        "points": points,
        "tags": sorted({tag for p in points for tag in p["tags"]}),
        "add_point": _add_point(request, round, answer),
    }


def _said(answer: Record) -> list[dict[str, str]]:
    labels = {q: str(form(ANSWER).field(q).label) for q in QUESTIONS}
    return [{"question": labels[q], "text": str(answer.body[q] or "")} for q in QUESTIONS]


def _add_point(request: PageRequest, round: Round, answer: Record) -> str:
    if not _may_write(request, POINT):
        return ""
    query = f"?consultation={round.record.id}&answer={answer.id}"
    return url("record_new", kind=POINT) + query


def _point(request: PageRequest, answer: Record, point: Record) -> dict[str, Any]:
    """A point, and the link by which an example from practice that may be published enters the library."""
    shown = consultations.point_words(point)
    subjects = point.body["subjects"] or ()
    may = shown["question"] == "examples" and consultations.is_published(answer)
    promote = ""
    if may and subjects and _may_write(request, "practice"):
        promote = url("consultation_promote", id=point.body["consultation"], point=point.id)
    return {**shown, "promote": promote}


def _steps(request: PageRequest, round: Round) -> list[dict[str, Any]]:
    if not request.session or request.is_past:
        return []
    versions = history(request, ROUND, round.record.id)
    gaps = consultations.gaps(round)
    return [
        {
            "name": move.transition.name,
            "label": str(move.transition.label),
            "open": move.is_open,
            "why_not": move.why_not or joined(move.missing, "; "),
        }
        for move in workflow.moves(form(ROUND), versions, request.actor, gaps)
    ]


def take_step(
    request: PageRequest,
    given: Given,
    id: str,
    name: str,
) -> Done:
    """Open or close a round."""
    who, round = request.signed_in(), whole(request, id)
    versions = history(request, ROUND, id)
    moved = workflow.moved(form(ROUND), versions, name, who, consultations.gaps(round))
    why = given.text("why")[:500] or name
    [kept] = request.state.records.append([moved], by=who, why=why, now=request.now)
    return Done(url("consultation", id=id), {"id": id, "status": kept.body["status"]})


def make_link(
    request: PageRequest,
    given: Given,  # noqa: ARG001
    id: str,
    invitee: str,
) -> Again:
    """A link for one respondent, shown this once: whoever holds it answers for them."""
    request.signed_in(*form(INVITEE).writers)
    round, asked = whole(request, id), read(request, INVITEE, invitee)
    if not _may_link(request, round) or asked.body["consultation"] != id:
        raise NotAllowed(say("respond.link_is_made_by_the_space"))
    path = url("consultation_respond") + f"?token={new_link(request, round.record, asked)}"
    content = {
        "title": say("respond.link_of", name=str(asked.body["organisation"])),
        "link": request.state.settings.address + path,
        "closes": round.record.body["closes"],
        "back": url("consultation", id=id),
        "known": True,
    }
    return Again("consultation_link.html", content, 201)


ROUTES = (
    *page("consultations", "/consultations", look, "consultations.html"),
    *page("consultation", "/consultations/{id}", look_one, "consultation.html"),
    action("consultation_step", "/consultations/{id}/steps/{name}", take_step),
    action("consultation_link", "/consultations/{id}/invitees/{invitee}/link", make_link),
)
