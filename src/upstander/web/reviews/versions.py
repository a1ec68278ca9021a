"""The page of a frozen version, and letting the world read it once it is published."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from upstander.assess.aggregation import CAVEAT
from upstander.core.errors import NotAllowed
from upstander.core.messages import say
from upstander.core.rights import APPROVERS, Marking, Usage
from upstander.records import Record, redaction
from upstander.records.drafts import next_version
from upstander.records.forms import form
from upstander.report import record_views
from upstander.web.kernel.record_reading import may_keep, reader_of
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import Again, Done, Given, action, page
from upstander.web.kernel.urls import url
from upstander.web.reviews.reports import signature_lines, version_of


def look_version(request: PageRequest, id: str, number: str) -> dict[str, Any]:
    """A frozen version: its level, coverage, hash, who signed it, and the report to take away."""
    version = version_of(request, id, number)
    reader = reader_of(request, [version])
    body = version.body
    as_frozen = ("title", "number", "headline", "coverage", "frozen", "digest")
    return {
        **{name: body[name] for name in as_frozen},
        "href": url("assessment_version", id=id, number=body["number"]),
        "review": url("assessment", id=id),
        "status": form("review_version").field("status").choices[body["status"]],
        "place": version.place,
        "stamp": record_views.stamp(version.stamp, reader),
        "signatures": signature_lines(request, version),
        "may_open": _may_open(request, version),
        "may_keep": may_keep(request),
        "findings": [],
        "mark": "",
        "caveat": CAVEAT,
    }


def _may_open(request: PageRequest, version: Record) -> bool:
    """Whether this reader may let the world read the version: published, of their own space, and not open yet."""
    is_approver = bool(request.session) and request.actor.role in APPROVERS
    is_own = request.actor.space == version.stamp.space
    is_closed = version.stamp.marking is not Marking.CLEAR
    is_published = version.body["status"] == "published"
    return is_approver and is_own and is_published and is_closed and not request.is_past


def open_to_the_world(
    request: PageRequest,
    given: Given,
    id: str,
    number: str,
) -> Done | Again:
    """Let the world read a published version, after a look at what in it may lead to a person."""
    who, version = request.signed_in(*APPROVERS), version_of(request, id, number)
    if version.body["status"] != "published":
        raise NotAllowed(say("web.only_a_published_version_is_shown_to"))
    stamp = replace(version.stamp, marking=Marking.CLEAR, usage=Usage.PUBLIC)
    findings = redaction.before_widening(version.kind, version.body, version.stamp, stamp)
    if findings and given.text("_confirmed") != redaction.mark_of(findings):
        page = {**look_version(request, id, number), "mark": redaction.mark_of(findings)}
        page["findings"] = [{"what": f.what, "text": f.text} for f in findings]
        return Again(
            "assessment_version.html",
            {"error": say("web.look_at_these_places_first"), **page},
        )
    draft = next_version(version, form(version.kind), stamp=stamp)
    why = "opened to the world"
    [kept] = request.state.records.append([draft], by=who, why=why, now=request.now)
    here = url("assessment_version", id=id, number=number)
    return Done(here, {"id": kept.id, "version": kept.version})


ROUTES = (
    *page(
        "assessment_version",
        "/assessments/{id}/versions/{number}",
        look_version,
        "assessment_version.html",
    ),
    action(
        "assessment_version_open",
        "/assessments/{id}/versions/{number}/open",
        open_to_the_world,
    ),
)
