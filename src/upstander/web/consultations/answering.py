"""The form behind a respondent's link: three questions, and whether the answer may be published. No account is needed.

The link answers for one respondent until the round closes, and can withdraw consent for a year after. The form reads
nothing but the round's title and what the respondent wrote itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from upstander.core.errors import NotAllowed
from upstander.core.messages import say
from upstander.core.rights import Actor, Stamp
from upstander.records import Draft, Record, drafts, id_of_the_one
from upstander.records.forms import FormError, form
from upstander.respond.consultations import (
    ANSWER,
    INVITEE,
    NOT_PUBLISHED,
    QUESTIONS,
    ROUND,
    is_open,
)
from upstander.web.consultations.reading import read_as, respondent
from upstander.web.kernel import form_fields
from upstander.web.kernel.rate_limits import source
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import Again
from upstander.web.kernel.routing import Given, action, page

TOKEN_MOST = 100


@dataclass(frozen=True)
class Holder:
    """Who holds a link: as whom it writes, the round, the respondent, and what it answered before."""

    by: Actor
    round: Record
    invitee: Record
    before: Record | None

    @property
    def id(self) -> str:
        """Of its one answer."""
        return id_of_the_one(ANSWER, self.invitee.id)


def _holder(request: PageRequest, token: str) -> Holder:
    """Raises NotAllowed where the link is over, or what it is for is gone."""
    by, found = respondent(request, token[:TOKEN_MOST])
    round = read_as(request, by, ROUND, str(found["round"]))
    invitee = read_as(request, by, INVITEE, str(found["invitee"]))
    if round is None or invitee is None:
        raise NotAllowed(say("respond.link_is_not_valid"))
    before = read_as(request, by, ANSWER, id_of_the_one(ANSWER, invitee.id))
    return Holder(by, round, invitee, before)


def look(request: PageRequest) -> dict[str, Any]:
    """The questions, with what was answered before."""
    token = request.query.get("token", "")
    holder = _holder(request, token)
    given = form_fields.kept(holder.before, form(ANSWER)) if holder.before else {}
    return _page(request, token, holder, given, {})


def send(request: PageRequest, given: Given) -> Again:
    """Keep the answer, or the next version of it."""
    token = given.text("token")
    holder = _holder(request, token)
    if not request.state.reports.take(source(request.http), request.now):
        raise NotAllowed(say("web.very_many_reports_came_from_where_you"))
    try:
        made = _draft(request, holder, given.values)
    except FormError as error:
        page = _page(request, token, holder, given.values, error.faults)
        return Again("consultation_respond.html", page)
    why = "answered by link"
    request.state.records.append([made], by=holder.by, why=why, now=request.now)
    content = {
        "title": say("respond.answer_was_received"),
        "round": str(holder.round.body["title"]),
        "consent": str(made.body["consent"]),
    }
    return Again("consultation_received.html", content, 201)


def _draft(request: PageRequest, holder: Holder, values: Mapping[str, Any]) -> Draft:
    """The answer as typed while the round is open; after it consent alone changes. Raises FormError."""
    before = holder.before.body if holder.before else {}
    takes_answers = is_open(holder.round, request.today)
    said = values if takes_answers else before
    fields = {q: said.get(q) for q in QUESTIONS}
    consent = str(values.get("consent") or "")
    if not takes_answers and consent != NOT_PUBLISHED:
        raise FormError({"consent": say("respond.round_is_closed")})
    if takes_answers and not any(str(text or "").strip() for text in fields.values()):
        raise FormError({QUESTIONS[0]: say("respond.answer_one_question")})
    given = {
        **fields,
        "consultation": holder.round.id,
        "invitee": holder.invitee.id,
        "consent": consent,
        "withdrawn": _withdrawn(request, before, consent),
    }
    return drafts.draft(
        ANSWER,
        given,
        id=holder.id,
        by=holder.by,
        places=frozenset({holder.invitee.place} - {""}),
        stamp=_stamp(holder),
        place=holder.invitee.place,
        expected=holder.before.version if holder.before else 0,
    )


def _withdrawn(request: PageRequest, before: Mapping[str, Any], consent: str) -> str | None:
    """The day on which consent that was given is taken back."""
    had = before.get("consent") not in (None, "", NOT_PUBLISHED)
    if consent != NOT_PUBLISHED:
        return None
    kept = before.get("withdrawn")
    return request.today.isoformat() if had else str(kept) if kept else None


def _stamp(holder: Holder) -> Stamp:
    """An answer travels no further than the space that asked, until its office opens it."""
    if holder.before:
        return holder.before.stamp
    return Stamp(holder.by.space, holder.by.account, restricted=True)


def _page(
    request: PageRequest,
    token: str,
    holder: Holder,
    given: Mapping[str, Any],
    faults: Mapping[str, str],
) -> dict[str, Any]:
    inputs = {i["name"]: i for i in form_fields.inputs(form(ANSWER), given, faults, {}, ())}
    body = holder.round.body
    return {
        "title": str(body["title"]),
        "about": str(body["about"] or ""),
        "organisation": str(holder.invitee.body["organisation"]),
        "closes": body["closes"],
        "open": is_open(holder.round, request.today),
        "answered": holder.before is not None,
        "token": token,
        "questions": [inputs[q] for q in QUESTIONS],
        "consent": inputs["consent"],
        "faults": form_fields.summary(form(ANSWER), faults),
    }


ROUTES = (
    *page(
        "consultation_respond",
        "/consultations/respond",
        look,
        "consultation_respond.html",
    ),
    action("post_consultation_respond", "/consultations/respond", send, is_open=True),
)
