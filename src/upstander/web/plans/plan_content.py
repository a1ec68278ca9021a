"""Plans as pages and JSON show them: lines of actions, groups, one action with who says what of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from upstander.core.messages import say
from upstander.core.rights import Actor
from upstander.records import Record
from upstander.records.disclosure_control import blurred
from upstander.records.forms import choices, form
from upstander.report import record_views
from upstander.respond import plans
from upstander.web.kernel.urls import url

Shown = dict[str, Any]
GROUPS = ("owner", "option", "factor", "way", "horizon", "pillar", "ownership", "origin")
NOT_SAID = say("respond.not_said")


@dataclass(frozen=True)
class Plan:
    """Actions and what hangs on them, as one reader may see them, on a day.

    Attributes:
        recommendations: by id; reports: by action.
    """

    actions: tuple[Record, ...]
    recommendations: Mapping[str, Record]
    reports: Mapping[str, Sequence[Record]]
    on: date
    actor: Actor


def line(action: Record, plan: Plan) -> Shown:
    """An action in a list."""
    seen, own = blurred(action, plan.actor), form(action.kind)
    late = plans.days_late(action, plan.on)
    return {
        "id": action.id,
        "title": record_views.title_of(action, own, plan.actor),
        "href": url("plan_action", id=action.id),
        "place": action.place,
        "owner": seen.body["owner"],
        "due": action.body["due"],
        "late": late,
        "late_words": say("respond.days_late", n=late) if late else "",
        "status": action.body["status"],
        "status_words": record_views.said(action, own.field("status")),
        "disagree": plans.views(plan.reports.get(action.id, ())).disagree,
    }


def summary(plan: Plan) -> Shown:
    """What stands open, late, blocked, done, and who owns it."""
    done = plans.rate(plan.actions)
    late = plans.overdue(plan.actions, plan.on)
    return {
        "count": len(plan.actions),
        "rate": {"done": done.done, "of": done.of, "share": done.share},
        "rate_words": rate_words(done),
        "overdue": len(late),
        "soon": len(plans.due_soon(plan.actions, plan.on)),
        "blocked": len(plans.blocked(plan.actions)),
        "disagree": sum(plans.views(r).disagree for r in plan.reports.values()),
        "ownership": plans.owned(plan.actions),
        "ownership_words": ownership_words(plan.actions),
        "without_root_cause": _without_root_cause(plan),
        "unanswered": len(unanswered(plan)),
    }


def rate_words(rate: plans.Rate) -> str:
    """Done of all, in words; nothing of nothing."""
    if rate.share is None:
        return say("respond.no_action_yet")
    return say("respond.rate", done=rate.done, of=rate.of, percent=round(100 * rate.share))


def ownership_words(actions: Iterable[Record]) -> str:
    """Who owns the plan."""
    counts = plans.owned(actions)
    said = {name: counts[name] for name in ("national", "assisted", "outside")}
    return say("respond.ownership", of=sum(counts.values()), not_said=counts[""], **said)


def _without_root_cause(plan: Plan) -> int:
    return sum(not plans.roots_of(a, plan.recommendations) for a in plan.actions)


def unanswered(plan: Plan) -> list[Record]:
    """Recommendations that no action carries out."""
    answered = {id for a in plan.actions for id in a.body["recommendations"]}
    return [r for id, r in plan.recommendations.items() if id not in answered]


# Groups


def groups(plan: Plan, by: str) -> list[Shown]:
    """Actions by one of GROUPS: how many, done, late, blocked; the largest first, what is not said last."""
    keys, words = _keys(plan, by), _words(by)
    found = plans.grouped(plan.actions, keys)
    order = sorted(found, key=lambda k: (k == "", -len(found[k]), k))
    return [_group(key, words(key), found[key], plan) for key in order]


def _keys(plan: Plan, by: str) -> Callable[[Record], Iterable[str]]:
    if by == "factor":
        return lambda a: a.body["factors"]
    if by == "horizon":
        return lambda a: [plans.horizon(a, plan.on)]
    if by == "owner":
        return lambda a: [str(blurred(a, plan.actor).body["owner"] or "")]
    name = "subject" if by == "option" else by
    return lambda a: [str(a.body[name])] if a.body[name] else []


def _words(by: str) -> Callable[[str], str]:
    """What a key of a group is called."""
    if by == "owner":
        return lambda key: key or NOT_SAID
    if by == "horizon":
        return lambda key: say(f"respond.horizon_{key}")
    if by == "factor":
        named = choices("factor_or_trigger")
    else:
        named = form("action").field("subject" if by == "option" else by).choices
    return lambda key: named[key] if key else NOT_SAID


def _group(
    key: str,
    words: str,
    actions: Sequence[Record],
    plan: Plan,
) -> Shown:
    return {
        "key": key,
        "words": words,
        "count": len(actions),
        "done": plans.rate(actions).done,
        "overdue": len(plans.overdue(actions, plan.on)),
        "blocked": len(plans.blocked(actions)),
    }


# One action


def views(plan: Plan, action: Record, reader: record_views.Reader) -> Shown:
    """The newest report of each side, side by side."""
    found = plans.views(plan.reports.get(action.id, ()))
    sides = [
        {"side": side, "title": say(f"respond.side_{side}"), **_side(found, side, reader)}
        for side in plans.SIDES
    ]
    return {"sides": sides, "disagree": found.disagree}


def _side(found: plans.Views, side: str, reader: record_views.Reader) -> Shown:
    report = found.newest.get(side)
    return {"report": report_line(report, reader) if report else None}


def report_line(report: Record, reader: record_views.Reader) -> Shown:
    """A progress report in a list."""
    seen, own = blurred(report, reader.actor), form(report.kind)
    said = ("reporter", "status", "openness")
    return {
        "href": url("record", kind=report.kind, id=report.id),
        "day": report.body["day"],
        **{name: record_views.said(seen, own.field(name)) for name in said},
        "share": report.body["share"],
        "words": seen.body["words"],
        "space": reader.spaces.get(report.stamp.space, report.stamp.space),
    }
