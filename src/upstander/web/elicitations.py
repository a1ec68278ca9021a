"""The page of a question to experts, and the act of answering it. Answers of others stay hidden until all are in."""

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


def add(doors: Doors) -> None:
    """The page and the act."""
    doors.page("/assessments/questions/{id}", look, "question.html")
    doors.action("/assessments/questions/{id}", answer)


def _question(asking: Asking, id: str) -> Record:
    try:
        return asking.state.records.read("elicitation", id, by=asking.actor, as_of=asking.as_of)
    except UnknownRecord:
        raise UnknownRecord("There is no question at this address that you may read.") from None


def look(asking: Asking, id: str) -> dict[str, Any]:
    """The question, how many have answered, and what may be shown of the answers."""
    return _page(asking, _question(asking, id), {}, {})


def _page(asking: Asking, q: Record, values: Mapping[str, Any], faults: Mapping[str, str]) -> dict[str, Any]:
    read = asking.state.records.find
    given = read(by=elicitation.TELLER, as_of=asking.as_of, kinds=["estimate"], parent=q.id, limit=200)
    open_round = ROUNDS.get(q.body["state"], "")
    blocked = elicitation.faults(q, asking.actor, open_round) if open_round else "No round is open."
    mine = [e for e in given if e.stamp.author == asking.actor.account and e.body["round"] == open_round]
    own = form("estimate")
    shown = values or (inputs.kept(mine[-1], own) if mine else {})
    return {
        "title": q.body["question"], "id": q.id, "review": _review(asking, q), "resolves": q.body["resolves"], "caveat": CAVEAT,
        "deadline": q.body["deadline"], "interval": q.body["interval"], "round": open_round, **_outcome(q),
        "state": form("elicitation").field("state").choices[q.body["state"]], "answered": bool(mine),
        "blocked": blocked if asking.session else "Sign in to answer.", "faults": inputs.summary(own, faults),
        "inputs": [i for i in inputs.inputs(own, shown, faults, {}, ()) if i["name"] != "round"],
        "may_manage": bool(asking.session) and may_write(asking.actor, q.stamp, form("elicitation").writers),
        **assessing.elicited(elicitation.result(q, given)),
    }  # fmt: skip


def _outcome(q: Record) -> dict[str, str]:
    """What happened, once the question is settled; '' before."""
    shown, found = form("elicitation").field("outcome").choices, q.body["outcome"]
    return {"outcome": shown[found] if found else "", "outcome_source": q.body["outcome_source"] or ""}


def _review(asking: Asking, q: Record) -> str:
    """The id of the question's review, '' when the reader may not know of it."""
    found = asking.state.records.find(by=asking.actor, as_of=asking.as_of, kinds=["review"], ids=[q.parent])
    return found[0].id if found else ""


def answer(asking: Asking, given: Given, id: str) -> Done | Again:
    """Keep the expert's estimate for the round that is open; a new one replaces an earlier one of the same round."""
    who, q = asking.signed_in(), _question(asking, id)
    number = ROUNDS.get(q.body["state"], "")
    if fault := elicitation.faults(q, who, number) if number else "No round is open.":
        raise NotAllowed(fault)
    sent = given.values.get("fields", {}) if given.is_json else given.values
    if not isinstance(sent, Mapping):
        raise FormError({"fields": "fields takes an object of field names and values"})
    names = {f.name for f in form("estimate").fields}
    fields = {**{k: v for k, v in sent.items() if k in names}, "round": number}
    known = asking.state.records.find(by=who, as_of=asking.now, kinds=["estimate"], parent=id, limit=200)
    before = next((e for e in known if e.stamp.author == who.account and e.body["round"] == number), None)
    try:
        draft = keeping.draft(
            "estimate", fields, id=before.id if before else new_id(), by=who, places=frozenset(), parent=id,
            stamp=before.stamp if before else elicitation.estimate_stamp(who), place=q.place,
            expected=before.version if before else 0,
        )  # fmt: skip
    except FormError as error:
        return Again("question.html", {"error": "This cannot be kept", "faults_by_field": error.faults,
                                       **_page(asking, q, fields, error.faults)})  # fmt: skip
    asking.state.records.append([draft], by=who, why=f"Answer in round {number}", now=asking.now)
    return Done(f"/assessments/questions/{id}", {"round": number}, 201)
