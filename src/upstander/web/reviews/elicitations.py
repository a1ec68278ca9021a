"""The page of a question to experts, and the acts of answering and discussing it. Answers stay hidden until all are in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from upstander.assess import elicitation
from upstander.assess.aggregation import CAVEAT
from upstander.core.errors import NotAllowed, UnknownRecord
from upstander.core.messages import say
from upstander.core.rights import Actor, may_write
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
        return request.state.records.read(
            "elicitation", id, by=request.actor, as_of=request.as_of
        )
    except UnknownRecord:
        raise UnknownRecord(say("web.there_is_no_question_at_this_address")) from None


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
    request: PageRequest,
    q: Record,
    values: Mapping[str, Any],
    faults: Mapping[str, str],
) -> dict[str, Any]:
    given = given_to(request, q)
    mine = _own_estimate(request, q, given)
    own, remark = form("estimate"), form("expert_comment")
    return {
        **_about(request, q),
        "answered": mine is not None,
        "blocked": _blocked(request, q),
        "faults": form_fields.summary(own, faults) or form_fields.summary(remark, faults),
        "inputs": _estimate_inputs(values, mine, faults),
        "comment": _comment_inputs(request, q, given, values, faults),
        "may_manage": _may_manage(request, q),
        "is_apart": _is_apart(request, q),
        **review_content.elicited(elicitation.result(q, given, request.actor)),
    }


def _about(request: PageRequest, q: Record) -> dict[str, Any]:
    """What the question is, and where it stands."""
    body = q.body
    return {
        "title": body["question"],
        "id": q.id,
        "review": _review(request, q),
        "resolves": body["resolves"],
        "caveat": CAVEAT,
        "deadline": body["deadline"],
        "interval": body["interval"],
        "round": _open_round(q),
        **_outcome(q),
        "state": form("elicitation").field("state").choices[body["state"]],
    }


def _open_round(q: Record) -> str:
    """The number of the round that is open, '' when none is."""
    return ROUNDS.get(q.body["state"], "")


def _blocked(request: PageRequest, q: Record) -> str:
    """Why the reader may not answer now, '' when nothing stands in the way."""
    if not request.session:
        return say("web.sign_in_to_answer")
    return _answer_fault(q, request.actor)


def _answer_fault(q: Record, who: Actor) -> str:
    number = _open_round(q)
    return (
        elicitation.answer_fault(q, who, number) if number else say("web.no_round_is_open")
    )


def _own_estimate(
    request: PageRequest, q: Record, given: Sequence[Record]
) -> Record | None:
    """The reader's last estimate of the round that is open."""
    who, number = request.actor.account, _open_round(q)
    estimates = (
        e for e in reversed(given) if e.kind == "estimate" and e.stamp.author == who
    )
    return next((e for e in estimates if e.body["round"] == number), None)


def _estimate_inputs(
    values: Mapping[str, Any], mine: Record | None, faults: Mapping[str, str]
) -> list[dict[str, Any]]:
    own = form("estimate")
    shown = values or (form_fields.kept(mine, own) if mine else {})
    return [
        i for i in form_fields.inputs(own, shown, faults, {}, ()) if i["name"] != "round"
    ]


def _comment_inputs(
    request: PageRequest,
    q: Record,
    given: Sequence[Record],
    values: Mapping[str, Any],
    faults: Mapping[str, str],
) -> list[dict[str, Any]]:
    """The inputs of a comment, for the experts while they discuss."""
    if elicitation.discussion_fault(q, given, request.actor):
        return []
    return form_fields.inputs(form("expert_comment"), values, faults, {}, ())


def _may_manage(request: PageRequest, q: Record) -> bool:
    writers = form("elicitation").writers
    return bool(request.session) and may_write(request.actor, q.stamp, writers)


def _is_apart(request: PageRequest, q: Record) -> bool:
    """Whether answers are discussed just now, and not by the reader."""
    is_discussed = q.body["state"] in ("discussion", "round2")
    return is_discussed and request.actor.account not in elicitation.experts(q)


def _outcome(q: Record) -> dict[str, str]:
    """What happened, once the question is settled; '' before."""
    choices, outcome = form("elicitation").field("outcome").choices, q.body["outcome"]
    return {
        "outcome": choices[outcome] if outcome else "",
        "outcome_source": q.body["outcome_source"] or "",
    }


def _review(request: PageRequest, q: Record) -> str:
    """The id of the question's review, '' when the reader may not know of it."""
    reviews = request.state.records.find(
        by=request.actor, as_of=request.as_of, kinds=["review"], ids=[q.parent]
    )
    return reviews[0].id if reviews else ""


def answer(request: PageRequest, given: Given, id: str) -> Done | Again:
    """Keep the expert's estimate for the round that is open; a new one replaces an earlier one of the same round."""
    who, q = request.signed_in(), _question(request, id)
    if fault := _answer_fault(q, who):
        raise NotAllowed(fault)
    number = _open_round(q)
    known = request.state.records.find(
        by=who, as_of=request.now, kinds=["estimate"], parent=id, limit=MOST_ESTIMATES
    )
    own = (e for e in known if e.stamp.author == who.account)
    before = next((e for e in own if e.body["round"] == number), None)
    fields = {**_fields(given, "estimate"), "round": number}
    return _keep(
        request, q, "estimate", fields, before, say("web.answer_in_round", number=number)
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
        say("web.comment_in_the_discussion"),
    )


def _fields(given: Given, kind: str) -> dict[str, Any]:
    sent = given.values.get("fields", {}) if given.is_json else given.values
    if not isinstance(sent, Mapping):
        raise FormError({"fields": say("web.fields_takes_an_object_of_field_names")})
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
        told = {"error": say("web.this_cannot_be_kept"), "faults_by_field": error.faults}
        return Again("question.html", {**told, **_page(request, q, fields, error.faults)})
    request.state.records.append([draft], by=who, why=why, now=request.now)
    return Done(
        url("assessments_question", id=q.id),
        {"round": fields["round"]} if "round" in fields else {},
        201,
    )


ROUTES = (
    *page("assessments_question", "/assessments/questions/{id}", look, "question.html"),
    action("post_assessments_question", "/assessments/questions/{id}", answer),
    action(
        "assessments_question_comments", "/assessments/questions/{id}/comments", comment
    ),
)
