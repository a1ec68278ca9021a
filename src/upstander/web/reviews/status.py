"""Where a review stands: the steps that lead on, what is missing for them, its frozen versions, what this reader may decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from upstander.assess import headline, publishing, wording
from upstander.assess.rating import level_words, outdated, sign_words
from upstander.core.messages import say
from upstander.core.rights import APPROVERS, Actor, Role
from upstander.records import Record, workflow
from upstander.records.forms import form
from upstander.web.kernel import form_fields
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.urls import url
from upstander.web.reviews.workspace import SIX, Desk, gaps_of

MOST_DISPUTED = 10
DECIDERS = (Role.ANALYST, Role.APPROVER, Role.HEAD)


def standing(request: PageRequest, desk: Desk) -> dict[str, Any]:
    """Where the review stands: the steps that lead on, what is missing, its versions, and what this reader may do."""
    gaps = gaps_of(request, desk)
    may = bool(request.session) and not request.is_past
    return {
        "moves": _moves(request, desk, gaps) if may else [],
        "gaps": gaps,
        "versions": [_version_line(desk, v) for v in publishing.versions(desk.review)],
        "moved_since": moved_since(desk),
        "wording": _wording(desk),
        "disputed": _disputed(desk),
        "outdated": [{"code": c, "href": f"{desk.href}/rate/{c}"} for c in _outdated(desk)],
        "sign": sign_form(request, desk, {}, {})
        if may and _may_sign(request, desk)
        else None,
        "level": _own_level_form(request, desk) if may else None,
    }


def _moves(
    request: PageRequest, desk: Desk, gaps: Sequence[publishing.Gap]
) -> list[dict[str, Any]]:
    history = request.state.records.history(
        "review", desk.review.record.id, by=request.actor, as_of=request.as_of
    )
    by_condition = publishing.by_condition(gaps)
    moves = workflow.moves(form("review"), history, request.actor, by_condition)
    return [_move(desk, m) for m in moves]


def _wording(desk: Desk) -> list[dict[str, str]]:
    """Advice on the texts of the review."""
    notes = (wording.notes(desk.review.of(kind)) for kind in wording.WRITTEN)
    return [_note(note) for of_kind in notes for note in of_kind]


def _own_level_form(request: PageRequest, desk: Desk) -> dict[str, Any] | None:
    """The form of the country's level, for whoever may set it."""
    may_set = request.actor.role in DECIDERS
    return level_form(desk, request.actor, {}, {}) if may_set else None


def _note(note: wording.Note) -> dict[str, str]:
    return {
        "passage": note.passage,
        "advice": note.advice,
        "href": url("record", kind=note.kind, id=note.record),
    }


def _disputed(desk: Desk) -> list[dict[str, Any]]:
    """The indicators on which spaces differ most, each with every space's level."""
    shown = list(desk.ratings.disputed.items())[:MOST_DISPUTED]
    words_of = {
        code: sign_words if code in desk.frameworks.unscored else level_words
        for code, _ in shown
    }
    return [
        {
            "code": code,
            "label": desk.frameworks.rated[code][2].label,
            "href": f"{desk.href}/rate/{code}",
            "levels": {
                desk.spaces.get(s, s): words_of[code](level) for s, level in levels.items()
            },
        }
        for code, levels in shown
    ]


def _outdated(desk: Desk) -> tuple[str, ...]:
    return outdated(desk.ratings.of(desk.space), desk.frameworks)


def moved_since(desk: Desk) -> str:
    """What moved since the version that is published or being signed, in a sentence; '' where nothing did, or none is."""
    version = publishing.in_signature(desk.review) or publishing.published(desk.review)
    if version is None:
        return ""
    later = _written_after(desk, version)
    was, now = version.body["headline"], desk.seen(SIX).headline.words
    if not later and now == was:
        return ""
    rated = sum(r.kind == "rating" for r in later)
    change = say("web.the_level_read_and_now_reads", was=was, now=now) if now != was else ""
    return say(
        "web.since_version_was_frozen_records_were_written",
        number=version.body["number"],
        number_2=len(later),
        rated=rated,
        change=change,
    )


def _written_after(desk: Desk, version: Record) -> list[Record]:
    """Parts of the review that were written after a version, its signatures left out."""
    kinds = [k for k in desk.review.parts if k not in ("signoff", "review_version")]
    return [r for kind in kinds for r in desk.review.of(kind) if r.when > version.when]


def _move(desk: Desk, move: workflow.Move) -> dict[str, Any]:
    return {
        "label": move.transition.label,
        "href": f"{desk.href}/steps/{move.transition.name}",
        "is_open": move.is_open,
        "why_not": move.why_not,
        "missing": list(move.missing),
    }


def _version_line(desk: Desk, version: Record) -> dict[str, Any]:
    body = version.body
    return {
        "number": body["number"],
        "status": form("review_version").field("status").choices[body["status"]],
        "headline": body["headline"],
        "coverage": body["coverage"],
        "frozen": body["frozen"],
        "digest": body["digest"],
        "href": f"{desk.href}/versions/{body['number']}",
    }


def level_form(
    desk: Desk,
    actor: Actor,
    given: Mapping[str, Any],
    faults: Mapping[str, str],
) -> dict[str, Any]:
    own = form("country_level")
    before = own_level(desk, actor)
    values = given or (
        {"level": before.body["level"], "reason": before.body["reason"]} if before else {}
    )
    return {
        "action": f"{desk.href}/level",
        "inputs": form_fields.inputs(own, values, faults, {}, ()),
        "faults": form_fields.summary(own, faults),
        "expected": before.version if before else 0,
        "draft": desk_of_actor(desk, actor).seen(SIX).headline.draft.words,
    }


def desk_of_actor(desk: Desk, actor: Actor) -> Desk:
    """The desk in the eyes of the actor's own space."""
    return replace(desk, space=actor.space)


def own_level(desk: Desk, actor: Actor) -> Record | None:
    wanted = headline.record_id(desk.review.record.id, actor.space)
    return next((r for r in desk.review.of("country_level") if r.id == wanted), None)


def _may_sign(request: PageRequest, desk: Desk) -> bool:
    version = publishing.in_signature(desk.review)
    is_signer = version is not None and request.actor.space in publishing.signers(
        desk.review, version
    )
    return is_signer and request.actor.role in APPROVERS


def sign_form(
    request: PageRequest,
    desk: Desk,
    given: Mapping[str, Any],
    faults: Mapping[str, str],
) -> dict[str, Any]:
    own, version = form("signoff"), publishing.in_signature(desk.review)
    return {
        "action": f"{desk.href}/sign",
        "inputs": form_fields.inputs(own, given, faults, {}, ()),
        "faults": form_fields.summary(own, faults),
        "number": version.body["number"] if version else None,
        "agency": request.space_title(request.actor.space),
        "name": request.actor.name,
    }
