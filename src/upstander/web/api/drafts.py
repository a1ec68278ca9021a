"""Drafts through the API: a program fills in a form for its token's account, which finishes it on a page, or deletes it.

It is no record until then: nothing is published, released, signed or changed by a token.
"""

from __future__ import annotations

from typing import Any

from upstander.core.messages import say
from upstander.records.api_tokens import WRITE_DRAFTS
from upstander.records.held_drafts import OPEN, STATES, HeldDraft
from upstander.web.api.callers import check_scope
from upstander.web.api.operation import (
    RECORDS,
    Call,
    Found,
    Operation,
    Sent,
    Writing,
    sliced,
)
from upstander.web.api.parameters import refused
from upstander.web.api.records import KIND
from upstander.web.api.rows_of_records import HeldDraftRow
from upstander.web.kernel.urls import url
from upstander.web.records import held_drafts

TEXT = {"type": "string"}
PARTS: dict[str, dict[str, Any]] = {
    "fields": {
        "type": "object",
        "description": "Values by field, as the kind's form has them.",
    },
    "place": {
        **TEXT,
        "description": "Code of the place, for kinds that have it beside their fields.",
    },
    "parent": {
        **TEXT,
        "description": "Id of the record it is part of, for kinds that have one.",
    },
    "why": {
        **TEXT,
        "description": "Why, in a sentence; who finishes it may say it in other words.",
    },
}


def drafts(call: Call) -> Found:
    """The drafts of the token's account, newest first, with what became of each."""
    check_scope(call.caller, WRITE_DRAFTS)
    if call.request.is_past:
        raise refused("as_of", say("web.api_drafts_of_now"))
    account = call.caller.account.account if call.caller.account else ""
    held = call.request.state.held_drafts
    return sliced(call, held.of(account, now=call.request.now, states=STATES), row)


def row(held: HeldDraft) -> HeldDraftRow:
    """A draft as the API gives it; what it says is on the page where it is finished."""
    is_open = held.state == OPEN
    page = url("record_new", kind=held.kind) + f"?draft={held.id}"
    return HeldDraftRow(
        id=held.id,
        kind=held.kind,
        state=held.state,
        record=held.record,
        page=page if is_open else "",
        made=held.made.isoformat(),
        ends=held.ends.isoformat(),
    )


def draft(sent: Sent) -> tuple[HeldDraftRow, bool]:
    """Keep a draft for the token's account. Raises NotAllowed, FormError, ConfigError."""
    kind, request = sent.values["kind"], sent.request
    held_drafts.check(request, kind, sent.body, reads=sent.caller.reads_records)
    token = sent.caller.token.name if sent.caller.token else ""
    kept, is_new = request.state.held_drafts.keep(
        sent.once, kind, sent.body, token=token, by=request.actor, now=request.now
    )
    return row(kept), is_new


OPERATIONS = (
    Operation(
        "drafts",
        "/v1/drafts",
        "Drafts of the token's account, newest first, with what became of each.",
        HeldDraftRow,
        drafts,
        about=RECORDS,
        formats=("json",),
    ),
)
WRITINGS = (
    Writing(
        "draft",
        "/v1/drafts/{kind}",
        "Keep a draft of a record for the token's account, which finishes or deletes it on a page.",
        HeldDraftRow,
        WRITE_DRAFTS,
        (KIND,),
        PARTS,
        ("fields",),
        draft,
    ),
)
