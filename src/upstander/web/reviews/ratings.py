"""The page of one indicator in a review: its question, the evidence, every position, and this space's rating."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from upstander.assess.rating import rating_draft, record_id, sign_words
from upstander.core.errors import Conflict, NotAllowed, UnknownRecord
from upstander.core.rights import may_write, stamp_within
from upstander.records import Record
from upstander.records.forms import FormError, form
from upstander.report import record_views, review_content
from upstander.web.kernel import form_fields
from upstander.web.kernel.outlooks import public
from upstander.web.kernel.record_reading import reader_of
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import Again, Done, Given, action, page
from upstander.web.kernel.urls import url
from upstander.web.records.form_page import compared as both_versions
from upstander.web.records.writing import why_fault
from upstander.web.reviews.workspace import Desk, head, may_rate, new_link, open_desk


def look_rating(request: PageRequest, id: str, code: str) -> dict[str, Any]:
    """One indicator: its question, the evidence, every position, and the inputs."""
    desk = open_desk(request, id)
    held = _own_rating(request, desk, code)
    values = form_fields.kept(held, form("rating")) if held else {}
    return _rating_page(
        request, desk, code, values, {}, why="", expected=held.version if held else 0
    )


def _own_rating(request: PageRequest, desk: Desk, code: str) -> Record | None:
    if code not in desk.frameworks.rated:
        raise UnknownRecord("No framework has an indicator of this code.")
    review, who = desk.review.record.id, request.actor
    ids = (record_id(review, code, who.space), record_id(review, code, who.space, who.account))
    return next((r for id in ids for r in desk.review.of("rating") if r.id == id), None)


def _rating_page(
    request: PageRequest,
    desk: Desk,
    code: str,
    values: Mapping[str, Any],
    faults: Mapping[str, str],
    *,
    why: str,
    expected: int,
    conflict: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    own = form("rating")
    names = {n: f.short or f.title for n, f in desk.frameworks.lenses.items()}
    near = {"evidence": _items(request, desk, code)}
    shown = [
        i
        for i in form_fields.inputs(own, values, faults, near, ())
        if i["name"] not in ("code", "edition")
    ]
    shown_level = sign_words if code in desk.frameworks.unscored else review_content.words_of
    at = [
        {
            "space": desk.spaces.get(s, s),
            "words": shown_level(t[code].level),
            "note": t[code].note,
            "by": t[code].why,
        }
        for s, t in desk.ratings.by_space.items()
        if code in t
    ]
    tied = desk.ties.get(code, (frozenset(), frozenset()))
    reader = reader_of(request, ())
    items = [e for e in desk.review.of("evidence") if e.id in tied[0] | tied[1]]
    return {
        **head(request, desk),
        "title": f"{code} {desk.frameworks.rated[code][2].label}",
        "indicator": review_content.indicator(code, desk.frameworks, names),
        "positions": at,
        "public": public(request, desk.frameworks.rated[code][2], desk.review.record.place),
        "evidence": [
            {
                **record_views.line(e, form("evidence"), reader),
                "side": "for" if e.id in tied[0] else "against",
                "grade": f"{e.body['reliability'] or '–'}{e.body['credibility'] or '–'}",
            }
            for e in items[:50]
        ],
        "inputs": shown if may_rate(request, desk.review.record) else [],
        "faults": form_fields.summary(own, faults),
        "why": why,
        "expected": expected,
        "conflict": conflict,
        "own_space": desk.spaces.get(request.actor.space, "your space"),
        "review_title": desk.review.record.body["title"],
        "anchors": review_content.anchors(),
        "new_evidence": new_link(request, desk, "evidence", code),
        "near": _near(desk, code),
        "guide": url("assessments_guide") + f"?review={desk.review.record.id}",
    }


def _near(desk: Desk, code: str) -> dict[str, str]:
    """The codes before and after, in the order of the frameworks; '' at an end."""
    codes = list(desk.frameworks.rated)
    at = codes.index(code)
    return {
        "before": codes[at - 1] if at else "",
        "after": codes[at + 1] if at + 1 < len(codes) else "",
    }


def _items(request: PageRequest, desk: Desk, code: str) -> list[tuple[str, str]]:
    """Evidence to choose from: what was tied to the code, else the newest."""
    items = desk.review.of("evidence")
    tied = [
        e for e in items if code in (e.body["supports"] or []) or code in (e.body["against"] or [])
    ]
    return [
        (e.id, record_views.title_of(e, form("evidence"), request.actor))
        for e in (tied or items[-30:])[:100]
    ]


def rate(request: PageRequest, given: Given, id: str, code: str) -> Done | Again:
    """Keep this space's rating of an indicator: once, seen through every lens."""
    who, desk = request.signed_in(*form("rating").writers), open_desk(request, id)
    before = _own_rating(request, desk, code)
    own, fields = form("rating"), _fields(given)
    why = given.text("why") or given.text("_why")
    expected = (
        int(text)
        if (
            text := str(given.values.get("expected", given.values.get("_expected", "0")))
        ).isdecimal()
        else 0
    )
    try:
        if fault := why_fault(why):
            raise FormError({"_why": fault})
        draft = rating_draft(
            {**fields, "code": code},
            desk.frameworks,
            review=id,
            by=who,
            places=frozenset(),
            place=desk.review.record.place,
            stamp=before.stamp if before else stamp_within(desk.review.record.stamp, who),
            expected=expected,
        )
        if before and not may_write(who, before.stamp, own.writers):
            raise NotAllowed("Your role or space may not change this rating.")
        kept = request.state.records.append([draft], by=who, why=why, now=request.now)[0]
    except FormError as error:
        page = _rating_page(request, desk, code, fields, error.faults, why=why, expected=expected)
        return Again(
            "rate.html", {"error": "This cannot be kept", "faults_by_field": error.faults, **page}
        )
    except Conflict as error:
        both = both_versions(request, own, error.theirs, error.ours)
        page = _rating_page(
            request, desk, code, fields, {}, why=why, expected=error.theirs.version, conflict=both
        )
        return Again("rate.html", {"error": "Somebody else wrote in between", **page}, 409)
    after = _near(desk, code)["after"] if given.text("_then") == "next" else ""
    there = f"{desk.href}/rate/{after}" if after else f"{desk.href}#r-{code}"
    return Done(there, {"id": kept.id, "version": kept.version}, 200 if before else 201)


def _fields(given: Given) -> dict[str, Any]:
    """What was typed, by field of the rating form."""
    sent = given.values.get("fields", {}) if given.is_json else given.values
    if not isinstance(sent, Mapping):
        raise FormError({"fields": "fields takes an object of field names and values"})
    several = {f.name for f in form("rating").fields if f.type in ("choices", "links")}
    return {
        f.name: (
            sent[f.name]
            if f.name not in several or isinstance(sent[f.name], list)
            else [sent[f.name]]
        )
        for f in form("rating").fields
        if f.name in sent and sent[f.name] not in ("", None)
    }


ROUTES = (
    *page(
        "assessment_rate", "/assessments/{id}/rate/{code}", look_rating, "rate.html", is_kept=True
    ),
    action("post_assessment_rate", "/assessments/{id}/rate/{code}", rate),
)
