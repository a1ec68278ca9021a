"""What people do with alerts and signals: propose, release, follow, answer; dismiss, merge, ask, escalate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from upstander.core.errors import NotAllowed
from upstander.core.messages import say
from upstander.core.rights import Actor, Stamp, stamp_within
from upstander.monitor import alerts, level_draft, triage
from upstander.monitor.alert_message import Step
from upstander.monitor.level_draft import LevelDraft, said_by
from upstander.records import Draft, Record, drafts, new_id, workflow
from upstander.records.forms import FormError, form
from upstander.web.alerts.reading import ALERT, ANSWER, SIGNAL
from upstander.web.alerts.views import gaps_of, responder_of, warners
from upstander.web.kernel.record_reading import everything, history, place_codes, read
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import Done, Given, action
from upstander.web.kernel.urls import url

SHORTEST_WHY = 3  # characters
ANSWERS = ("acknowledged", "answered")


def _why(given: Given) -> str:
    why = given.text("why") or given.text("_why")
    if len(why) < SHORTEST_WHY:
        raise FormError({"_why": say("monitor.say_why")})
    return why[:500]


def take_step(
    request: PageRequest,
    given: Given,
    id: str,
    name: str,
) -> Done:
    """Move an alert on: proposed by one, released by another; a released one never changes again."""
    who, why = request.signed_in(), _why(given)
    versions = history(request, ALERT, id)
    gaps = gaps_of(request, versions[-1])
    moved = workflow.moved(form(ALERT), versions, name, who, gaps)
    if moved.body["status"] == "released":
        sent = request.now.isoformat()
        moved = replace(moved, body={**moved.body, "sent": sent})
    [kept] = request.state.records.append([moved], by=who, why=why, now=request.now)
    return Done(url("alert", id=id), {"id": id, "status": kept.body["status"]})


def follow(
    request: PageRequest,
    given: Given,  # noqa: ARG001
    id: str,
    step: str,
) -> Done:
    """A draft that updates, cancels or clears a released alert, or copies it; it is proposed and released like any other."""
    who = request.signed_in(*form(ALERT).writers)
    alert = read(request, ALERT, id)
    if step not in ("update", "cancel", "all_clear", "copy") or not alerts.is_released(
        alert
    ):
        raise NotAllowed(say("monitor.only_released_is_followed"))
    meant = None if step == "copy" else Step(step)
    until = request.today + triage.REFRACTORY
    fields = alerts.following(alert, meant, until)
    made = _draft(request, who, fields, stamp_within(alert.stamp, who))
    [kept] = request.state.records.append(
        [made], by=who, why=f"{step} of {id}", now=request.now
    )
    return Done(url("alert", id=kept.id), {"id": kept.id}, 201)


def _draft(
    request: PageRequest,
    who: Actor,
    fields: Mapping[str, Any],
    stamp: Stamp,
) -> Draft:
    """A draft of an alert. Raises FormError."""
    return drafts.draft(
        ALERT,
        fields,
        id=new_id(),
        by=who,
        places=place_codes(request),
        stamp=stamp,
        place=str(fields["place"]),
    )


def answer(request: PageRequest, given: Given, id: str) -> Done:
    """Say that an alert arrived, or what will be done: the responder it names, or a colleague; never who warned."""
    who = request.signed_in(*form(ANSWER).writers)
    versions = history(request, ALERT, id)
    alert = versions[-1]
    responder = responder_of(request, alert)
    if why := alerts.why_not_answer(alert, who, responder, warners(versions)):
        raise NotAllowed(say("monitor.not_your_answer", why=why))
    type, text = given.text("type"), given.text("text")
    if type == "answered" and len(text) < SHORTEST_WHY:
        raise FormError({"text": say("monitor.say_why")})
    stamp = stamp_within(alert.stamp, who)
    made = drafts.draft(
        ANSWER,
        {"type": type, "text": text},
        id=new_id(),
        by=who,
        places=frozenset(),
        stamp=stamp,
        parent=id,
        place=alert.place,
    )
    [kept] = request.state.records.append([made], by=who, why=type, now=request.now)
    return Done(url("alert", id=id), {"id": kept.id}, 201)


# Signals


def sort_signal(
    request: PageRequest,
    given: Given,
    id: str,
    name: str,
) -> Done:
    """Dismiss, merge, ask about or escalate a signal, with a reason."""
    who, why = request.signed_in(), _why(given)
    versions = history(request, SIGNAL, id)
    moved = workflow.moved(form(SIGNAL), versions, name, who, {})
    made = [moved]
    if name == "merge":
        into = _merged_into(request, given, versions[-1])
        made = [replace(moved, body={**moved.body, "merged_into": into})]
    if name == "escalate":
        fields = _first_fields(request, versions[-1], who)
        made.append(_draft(request, who, fields, stamp_within(moved.stamp, who)))
    kept = request.state.records.append(made, by=who, why=why, now=request.now)
    if name == "escalate":
        href = url("record_edit", kind=ALERT, id=kept[-1].id)
        return Done(href, {"id": id, "alert": kept[-1].id})
    return Done(url("alerts_queue"), {"id": id, "status": kept[0].body["status"]})


def _merged_into(request: PageRequest, given: Given, signal: Record) -> str:
    """The signal it is the same as: another one of the same country. Raises FormError."""
    chosen = given.text("into")
    found = request.state.records.find(
        by=request.actor, as_of=request.now, kinds=[SIGNAL], ids=[chosen]
    )
    if not found or chosen == signal.id or found[0].place != signal.place:
        raise FormError({"into": say("monitor.choose_what_it_is_merged_into")})
    return chosen


def level_of(request: PageRequest, place: str) -> LevelDraft:
    """The draft of a country's level from what the reader may read of it."""
    signals = everything(request, kinds=(SIGNAL,), place=place)
    triggers = everything(request, kinds=("trigger",), place=place)
    return level_draft.drafted(signals, triggers, request.today)


def _first_fields(request: PageRequest, signal: Record, who: Actor) -> dict[str, Any]:
    """A draft alert from a signal: the level that a stated rule drafts from it and its like, for people to set."""
    said, today = said_by(signal)[:160], request.today
    what = "\n\n".join(
        filter(None, (said_by(signal), str(signal.body.get("account") or "")))
    )
    draft = level_of(request, signal.place)
    beside = {s.id: s for s in draft.inputs.values()} | {signal.id: signal}
    return {
        "headline": said,
        "place": signal.body["place"],
        "product": "early_warning",
        "level": str(max(1, draft.level)),
        "inputs": "\n".join(map(str, draft.explained())) or what,
        "what": what,
        "sure": "low",
        "since": str(signal.body["found"]),
        "expires": (today + triage.REFRACTORY).isoformat(),
        "responder": who.account,
        "signals": list(beside),
        "evidence": sorted(
            {e for s in beside.values() for e in s.body.get("evidence") or ()}
        ),
    }


ROUTES = (
    action("alert_step", "/alerts/{id}/steps/{name}", take_step),
    action("alert_follow", "/alerts/{id}/follow/{step}", follow),
    action("alert_answer", "/alerts/{id}/answers", answer),
    action("alerts_signal_step", "/alerts/signals/{id}/steps/{name}", sort_signal),
)
