"""Addresses of pages by the names of their routes: an address is written once, where its page is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from urllib.parse import quote

from upstander.core.messages import say

TABS = ("assessment", "crimes", "options", "lessons")  # of a country


def url(route: str, /, **values: object) -> str:
    """The address of the route of this name, with its parameters filled in. Raises KeyError for what no route is called."""
    quoted = {key: quote(str(value), safe="") for key, value in values.items()}
    return _paths()[route].format(**quoted)


@cache
def _paths() -> Mapping[str, str]:
    # here, not above: the areas whose routes these are make addresses too
    from upstander.web.kernel.routing import routes

    return {route.name: route.path for route in routes()}


def country_tabs(place: str) -> tuple[tuple[str, str], ...]:
    """The tabs of a country besides its public page: address and title of each."""
    return tuple((url(f"country_{tab}", name=place), say(f"web.tab_{tab}")) for tab in TABS)
