"""The page of a question to experts, and the acts of answering and discussing it. Answers stay hidden until all are in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from upstander.assess import elicitation, keeping
from upstander.assess.aggregation import CAVEAT
from upstander.assess.forms import FormError, form
from upstander.core.errors import NotAllowed, UnknownRecord
from upstander.core.rights import may_write
from upstander.lake.records import Record, new_id
from upstander.report import assessing, inputs
from upstander.web.asking import Asking
from upstander.web.doors import Again, Done, Doors, Given

ROUNDS = {"round1": "1", "round2": "2"}
MOST_ESTIMATES = 200  # of a question: two for each of at most 26 experts


def add(doors: Doors) -> None:
    """The page and the acts."""
    doors.page("/assessments/questions/{id}", look, "question.html")
    doors.action("/assessments/questions/{id}", answer)
    doors.action("/assessments/questions/{id}/comments", comment)


def _question(asking: Asking, id: str) -> Record:
    try:
        return asking.state.records.read("elicitation", id, by=asking.actor, as_of=asking.as_of)
    except UnknownRecord:
        raise UnknownRecord("There is no question at this address that you may read.") from None


def given_to(asking: Asking, question: Record) -> tuple[Record, ...]:
    """What experts gave under a question, as the teller reads it: never shown but through ``elicitation.result``."""
    most = elicitation.MOST_COMMENTS + MOST_ESTIMATES
    return asking.state.records.find(
        by=elicitation.TELLER,
        as_of=asking.as_of,
        kinds=elicitation.KINDS,
        parent=question.id,
        limit=most,
    )


def look(asking: Asking, id: str) -> dict[str, Any]:
    """The question, how many have answered, and what may be shown of the answers."""
    return _page(asking, _question(asking, id), {}, {})


def _page(
    asking: Asking, q: Record, values: Mapping[str, Any], faults: Mapping[str, str]
) -> dict[str, Any]:
    given = given_to(asking, q)
    open_round = ROUNDS.get(q.body["state"], "")
    blocked = (
        elicitation.answer_fault(q, asking.actor, open_round) if open_round else "No round is open."
    )
    mine = [
        e
        for e in given
        if e.kind == "estimate"
        and e.stamp.author == asking.actor.account
        and e.body["round"] == open_round
    ]
    own, remark = form("estimate"), form("expert_comment")
    shown = values or (inputs.kept(mine[-1], own) if mine else {})
    result = elicitation.result(q, given, asking.actor)
    is_apart = q.body["state"] in (
        "discussion",
        "round2",
    ) and asking.actor.account not in elicitation.experts(q)
    return {
        "title": q.body["question"],
        "id": q.id,
        "review": _review(asking, q),
        "resolves": q.body["resolves"],
        "caveat": CAVEAT,
        "deadline": q.body["deadline"],
        "interval": q.body["interval"],
        "round": open_round,
        **_outcome(q),
        "state": form("elicitation").field("state").choices[q.body["state"]],
        "answered": bool(mine),
        "blocked": blocked if asking.session else "Sign in to answer.",
        "faults": inputs.summary(own, faults) or inputs.summary(remark, faults),
        "inputs": [i for i in inputs.inputs(own, shown, faults, {}, ()) if i["name"] != "round"],
        "comment": []
        if elicitation.discussion_fault(q, given, asking.actor)
        else inputs.inputs(remark, values, faults, {}, ()),
        "may_manage": bool(asking.session)
        and may_write(asking.actor, q.stamp, form("elicitation").writers),
        "is_apart": is_apart,
        **assessing.elicited(result),
    }


def _outcome(q: Record) -> dict[str, str]:
    """What happened, once the question is settled; '' before."""
    shown, found = form("elicitation").field("outcome").choices, q.body["outcome"]
    return {
        "outcome": shown[found] if found else "",
        "outcome_source": q.body["outcome_source"] or "",
    }


def _review(asking: Asking, q: Record) -> str:
    """The id of the question's review, '' when the reader may not know of it."""
    found = asking.state.records.find(
        by=asking.actor, as_of=asking.as_of, kinds=["review"], ids=[q.parent]
    )
    return found[0].id if found else ""


def answer(asking: Asking, given: Given, id: str) -> Done | Again:
    """Keep the expert's estimate for the round that is open; a new one replaces an earlier one of the same round."""
    who, q = asking.signed_in(), _question(asking, id)
    number = ROUNDS.get(q.body["state"], "")
    if fault := elicitation.answer_fault(q, who, number) if number else "No round is open.":
        raise NotAllowed(fault)
    known = asking.state.records.find(
        by=who, as_of=asking.now, kinds=["estimate"], parent=id, limit=MOST_ESTIMATES
    )
    before = next(
        (e for e in known if e.stamp.author == who.account and e.body["round"] == number), None
    )
    return _keep(
        asking,
        q,
        "estimate",
        {**_fields(given, "estimate"), "round": number},
        before,
        f"Answer in round {number}",
    )


def comment(asking: Asking, given: Given, id: str) -> Done | Again:
    """Keep what an expert says in the discussion. It stays as it was said: who thinks again says so in a next one."""
    who, q = asking.signed_in(), _question(asking, id)
    if fault := elicitation.discussion_fault(q, given_to(asking, q), who):
        raise NotAllowed(fault)
    return _keep(
        asking,
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
    asking: Asking, q: Record, kind: str, fields: Mapping[str, Any], before: Record | None, why: str
) -> Done | Again:
    """Keep what the expert who asks gives under a question, as a new record or the next version of ``before``."""
    who = asking.actor
    try:
        draft = keeping.draft(
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
                **_page(asking, q, fields, error.faults),
            },
        )
    asking.state.records.append([draft], by=who, why=why, now=asking.now)
    return Done(
        f"/assessments/questions/{q.id}",
        {"round": fields["round"]} if "round" in fields else {},
        201,
    )
