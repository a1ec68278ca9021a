"""The follow-up report and meeting pack on one country's plans, or on all: a page to choose on, and files to take away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from fastapi import Response

from upstander.core.errors import UnknownRecord
from upstander.core.messages import say
from upstander.core.rights import Stamp
from upstander.records import Record
from upstander.records.disclosure_control import blurred
from upstander.records.forms import choices, form
from upstander.report import document, record_views
from upstander.report.documents import follow_up
from upstander.report.documents.follow_up import Material
from upstander.respond import plans, way_forward
from upstander.web.country.assessment import place_of
from upstander.web.kernel import access_log
from upstander.web.kernel.record_reading import check_export, everything, may_keep, places
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import report_answer
from upstander.web.kernel.routing import file, page
from upstander.web.kernel.urls import url
from upstander.web.plans import plan_content
from upstander.web.plans.plan_content import Plan
from upstander.web.plans.plan_views import plan_of
from upstander.web.reviews.steps import material_of

MOST_ROWS = 200  # of each table of the report
TABLES = ("pillars", "overdue", "blocked", "disagree", "reports", "bodies", "needs")


def look(request: PageRequest) -> dict[str, Any]:
    """The report's content, with what can be chosen."""
    material = _material(request)
    return {
        "title": say("report.follow_up_on", about=material.about),
        **_choices(request),
        "summary": list(material.summary),
        "rows": {name: [list(r) for r in getattr(material, name)] for name in TABLES},
        "steps": [list(r) for r in material.steps],
        "as_of": material.as_of.isoformat(),
    }


def _choices(request: PageRequest) -> dict[str, Any]:
    """What can be chosen, and the files of what was."""
    place, pillar = _place(request), request.query.get("pillar", "")
    asked = f"?{urlencode({'place': place, 'pillar': pillar})}"
    return {
        "place": place,
        "places": places(request),
        "pillar": pillar,
        "may_keep": may_keep(request),
        "pillars_of": list(choices("pillar").items()),
        "files": [
            (s.upper(), url("plans_follow_up_file", shape=s) + asked) for s in SHAPES
        ],
    }


SHAPES = ("html", "pdf", "docx")


def take(request: PageRequest, shape: str) -> Response:
    """One shape of the report; each copy is logged."""
    if shape not in document.MAKE:
        raise UnknownRecord(say("respond.report_shapes", shapes=", ".join(SHAPES)))
    check_export(request)
    made = follow_up.document(_material(request))
    access_log.keep_export(request, "follow_up", {"format": shape})
    return report_answer(made, "follow-up", shape, request.language)


def _place(request: PageRequest) -> str:
    asked = request.query.get("place", "").strip()
    return place_of(request, asked).code if asked else ""


def _material(request: PageRequest) -> Material:
    """What the report is made from, as the reader may see it."""
    place, pillar = _place(request), request.query.get("pillar", "")
    plan = _of_pillar(plan_of(request, place), pillar)
    needs = _needs(request, place)
    reports = _public(plan)
    return Material(
        about=dict(places(request)).get(place, say("respond.all_countries")),
        pillar=choices("pillar").get(pillar, ""),
        as_of=plan.on,
        summary=_summary(plan),
        **_of_actions(plan),
        reports=[_report(r, plan) for r in reports[:MOST_ROWS]],
        bodies=_bodies(reports),
        needs=[row for _, row in needs],
        steps=_steps(request, place),
        stamps=_stamps(plan, [need for need, _ in needs]),
    )


def _of_pillar(plan: Plan, pillar: str) -> Plan:
    """The actions of one pillar alone, where one is asked for (Z05)."""
    if pillar not in choices("pillar"):
        return plan
    actions = tuple(a for a in plan.actions if a.body["pillar"] == pillar)
    ids = {a.id for a in actions}
    reports = {id: own for id, own in plan.reports.items() if id in ids}
    return Plan(actions, plan.recommendations, reports, plan.on, plan.actor)


def _stamps(plan: Plan, needs: Sequence[Record]) -> list[Stamp]:
    """Rights of every record that the report quotes; its own reader's where it quotes none."""
    quoted = (*plan.actions, *_public(plan), *needs)
    return [r.stamp for r in quoted] or [Stamp(plan.actor.space, plan.actor.account)]


def _summary(plan: Plan) -> list[str]:
    shown = plan_content.summary(plan)
    late = say("respond.n_overdue", n=shown["overdue"])
    stuck = say("respond.n_blocked", n=shown["blocked"])
    return [shown["rate_words"], late, stuck, shown["ownership_words"]]


def _of_actions(plan: Plan) -> dict[str, Any]:
    late = plans.overdue(plan.actions, plan.on)[:MOST_ROWS]
    stuck = plans.blocked(plan.actions)[:MOST_ROWS]
    differ = [a for a in plan.actions if plans.views(plan.reports.get(a.id, ())).disagree]
    return {
        "pillars": [_group(g) for g in plan_content.groups(plan, "pillar")],
        "overdue": [_late(a, plan) for a in late],
        "blocked": [_stuck(a, plan) for a in stuck],
        "disagree": [_differ(a, plan) for a in differ[:MOST_ROWS]],
    }


def _group(group: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(group[name]) for name in ("words", "count", "done", "overdue"))


def _late(action: Record, plan: Plan) -> tuple[str, ...]:
    shown = plan_content.line(action, plan)
    return tuple(str(shown[name] or "") for name in ("title", "owner", "due", "late_words"))


def _stuck(action: Record, plan: Plan) -> tuple[str, ...]:
    seen, shown = blurred(action, plan.actor), plan_content.line(action, plan)
    return shown["title"], str(shown["owner"] or ""), str(seen.body["blocked_by"] or "")


def _differ(action: Record, plan: Plan) -> tuple[str, ...]:
    newest = plans.views(plan.reports[action.id]).newest
    said = form(plans.REPORT).field("status")
    each = (newest.get(side) for side in plans.SIDES)
    states = (record_views.said(r, said) if r else say("respond.no_report") for r in each)
    return plan_content.line(action, plan)["title"], *states


def _public(plan: Plan) -> list[Record]:
    """Progress reports that are meant for such a report, newest first."""
    every = (r for own in plan.reports.values() for r in own)
    public = (r for r in every if r.body["openness"] == "public")
    return sorted(public, key=lambda r: (str(r.body["day"]), r.id), reverse=True)


def _report(report: Record, plan: Plan) -> tuple[str, ...]:
    seen, own = blurred(report, plan.actor), form(plans.REPORT)
    action = {a.id: a for a in plan.actions}.get(str(report.body["action"]))
    title = plan_content.line(action, plan)["title"] if action else ""
    who, status = (record_views.said(seen, own.field(n)) for n in ("reporter", "status"))
    return str(report.body["day"]), title, who, status, str(seen.body["words"] or "")


def _bodies(reports: Sequence[Record]) -> list[tuple[str, ...]]:
    """Public reports by the sort of body that made them."""
    named = form(plans.REPORT).field("reporter").choices
    found = plans.grouped(reports, lambda r: [str(r.body["reporter"])])
    return [(named[sort], str(len(own))) for sort, own in sorted(found.items())]


def _needs(request: PageRequest, place: str) -> list[tuple[Record, tuple[str, ...]]]:
    where = {"place": place} if place else {}
    offers = everything(request, kinds=("offer",))
    needs = everything(request, kinds=("need",), **where)[:MOST_ROWS]
    return [(need, _need(request, need, offers)) for need in needs]


def _need(
    request: PageRequest,
    need: Record,
    offers: Sequence[Record],
) -> tuple[str, ...]:
    titles = (
        record_views.title_of(o, form(o.kind), request.actor)
        for o in plans.offers_for(need, offers)
    )
    title = record_views.title_of(need, form("need"), request.actor)
    return title, str(need.body["needed_by"] or ""), "; ".join(titles)


def _steps(request: PageRequest, place: str) -> list[tuple[str, ...]]:
    """The seven steps, for a report on one country."""
    if not place:
        return []
    steps = way_forward.scorecard(material_of(request, place))
    return [(f"{s.id} {s.title}", s.state_words, s.words) for s in steps]


ROUTES = (
    *page(
        "plans_follow_up",
        "/plans/follow-up",
        look,
        "plans_follow_up.html",
        is_kept=True,
    ),
    file("plans_follow_up_file", "/plans/follow-up.{shape}", take),
)
