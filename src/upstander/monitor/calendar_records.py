"""Events of a calendar as triggers of the register: one record an event, its versions what the calendar said and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

from upstander.core.messages import Message, say, stored
from upstander.core.rights import Actor, Marking, Stamp
from upstander.monitor import ical_text
from upstander.monitor.calendar_merging import Event, merged
from upstander.monitor.calendar_rows import Line
from upstander.monitor.election_trigger import window
from upstander.records import Draft, Record, id_of_the_one
from upstander.records.drafts import draft

TRIGGER = "trigger"
# Whoever holds power decides what the State does to prevent: the report's fifth factor, until people say more.
FACTORS = ["F5"]


def record_id(event: Event, space: str) -> str:
    """The one record of an event in a space: by the id the calendar gives, else by country, office and what it said first."""
    first = event.lines[0]
    named = next((x.uid for x in event.lines if x.uid), "")
    day = "" if named else f"{first.day:%Y}"
    words = named or " ".join(sorted({x.sort for x in event.lines[:1]}))
    return id_of_the_one(TRIGGER, space, first.place, words, day, str(event.round))


def versions(
    event: Event,
    known: Record | None,
    file: str,
    *,
    by: Actor,
    today: date,
) -> Iterator[tuple[Draft, Message]]:
    """What to append, oldest first, each with its reason; nothing where the record says it already.

    Args:
        known: the record as it stands, None for an event that is new here. What people wrote in it stays.
    """
    body = dict(known.body) if known else {}
    number = known.version if known else 0
    stamp = known.stamp if known else Stamp(by.space, by.account, marking=Marking.GREEN)
    id = known.id if known else record_id(event, by.space)
    for line in _said(event, known):
        fields = {**_first_fields(file, today), **body, **_of_line(line)}
        if fields == body:
            continue
        made = draft(
            TRIGGER,
            fields,
            id=id,
            by=by,
            places=frozenset(),
            stamp=stamp,
            place=line.place,
            expected=number,
        )
        yield made, say("monitor.calendar_as_it_stood", day=line.seen)
        body, number = {**fields}, number + 1


def uid_of(trigger: Record) -> str:
    """The id under which a calendar program knows it."""
    return f"{trigger.id}@upstander"


def as_line(trigger: Record) -> Line:
    """What is kept of an event already, as a line of a calendar: so that a later file goes on with it."""
    since, until = window(trigger)
    day, kept = since, trigger.when.date()
    is_election = trigger.body["type"] == "election"
    return Line(
        place=trigger.place,
        title=str(trigger.body["label"]),
        sort="combined" if is_election else str(trigger.body["type"]),
        day=day,
        first=since,
        last=until,
        exact=trigger.body["date_status"] in ("fixed", "happened"),
        seen=kept,
        seen_until=kept,
        uid=uid_of(trigger),
    )


def with_known(
    lines: Sequence[Line], known: Sequence[Record]
) -> tuple[tuple[Event, Record | None], ...]:
    """The events of a file, each with the record that is kept of it already, if one is."""
    by_line = {as_line(r): r for r in known}
    found = []
    for event in merged([*by_line, *lines]):
        new = tuple(x for x in event.lines if x not in by_line)
        before = next((by_line[x] for x in event.lines if x in by_line), None)
        if new:
            found.append((replace(event, lines=new), before))
    return tuple(found)


def _said(event: Event, known: Record | None) -> list[Line]:
    """The lines that changed the event, and what stands last; of one that is known only what stands."""
    if known:
        return [event.now]
    return [*(x for x in event.lines if x != event.now), event.now]


def _of_line(line: Line) -> dict[str, Any]:
    status = "cancelled" if line.cancelled else "fixed" if line.exact else "expected"
    return {
        "label": line.title,
        "type": line.type,
        "since": line.first.isoformat(),
        "until": line.last.isoformat() if line.last > line.first else None,
        "date_status": status,
    }


def _first_fields(file: str, today: date) -> dict[str, Any]:
    return {
        "factors": FACTORS,
        "account": stored(say("monitor.calendar_why_it_matters")),
        "known_from": stored(say("monitor.calendar_known_from", name=file, day=today)),
    }


def as_event(trigger: Record, title: str, place_name: str) -> ical_text.Event:
    """A trigger for a calendar program; its version is the event's sequence, so that a move is seen as one."""
    since, until = window(trigger)
    status = {"cancelled": "CANCELLED", "expected": "TENTATIVE"}
    return ical_text.Event(
        uid=uid_of(trigger),
        summary=f"{place_name}: {title}",
        since=since,
        until=until if until > since else None,
        stamp=trigger.when,
        sequence=trigger.version - 1,
        status=status.get(str(trigger.body["date_status"]), "CONFIRMED"),
        categories=(trigger.place, str(trigger.body["type"])),
    )


def changes(history: list[Record]) -> Mapping[str, int]:
    """How often an event moved, was renamed, and became exact, by its versions."""
    counted = {"moved": 0, "renamed": 0, "exact": 0}
    for before, after in pairwise(history):
        counted["moved"] += window(before) != window(after)
        counted["renamed"] += before.body["label"] != after.body["label"]
        became = after.body["date_status"] == "fixed" != before.body["date_status"]
        counted["exact"] += became
    return counted
