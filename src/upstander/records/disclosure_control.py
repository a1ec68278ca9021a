"""What somebody outside may see of a record: pages, JSON, exports and reports all call ``blurred``, and nothing else.

Whether a record may be read at all is decided by ``core.rights``. This decides how exactly. What people report could
lead to the person who said it, or to the people it is about: so a place is shown no finer than its district, a count
under five only as such, and neither the author nor hateful text is shown. What is published anyway stays exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from upstander.core.messages import say
from upstander.core.rights import CLEARED, Actor
from upstander.records import Record
from upstander.records.forms import Form, form

FEWER, WITHHELD = say("records.fewer_than_5"), say("records.not_shown_here")
NEUTRAL = say("records.hateful_text_not_repeated_here")
LEAST = 5  # the usual floor of official statistics for counts of persons
# Half a degree is some 55 km, the width of a middling district; a grid, not noise, so that asking twice tells nothing.
GRID_DEGREES = 0.5
FINE = ("exact", "settlement", "place")  # precisions finer than a district
POINTS, NAMES = ("latitude", "longitude"), ("place_name", "area")
PERSONS = "persons"  # unit of the counts that are suppressed


def sees_exactly(actor: Actor, record: Record) -> bool:
    """Whether somebody who may read the record sees it as it is: its author, and cleared people of its spaces."""
    stamp = record.stamp
    if not actor.account:
        return False
    return actor.account == stamp.author or (
        actor.role in CLEARED
        and actor.space in {stamp.space, *stamp.shared, *stamp.editors}
    )


def blurred(record: Record, actor: Actor, wanted: Form | None = None) -> Record:
    """The record as this reader may see it; unchanged for those who see it exactly. ``wanted``: its form, if at hand.

    A value that is held back is replaced by FEWER or WITHHELD, so that it is never taken for unknown (None) or zero.
    """
    if sees_exactly(actor, record):
        return record
    wanted = wanted or form(record.kind)
    body = _closed(wanted, record.body)
    if not record.body.get("published"):
        body = _coarse(wanted, _few(wanted, body))
    if record.body.get("hate"):
        body = _neutral(wanted, body)
    stamp = record.stamp
    if actor.space not in (stamp.space, *stamp.shared) or not actor.account:
        return replace(
            record,
            body=body,
            who="",
            why="",
            stamp=replace(stamp, author="", named=(), editors=()),
        )
    return replace(record, body=body)


def _closed(wanted: Form, body: Mapping[str, Any]) -> dict[str, Any]:
    """Sensitive fields, and those that lead back to where a report came from, held back; personal ones left out."""
    closed = {f.name for f in wanted.fields if f.sensitive or f.blur}
    personal = {f.name for f in wanted.fields if f.personal}
    held_back = {
        k: WITHHELD if k in closed and v not in (None, "", []) else v
        for k, v in body.items()
    }
    return {k: None if k in personal else v for k, v in held_back.items()}


def _few(wanted: Form, body: dict[str, Any]) -> dict[str, Any]:
    """Counts of persons under five suppressed. Where one is, only the largest count stays: from a total and all other
    parts the suppressed one could be worked out."""
    counts = {
        f.name: body[f.name]
        for f in wanted.fields
        if f.unit == PERSONS and isinstance(body.get(f.name), int)
    }
    if not any(0 < n < LEAST for n in counts.values()):
        return body
    largest = max(counts, key=lambda name: counts[name])
    shown = {
        name: n if name == largest and n >= LEAST else FEWER if 0 < n < LEAST else WITHHELD
        for name, n in counts.items()
    }
    return {**body, **shown}


def _coarse(wanted: Form, body: dict[str, Any]) -> dict[str, Any]:
    """Places no finer than the district: points on a coarse grid, names of towns and spots held back.

    Whatever precision somebody chose, nobody checks it against the name that was typed: a name is held back for what it
    is, and shown as held back, for that it is on record says nothing of where it is. What is published stays (``blurred``).
    """
    made = dict(body)
    for name in POINTS:
        if isinstance(made.get(name), int | float):
            made[name] = round(made[name] / GRID_DEGREES) * GRID_DEGREES
    for name in {f.name for f in wanted.fields if f.name in NAMES and not f.official}:
        if made.get(name):
            made[name] = WITHHELD
    if made.get("precision") in FINE:
        made["precision"] = "district"
    if made.get("event"):
        made["event"] = WITHHELD  # a public event has a public point
    return made


def _neutral(wanted: Form, body: dict[str, Any]) -> dict[str, Any]:
    """Hateful text is never republished: a neutral description stands in its place."""
    made = dict(body)
    words = made.get("neutral") or NEUTRAL
    for f in wanted.fields:
        if (
            f.type in ("text", "long")
            and f.name in ("title", "passage", "translation", "quote")
            and made.get(f.name)
        ):
            made[f.name] = words.split("\n")[0][:300] if f.type == "text" else words
    return made
