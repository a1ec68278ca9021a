"""What people decide in a review: the level of the country, the steps it takes, signatures, and its frozen versions.

Who decides is who is signed in. What must hold before a step is worked out in ``assess/publishing.py``.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from upstander.assess import headline, publishing
from upstander.assess.aggregation import CAVEAT
from upstander.core.errors import NotAllowed
from upstander.core.rights import APPROVERS, Actor, Marking, Usage, stamp_within
from upstander.records import Draft, Record, drafts, redaction, workflow
from upstander.records.forms import FormError, form
from upstander.report import record_views
from upstander.web.kernel import form_fields
from upstander.web.kernel.record_reading import reader_of
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import Again, Done, Given, action, page
from upstander.web.kernel.urls import url
from upstander.web.records.writing import why_fault
from upstander.web.reviews.reports import frozen_document, signature_lines, version_of
from upstander.web.reviews.status import DECIDERS, desk_of_actor, level_form, own_level, sign_form
from upstander.web.reviews.views import look
from upstander.web.reviews.workspace import SIX, Desk, frozen_part, gaps_of, open_desk


def set_level(request: PageRequest, given: Given, id: str) -> Done | Again:
    """Set the country's level in the eyes of the actor's space, with a reason, from the draft."""
    who, desk = request.signed_in(*DECIDERS), open_desk(request, id)
    draft = desk_of_actor(desk, who).seen(SIX).headline.draft
    fields = {name: given.text(name) for name in ("level", "reason")}
    before = own_level(desk, who)
    try:
        if not draft.coverage.is_enough and fields["level"] != "withdrawn":
            raise FormError(
                {"level": f"Too little is assessed to set a level: {draft.coverage.words}"}
            )
        kept = drafts.draft(
            "country_level",
            {**fields, "draft": draft.words},
            id=headline.record_id(id, who.space),
            by=who,
            places=frozenset(),
            stamp=before.stamp if before else stamp_within(desk.review.record.stamp, who),
            parent=id,
            place=desk.review.record.place,
            expected=_expected(given, before),
        )
    except FormError as error:
        return _again(request, desk, error, level=level_form(desk, who, fields, error.faults))
    record = request.state.records.append(
        [kept], by=who, why=fields["reason"][: form_fields.MOST_WHY], now=request.now
    )[0]
    return Done(desk.href, {"id": record.id, "version": record.version}, 200 if before else 201)


# The steps


def take_step(request: PageRequest, given: Given, id: str, name: str) -> Done | Again:
    """Move the review on by one of its transitions; freezing, publishing and withdrawing move its version too."""
    who, desk = request.signed_in(), open_desk(request, id)
    why = given.text("why") or given.text("_why")
    if fault := why_fault(why):
        return _again(request, desk, FormError({"_why": fault}))
    gaps = publishing.by_condition(gaps_of(request, desk))
    history = request.state.records.history("review", id, by=who, as_of=request.now)
    moved = workflow.moved(form("review"), history, name, who, gaps)
    with_it = [*_versions_moved(request, desk, name, who)]
    kept = request.state.records.append([moved, *with_it], by=who, why=why, now=request.now)[0]
    return Done(desk.href, {"id": kept.id, "version": kept.version, "status": kept.body["status"]})


def _versions_moved(request: PageRequest, desk: Desk, step: str, who: Actor) -> list[Draft]:
    """What a step of the review does to its versions."""
    signing, public = publishing.in_signature(desk.review), publishing.published(desk.review)
    if step == "freeze":
        return [_frozen(request, desk, who)]
    moves = {
        "reopen": [(signing, "withdraw")],
        "publish": [(public, "supersede"), (signing, "publish")],
    }.get(step, [])
    made = [
        workflow.moved(form("review_version"), [v], name, who, {})
        for v, name in moves
        if v is not None
    ]
    return (
        [*made[:-1], _with_signatures(request, made[-1], signing)]
        if step == "publish" and signing
        else made
    )


def _with_signatures(request: PageRequest, draft: Draft, version: Record) -> Draft:
    """The version as it is published carries its signatures: whoever may read it reads who signed."""
    lines = signature_lines(request, version)
    return replace(draft, body={**draft.body, "signed": json.dumps(lines, ensure_ascii=False)})


def _frozen(request: PageRequest, desk: Desk, who: Actor) -> Draft:
    """The next version: the report of what travels as far as the review, word for word, with its digest."""
    part, _ = frozen_part(request, desk)
    number = max((int(v.body["number"]) for v in publishing.versions(desk.review)), default=0) + 1
    document, digest = frozen_document(request, part, number)
    seen = part.seen(SIX).headline
    values = {
        "title": f"{desk.review.record.body['title']}, version {number}",
        "number": number,
        "frozen": request.now.isoformat(timespec="seconds"),
        "headline": seen.words,
        "coverage": seen.draft.coverage.words,
        "digest": digest,
        "document": document,
        "asked": " ".join(sorted(publishing.signers(desk.review, None))),
    }
    return drafts.draft(
        "review_version",
        values,
        id=publishing.version_id(desk.review.record.id, number),
        by=who,
        places=frozenset(),
        stamp=replace(
            desk.review.record.stamp,
            author=who.account,
            marking=_closed(desk),
            usage=_closed_usage(desk),
        ),
        parent=desk.review.record.id,
        place=desk.review.record.place,
    )


def _closed(desk: Desk) -> Marking:
    """A version is opened to the world by a step of its own, once it is published."""
    marking = desk.review.record.stamp.marking
    return Marking.GREEN if marking is Marking.CLEAR else marking


def _closed_usage(desk: Desk) -> Usage:
    usage = desk.review.record.stamp.usage
    return Usage.RESTRICTED if usage is Usage.PUBLIC else usage


# Signatures


def sign(request: PageRequest, given: Given, id: str) -> Done | Again:
    """Sign the version that is in signature, for the space one is signed in to."""
    who, desk = request.signed_in(*APPROVERS), open_desk(request, id)
    version = publishing.in_signature(desk.review)
    if version is None:
        raise NotAllowed("No version of this review is in signature now.")
    if who.space not in publishing.signers(desk.review, version):
        raise NotAllowed(
            "Your space was not asked to sign: it neither takes part in this review nor rated in it."
        )
    if str(given.values.get("version", "")) != str(version.body["number"]):
        raise NotAllowed(
            f"Version {version.body['number']} is in signature now. Read it, and say that you sign this one."
        )
    fields = {name: given.text(name) for name in ("decision", "reservation")}
    signature = publishing.signature_id(id, version.body["number"], who.space)
    before = next((s for s in desk.review.of("signoff") if s.id == signature), None)
    try:
        kept = drafts.draft(
            "signoff",
            {**fields, "version": version.body["number"], "digest": version.body["digest"]},
            id=signature,
            by=who,
            places=frozenset(),
            stamp=before.stamp if before else stamp_within(version.stamp, who),
            parent=id,
            place=desk.review.record.place,
            expected=before.version if before else 0,
        )
    except FormError as error:
        return _again(request, desk, error, sign=sign_form(request, desk, fields, error.faults))
    why = f"signs version {version.body['number']}"
    record = request.state.records.append([kept], by=who, why=why, now=request.now)[0]
    return Done(desk.href, {"id": record.id, "version": record.version}, 200 if before else 201)


# A version


def look_version(request: PageRequest, id: str, number: str) -> dict[str, Any]:
    """A frozen version: its level, coverage, hash, who signed it, and the report to take away."""
    version = version_of(request, id, number)
    reader = reader_of(request, [version])
    body = version.body
    may_open = (
        bool(request.session)
        and not request.is_past
        and request.actor.role in APPROVERS
        and request.actor.space == version.stamp.space
        and body["status"] == "published"
        and version.stamp.marking is not Marking.CLEAR
    )
    return {
        "title": body["title"],
        "number": body["number"],
        "href": url("assessment_version", id=id, number=body["number"]),
        "review": url("assessment", id=id),
        "status": form("review_version").field("status").choices[body["status"]],
        "headline": body["headline"],
        "coverage": body["coverage"],
        "frozen": body["frozen"],
        "digest": body["digest"],
        "place": version.place,
        "stamp": record_views.stamp(version.stamp, reader),
        "signatures": signature_lines(request, version),
        "may_open": may_open,
        "findings": [],
        "mark": "",
        "caveat": CAVEAT,
    }


def open_to_the_world(request: PageRequest, given: Given, id: str, number: str) -> Done | Again:
    """Let the world read a published version, after a look at what in it may lead to a person."""
    who, version = request.signed_in(*APPROVERS), version_of(request, id, number)
    if version.body["status"] != "published":
        raise NotAllowed("Only a published version is shown to the world.")
    stamp = replace(version.stamp, marking=Marking.CLEAR, usage=Usage.PUBLIC)
    found = redaction.before_widening(version.kind, version.body, version.stamp, stamp)
    if found and given.text("_confirmed") != redaction.mark_of(found):
        page = {**look_version(request, id, number), "mark": redaction.mark_of(found)}
        page["findings"] = [{"what": f.what, "text": f.text} for f in found]
        return Again("assessment_version.html", {"error": "Look at these places first", **page})
    draft = Draft(
        kind=version.kind,
        id=version.id,
        body=version.body,
        sealed=form(version.kind).sealed,
        stamp=stamp,
        writers=form(version.kind).writers,
        parent=version.parent,
        place=version.place,
        expected=version.version,
    )
    kept = request.state.records.append(
        [draft], by=who, why="opened to the world", now=request.now
    )[0]
    return Done(
        url("assessment_version", id=id, number=number), {"id": kept.id, "version": kept.version}
    )


def _expected(given: Given, before: Record | None) -> int:
    """The version it was written upon: as the page said, else the one that stands, so that a program may leave it out."""
    said = given.text("_expected") or str(given.values.get("expected", ""))
    return int(said[:9]) if said.isdecimal() else before.version if before else 0


def _again(request: PageRequest, desk: Desk, error: FormError, **shown: Any) -> Again:
    page = {
        **look(request, desk.review.record.id),
        "error": "This cannot be kept",
        "faults_by_field": error.faults,
    }
    page["standing"] = {**page["standing"], **shown}
    page["faults"] = form_fields.summary(form("review"), error.faults)
    return Again("assessment.html", page)


ROUTES = (
    *page(
        "assessment_version",
        "/assessments/{id}/versions/{number}",
        look_version,
        "assessment_version.html",
    ),
    action(
        "assessment_version_open", "/assessments/{id}/versions/{number}/open", open_to_the_world
    ),
    action("assessment_level", "/assessments/{id}/level", set_level),
    action("assessment_step", "/assessments/{id}/steps/{name}", take_step),
    action("assessment_sign", "/assessments/{id}/sign", sign),
)
