"""Needs you: what the reader has to do, and the alerts that stand. Each line is an act, by whom it waits, and until when.

Everything is read with the reader's rights: who is not signed in is shown the alerts that are public, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from upstander.core.messages import say
from upstander.core.rights import APPROVERS, CLEARED, WORKERS
from upstander.monitor import alerts, triage
from upstander.records import Record, workflow
from upstander.records.disclosure_control import blurred
from upstander.records.forms import form
from upstander.report import record_views
from upstander.report.words import day as day_in_words
from upstander.respond import plans
from upstander.respond.treaties import DONE, STEP
from upstander.web.alerts.reading import ALERT, ANSWER, SIGNAL, released, rows
from upstander.web.alerts.views import gaps_of, responder_of, warners
from upstander.web.kernel.record_reading import everything, history
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.urls import url
from upstander.web.today.asked import Look

MOST = 10  # lines; what is late comes first
REPORT_DAYS = 60  # before a report to a treaty body is due
Line = dict[str, Any]


def block(look: Look) -> dict[str, Any]:
    """What waits for the reader, late and earliest first, and the alerts that stand."""
    request = look.request
    waiting = sorted(_waiting(look), key=lambda x: (x["due"] or "9999", x["sort"]))
    return {
        "known": bool(request.session),
        "past": request.is_past,
        "count": len(waiting),
        "rows": waiting[:MOST],
        "standing": _standing(look),
    }


def _waiting(look: Look) -> list[Line]:
    """Everything that waits; nothing where nobody is signed in, or where the past is read."""
    request = look.request
    if request.session is None or request.is_past:
        return []
    found = (
        _signals,
        _drafts,
        _of_programs,
        _answers,
        _reviews,
        _actions,
        _reports,
        _submissions,
    )
    return [line for kind in found for line in kind(look)] + _offers(request)


def _line(
    sort: str,
    words: str,
    href: str,
    *,
    due: str = "",
    today: date | None = None,
    who: str = "",
) -> Line:
    """One line: what sort of act, in words, where it is done, by when, and from whom it comes."""
    late = (today - date.fromisoformat(due)).days if due and today else 0
    said = say("web.today_days_late", n=late) if late > 0 else ""
    return {
        "sort": sort,
        "words": words,
        "href": href,
        "due": due,
        "late": said,
        "who": who,
    }


def _title(request: PageRequest, record: Record) -> str:
    return record_views.title_of(record, form(record.kind), request.actor)


def _author(request: PageRequest, record: Record) -> str:
    return request.account_names.get(record.stamp.author, "")


# Alerts


def _signals(look: Look) -> Iterator[Line]:
    """The queue, in one line: whoever may triage goes through it there."""
    request = look.request
    if request.actor.role not in CLEARED:
        return
    waiting = [w for w in triage.queue(everything(request, kinds=(SIGNAL,))) if not w.held]
    if waiting:
        oldest = min(triage.found_on(w.signal) for w in waiting)
        words = say("web.today_triage", n=len(waiting), day=day_in_words(oldest))
        yield _line("signals", words, url("alerts_queue"))


def _drafts(look: Look) -> Iterator[Line]:
    """Alerts that wait for this second person, and own drafts."""
    request = look.request
    if request.actor.role not in CLEARED:
        return
    for alert in everything(request, kinds=(ALERT,), where={"status": "proposed"}):
        if _may_release(request, alert):
            words = say("web.today_release", title=_title(request, alert))
            who = _author(request, alert)
            yield _line("release", words, url("alert", id=alert.id), who=who)
    for alert in everything(request, kinds=(ALERT,), where={"status": "draft"}):
        if alert.stamp.author == request.actor.account:
            words = say("web.today_own_draft", title=_title(request, alert))
            yield _line("draft", words, url("alert", id=alert.id))


def _of_programs(look: Look) -> Iterator[Line]:
    """Drafts that programs wrote for this account, in one line."""
    if look.drafts:
        words = say("web.today_drafts_of_programs", n=look.drafts)
        yield _line("draft", words, url("drafts"))


def _may_release(request: PageRequest, alert: Record) -> bool:
    versions = history(request, ALERT, alert.id)
    moves = workflow.moves(form(ALERT), versions, request.actor, gaps_of(request, alert))
    return any(m.transition.name == "release" and not m.why_not for m in moves)


def _answers(look: Look) -> Iterator[Line]:
    """Released alerts that this account, or a colleague of it, has to answer."""
    request = look.request
    for alert in released(request):
        clock = alerts.clock(alert, everything(request, kinds=(ANSWER,), parent=alert.id))
        if clock is None or clock.answer_by is None or clock.answered:
            continue
        if _may_answer(request, alert):
            words = say("web.today_answer", title=_title(request, alert))
            due = clock.answer_by.date().isoformat()
            yield _line(
                "answer", words, url("alert", id=alert.id), due=due, today=request.today
            )


def _may_answer(request: PageRequest, alert: Record) -> bool:
    versions = history(request, ALERT, alert.id)
    responder = responder_of(request, alert)
    why_not = alerts.why_not_answer(alert, request.actor, responder, warners(versions))
    return not why_not


def _standing(look: Look) -> list[dict[str, Any]]:
    """Released alerts of the places looked at that stand and that none followed, the highest level first."""
    out, today = released(look.request), look.request.today.isoformat()
    followed = {str(a.body.get("follows")) for a in out}
    own = [
        a
        for a in out
        if a.body["expires"] >= today and a.id not in followed and look.holds(a.place)
    ]
    return sorted(rows(look.request, own), key=lambda x: -x["level"])[:MOST]


# Reviews, plans, reports


def _reviews(look: Look) -> Iterator[Line]:
    """Frozen versions that wait for an approver."""
    request = look.request
    if request.actor.role not in APPROVERS:
        return
    for review in everything(request, kinds=("review",), where={"status": "in_signature"}):
        words = say("web.today_approve", title=_title(request, review))
        yield _line("review", words, url("assessment", id=review.id))


def _actions(look: Look) -> Iterator[Line]:
    """Open actions that this account sees to: overdue, or due soon."""
    request, today = look.request, look.request.today
    mine = {"person": request.actor.account}
    own = everything(request, kinds=(plans.ACTION,), where=mine)
    for action in (*plans.overdue(own, today), *plans.due_soon(own, today)):
        words = say("web.today_action", title=_title(request, action))
        owner = str(blurred(action, request.actor).body["owner"] or "")
        yield _line(
            "action",
            words,
            url("plan_action", id=action.id),
            due=str(action.body["due"]),
            today=today,
            who=owner,
        )


def _reports(look: Look) -> Iterator[Line]:
    """Reports to treaty bodies of the places looked at that are due soon or late, for whoever writes such records."""
    request, today = look.request, look.request.today
    if request.actor.role not in WORKERS:
        return
    steps = everything(request, kinds=(STEP,), where={"step": "report"})
    for step in _due(newest(steps), today):
        if look.holds(step.place):
            words = say("web.today_report", title=_title(request, step))
            due, href = str(step.body["due"]), url("record", kind=STEP, id=step.id)
            yield _line("report", words, href, due=due, today=today)


def newest(steps: Iterable[Record]) -> Sequence[Record]:
    """Of each State and instrument the record that speaks last: what it says of its report counts."""
    found: dict[tuple[str, str], Record] = {}
    for step in sorted(steps, key=lambda r: (str(r.body["day"]), r.when)):
        found[step.place, str(step.body["instrument"])] = step
    return list(found.values())


def _due(steps: Iterable[Record], today: date) -> Iterator[Record]:
    until = (today + timedelta(days=REPORT_DAYS)).isoformat()
    for step in steps:
        due = str(step.body.get("due") or "")
        if due and due <= until and step.body["status"] != DONE:
            yield step


def _submissions(look: Look) -> Iterator[Line]:
    """Reports from outside that nobody has looked at, in one line."""
    request = look.request
    if request.actor.role not in CLEARED:
        return
    received = everything(request, kinds=("submission",), where={"status": "received"})
    if received:
        words = say("web.today_submissions", n=len(received))
        yield _line("submission", words, url("evidence"))


def _offers(request: PageRequest) -> list[Line]:
    """Newcomers to the space that this account may let in."""
    waiting = request.state.links.for_me(request.actor, now=request.now)
    if not waiting:
        return []
    words = say("web.today_let_in", n=len(waiting))
    return [_line("offer", words, url("account"))]
