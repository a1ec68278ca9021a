"""An example from an answer enters the practice library: what it says, under what option, and where it comes from."""

from __future__ import annotations

from typing import Any

from upstander.core.errors import NotAllowed, UnknownRecord
from upstander.core.messages import say
from upstander.core.rights import stamp_within
from upstander.records import Record, drafts, new_id
from upstander.records.forms import FormError, form
from upstander.respond import consultations, practices
from upstander.respond.consultations import POINT, Round
from upstander.web.consultations.reading import whole
from upstander.web.kernel import form_fields
from upstander.web.kernel.record_reading import place_codes, places
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import Again, Done
from upstander.web.kernel.routing import Given, action, page
from upstander.web.kernel.urls import url

ASKED = ("subject", "what", "where", "period", "types", "factors", "caution", "state")


def look(request: PageRequest, id: str, point: str) -> dict[str, Any]:
    """The form of the library, filled in from the point."""
    request.signed_in(*form(practices.KIND).writers)
    round = whole(request, id)
    found, answer, invitee = _source(round, point)
    given = {
        "subject": (found.body["subjects"] or [""])[0],
        "what": str(found.body["said"]),
        "factors": found.body["factors"] or [],
        "where": "" if invitee.place else consultations.signed(invitee, answer),
    }
    return _page(request, round, found, given, {})


def promote(
    request: PageRequest,
    given: Given,
    id: str,
    point: str,
) -> Done | Again:
    """Keep the example, with the answer as its source."""
    who = request.signed_in(*form(practices.KIND).writers)
    round = whole(request, id)
    found, answer, invitee = _source(round, point)
    fields = {name: given.values.get(name) for name in ASKED}
    fields["known_from"] = _known_from(round, invitee, answer)
    try:
        made = drafts.draft(
            practices.KIND,
            fields,
            id=new_id(),
            by=who,
            places=place_codes(request),
            stamp=stamp_within(round.record.stamp, who),
            place=invitee.place if answer.body["consent"] == consultations.NAMED else "",
        )
    except FormError as error:
        page = _page(request, round, found, given.values, error.faults)
        return Again("consultation_promote.html", page)
    why = str(say("respond.from_an_answer"))
    [kept] = request.state.records.append([made], by=who, why=why, now=request.now)
    return Done(url("record", kind=practices.KIND, id=kept.id), {"id": kept.id}, 201)


def _source(round: Round, id: str) -> tuple[Record, Record, Record]:
    """A point, the answer it is from and who gave it; only what may be published. Raises UnknownRecord, NotAllowed."""
    answers = {a.id: a for a in round.answers.values()}
    invitees = {i.id: i for i in round.invitees}
    point = next((p for p in round.points if p.id == id), None)
    answer = answers.get(str(point.body["answer"])) if point else None
    if point is None or answer is None or answer.body["invitee"] not in invitees:
        raise UnknownRecord(say("respond.no_such_point"))
    if not consultations.is_published(answer):
        raise NotAllowed(say("respond.answer_is_not_published"))
    return point, answer, invitees[str(answer.body["invitee"])]


def _known_from(round: Round, invitee: Record, answer: Record) -> str:
    """The source: the answer, under the name that its respondent allows."""
    said = say(
        "respond.answer_to_consultation",
        who=consultations.signed(invitee, answer),
        title=str(round.record.body["title"]),
        day=answer.when.date().isoformat(),
    )
    return str(said)


def _page(
    request: PageRequest,
    round: Round,
    point: Record,
    given: Any,
    faults: Any,
) -> dict[str, Any]:
    own = form(practices.KIND)
    inputs = form_fields.inputs(own, given, faults, {}, places(request))
    by_name = {i["name"]: i for i in inputs}
    return {
        "title": say("respond.into_the_library"),
        "round": str(round.record.body["title"]),
        "back": url("consultation", id=round.record.id),
        "to": url("consultation_promote", id=round.record.id, point=point.id),
        "inputs": [by_name[name] for name in ASKED],
        "faults": form_fields.summary(own, faults),
        "known": True,
    }


WHERE = "/consultations/{id}/" + POINT + "/{point}/practice"
ROUTES = (
    *page("consultation_promote", WHERE, look, "consultation_promote.html"),
    action("post_consultation_promote", WHERE, promote),
)
