"""What is already done, subject by subject: the wizard that maps a country's own policies to the report's eighteen (Z02)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from upstander.assess.resilience import Subject, subjects
from upstander.core.errors import UnknownRecord
from upstander.core.messages import say
from upstander.records import Record, drafts, new_id
from upstander.records.forms import FormError, form
from upstander.report import record_views
from upstander.web.kernel import form_fields
from upstander.web.kernel.record_reading import may_begin, reader_of
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import Again, Done, Given, action, page
from upstander.web.reviews.workspace import Desk, head, open_desk

KIND = "policy_mapping"


def look(request: PageRequest, id: str) -> dict[str, Any]:
    """All eighteen subjects with what is mapped to each, and the one that is asked about now."""
    desk = open_desk(request, id)
    wanted = request.query.get("subject", "")
    return _page(request, desk, _asked(desk, wanted), {}, {})


def _asked(desk: Desk, wanted: str) -> Subject:
    """The subject named, else the first to which nothing is mapped, else the first."""
    known = {s.id: s for s in subjects()}
    if wanted and wanted not in known:
        raise UnknownRecord(say("web.there_is_no_such_subject"))
    mapped = {r.body["subject"] for r in desk.review.of(KIND)}
    return known.get(wanted) or next(
        (s for s in subjects() if s.id not in mapped), subjects()[0]
    )


def _page(
    request: PageRequest,
    desk: Desk,
    asked: Subject,
    values: Mapping[str, Any],
    faults: Mapping[str, str],
) -> dict[str, Any]:
    here = f"{desk.href}/mapping"
    by_subject = _by_subject(desk)
    return {
        **head(request, desk),
        "title": say("web.what_is_already_done"),
        "review_title": desk.review.record.body["title"],
        "asked": _shown(asked),
        "skip": f"{here}?subject={_after(asked).id}",
        "mapped": sum(bool(policies) for policies in by_subject.values()),
        "of": len(by_subject),
        "subjects": _subjects(request, desk, asked, here),
        "inputs": _inputs(request, values, faults),
        "faults": form_fields.summary(form(KIND), faults),
        "error": "",
        "action": here,
    }


def _shown(subject: Subject) -> dict[str, str]:
    return {
        "id": subject.id,
        "words": subject.words,
        "option": subject.option,
        "benefit": subject.benefit,
    }


def _by_subject(desk: Desk) -> dict[str, list[Record]]:
    """Policies under each subject; a subject without any has an empty list."""
    by_subject: dict[str, list[Record]] = {s.id: [] for s in subjects()}
    for policy in desk.review.of(KIND):
        by_subject[policy.body["subject"]].append(policy)
    return by_subject


def _subjects(
    request: PageRequest,
    desk: Desk,
    asked: Subject,
    here: str,
) -> list[dict[str, Any]]:
    own, reader = form(KIND), reader_of(request, desk.review.of(KIND))
    by_subject = _by_subject(desk)
    return [
        {
            "words": s.words,
            "option": s.option,
            "href": f"{here}?subject={s.id}",
            "current": s.id == asked.id,
            "policies": [record_views.line(r, own, reader) for r in by_subject[s.id]],
        }
        for s in subjects()
    ]


def _inputs(
    request: PageRequest, values: Mapping[str, Any], faults: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The inputs of a policy, for whoever may write; its subject is the one asked about."""
    own = form(KIND)
    if not may_begin(request, KIND):
        return []
    inputs = form_fields.inputs(own, values, faults, {}, ())
    return [i for i in inputs if i["name"] != "subject"]


def _after(asked: Subject) -> Subject:
    order = list(subjects())
    return order[(order.index(asked) + 1) % len(order)]


def keep(request: PageRequest, given: Given, id: str) -> Done | Again:
    """Keep one policy under its subject, and ask about the next subject to which nothing is mapped."""
    who, desk = request.signed_in(*form(KIND).writers), open_desk(request, id)
    if not given.text("subject"):
        # the next one is proposed to people; it is never filled in for them
        offered = ", ".join(s.id for s in subjects())
        raise FormError({"subject": say("web.name_one_of_the_subjects", offered=offered)})
    asked = _asked(desk, given.text("subject"))
    names = {f.name for f in form(KIND).fields} - {"subject"}
    values = {name: given.text(name) for name in names if given.text(name)}
    policy = {**values, "subject": asked.id}
    try:
        draft = drafts.position(KIND, policy, id=new_id(), by=who, whole=desk.review.record)
    except FormError as error:
        page = _page(request, desk, asked, values, error.faults)
        told = {"error": say("web.this_cannot_be_kept"), "faults_by_field": error.faults}
        return Again("assessment_mapping.html", {**page, **told})
    why = f"mapped to {asked.option}"
    [kept] = request.state.records.append([draft], by=who, why=why, now=request.now)
    return Done(f"{desk.href}/mapping", {"id": kept.id, "version": kept.version}, 201)


ROUTES = (
    *page(
        "assessment_mapping", "/assessments/{id}/mapping", look, "assessment_mapping.html"
    ),
    action("post_assessment_mapping", "/assessments/{id}/mapping", keep),
)
