"""The guided tour: nine stations in the order of the work, each with what to look for and a way there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from upstander.core.messages import say
from upstander.forecast import targets
from upstander.report.situation import Line
from upstander.web.kernel import made_up
from upstander.web.kernel.home_country import chosen
from upstander.web.kernel.record_reading import find
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import page
from upstander.web.kernel.urls import url

# Of a station whose page is of one record: the kind and the route; the list is shown where the reader can read none.
RECORDS = {
    "alerts": ("alert", "alert"),
    "assessments": ("review", "assessment"),
    "plans": ("action", "plan_action"),
}


def look(request: PageRequest) -> dict[str, Any]:
    """All stations, with the way to the made-up country where one can look at it."""
    inside = request.state.is_made_up
    stations = [
        {"id": name, "title": title, "href": href, "words": say(f"web.tour_{name}")}
        for name, title, href in _stations(request)
    ]
    return {
        "title": say("web.tour"),
        "stations": stations,
        "inside": inside,
        "made_up": not inside and made_up.is_loaded(request.state.settings),
    }


def _stations(request: PageRequest) -> Iterator[tuple[str, str, str]]:
    """Name, title and address of each, in order."""
    yield "today", say("web.menu_today"), url("today")
    line = _shown(request)
    code, name = _place(request, line)
    yield "country", name, url("country", name=code)
    if line:
        yield "why", say("web.why_this_number", place=line.name), _why(line)
    for section in RECORDS:
        yield section, say(f"web.menu_{section}"), _one(request, section)
    yield (
        "follow_up",
        say("respond.way_forward", name=name),
        url("country_way_forward", name=code),
    )
    yield "reports", say("web.menu_reports"), url("reports")
    yield "exercises", say("web.menu_exercises"), url("exercises")


def _shown(request: PageRequest) -> Line | None:
    """The home country, else the first by name, of the places that have a probability; None without a forecast."""
    told = [x for x in request.figures[1].lines if x.headline and x.headline.applies]
    home = chosen(request.state.settings)
    return min(told, key=lambda x: (x.code != home, x.name), default=None)


def _place(request: PageRequest, line: Line | None) -> tuple[str, str]:
    """Code and name of the country that is shown: the made-up one inside it."""
    if request.state.is_made_up or line is None:
        code = (
            made_up.CODE if request.state.is_made_up else request.figures[0].listed[0].code
        )
        return code, request.state.places.get(code).name
    return line.code, line.name


def _why(line: Line) -> str:
    headline = line.headline
    target = headline.target if headline else targets.HEADLINE
    return url("country_why", name=line.code, target=target)


def _one(request: PageRequest, section: str) -> str:
    """The page of a record that the reader can read, else the list."""
    kind, route = RECORDS[section]
    found = find(request, kinds=(kind,), limit=1)
    return url(route, id=found[0].id) if found else url(section)


ROUTES = page("tour", "/tour", look, "tour.html")
