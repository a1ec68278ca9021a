"""The pages about every place at once, each with a JSON twin beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from markupsafe import Markup

from upstander.core.messages import say
from upstander.core.thresholds import VIOLENT_YEAR
from upstander.report import as_json, mandate, worldmap
from upstander.report.situation import Line, Overview
from upstander.web.kernel.public_pages import JSON, Asked, public
from upstander.web.kernel.rendering import page_of
from upstander.web.kernel.routing import Route
from upstander.web.kernel.scopes import ORDERS, SCOPES, WORLD, ordered, region_of

# Of the list of places, by what it shows.
VIEWS = {
    "prevention": "prevention",
    "outside_conflict": say("web.raised_outside_conflict"),
    "all": "all",
}


def _twin(name: str, path: str, content: Callable[[Overview], Any]) -> Route:
    return public(name, path, lambda asked: as_json.dumps(content(asked.overview)), JSON)


def view_of(asked: Asked) -> str:
    """The one of VIEWS that was asked for; prevention stands for any other word."""
    view = asked.query.get("view", "")
    return view if view in VIEWS else "prevention"


def show_countries(asked: Asked) -> str:
    """All places in a table, by one of VIEWS and ORDERS, of one of SCOPES; prevention sets ongoing mass violence apart."""
    held = asked.overview
    return page_of(
        held,
        "countries.html",
        "/countries",
        say("web.menu_countries"),
        asked.language,
        count=len(held.lines),
        view=view_of(asked),
        views=VIEWS,
        order=order_of(asked),
        orders=_named("order", ORDERS),
        scope=asked.scope,
        scopes=_named("scope", SCOPES if asked.scope.home else (WORLD,)),
        lists=_lists(asked),
        regions=_regions(asked),
        least=VIOLENT_YEAR,
    )


def _named(name: str, values: Iterable[str]) -> list[tuple[str, str]]:
    return [(value, say(f"web.today_{name}_{value}")) for value in values]


def _regions(asked: Asked) -> dict[str, str]:
    """The region of each place, where the list goes by it; none elsewhere."""
    if order_of(asked) != "region":
        return {}
    places = asked.state.places
    return {x.code: region_of(places.get(x.code)) for x in asked.overview.lines}


def order_of(asked: Asked) -> str:
    """The order asked for; by region for any other word."""
    order = asked.query.get("order", "")
    return order if order in ORDERS else "region"


def _lists(asked: Asked) -> dict[str, tuple[Line, ...]]:
    """The lists that the views show, of the places looked at, in the order asked for."""
    held, places, order = asked.overview, asked.state.places, order_of(asked)
    named = {
        "all": held.lines,
        "prevention": held.prevention,
        "ongoing": held.ongoing,
        "outside_conflict": held.outside_conflict,
    }
    return {
        name: ordered(asked.scope.lines(lines, places, asked.as_of), places, order)
        for name, lines in named.items()
    }


def _key(asked: Asked) -> tuple[str, ...]:
    return (view_of(asked), order_of(asked), asked.scope.name, asked.scope.home)


def show_map(asked: Asked) -> str:
    """The map and its table."""
    overview = asked.overview
    # our own SVG, no outside text but place names, escaped
    picture = Markup(worldmap.world(overview, asked.state.places.folder, asked.language))
    note = worldmap.NOTE
    return page_of(
        overview,
        "map.html",
        "/map",
        say("web.map"),
        asked.language,
        held=overview,
        note=note,
        picture=picture,
    )


def show_data(asked: Asked) -> str:
    """Sources with licence, coverage and freshness."""
    overview, title = asked.overview, say("web.menu_data")
    return page_of(overview, "data.html", "/data", title, asked.language, held=overview)


def show_about(asked: Asked) -> str:
    """Mandate, method, caveats, sources."""
    sources, rules = mandate.register()
    overview = asked.overview
    return page_of(
        overview,
        "about.html",
        "/about",
        say("web.menu_about"),
        asked.language,
        held=overview,
        sources=sources,
        rules=rules,
    )


def _data(overview: Overview) -> dict[str, Any]:
    return {"head": overview.head, "sources": overview.ages, "missing": overview.missing}


def _about(overview: Overview) -> dict[str, Any]:
    return {"head": overview.head, "register": mandate.register()}


ROUTES = (
    public("countries", "/countries", show_countries, key=_key),
    _twin("countries_json", "/countries.json", as_json.overview),
    public("map", "/map", show_map),
    _twin("map_json", "/map.json", as_json.overview),
    public("data", "/data", show_data),
    _twin("data_json", "/data.json", _data),
    public("about", "/about", show_about),
    _twin("about_json", "/about.json", _about),
)
