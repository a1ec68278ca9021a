"""What the pages of alerts are made from: alerts and signals as the reader may read them, and messages for channels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from upstander.monitor import alerts
from upstander.monitor.alert_message import AlertMessage
from upstander.monitor.level_draft import said_by
from upstander.monitor.outbox import channels
from upstander.monitor.recipients import House, message_for, sender_of
from upstander.records import Record
from upstander.records.disclosure_control import blurred
from upstander.records.forms import form
from upstander.report import record_views
from upstander.web.kernel.record_reading import everything, places, reader_of, with_ids
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.urls import url

ALERT, SIGNAL, ANSWER, TEXT = "alert", "signal", "response", "alert_text"
OUTCOME = "alert_outcome"
MOST_IN_FEED = 100
# Channels of one alert or one subscriber; any other, one that is added too, is a public feed.
OF_ONE = ("apprise", "cap", "email")


def house_of(request: PageRequest) -> House:
    """The installation as messages name it."""
    settings = request.state.settings
    return House(
        sender=sender_of(settings.address),
        address=settings.address,
        places=dict(places(request)),
        spaces={id: s.title for id, s in request.spaces.items()},
        page=lambda id: url("alert", id=id),
    )


def feeds(place: str = "") -> list[tuple[str, str]]:
    """The title and address of each public feed, of one country or of all."""
    query = f"?place={place}" if place else ""
    return [
        (channel.title, url("alerts_feed", suffix=channel.suffix) + query)
        for name, channel in channels().items()
        if name not in OF_ONE
    ]


def messages_of(request: PageRequest, found: Iterable[Record]) -> list[AlertMessage]:
    """Released alerts as messages, each as this reader may read it."""
    house = house_of(request)
    made = []
    for alert in found:
        ids = [str(alert.body["follows"])] if alert.body.get("follows") else []
        texts = everything(request, kinds=(TEXT,), parent=alert.id)
        followed = with_ids(request, ids)
        made.append(message_for(request.actor, alert, texts, followed, house))
    return [m for m in made if m is not None]


def released(request: PageRequest, **where: str) -> list[Record]:
    """Released alerts, newest first."""
    found = everything(request, kinds=(ALERT,), where={"status": "released", **where})
    return sorted(found, key=lambda a: str(a.body["sent"]), reverse=True)


def rows(request: PageRequest, found: Sequence[Record]) -> list[dict[str, Any]]:
    """Alerts as a list shows them."""
    reader, made = reader_of(request, found), form(ALERT)
    return [{**record_views.line(a, made, reader), **_line(a)} for a in found]


def _line(alert: Record) -> dict[str, Any]:
    body, made = alert.body, form(ALERT)
    words = {n: made.field(n).choices[str(body[n])] for n in ("level", "status")}
    return {
        "href": url("alert", id=alert.id),
        "level": int(body["level"]),
        "level_words": words["level"],
        "product": alerts.PRODUCTS[str(body["product"])],
        "status": words["status"],
        "step": str(alerts.step_of(alert)),
        "exercise": bool(body.get("exercise")),
        "sent": str(body.get("sent") or ""),
        "expires": str(body["expires"]),
    }


def signal_row(
    signal: Record, names: Mapping[str, str], request: PageRequest
) -> dict[str, Any]:
    """A signal as a list shows it."""
    made, seen = form(SIGNAL), blurred(signal, request.actor)
    body = signal.body
    words = {n: made.field(n).choices[str(body[n])] for n in ("topic", "status")}
    title = said_by(seen) or record_views.title_of(signal, made, request.actor)
    return {
        "id": signal.id,
        "href": url("alerts_signal", id=signal.id),
        "title": title,
        "place": str(body["place"]),
        "place_name": names.get(str(body["place"]), str(body["place"])),
        "found": str(body["found"]),
        "extreme": bool(body.get("extreme")),
        "rule": str(body.get("rule") or ""),
        **words,
    }
