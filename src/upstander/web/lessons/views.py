"""Cases of warning and response: all of them, a country's, one in time, and the lessons report with its table.

Whoever may read a case sees it, visitors too; everything is worked out from the entries that the reader may read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from fastapi import Response

from upstander.assess.measures.lessons import Reading
from upstander.assess.measures.lessons import read as read_case
from upstander.core.errors import UnknownRecord
from upstander.core.messages import say
from upstander.forecast import issued
from upstander.records import Record
from upstander.report import document, lessons
from upstander.report.documents import lessons_report
from upstander.web.country.assessment import place_of
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
from upstander.web.kernel.responses import file_answer, report_answer
from upstander.web.kernel.routing import file, page
from upstander.web.kernel.urls import url

CASE, ENTRY = "warning_case", "case_entry"
MOST_LISTED, MOST_TOLD = 200, 50  # cases on a page, and in a report
ONE_DAY = timedelta(days=1)
MEDIA = {**document.MEDIA, "csv": "text/csv; charset=utf-8"}


def look(request: PageRequest) -> dict[str, Any]:
    """All cases, or those of one place."""
    place = _place(request)
    made = lessons.listing(
        _shown(request, _readings(request, place)),
        say("web.lessons_of_early_warning_2"),
        MOST_LISTED,
    )
    return {
        **made,
        **_may(request),
        "place": place,
        "places": places(request),
        "reports": _reports(url("lessons"), f"?place={place}" if place else ""),
    }


def look_place(request: PageRequest, name: str) -> dict[str, Any]:
    """A country's cases, each with its line of time."""
    place = place_of(request, name)
    made = lessons.listing(
        _shown(request, _readings(request, place.code)),
        say("web.lessons_of_early_warning", name=place.name),
        MOST_LISTED,
    )
    return {
        **made,
        **_may(request),
        "place": place.code,
        "name": place.name,
        "known": bool(request.session),
        "reports": _reports(url("lessons"), f"?place={place.code}"),
    }


def look_one(request: PageRequest, id: str) -> dict[str, Any]:
    """One case in time."""
    found = _reading(request, id)
    shown = lessons.case(found, request.actor, dict(places(request)))
    return {
        **lessons.page(shown, _then(request, found)),
        **_may(request),
        "name": shown["place_name"],
        "known": bool(request.session),
        "reports": _reports(url("lesson", id=id), ""),
    }


def report(request: PageRequest, shape: str) -> Response:
    """The lessons report on all cases, or on those of one place."""
    place = _place(request)
    found = _readings(request, place)
    return _report(
        request, found, dict(places(request)).get(place, say("web.all_cases")), shape
    )


def report_one(request: PageRequest, id: str, shape: str) -> Response:
    """The lessons report on one case."""
    found = _reading(request, id)
    return _report(request, [found], lessons.case(found, request.actor, {})["title"], shape)


def _report(
    request: PageRequest,
    readings: Sequence[Reading],
    about: str,
    shape: str,
) -> Response:
    """One shape of the report; each is logged as an export, without naming cases."""
    if shape not in MEDIA:
        raise UnknownRecord(say("web.a_lessons_report_is", join=", ".join(MEDIA)))
    if shape != "html":
        check_export(request)
    cases = lessons.listing(_shown(request, readings), about, len(readings))["cases"]
    # no ids: who reads the log need not be allowed to know of the cases
    access_log.keep_export(request, "lessons", {"format": shape, "cases": len(cases)})
    if shape == "csv":
        return file_answer(lessons_report.as_csv(cases), "lessons.csv", MEDIA[shape])
    held = _held(request, readings, cases, about)
    told = lessons_report.document(held)
    return report_answer(told, "lessons", shape, request.language)


def _held(
    request: PageRequest,
    readings: Sequence[Reading],
    cases: Sequence[Mapping[str, Any]],
    about: str,
) -> lessons_report.Material:
    """What the report is made from: at most so many cases, each with what the model said then."""
    told = cases[:MOST_TOLD]
    by_id = {r.case.id: r for r in readings}
    of_told = [by_id[c["id"]] for c in told]
    return lessons_report.Material(
        cases=told,
        model={r.case.id: _then(request, r) for r in of_told},
        stamps=[record.stamp for r in of_told for record in (r.case, *r.entries)],
        about=about,
        as_of=request.as_of.date(),
        left=len(cases) - len(told),
    )


def _place(request: PageRequest) -> str:
    """The code of the place asked for, '' for all. Raises UnknownPlace."""
    asked = request.query.get("place", "").strip()
    return place_of(request, asked).code if asked else ""


def _reading(request: PageRequest, id: str) -> Reading:
    """One case with the entries that the reader may read. Raises UnknownRecord."""
    return read_case(
        read(request, CASE, id), everything(request, kinds=(ENTRY,), where={"case": id})
    )


def _readings(request: PageRequest, place: str) -> list[Reading]:
    """Every case that the reader may read, each with its entries."""
    cases = everything(request, kinds=(CASE,), place=place)
    entries: dict[str, list[Record]] = defaultdict(list)
    for e in everything(request, kinds=(ENTRY,)) if cases else ():
        entries[e.body["case"]].append(e)
    return [read_case(c, entries[c.id]) for c in cases]


def _shown(request: PageRequest, found: Sequence[Reading]) -> list[dict[str, Any]]:
    names = dict(places(request))
    return [lessons.case(r, request.actor, names) for r in found]


def _then(request: PageRequest, found: Reading) -> list[dict[str, str]]:
    """What the model said on the day of the first credible warning and on the eve of the onset, and in hindcast.

    Where only a month or a year is known, its first day counts: nothing that came later may speak.
    """
    place, known = found.case.place, min(request.as_of.date(), request.state.today)
    moments: list[tuple[str, date, date]] = []
    if found.warned:
        moments.append(
            (say("web.first_credible_warning"), found.warned.first, found.warned.first)
        )
    if found.onset:
        moments.append(
            (say("web.eve_of_the_onset"), found.onset.first - ONE_DAY, found.onset.first)
        )
    made = [
        lessons.then(
            name,
            day,
            about,
            issued.chances_then(request.state.ledger, min(day, known)),
            place,
        )
        for name, day, about in moments
    ]
    if found.onset:
        board = request.state.scored(known).board
        made.append(
            {
                "moment": say("web.in_hindcast"),
                "words": lessons.hindcast(
                    board, dict(places(request)).get(place, place), found.onset
                ),
            }
        )
    return made


def _reports(there: str, query: str) -> list[tuple[str, str]]:
    return [
        (s.upper(), f"{there}/report.{s}{query}")
        for s in ("html", "pdf", "docx", "json", "csv")
    ]


def _may(request: PageRequest) -> dict[str, Any]:
    """Whether the reader may add to it here, and the day the page speaks of."""
    return {
        "may_write": may_begin(request, CASE) and bool(request.actor.space),
        "may_keep": may_keep(request),
        "past": request.is_past,
        "as_of": request.as_of.date().isoformat(),
    }


ROUTES = (
    file("lessons_report", "/lessons/report.{shape}", report),
    file("lesson_report", "/lessons/{id}/report.{shape}", report_one),
    *page("lessons", "/lessons", look, "lessons.html"),
    *page("lesson", "/lessons/{id}", look_one, "lesson.html"),
    *page(
        "country_lessons", "/countries/{name}/lessons", look_place, "lessons_country.html"
    ),
)
