"""The page of a question to experts, and the acts of answering and discussing it. Answers stay hidden until all are in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from upstander.assess import elicitation
from upstander.assess.aggregation import CAVEAT
from upstander.core.errors import NotAllowed, UnknownRecord
from upstander.core.rights import may_write
from upstander.records import Record, drafts, new_id
from upstander.records.forms import FormError, form
from upstander.report import review_content
from upstander.web.kernel import form_fields
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import Again, Done, Given, action, page
from upstander.web.kernel.urls import url

ROUNDS = {"round1": "1", "round2": "2"}
MOST_ESTIMATES = 200  # of a question: two for each of at most 26 experts


def _question(request: PageRequest, id: str) -> Record:
    try:
        return request.state.records.read("elicitation", id, by=request.actor, as_of=request.as_of)
    except UnknownRecord:
        raise UnknownRecord("There is no question at this address that you may read.") from None


def given_to(request: PageRequest, question: Record) -> tuple[Record, ...]:
    """What experts gave under a question, as the teller reads it: never shown but through ``elicitation.result``."""
    most = elicitation.MOST_COMMENTS + MOST_ESTIMATES
    return request.state.records.find(
        by=elicitation.TELLER,
        as_of=request.as_of,
        kinds=elicitation.KINDS,
        parent=question.id,
        limit=most,
    )


def look(request: PageRequest, id: str) -> dict[str, Any]:
    """The question, how many have answered, and what may be shown of the answers."""
    return _page(request, _question(request, id), {}, {})


def _page(
    request: PageRequest, q: Record, values: Mapping[str, Any], faults: Mapping[str, str]
) -> dict[str, Any]:
    given = given_to(request, q)
    open_round = ROUNDS.get(q.body["state"], "")
    blocked = (
        elicitation.answer_fault(q, request.actor, open_round)
        if open_round
        else "No round is open."
    )
    mine = [
        e
        for e in given
        if e.kind == "estimate"
        and e.stamp.author == request.actor.account
        and e.body["round"] == open_round
    ]
    own, remark = form("estimate"), form("expert_comment")
    shown = values or (form_fields.kept(mine[-1], own) if mine else {})
    result = elicitation.result(q, given, request.actor)
    is_apart = q.body["state"] in (
        "discussion",
        "round2",
    ) and request.actor.account not in elicitation.experts(q)
    return {
        "title": q.body["question"],
        "id": q.id,
        "review": _review(request, q),
        "resolves": q.body["resolves"],
        "caveat": CAVEAT,
        "deadline": q.body["deadline"],
        "interval": q.body["interval"],
        "round": open_round,
        **_outcome(q),
        "state": form("elicitation").field("state").choices[q.body["state"]],
        "answered": bool(mine),
        "blocked": blocked if request.session else "Sign in to answer.",
        "faults": form_fields.summary(own, faults) or form_fields.summary(remark, faults),
        "inputs": [
            i for i in form_fields.inputs(own, shown, faults, {}, ()) if i["name"] != "round"
        ],
        "comment": []
        if elicitation.discussion_fault(q, given, request.actor)
        else form_fields.inputs(remark, values, faults, {}, ()),
        "may_manage": bool(request.session)
        and may_write(request.actor, q.stamp, form("elicitation").writers),
        "is_apart": is_apart,
        **review_content.elicited(result),
    }


def _outcome(q: Record) -> dict[str, str]:
    """What happened, once the question is settled; '' before."""
    shown, found = form("elicitation").field("outcome").choices, q.body["outcome"]
    return {
        "outcome": shown[found] if found else "",
        "outcome_source": q.body["outcome_source"] or "",
    }


def _review(request: PageRequest, q: Record) -> str:
    """The id of the question's review, '' when the reader may not know of it."""
    found = request.state.records.find(
        by=request.actor, as_of=request.as_of, kinds=["review"], ids=[q.parent]
    )
    return found[0].id if found else ""


def answer(request: PageRequest, given: Given, id: str) -> Done | Again:
    """Keep the expert's estimate for the round that is open; a new one replaces an earlier one of the same round."""
    who, q = request.signed_in(), _question(request, id)
    number = ROUNDS.get(q.body["state"], "")
    if fault := elicitation.answer_fault(q, who, number) if number else "No round is open.":
        raise NotAllowed(fault)
    known = request.state.records.find(
        by=who, as_of=request.now, kinds=["estimate"], parent=id, limit=MOST_ESTIMATES
    )
    before = next(
        (e for e in known if e.stamp.author == who.account and e.body["round"] == number), None
    )
    return _keep(
        request,
        q,
        "estimate",
        {**_fields(given, "estimate"), "round": number},
        before,
        f"Answer in round {number}",
    )


def comment(request: PageRequest, given: Given, id: str) -> Done | Again:
    """Keep what an expert says in the discussion. It stays as it was said: who thinks again says so in a next one."""
    who, q = request.signed_in(), _question(request, id)
    if fault := elicitation.discussion_fault(q, given_to(request, q), who):
        raise NotAllowed(fault)
    return _keep(
        request,
        q,
        "expert_comment",
        _fields(given, "expert_comment"),
        None,
        "Comment in the discussion",
    )


def _fields(given: Given, kind: str) -> dict[str, Any]:
    sent = given.values.get("fields", {}) if given.is_json else given.values
    if not isinstance(sent, Mapping):
        raise FormError({"fields": "fields takes an object of field names and values"})
    names = {f.name for f in form(kind).fields}
    return {k: v for k, v in sent.items() if k in names}


def _keep(
    request: PageRequest,
    q: Record,
    kind: str,
    fields: Mapping[str, Any],
    before: Record | None,
    why: str,
) -> Done | Again:
    """Keep what the expert who asks gives under a question, as a new record or the next version of ``before``."""
    who = request.actor
    try:
        draft = drafts.draft(
            kind,
            fields,
            id=before.id if before else new_id(),
            by=who,
            places=frozenset(),
            parent=q.id,
            stamp=before.stamp if before else elicitation.stamp_of(who),
            place=q.place,
            expected=before.version if before else 0,
        )
    except FormError as error:
        return Again(
            "question.html",
            {
                "error": "This cannot be kept",
                "faults_by_field": error.faults,
                **_page(request, q, fields, error.faults),
            },
        )
    request.state.records.append([draft], by=who, why=why, now=request.now)
    return Done(
        url("assessments_question", id=q.id),
        {"round": fields["round"]} if "round" in fields else {},
        201,
    )


ROUTES = (
    *page("assessments_question", "/assessments/questions/{id}", look, "question.html"),
    action("post_assessments_question", "/assessments/questions/{id}", answer),
    action("assessments_question_comments", "/assessments/questions/{id}/comments", comment),
)
