"""The side of organisations and national institutions: their own pages on countries, which no government can edit.

Every record belongs to the space that wrote it; who is outside that space may read it as far as its marking goes, and writes
none of it (``core/rights.py``). Here what such a space has written on a country stands together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from upstander.assess.publishing import INDEPENDENT
from upstander.core.errors import UnknownRecord
from upstander.core.messages import say
from upstander.records import Record
from upstander.records.forms import form
from upstander.web.country.assessment import place_of
from upstander.web.kernel.record_reading import everything, named, places, ways_to_add
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import page
from upstander.web.kernel.urls import url

KINDS = ("recommendation", "alert", "progress_report", "practice", "lesson", "root_cause")


def look(request: PageRequest) -> dict[str, Any]:
    """Every such space with the countries it has written on."""
    records = everything(request, kinds=KINDS)
    named = dict(places(request))
    return {
        "title": say("respond.coalition"),
        "spaces": [_space(id, title, records, named) for id, title in _spaces(request)],
    }


def _spaces(request: PageRequest) -> list[tuple[str, str]]:
    found = request.spaces.items()
    return [(id, space.title) for id, space in found if space.type in INDEPENDENT]


def _space(
    id: str,
    title: str,
    records: list[Record],
    named: Mapping[str, str],
) -> dict[str, Any]:
    counts = Counter(r.place for r in records if r.stamp.space == id and r.place)
    countries = [
        {
            "place": place,
            "name": named.get(place, place),
            "count": count,
            "href": url("coalition_country", space=id, name=place),
        }
        for place, count in sorted(counts.items())
    ]
    return {"id": id, "title": title, "countries": countries}


def look_country(request: PageRequest, space: str, name: str) -> dict[str, Any]:
    """What one such space has written on a country."""
    title = dict(_spaces(request)).get(space)
    if title is None:
        raise UnknownRecord(say("respond.no_such_space"))
    place = place_of(request, name)
    records = everything(request, kinds=KINDS, place=place.code)
    own = [r for r in records if r.stamp.space == space]
    return {
        "title": say("respond.coalition_on", space=title, name=place.name),
        "space": title,
        "place": place.code,
        "name": place.name,
        "parts": [_part(request, kind, own) for kind in KINDS],
        "add": _adds(request, space, place.code),
    }


def _part(request: PageRequest, kind: str, own: list[Record]) -> dict[str, Any]:
    return {
        "kind": kind,
        "title": form(kind).plural,
        "rows": [_row(request, r) for r in own if r.kind == kind],
    }


def _row(request: PageRequest, record: Record) -> dict[str, str]:
    return {
        **named(record, request.actor),
        "day": record.when.date().isoformat(),
        "marking": record.stamp.marking.label,
    }


def _adds(request: PageRequest, space: str, place: str) -> list[dict[str, str]]:
    """Where the space's own people add to it."""
    is_own = request.actor.space == space
    return ways_to_add(request, KINDS, place) if is_own else []


ROUTES = (
    *page("coalition", "/coalition", look, "coalition.html"),
    *page(
        "coalition_country",
        "/coalition/{space}/{name}",
        look_country,
        "coalition_country.html",
    ),
)
