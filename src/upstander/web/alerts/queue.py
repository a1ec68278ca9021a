"""The queue of signals: what waits, the last one like each, the refractory time, and how many drafts come in a month."""

from __future__ import annotations

from typing import Any

from upstander.core.messages import say
from upstander.monitor import level_draft, triage
from upstander.monitor.triage import Waiting
from upstander.records import Record, workflow
from upstander.records.disclosure_control import blurred
from upstander.records.forms import form
from upstander.web.alerts.reading import SIGNAL, signal_row
from upstander.web.kernel.record_reading import (
    everything,
    history,
    may_begin,
    may_edit,
    places,
)
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import page
from upstander.web.kernel.urls import url


def look(request: PageRequest) -> dict[str, Any]:
    """What waits for a decision."""
    request.signed_in()
    signals = everything(request, kinds=(SIGNAL,))
    names = dict(places(request))
    rate, months = triage.drafts_a_month(signals, request.today)
    return {
        "title": say("monitor.queue"),
        "waiting": [_waiting(request, w, names) for w in triage.queue(signals)],
        "rate": round(rate, 1),
        "months": months,
        "counts": triage.by_status(signals),
        "refractory_days": triage.REFRACTORY.days,
        "may_write": may_begin(request, SIGNAL),
    }


def _waiting(request: PageRequest, one: Waiting, names: dict[str, str]) -> dict[str, Any]:
    return {
        **signal_row(one.signal, names, request),
        "last": signal_row(one.last, names, request) if one.last else None,
        "quiet_until": one.quiet_until.isoformat() if one.quiet_until else "",
        "held": one.held,
    }


def look_one(request: PageRequest, id: str) -> dict[str, Any]:
    """One signal, what is like it, and what may be done with it."""
    versions = history(request, SIGNAL, id)
    signal, names = versions[-1], dict(places(request))
    near = everything(request, kinds=(SIGNAL,), place=signal.place)
    waiting = {w.signal.id: w for w in triage.queue(near)}
    moves = workflow.moves(form(SIGNAL), versions, request.actor, {})
    is_open = bool(request.session) and not request.is_past
    row = signal_row(signal, names, request)
    triggers = everything(request, kinds=("trigger",), place=signal.place)
    draft = level_draft.drafted(near, triggers, request.today)
    steps = [
        {"name": m.transition.name, "label": m.transition.label, "open": m.is_open}
        for m in moves
        if is_open
    ]
    return {
        **(_waiting(request, waiting[id], names) if id in waiting else row),
        **_about(request, signal),
        "steps": steps,
        "level": {"draft": draft.level, "why": [str(w) for w in draft.explained()]},
        "others": [signal_row(s, names, request) for s in near if s.id != id],
        "history": [{"when": f"{v.when:%Y-%m-%d %H:%M}", "why": v.why} for v in versions],
    }


def _about(request: PageRequest, signal: Record) -> dict[str, Any]:
    """What a signal rests on, and where it is written on."""
    seen, made = blurred(signal, request.actor), form(SIGNAL)
    is_open = may_edit(request, signal, made)
    return {
        "account": str(seen.body.get("account") or ""),
        "evidence": list(seen.body.get("evidence") or ()),
        "record": url("record", kind=SIGNAL, id=signal.id),
        "edit": url("record_edit", kind=SIGNAL, id=signal.id) if is_open else "",
    }


ROUTES = (
    *page("alerts_queue", "/alerts/queue", look, "alerts_queue.html"),
    *page("alerts_signal", "/alerts/signals/{id}", look_one, "alerts_signal.html"),
)
