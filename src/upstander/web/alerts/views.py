"""Alerts: the list, one alert with its clock and steps, its files, and feeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Response

from upstander.core.errors import UnknownRecord
from upstander.core.messages import joined, say
from upstander.core.rights import Actor
from upstander.monitor import alerts
from upstander.monitor.alert_message import Batch, Channel
from upstander.monitor.outbox import DELIVERY, channels
from upstander.records import Record, workflow
from upstander.records.disclosure_control import blurred
from upstander.records.forms import form
from upstander.report import record_views
from upstander.web.alerts.operation import notices_of
from upstander.web.alerts.reading import (
    ALERT,
    ANSWER,
    MOST_IN_FEED,
    OUTCOME,
    SIGNAL,
    TEXT,
    feeds,
    messages_of,
    released,
    rows,
)
from upstander.web.kernel import access_log
from upstander.web.kernel.record_reading import (
    check_export,
    everything,
    history,
    may_begin,
    may_edit,
    places,
    reader_of,
    with_ids,
)
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import file, page
from upstander.web.kernel.urls import url


def look(request: PageRequest) -> dict[str, Any]:
    """Alerts that stand, drafts of those who write, and ways to them: feeds, subscriptions, the queue."""
    place = request.query.get("place", "")[:3].upper()
    where = {"place": place} if place else {}
    out, today = released(request, **where), request.today.isoformat()
    followed = {str(a.body.get("follows")) for a in out}
    standing = [a for a in out if a.body["expires"] >= today and a.id not in followed]
    drafts = [
        a
        for status in ("draft", "proposed")
        for a in everything(request, kinds=(ALERT,), where={"status": status, **where})
    ]
    return {
        "title": say("monitor.alerts"),
        "place": place,
        "places": places(request),
        "standing": rows(request, standing),
        "past": rows(request, [a for a in out if a not in standing])[:MOST_IN_FEED],
        "drafts": rows(request, drafts),
        "may_write": may_begin(request, ALERT),
        "known": bool(request.session),
        "failed": any(n.kind == "failed" for n in notices_of(request)),
        "feeds": feeds(place),
    }


# One alert


def look_one(request: PageRequest, id: str) -> dict[str, Any]:
    """An alert, who must answer by when, and what may be done with it."""
    versions = history(request, ALERT, id)
    alert, made = versions[-1], form(ALERT)
    reader = reader_of(request, [alert])
    return {
        **record_views.one(alert, made, reader),
        "title": record_views.title_of(alert, made, request.actor),
        "row": rows(request, [alert])[0],
        "exercise": bool(alert.body.get("exercise")),
        "steps": steps(request, versions),
        "follow": _follow(request, alert),
        **_answering(request, versions),
        "checklist": _checklist(alerts.level_of(alert)),
        **_around(request, alert),
        "said": _choices(),
        "known": bool(request.session),
    }


def _answering(request: PageRequest, versions: Sequence[Record]) -> dict[str, Any]:
    """Who must answer by when, what came, and whether the reader may answer."""
    alert = versions[-1]
    answers = everything(request, kinds=(ANSWER,), parent=alert.id)
    why_not = alerts.why_not_answer(
        alert, request.actor, responder_of(request, alert), warners(versions)
    )
    return {
        "clock": _clock(request, alert, answers),
        "answers": [_answer(a, request) for a in answers],
        "may_answer": not request.is_past and not why_not,
    }


def _around(request: PageRequest, alert: Record) -> dict[str, Any]:
    """Where it is written on, its other languages, what followed it, its files and deliveries."""
    id, is_open = alert.id, may_edit(request, alert, form(ALERT))
    texts = everything(request, kinds=(TEXT,), parent=id)
    after = everything(request, kinds=(ALERT,), where={"follows": id})
    said = [blurred(t, request.actor).body for t in texts]
    return {
        "record": url("record", kind=ALERT, id=id),
        "edit": url("record_edit", kind=ALERT, id=id) if is_open else "",
        "texts": [{n: t[n] for n in ("language", "headline")} for t in said],
        "new_text": url("record_new", kind=TEXT) + f"?parent={id}",
        "after": rows(request, after),
        "outcomes": _outcomes(request, alert),
        "new_outcome": url("record_new", kind=OUTCOME) + f"?parent={id}",
        "files": _files(alert),
        "deliveries": _deliveries(request, id),
    }


def _choices() -> dict[str, Mapping[str, str]]:
    """What the codes of other languages and of deliveries stand for."""
    fields = {"language": (TEXT, "language"), "delivery": (DELIVERY, "status")}
    return {name: form(kind).field(of).choices for name, (kind, of) in fields.items()}


def _outcomes(request: PageRequest, alert: Record) -> list[dict[str, str]]:
    """What people said came of it."""
    made = form(OUTCOME).field("outcome").choices
    found = everything(request, kinds=(OUTCOME,), parent=alert.id)
    seen = [blurred(o, request.actor).body for o in found]
    return [
        {
            "outcome": made[str(o["outcome"])],
            "day": str(o.get("day") or ""),
            "why": str(o.get("why") or ""),
        }
        for o in seen
    ]


def warners(versions: Sequence[Record]) -> frozenset[str]:
    """Who wrote, proposed or released an alert."""
    return frozenset({versions[0].stamp.author, *(v.who for v in versions)})


def responder_of(request: PageRequest, alert: Record) -> Actor | None:
    """The account that must answer, None where it is gone."""
    found = request.state.accounts.by_name(str(alert.body["responder"]))
    return found.actor if found and not found.disabled else None


def steps(request: PageRequest, versions: Sequence[Record]) -> list[dict[str, Any]]:
    """The steps that lead on, each with what stands in its way."""
    if request.is_past or not request.session:
        return []
    moves = workflow.moves(
        form(ALERT), versions, request.actor, gaps_of(request, versions[-1])
    )
    return [
        {
            "name": m.transition.name,
            "label": m.transition.label,
            "open": m.is_open,
            "why_not": joined(filter(None, (m.why_not, *m.missing)), "; "),
        }
        for m in moves
    ]


def gaps_of(request: PageRequest, alert: Record) -> workflow.Gaps:
    """What is missing before an alert may be proposed or released."""
    responder, signals = responder_of(request, alert), signals_of(request, alert)
    return alerts.gaps(alert, signals, responder, request.today)


def signals_of(request: PageRequest, alert: Record) -> list[Record]:
    """The signals an alert comes from, as far as the reader may read them."""
    ids = [str(i) for i in alert.body.get("signals") or ()]
    return [r for r in with_ids(request, ids) if r.kind == SIGNAL]


def _follow(request: PageRequest, alert: Record) -> list[dict[str, str]]:
    """What may follow a released alert, each in one click."""
    if not may_begin(request, ALERT) or not alerts.is_released(alert):
        return []
    labels = {"update": "Update", "cancel": "Cancel", "all_clear": "All-clear"}
    labels["copy"] = "Copy as a new draft"
    return [{"name": name, "label": label} for name, label in labels.items()]


def _clock(
    request: PageRequest, alert: Record, answers: Sequence[Record]
) -> dict[str, Any] | None:
    clock = alerts.clock(alert, answers)
    if clock is None:
        return None
    names, now = request.account_names if request.session else {}, request.as_of
    return {
        "responder": names.get(clock.responder, "") or "the responder",
        "received_by": _instant(clock.received_by),
        "answer_by": _instant(clock.answer_by),
        "received": _instant(clock.received or clock.answered),
        "answered": _instant(clock.answered),
        "overdue": clock.is_overdue(now) and clock.answered is None,
        "late": clock.is_overdue(now) and clock.answered is not None,
        "receipt_late": clock.is_receipt_late(now),
    }


def _instant(at: Any) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""


def _answer(answer: Record, request: PageRequest) -> dict[str, Any]:
    return {
        "type": form(ANSWER).field("type").choices[str(answer.body["type"])],
        "text": str(answer.body.get("text") or ""),
        "when": _instant(answer.when),
        "who": request.space_title(answer.stamp.space) if request.session else "",
    }


def _checklist(level: int) -> list[dict[str, Any]]:
    titles = {
        "ease": "Ease rising tension",
        "halt": "Halt imminent or ongoing crimes",
        "account": "Ensure accountability",
    }
    lines = alerts.checklist(level)
    return [{"aim": titles[a], "lines": list(lines[a])} for a in alerts.AIMS]


def _files(alert: Record) -> list[tuple[str, str]]:
    if not alerts.is_released(alert):
        return []
    return [
        (c.title, url("alert_file", id=alert.id, suffix=c.suffix))
        for c in channels().values()
    ]


def _deliveries(request: PageRequest, id: str) -> dict[str, int]:
    found = everything(request, kinds=(DELIVERY,), parent=id)
    states = [str(d.body["status"]) for d in found]
    return {state: states.count(state) for state in dict.fromkeys(states)}


# Files and feeds


def write_one(request: PageRequest, id: str, suffix: str) -> Response:
    """A released alert as one channel writes it."""
    channel = _channel(suffix)
    alert = history(request, ALERT, id)[-1]
    if not alerts.is_released(alert):
        raise UnknownRecord(say("monitor.not_released"))
    return _written(request, channel, [alert], url("alert", id=id))


def feed(request: PageRequest, suffix: str) -> Response:
    """The released alerts a reader may see, newest first, of one country or of all."""
    channel = _channel(suffix)
    place = request.query.get("place", "")[:3].upper()
    found = released(request, **({"place": place} if place else {}))[:MOST_IN_FEED]
    address = url("alerts_feed", suffix=suffix) + (f"?place={place}" if place else "")
    return _written(request, channel, found, address)


def _channel(suffix: str) -> Channel:
    by_suffix = {c.suffix: c for c in channels().values()}
    if suffix not in by_suffix:
        raise UnknownRecord(say("monitor.no_such_channel", shapes=", ".join(by_suffix)))
    return by_suffix[suffix]


def _written(
    request: PageRequest,
    channel: Channel,
    found: Sequence[Record],
    path: str,
) -> Response:
    check_export(request)
    batch = Batch(
        messages=messages_of(request, found),
        title=f"Upstander: {say('monitor.alerts')}",
        address=request.state.settings.address + path,
        language=request.query.get("language", "en")[:12],
        made=request.now,
    )
    access_log.keep_export(
        request, "alerts", {"format": channel.suffix, "rows": len(found)}
    )
    return Response(
        channel.write(batch),
        media_type=channel.media,
        headers={"cache-control": "no-store"},
    )


ROUTES = (
    *page("alerts", "/alerts", look, "alerts.html"),
    *page("alert", "/alerts/{id}", look_one, "alert.html"),
    file("alert_file", "/alerts/{id}/message.{suffix}", write_one),
    file("alerts_feed", "/alerts/feed.{suffix}", feed),
)
