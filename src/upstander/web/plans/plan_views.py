"""Plans and follow-up: what is open, late or blocked, groups, one action with who says what, needs and offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from fastapi import Response

from upstander.core.messages import say
from upstander.monitor import ical_text
from upstander.records import Record
from upstander.records.forms import form
from upstander.report import record_views
from upstander.respond import plans
from upstander.web.kernel import access_log
from upstander.web.kernel.record_reading import (
    check_export,
    everything,
    find,
    history,
    may_begin,
    may_edit,
    named,
    places,
    reader_of,
    with_ids,
)
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import file_answer
from upstander.web.kernel.routing import file, page
from upstander.web.kernel.urls import url
from upstander.web.plans import indicator_content, plan_content
from upstander.web.plans.plan_content import GROUPS, Plan

MOST_LISTED, MOST_LATE = 100, 30
SHOWS = ("open", "overdue", "soon", "blocked", "done", "mine", "all")


def plan_of(request: PageRequest, place: str = "") -> Plan:
    """The actions of one place or of all, with what hangs on them, as the reader may see them."""
    where = {"place": place} if place else {}
    recommendations = everything(request, kinds=("recommendation",), **where)
    return Plan(
        actions=tuple(everything(request, kinds=(plans.ACTION,), **where)),
        recommendations={r.id: r for r in recommendations},
        reports=plans.by_action(everything(request, kinds=(plans.REPORT,), **where)),
        on=request.as_of.date(),
        actor=request.actor,
    )


def look(request: PageRequest) -> dict[str, Any]:
    """The plan: what is late first, then what was asked for, and groups."""
    place = request.query.get("place", "")[:3].upper()
    plan = plan_of(request, place)
    return {
        "title": say("respond.plans"),
        **_choices(request, place),
        **plan_content.summary(plan),
        **_lists(request, plan),
        "as_of": plan.on.isoformat(),
        **_may(request),
    }


def _choices(request: PageRequest, place: str) -> dict[str, Any]:
    """What can be asked for."""
    return {
        "place": place,
        "places": places(request),
        "shows": [(s, say(f"respond.show_{s}")) for s in SHOWS],
        "groups_by": [(g, say(f"respond.by_{g}")) for g in GROUPS],
    }


def _lists(request: PageRequest, plan: Plan) -> dict[str, Any]:
    """What is late, what was asked for, and the groups."""
    show, by = _asked(request)
    late, found = plans.overdue(plan.actions, plan.on), _shown(request, plan, show)
    return {
        "show": show,
        "by": by,
        "mine_late": len(plans.overdue(_of_sort(request, plan, "mine"), plan.on)),
        "late": [plan_content.line(a, plan) for a in late[:MOST_LATE]],
        "rows": [plan_content.line(a, plan) for a in found[:MOST_LISTED]],
        "found": len(found),
        "groups": plan_content.groups(plan, by),
    }


def _asked(request: PageRequest) -> tuple[str, str]:
    show, by = request.query.get("show", ""), request.query.get("by", "")
    return show if show in SHOWS else "open", by if by in GROUPS else "owner"


def _shown(request: PageRequest, plan: Plan, show: str) -> Sequence[Record]:
    """The actions that were asked for, by their day."""
    if show == "overdue":
        return plans.overdue(plan.actions, plan.on)
    if show == "soon":
        return plans.due_soon(plan.actions, plan.on)
    return _of_sort(request, plan, show)


def _of_sort(request: PageRequest, plan: Plan, show: str) -> list[Record]:
    """The actions of a sort, by their day."""
    fitting = (a for a in plan.actions if _fits(a, show, request.actor.account))
    return sorted(fitting, key=lambda a: str(a.body["due"]))


def _fits(action: Record, show: str, account: str) -> bool:
    """Whether an action is of the sort that was asked for; ``mine`` are those an account sees to."""
    if show == "mine":
        return bool(account) and action.body["person"] == account and plans.is_open(action)
    if show == "open":
        return plans.is_open(action)
    return show in ("all", action.body["status"])


def _may(request: PageRequest) -> dict[str, Any]:
    return {"may_write": may_begin(request, "action"), "known": bool(request.session)}


# Reminders

REMINDED = (30, 7, 1)  # days before an action is due


def take_due(request: PageRequest) -> Response:
    """The due days of what the account sees to, as a calendar that reminds of each."""
    request.signed_in()
    check_export(request)
    mine = _of_sort(request, plan_of(request), "mine")
    access_log.keep_export(request, plans.ACTION, {"format": "ics", "rows": len(mine)})
    made = ical_text.written((_event(request, a) for a in mine), say("respond.due_days"))
    return file_answer(made, "due.ics", "text/calendar; charset=utf-8")


def _event(request: PageRequest, action: Record) -> ical_text.Event:
    """One action on its day; a calendar reminds thirty days, a week and a day before."""
    title = record_views.title_of(action, form(plans.ACTION), request.actor)
    address = request.state.settings.address + url("plan_action", id=action.id)
    return ical_text.Event(
        uid=f"{action.id}@upstander",
        summary=say("respond.due_of", title=title),
        since=date.fromisoformat(str(action.body["due"])),
        stamp=action.when,
        sequence=action.version,
        description=action.stamp.marking.label,
        properties={"URL": address},
        reminded=REMINDED,
    )


# One action


def look_one(request: PageRequest, id: str) -> dict[str, Any]:
    """An action: what it says, who says what of it, its indicators, root causes and recommendations."""
    action = history(request, plans.ACTION, id)[-1]
    own, reader = form(plans.ACTION), reader_of(request, [action])
    plan = _plan_around(request, action)
    return {
        **record_views.one(action, own, reader),
        "title": record_views.title_of(action, own, request.actor),
        "line": plan_content.line(action, plan),
        "views": plan_content.views(plan, action, reader),
        "reports": _reports(plan, action, reader),
        "indicators": indicator_content.of_action(request, action),
        "roots": _roots(request, plan, action),
        "record": url("record", kind=plans.ACTION, id=id),
        "edit": _edit(request, action),
        "new_report": _new_report(request, action),
    }


def _plan_around(request: PageRequest, action: Record) -> Plan:
    """The one action with its reports and recommendations."""
    linked = with_ids(request, action.body["recommendations"])
    reports = find(request, kinds=(plans.REPORT,), where={"action": action.id})
    return Plan(
        actions=(action,),
        recommendations={r.id: r for r in linked},
        reports={action.id: reports},
        on=request.as_of.date(),
        actor=request.actor,
    )


def _reports(
    plan: Plan, action: Record, reader: record_views.Reader
) -> list[Mapping[str, Any]]:
    """All reports, newest first."""
    own = sorted(plan.reports[action.id], key=lambda r: (r.body["day"], r.id))
    return [plan_content.report_line(r, reader) for r in own[::-1]]


def _roots(request: PageRequest, plan: Plan, action: Record) -> list[dict[str, str]]:
    """Recorded root causes that it works on; none is said to be none."""
    found = with_ids(request, plans.roots_of(action, plan.recommendations))
    return [named(r, request.actor) for r in found]


def _edit(request: PageRequest, action: Record) -> str:
    is_open = not request.is_past and may_edit(request, action, form(plans.ACTION))
    return url("record_edit", kind=plans.ACTION, id=action.id) if is_open else ""


def _new_report(request: PageRequest, action: Record) -> str:
    if not _may(request)["may_write"]:
        return ""
    return (
        url("record_new", kind=plans.REPORT) + f"?action={action.id}&place={action.place}"
    )


# Partners


def look_partners(request: PageRequest) -> dict[str, Any]:
    """Needs with the offers that fit each, and offers that no need asks for."""
    needs = everything(request, kinds=("need",))
    offers = everything(request, kinds=("offer",))
    pairs = {need.id: plans.offers_for(need, offers) for need in needs}
    wanted = {offer.id for fitting in pairs.values() for offer in fitting}
    return {
        "title": say("respond.partners"),
        "needs": [_need(request, need, pairs[need.id], offers) for need in needs],
        "others": [_offer(request, o) for o in offers if o.id not in wanted],
        "count": len(offers),
        **_may(request),
    }


def _need(
    request: PageRequest,
    need: Record,
    fitting: Sequence[Record],
    offers: Sequence[Record],
) -> dict[str, Any]:
    own, agreed = form("need"), {o.id: o for o in offers}.get(str(need.body["offer"]))
    return {
        **named(need, request.actor),
        "option": record_views.said(need, own.field("subject")),
        "sort": record_views.said(need, own.field("sort")),
        "by": need.body["needed_by"] or "",
        "place": need.place,
        "offers": [_offer(request, o) for o in fitting],
        "met_by": _offer(request, agreed) if agreed else None,
    }


def _offer(request: PageRequest, offer: Record) -> dict[str, Any]:
    return {**named(offer, request.actor), "place": offer.place}


ROUTES = (
    *page("plans", "/plans", look, "plans.html", is_kept=True),
    *page("plans_partners", "/plans/partners", look_partners, "plans_partners.html"),
    file("plans_due_ics", "/plans/due.ics", take_due),
    *page("plan_action", "/plans/{id}", look_one, "plan_action.html"),
)
