"""Saying how a recommendation stands, and who sees to it: records that every account here may read beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from upstander.core.rights import Marking, Stamp
from upstander.records import drafts, forms, new_id, plausibility
from upstander.records.forms import FormError
from upstander.respond.recommendation_progress import FOLLOW_UP, PROGRESS
from upstander.web.kernel.record_reading import everything, may_edit, place_codes
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import Done
from upstander.web.kernel.routing import Given, action
from upstander.web.kernel.urls import url
from upstander.web.recommendations import reading

SAID = ("side", "status", "day", "account", "known_from")
SEVERAL = ("options", "factors")


def say_progress(request: PageRequest, given: Given, id: str) -> Done:
    """Keep one side's word on a recommendation. Raises FormError, NotAllowed, UnknownRecord."""
    fields = {name: given.text(name) for name in SAID}
    return _kept(request, PROGRESS, id, fields, {}, "progress")


def set_follow_up(request: PageRequest, given: Given, id: str) -> Done:
    """Keep who sees to a recommendation, in place of what stood there. Raises FormError, NotAllowed, UnknownRecord."""
    fields: dict[str, Any] = {n: given.text(n) for n in ("lead", "due", "note")}
    fields |= {name: list(given.several(name)) for name in SEVERAL}
    fields["actions"] = [a for part in given.several("actions") for a in part.split()]
    standing = everything(request, kinds=(FOLLOW_UP,), where={"recommendation": id})
    own = [r for r in standing if may_edit(request, r, forms.form(FOLLOW_UP))]
    before = {"id": own[-1].id, "expected": own[-1].version} if own else {}
    return _kept(request, FOLLOW_UP, id, fields, before, "follow-up")


def _kept(
    request: PageRequest,
    kind: str,
    key: str,
    fields: Mapping[str, Any],
    before: Mapping[str, Any],
    part: str,
) -> Done:
    who = request.signed_in(*forms.form(kind).writers)
    kept = reading.one(request, key)
    place = next(iter(kept.row.having("country")), "")
    draft = drafts.draft(
        kind,
        {**fields, "recommendation": key, "place": place},
        by=who,
        places=place_codes(request),
        stamp=Stamp(who.space, who.account, Marking.GREEN),
        place=place,
        **{"id": new_id(), **before},
    )
    if faults := plausibility.faults(forms.form(kind), draft.body, request.today):
        raise FormError(faults)
    why = f"{kept.reference}: {part}"
    [made] = request.state.records.append([draft], by=who, why=why, now=request.now)
    return Done(f"{url('recommendation', id=key)}#{part}", {"id": made.id}, 201)


ROUTES = (
    action("say_recommendation_progress", "/recommendations/{id}/progress", say_progress),
    action(
        "set_recommendation_follow_up", "/recommendations/{id}/follow-up", set_follow_up
    ),
)
