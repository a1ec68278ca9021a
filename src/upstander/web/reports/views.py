"""Reports: every one there is, by what it is made from, with its shapes and where it stands."""

from __future__ import annotations

from typing import Any

from upstander.core.messages import Message, say
from upstander.report.documents import (
    CASES,
    CONSULTATION,
    COUNTRY,
    DIALOGUE,
    PLANS,
    REVIEW,
    WORLD,
    reports,
)
from upstander.web.country.assessment import place_of
from upstander.web.kernel.record_reading import everything, may_keep, places
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import page
from upstander.web.kernel.urls import url

ABOUT = (WORLD, COUNTRY, DIALOGUE, REVIEW, PLANS, CASES, CONSULTATION)
# Where those stand that are made from people's records, and of which kind there are several.
MADE_AT = {
    REVIEW: "assessments",
    PLANS: "plans_follow_up",
    CASES: "lessons",
    CONSULTATION: "consultations",
}
FILES = {PLANS: "plans_follow_up_file", CASES: "lessons_report"}
SEVERAL = {REVIEW: ("review", "assessment"), CONSULTATION: ("consultation", "consultation")}
MOST = 20  # of a kind that are listed; the rest stand where they are made


def look(request: PageRequest) -> dict[str, Any]:
    """The reports that there are; those about a country with its files, where one is chosen."""
    asked = request.query.get("place", "").strip()
    place = place_of(request, asked).code if asked else ""
    return {
        "title": say("web.menu_reports"),
        "place": place,
        "places": places(request),
        "groups": [_group(request, about, place) for about in ABOUT],
        "known": bool(request.session),
        "may_keep": may_keep(request),
    }


def _group(request: PageRequest, about: str, place: str) -> dict[str, Any]:
    return {
        "about": about,
        "title": say(f"web.reports_about_{about}"),
        "reports": [
            {
                "title": report.title,
                "shapes": _shapes(name, about, list(report.shapes), place),
            }
            for name, report in reports(about).items()
        ],
        "made_at": url(MADE_AT[about]) if about in MADE_AT else "",
        "made_from": _made_from(request, about),
    }


def _shapes(
    name: str,
    about: str,
    shapes: list[str],
    place: str,
) -> list[tuple[str, str]]:
    """Each shape with its address; none where it is yet to be said what it is about."""
    return [(shape.upper(), _address(name, about, shape, place)) for shape in shapes]


def _address(
    name: str,
    about: str,
    shape: str,
    place: str,
) -> str:
    if about == WORLD:
        return url(f"{name}_{shape}")
    if about == DIALOGUE:
        return url("country_statement_file", name=place, shape=shape) if place else ""
    if about == COUNTRY:
        return url(f"{name}_{shape}", name=place) if place else ""
    route = FILES.get(about)
    return url(route, shape=shape) if route else ""


def _made_from(request: PageRequest, about: str) -> list[tuple[Message | str, str]]:
    """The newest records of which each has a report of its own."""
    if about not in SEVERAL:
        return []
    kind, route = SEVERAL[about]
    found = sorted(everything(request, kinds=(kind,)), key=lambda r: r.when, reverse=True)
    return [(str(r.body["title"]), url(route, id=r.id)) for r in found[:MOST]]


ROUTES = page("reports", "/reports", look, "reports.html")
