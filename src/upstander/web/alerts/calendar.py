"""The calendar of triggers: what is ahead, how strong each contest is and from which inputs, its notices; files in and out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import Response

from upstander.core.messages import restored, say
from upstander.core.rights import Actor
from upstander.monitor import calendar_records, calendar_rows, ical_text
from upstander.monitor import election_trigger as election
from upstander.records import Record
from upstander.records.disclosure_control import blurred
from upstander.records.forms import FormError, form
from upstander.report import record_views
from upstander.web.kernel import access_log
from upstander.web.kernel.record_reading import (
    check_export,
    everything,
    history,
    may_begin,
    places,
)
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import Done, Given, action, file, page
from upstander.web.kernel.urls import url

TRIGGER = calendar_records.TRIGGER
AHEAD = 730  # days that the page looks ahead


@dataclass(frozen=True)
class Around:
    """What triggers are weighed with, by country; the terms that are switched off are empty."""

    levels: Mapping[str, Sequence[Record]]
    crises: Mapping[str, Sequence[Record]]
    discrimination: Mapping[str, Sequence[Record]]


def look(request: PageRequest) -> dict[str, Any]:
    """Triggers ahead, by day; each contest with its four inputs and the terms that are on."""
    place = request.query.get("place", "")[:3].upper()
    off = {n for n in ("spill_over", "discrimination") if request.query.get(n) == "off"}
    triggers = _triggers(request, place)
    around = _around(request, off)
    rows = [_row(request, t, around) for t in triggers]
    return {
        "title": say("monitor.calendar"),
        "place": place,
        "places": places(request),
        "off": sorted(off),
        "ahead": [r for r in rows if r["ahead"]],
        "past": [r for r in rows if not r["ahead"]],
        "may_write": may_begin(request, TRIGGER),
        "ics": url("alerts_calendar_ics") + (f"?place={place}" if place else ""),
    }


def _triggers(request: PageRequest, place: str) -> list[Record]:
    found = everything(request, kinds=(TRIGGER,), place=place)
    return sorted(found, key=lambda t: (election.window(t)[0], t.place, t.id))


def _around(request: PageRequest, off: set[str]) -> Around:
    crises = [] if "spill_over" in off else everything(request, kinds=("crisis",))
    ill = [] if "discrimination" in off else everything(request, kinds=("discrimination",))
    levels = everything(request, kinds=("country_level",))
    return Around(
        _by(levels, lambda r: r.place),
        _by([c for c in crises if _goes_on(c, request)], lambda r: str(r.body["where"])),
        _by(ill, lambda r: r.place),
    )


def _goes_on(crisis: Record, request: PageRequest) -> bool:
    until = crisis.body.get("until")
    return not until or str(until) >= request.today.isoformat()


def _by(records: Sequence[Record], key: Any) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(key(record), []).append(record)
    return found


def _row(request: PageRequest, trigger: Record, around: Around) -> dict[str, Any]:
    seen, made = blurred(trigger, request.actor), form(TRIGGER)
    since, until = election.window(trigger)
    names = dict(places(request))
    choices = {n: made.field(n).choices for n in ("type", "date_status")}
    shown = {
        "id": trigger.id,
        "href": url("alerts_trigger", id=trigger.id),
        "title": record_views.title_of(trigger, made, request.actor),
        "place": trigger.place,
        "place_name": names.get(trigger.place, trigger.place),
        "versions": trigger.version,
    }
    return {
        **shown,
        **{n: words[str(seen.body[n])] for n, words in choices.items()},
        "since": since.isoformat(),
        "until": until.isoformat(),
        "ahead": until >= request.today and (since - request.today).days <= AHEAD,
        "weighed": _weighed(request, trigger, around),
    }


def _weighed(
    request: PageRequest, trigger: Record, around: Around
) -> dict[str, Any] | None:
    """A contest's inputs, terms, strength and the level it lifts to; None for other triggers, and for one of no place."""
    if trigger.body["type"] not in election.CONTESTS or not trigger.place:
        return None
    near = request.state.places.neighbours(trigger.place, on=request.today)
    found = election.weighed(
        trigger,
        election.structural_level(around.levels.get(trigger.place, ())),
        request.today,
        crises=[c for code in near for c in around.crises.get(code, ())],
        discrimination=around.discrimination.get(trigger.place, ()),
    )
    shown = [
        {"name": i.name, "value": i.value, "basis": i.basis}
        for i in (*found.inputs, *found.terms)
    ]
    return {
        "inputs": shown[: len(found.inputs)],
        "terms": shown[len(found.inputs) :],
        "strength": None if found.strength is None else round(found.strength, 2),
        "lifted": found.lifted,
    }


def look_one(request: PageRequest, id: str) -> dict[str, Any]:
    """One trigger: its history, its weighing, its notices."""
    versions = list(history(request, TRIGGER, id))
    trigger = versions[-1]
    seen = blurred(trigger, request.actor)
    notices = election.notices(trigger)
    texts = {n: restored(str(seen.body.get(n) or "")) for n in ("account", "known_from")}
    return {
        **_row(request, trigger, _around(request, set())),
        **texts,
        "record": url("record", kind=TRIGGER, id=id),
        "changes": calendar_records.changes(versions),
        "history": [_version(request, v) for v in versions],
        "notices": [
            {"months": n.months, "due": n.due.isoformat(), "is_due": n.due <= request.today}
            for n in notices
        ],
    }


def _version(request: PageRequest, version: Record) -> dict[str, str]:
    """What one version of a trigger said."""
    seen, statuses = blurred(version, request.actor), form(TRIGGER).field("date_status")
    return {
        "why": restored(version.why),
        "label": str(seen.body["label"]),
        "since": str(version.body["since"]),
        "until": str(version.body.get("until") or ""),
        "status": statuses.choices[str(version.body["date_status"])],
    }


def bring_in(request: PageRequest, given: Given) -> Done:
    """Bring a calendar in: each event one record with its history; nothing twice, nothing people wrote overwritten."""
    who = request.signed_in(*form(TRIGGER).writers)
    upload = given.files.get("file")
    if upload is None or not upload.filename:
        raise FormError({"file": say("monitor.choose_a_calendar")})
    name, content = Path(upload.filename).name[:100], upload.file.read()
    lines, faults = calendar_rows.read(content, request.state.places, request.today)
    kept = 0
    own = [t for t in everything(request, kinds=(TRIGGER,)) if _is_own(t, who)]
    for event, known in calendar_records.with_known(lines, own):
        made = calendar_records.versions(event, known, name, by=who, today=request.today)
        for draft, why in made:
            request.state.records.append([draft], by=who, why=str(why), now=request.now)
            kept += 1
    return Done(
        url("alerts_calendar"), {"lines": len(lines), "kept": kept, "faults": faults}
    )


def _is_own(trigger: Record, who: Actor) -> bool:
    return trigger.stamp.space == who.space and not trigger.erased


def take_away(request: PageRequest) -> Response:
    """The triggers a reader may see, as iCalendar."""
    check_export(request)
    place = request.query.get("place", "")[:3].upper()
    triggers, names = _triggers(request, place), dict(places(request))
    events = [
        calendar_records.as_event(
            t,
            record_views.title_of(t, form(TRIGGER), request.actor),
            names.get(t.place, t.place),
        )
        for t in triggers
    ]
    access_log.keep_export(request, TRIGGER, {"format": "ics", "rows": len(events)})
    body = ical_text.written(events, str(say("monitor.calendar")))
    return Response(
        body,
        media_type="text/calendar; charset=utf-8",
        headers={"cache-control": "no-store"},
    )


ROUTES = (
    *page("alerts_calendar", "/alerts/calendar", look, "alerts_calendar.html"),
    *page("alerts_trigger", "/alerts/calendar/{id}", look_one, "alerts_trigger.html"),
    action("alerts_calendar_import", "/alerts/calendar", bring_in),
    file("alerts_calendar_ics", "/alerts/calendar.ics", take_away),
)
