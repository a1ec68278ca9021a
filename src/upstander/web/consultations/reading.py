"""A consultation round as its reader may read it, and the links by which respondents answer."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from upstander.core.errors import NotAllowed
from upstander.core.messages import say
from upstander.core.rights import Actor, Role
from upstander.records import Record
from upstander.records.one_time_tokens import OneTime
from upstander.respond.consultations import ANSWER, INVITEE, POINT, ROUND, Round, round_of
from upstander.web.kernel.record_reading import everything, read
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.sessions import token_hash

PARTS = (INVITEE, ANSWER, POINT)
PURPOSE = "consultation"  # of a link
CONSENT_LASTS = timedelta(days=365)  # after the round: so long its link withdraws consent


def whole(request: PageRequest, id: str) -> Round:
    """A round with what belongs to it. Raises UnknownRecord."""
    record = read(request, ROUND, id)
    return round_of(record, everything(request, kinds=PARTS, where={"consultation": id}))


def every(request: PageRequest) -> list[Round]:
    """All rounds with what belongs to them."""
    parts: dict[str, list[Record]] = defaultdict(list)
    for part in everything(request, kinds=PARTS):
        parts[str(part.body["consultation"])].append(part)
    rounds = everything(request, kinds=(ROUND,))
    return [round_of(record, parts[record.id]) for record in rounds]


def new_link(request: PageRequest, round: Record, invitee: Record) -> str:
    """The token by which a respondent answers, and withdraws consent for a year after; it is shown once."""
    token = secrets.token_urlsafe(32)
    last = date.fromisoformat(str(round.body["closes"])) + CONSENT_LASTS
    OneTime(request.state.records).issue(
        token_hash(token),
        PURPOSE,
        {"round": round.id, "invitee": invitee.id, "space": round.stamp.space},
        ends=datetime.combine(last, time.max, UTC),
    )
    return token


def respondent(request: PageRequest, token: str) -> tuple[Actor, Mapping[str, Any]]:
    """As whom the holder of a link writes, and what it is for. Raises NotAllowed."""
    links = OneTime(request.state.records)
    found = links.offered(token_hash(token), PURPOSE, now=request.now) if token else None
    if found is None:
        raise NotAllowed(say("respond.link_is_not_valid"))
    account = f"respondent-{found['invitee']}"
    return Actor(account, "respondent", Role.CONTRIBUTOR, str(found["space"])), found


def read_as(
    request: PageRequest,
    by: Actor,
    kind: str,
    id: str,
) -> Record | None:
    """A record that the holder of a link works on; None where it is gone."""
    records = request.state.records
    found = records.find(by=by, as_of=request.now, kinds=(kind,), ids=(id,), limit=1)
    return found[0] if found else None
