"""Our plan: on track, late, blocked, by who carries out; and the next four deadlines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from upstander.records import Record
from upstander.records.disclosure_control import blurred
from upstander.respond import plans
from upstander.web.kernel.record_reading import may_begin
from upstander.web.kernel.urls import url
from upstander.web.plans import plan_content
from upstander.web.plans.plan_content import Plan
from upstander.web.plans.plan_views import plan_of
from upstander.web.today.asked import Look

DEADLINES, OWNERS = 4, 5


def block(look: Look) -> dict[str, Any]:
    """The actions of the places looked at, as the reader may see them."""
    plan = plan_of(look.request, _place(look))
    own = tuple(a for a in plan.actions if look.holds(a.place))
    plan = replace(plan, actions=own)
    return {
        "count": len(own),
        **counts(own, plan),
        "owners": _owners(plan),
        "next": [plan_content.line(a, plan) for a in _next(plan)],
        "rate_words": plan_content.rate_words(plans.rate(own)),
        "href": _href(look),
        "new": _new(look),
    }


def _place(look: Look) -> str:
    """The one place asked about, '' for several: of my country the plan is its own, not its neighbours'."""
    return look.scope.home if look.scope.name == "country" else ""


def counts(actions: Sequence[Record], plan: Plan) -> dict[str, int]:
    """Open actions, each once: blocked, else late, else on track; and those that are done."""
    blocked = set(map(id, plans.blocked(actions)))
    late = set(map(id, plans.overdue(actions, plan.on))) - blocked
    return {
        "on_track": sum(map(plans.is_open, actions)) - len(blocked) - len(late),
        "late": len(late),
        "blocked": len(blocked),
        "done": plans.rate(actions).done,
    }


def _owners(plan: Plan) -> list[dict[str, Any]]:
    """Those who carry out most of what is open."""

    def owner(action: Record) -> list[str]:
        return [str(blurred(action, plan.actor).body["owner"] or "")]

    found = plans.grouped(filter(plans.is_open, plan.actions), owner)
    order = sorted(found, key=lambda name: (-len(found[name]), name))[:OWNERS]
    return [
        {"owner": name or plan_content.NOT_SAID, **counts(found[name], plan)}
        for name in order
    ]


def _next(plan: Plan) -> list[Record]:
    """The open actions whose day comes first from now on."""
    today = plan.on.isoformat()
    ahead = [a for a in plan.actions if plans.is_open(a) and str(a.body["due"]) >= today]
    return sorted(ahead, key=lambda a: str(a.body["due"]))[:DEADLINES]


def _href(look: Look) -> str:
    place = _place(look)
    return url("plans") + (f"?place={place}" if place else "")


def _new(look: Look) -> str:
    """Where an action is added, '' for who may not."""
    if not may_begin(look.request, plans.ACTION):
        return ""
    place = look.scope.home
    return url("record_new", kind=plans.ACTION) + (f"?place={place}" if place else "")
