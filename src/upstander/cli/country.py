"""``upstander country``: the home country that pages begin with."""

from __future__ import annotations

from typing import Annotated

import typer

from upstander.cli import terminal
from upstander.core.clock import utc_now

ORDER = 22  # in the list of verbs

EXAMPLE = "upstander country KEN"


def country(
    code: Annotated[
        str, typer.Argument(help="Code or name of a place, or 'none'. Empty: print it.")
    ] = "",
    home: terminal.Home = None,
) -> None:
    """Set the country that pages begin with, for everybody who chose no other; or say which it is."""
    from upstander.core import places
    from upstander.web.kernel import home_country

    settings = terminal.settings(home)
    if not code:
        terminal.say(home_country.chosen(settings) or "none: pages begin with the world")
        return
    if code == "none":
        home_country.choose(settings, "")
        terminal.say("none: pages begin with the world")
        return
    found = places.load().find(code, utc_now().date())
    home_country.choose(settings, found.code)
    terminal.say(f"{found.name}: pages begin with it")
