"""The evidence library: its page, bringing files in with a look at them first, templates, reports into the inbox.

A file that was looked at is kept in memory until it is kept for good or a quarter of an hour has passed: one for each
account, never on disk beyond the moment it is read, for it may hold contacts of people who reported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from upstander.core.messages import say
from upstander.evidence import submissions
from upstander.records import Record, forms
from upstander.records.drafts import draft
from upstander.report import record_views
from upstander.report.registers import register_kinds
from upstander.web.evidence import library
from upstander.web.kernel.record_reading import (
    everything,
    find,
    may_begin,
    place_codes,
    places,
    read,
    with_ids,
)
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import Done
from upstander.web.kernel.routing import Given, action, page
from upstander.web.kernel.urls import url

MOST_REPORTS = 200  # that wait, on one page
LONGEST_ASKED = 200  # characters of one filter
LINKING = ("rating", "position")  # besides the registers, what may point to an item
ASKED = (
    "status",
    "place",
    "crime",
    "of",
    "side",
    "reliability",
    "credibility",
    "since",
    "until",
    "ungraded",
    "text",
)


def _known(
    request: PageRequest, items: Sequence[Record], others: Sequence[Record]
) -> set[str]:
    """Ids of records that the items speak for or against, and that the reader may read."""
    codes = {
        code for r in items for side in ("supports", "against") for code in r.body[side]
    }
    known = {r.id for r in others}
    ids = sorted({record_views.linked_id(code) for code in codes} - known - {""})
    return known | {r.id for r in with_ids(request, ids)}


def look(request: PageRequest) -> dict[str, Any]:
    """The library, filtered."""
    asked = {n: request.query.get(n, "").strip()[:LONGEST_ASKED] for n in ASKED}
    others = everything(request, kinds=(*register_kinds(), *LINKING), place=asked["place"])
    items = library.readable(*_items(request, asked, others))
    all_places, may_write = places(request), may_begin(request, "evidence")
    page = _page_number(request.query.get("page", "1"))
    return {
        **library.content(items, others, request.actor, asked, all_places, page=page),
        "places": all_places,
        "may_write": may_write,
        "reports": _reports(request) if may_write else [],
        "past": request.is_past,
        "as_of": request.as_of.date().isoformat(),
    }


def _items(
    request: PageRequest, asked: Mapping[str, str], others: Sequence[Record]
) -> tuple[list[Record], set[str]]:
    """The items of a place that hold the words asked for, and the ids that the reader may be told of."""
    words = asked["text"]
    items = list(everything(request, kinds=("evidence",), place=asked["place"], text=words))
    if words:
        items = [r for r in items if library.holds(r, request.actor, words)]
    return items, _known(request, items, others)


def _page_number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 5 else 1


def _reports(request: PageRequest) -> list[dict[str, Any]]:
    """Reports from monitors of which nothing was made yet."""
    reports = find(
        request, kinds=("submission",), where={"status": "received"}, limit=MOST_REPORTS
    )
    form = forms.form("submission")
    return [
        {
            "title": record_views.title_of(r, form, request.actor),
            "href": url("record", kind="submission", id=r.id),
            "take": url("evidence_report", id=r.id),
            "reliability": r.body["reliability"] or say("web.not_graded"),
            "consents": bool(r.body["consent_use"]),
        }
        for r in reports
        if not r.body["evidence"]
    ]


def take(request: PageRequest, _: Given, id: str) -> Done:
    """Make an inbox item from a report, within what its giver consented to; the report then says that it is looked at."""
    who, codes = request.signed_in(), place_codes(request)
    report = read(request, "submission", id)
    item = submissions.evidence_from(report, by=who, places=codes)
    linked = [*report.body["evidence"], item.id]
    after = draft(
        "submission",
        {**report.body, "status": "checking", "evidence": linked},
        id=id,
        by=who,
        places=codes,
        stamp=report.stamp,
        place=report.place,
        expected=report.version,
    )
    request.state.records.append(
        [item, after], by=who, why="taken into the inbox", now=request.now
    )
    return Done(url("record_edit", kind="evidence", id=item.id), {"id": item.id}, 201)


ROUTES = (
    *page("evidence", "/evidence", look, "evidence.html", is_kept=True),
    action("evidence_report", "/evidence/reports/{id}", take),
)
