"""The archive: reports that were kept byte for byte, with their hashes, and the page on which one is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Response

from upstander.core.errors import UnknownRecord
from upstander.core.messages import say, text
from upstander.records import Record, kept_files
from upstander.records.forms import form
from upstander.report import archive, schedule
from upstander.web.country.assessment import place_of
from upstander.web.country.views import MEDIA
from upstander.web.kernel import access_log
from upstander.web.kernel.record_reading import (
    check_export,
    everything,
    may_begin,
    may_keep,
    places,
    read,
)
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import Done, file_answer
from upstander.web.kernel.routing import Given, action, file, page
from upstander.web.kernel.urls import url
from upstander.web.reports.making import in_shape, made, shapes_at

KIND = archive.KIND
SCHEDULED = ("report", "shape", "language", "rhythm")  # said of what is scheduled
MOST = 200  # that are listed; older ones are found by country, or by program


def look(request: PageRequest) -> dict[str, Any]:
    """Kept reports that the reader may have, the newest first; those of one country where one is chosen."""
    asked = request.query.get("place", "").strip()
    place = place_of(request, asked).code if asked else ""
    found = [r for r in everything(request, kinds=(KIND,), place=place) if not r.erased]
    newest = sorted(found, key=lambda r: (r.when, r.id), reverse=True)
    names = dict(places(request))
    return {
        "title": say("web.archive_of_reports"),
        "place": place,
        "places": list(names.items()),
        "rows": [_row(request, names, r) for r in newest[:MOST]],
        "count": len(newest),
        "may_keep": may_keep(request),
        "scheduled": _scheduled(request, names),
        "may_schedule": may_begin(request, schedule.KIND),
    }


def _scheduled(request: PageRequest, names: Mapping[str, str]) -> list[dict[str, str]]:
    """What is made by itself, and when next; as far as the reader may know of it."""
    found = everything(request, kinds=(schedule.KIND,))
    standing = (s for s in found if not s.erased and not s.body.get("ended"))
    return [
        {
            **{n: form(s.kind).field(n).choices[str(s.body[n])] for n in SCHEDULED},
            "place": names.get(s.place, s.place) if s.body["report"] != "watchlist" else "",
            "next": schedule.next_day(s, request.today).isoformat(),
            "href": url("record", kind=s.kind, id=s.id),
        }
        for s in standing
    ]


def _row(request: PageRequest, names: Mapping[str, str], kept: Record) -> dict[str, Any]:
    body = kept.body
    shown = ("title", "report", "language", "as_of", "size", "sha256", "name")
    issue = str(body["issue"] or "")
    return {
        "id": kept.id,
        **{name: body[name] for name in shown},
        # a message, so that its figures keep their order where text reads from the right
        "issue": text("{issue}", issue=issue) if issue else "",
        "shape": str(form(KIND).field("shape").choices[str(body["shape"])]),
        "place": names.get(kept.place, kept.place),
        "kept": kept.when.isoformat(),
        "by": _by(request, kept),
        "scheduled": bool(body["schedule"]),
        "marking": kept.stamp.marking.label,
        "href": url("reports_archive_file", id=kept.id, shape=body["shape"]),
    }


def _by(request: PageRequest, kept: Record) -> str:
    """Who kept it, for those who are signed in."""
    return request.account_names.get(kept.who, "") if request.session else ""


def take(request: PageRequest, id: str, shape: str) -> Response:
    """Byte for byte what was kept, held against its hash; each copy is logged."""
    check_export(request)
    kept = read(request, KIND, id)
    if kept.body["shape"] != shape:
        raise UnknownRecord(f"{KIND} {id}: is kept in another shape")
    content = kept_files.content(request.state.records, kept)
    access_log.keep_export(request, KIND, {"format": shape, "space": kept.stamp.space})
    return file_answer(content, str(kept.body["name"]), MEDIA[shape])


def look_keep(request: PageRequest) -> dict[str, Any]:
    """What would be kept, before it is: the report of an address in one of its shapes."""
    request.signed_in(*form(KIND).writers)
    address = request.query.get("report", "")
    shapes = shapes_at(address)
    return {
        "title": say("web.keep_a_report"),
        "address": address,
        "shapes": [(s, str(form(KIND).field("shape").choices[s])) for s in shapes],
        "shape": address.partition("?")[0].rpartition(".")[2],
    }


def keep(request: PageRequest, given: Given) -> Done:
    """Keep a report as it is made now."""
    by = request.signed_in(*form(KIND).writers)
    check_export(request)
    address, shape = given.text("report"), given.text("shape")
    if shape in shapes_at(address):
        address = in_shape(address, shape)
    copy, stamp = made(request, address)
    records = request.state.records
    kept = archive.keep(records, copy, stamp, by=by, why="kept", now=request.now)
    there = url("reports_archive") + f"#kept-{kept.id}"
    return Done(there, {"id": kept.id, kept_files.SHA256: kept.body[kept_files.SHA256]})


ROUTES = (
    *page("reports_archive", "/reports/archive", look, "reports_archive.html"),
    *page("reports_keep", "/reports/archive/new", look_keep, "reports_keep.html"),
    action("reports_keep_now", "/reports/archive", keep),
    file("reports_archive_file", "/reports/archive/{id}/kept.{shape}", take),
)
