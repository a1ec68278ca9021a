"""What people decide in a review: the level of the country, the steps it takes, signatures, and its frozen versions.

Who decides is who is signed in. What must hold before a step is worked out in ``assess/publishing.py``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from upstander.assess import headline, publishing
from upstander.core.errors import NotAllowed
from upstander.core.messages import say
from upstander.core.rights import APPROVERS, Actor, Marking, Stamp, Usage
from upstander.records import Draft, Record, drafts, workflow
from upstander.records.forms import FormError, form
from upstander.web.kernel import form_fields
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import Again, Done, Given, action
from upstander.web.records.writing import why_fault
from upstander.web.reviews.reports import frozen_document, signature_lines
from upstander.web.reviews.status import (
    DECIDERS,
    desk_of_actor,
    level_form,
    own_level,
    sign_form,
)
from upstander.web.reviews.views import look
from upstander.web.reviews.workspace import (
    SIX,
    Desk,
    every_rating,
    frozen_part,
    gaps_of,
    open_desk,
)

NOT_ASKED = say("web.your_space_was_not_asked_to_sign")


def set_level(request: PageRequest, given: Given, id: str) -> Done | Again:
    """Set the country's level in the eyes of the actor's space, with a reason, from the draft."""
    who, desk = request.signed_in(*DECIDERS), open_desk(request, id)
    fields = {name: given.text(name) for name in ("level", "reason")}
    before = own_level(desk, who)
    try:
        draft = _level(given, desk, who, fields, before)
    except FormError as error:
        return _again(
            request, desk, error, level=level_form(desk, who, fields, error.faults)
        )
    why = fields["reason"][: form_fields.MOST_WHY]
    [record] = request.state.records.append([draft], by=who, why=why, now=request.now)
    return Done(
        desk.href, {"id": record.id, "version": record.version}, 200 if before else 201
    )


def _level(
    given: Given,
    desk: Desk,
    who: Actor,
    fields: Mapping[str, str],
    before: Record | None,
) -> Draft:
    """The level as it would be kept, with the draft it was set from. Raises FormError."""
    seen = desk_of_actor(desk, who).seen(SIX).headline.draft
    if not seen.coverage.is_enough and fields["level"] != "withdrawn":
        words = say("web.too_little_is_assessed_to_set_a", coverage=seen.coverage.words)
        raise FormError({"level": words})
    return drafts.position(
        "country_level",
        {**fields, "draft": seen.words},
        id=headline.record_id(desk.review.record.id, who.space),
        by=who,
        whole=desk.review.record,
        before=before,
        expected=_expected(given, before),
    )


# The steps


# By step of the review, the steps of its versions: which version, and the name of its step.
MOVES = {
    "reopen": (("in signature", "withdraw"),),
    "publish": (("published", "supersede"), ("in signature", "publish")),
}


def take_step(
    request: PageRequest,
    given: Given,
    id: str,
    name: str,
) -> Done | Again:
    """Move the review on by one of its transitions; freezing, publishing and withdrawing move its version too."""
    who, desk = request.signed_in(), every_rating(request, open_desk(request, id))
    why = given.text("why") or given.text("_why")
    if fault := why_fault(why):
        return _again(request, desk, FormError({"_why": fault}))
    gaps = publishing.by_condition(gaps_of(request, desk))
    history = request.state.records.history("review", id, by=who, as_of=request.now)
    moved = workflow.moved(form("review"), history, name, who, gaps)
    versions = _versions_moved(request, desk, name, who)
    kept, *_ = request.state.records.append(
        [moved, *versions], by=who, why=why, now=request.now
    )
    return Done(
        desk.href, {"id": kept.id, "version": kept.version, "status": kept.body["status"]}
    )


def _versions_moved(
    request: PageRequest,
    desk: Desk,
    step: str,
    who: Actor,
) -> list[Draft]:
    """What a step of the review does to its versions."""
    signing, public = (
        publishing.in_signature(desk.review),
        publishing.published(desk.review),
    )
    if step == "freeze":
        return [_frozen(request, desk, who)]
    moves = MOVES.get(step, ())
    versions = {"in signature": signing, "published": public}
    moved = [
        workflow.moved(form("review_version"), [version], name, who, {})
        for which, name in moves
        if (version := versions[which]) is not None
    ]
    if step == "publish" and signing:
        return [*moved[:-1], _with_signatures(request, moved[-1], signing)]
    return moved


def _with_signatures(request: PageRequest, draft: Draft, version: Record) -> Draft:
    """The version as it is published carries its signatures: whoever may read it reads who signed."""
    lines = signature_lines(request, version)
    return replace(
        draft, body={**draft.body, "signed": json.dumps(lines, ensure_ascii=False)}
    )


def _frozen(request: PageRequest, desk: Desk, who: Actor) -> Draft:
    """The next version: the report of what travels as far as the review, word for word, with its digest."""
    review = desk.review.record
    part, _ = frozen_part(request, desk)
    number = (
        max((int(v.body["number"]) for v in publishing.versions(desk.review)), default=0)
        + 1
    )
    document, digest = frozen_document(request, part, number)
    level = part.seen(SIX).headline
    values = {
        "title": say("web.version", title=review.body["title"], number=number),
        "number": number,
        "frozen": request.now.isoformat(timespec="seconds"),
        "headline": level.words,
        "coverage": level.draft.coverage.words,
        "digest": digest,
        "document": document,
        "asked": " ".join(sorted(publishing.signers(desk.review, None))),
    }
    return drafts.draft(
        "review_version",
        values,
        id=publishing.version_id(review.id, number),
        by=who,
        places=frozenset(),
        stamp=_closed(review.stamp, who),
        parent=review.id,
        place=review.place,
    )


def _closed(review: Stamp, who: Actor) -> Stamp:
    """Rights of a version: those of its review, but never the world's. It is opened to the world by a step of its own, once
    it is published."""
    marking = Marking.GREEN if review.marking is Marking.CLEAR else review.marking
    usage = Usage.RESTRICTED if review.usage is Usage.PUBLIC else review.usage
    return replace(review, author=who.account, marking=marking, usage=usage)


# Signatures


def sign(request: PageRequest, given: Given, id: str) -> Done | Again:
    """Sign the version that is in signature, for the space one is signed in to."""
    who, desk = request.signed_in(*APPROVERS), open_desk(request, id)
    version = _to_sign(given, desk, who)
    number = version.body["number"]
    fields = {name: given.text(name) for name in ("decision", "reservation")}
    signature = publishing.signature_id(id, number, who.space)
    before = next((s for s in desk.review.of("signoff") if s.id == signature), None)
    try:
        draft = drafts.position(
            "signoff",
            {**fields, "version": number, "digest": version.body["digest"]},
            id=signature,
            by=who,
            whole=version,
            before=before,
            expected=before.version if before else 0,
            parent=id,
        )
    except FormError as error:
        return _again(
            request, desk, error, sign=sign_form(request, desk, fields, error.faults)
        )
    why = f"signs version {number}"
    [record] = request.state.records.append([draft], by=who, why=why, now=request.now)
    return Done(
        desk.href, {"id": record.id, "version": record.version}, 200 if before else 201
    )


def _to_sign(given: Given, desk: Desk, who: Actor) -> Record:
    """The version in signature, which the signer has named. Raises NotAllowed."""
    version = publishing.in_signature(desk.review)
    if version is None:
        raise NotAllowed(say("web.no_version_of_this_review_is_in"))
    if who.space not in publishing.signers(desk.review, version):
        raise NotAllowed(NOT_ASKED)
    number = str(version.body["number"])
    if str(given.values.get("version", "")) != number:
        raise NotAllowed(say("web.version_is_in_signature_now_read_it", number=number))
    return version


def _expected(given: Given, before: Record | None) -> int:
    """The version it was written upon: as the page said, else the one that stands, so that a program may leave it out."""
    said = given.text("_expected") or str(given.values.get("expected", ""))
    return int(said[:9]) if said.isdecimal() else before.version if before else 0


def _again(request: PageRequest, desk: Desk, error: FormError, **shown: Any) -> Again:
    page = {
        **look(request, desk.review.record.id),
        "error": say("web.this_cannot_be_kept"),
        "faults_by_field": error.faults,
    }
    page["standing"] = {**page["standing"], **shown}
    page["faults"] = form_fields.summary(form("review"), error.faults)
    return Again("assessment.html", page)


ROUTES = (
    action("assessment_level", "/assessments/{id}/level", set_level),
    action("assessment_step", "/assessments/{id}/steps/{name}", take_step),
    action("assessment_sign", "/assessments/{id}/sign", sign),
)
