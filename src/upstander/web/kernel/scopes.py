"""Which places a reader looks at first: my country and its neighbours, its region, or the world.

The address says it (``?scope=region``) and a cookie keeps it for the next page; nothing else is kept of it. Home is the
country of the account, else the installation's own (``home_country``), else none: then there is the world alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from fastapi import Request, Response

from upstander.core.messages import text
from upstander.core.places import Place, Places
from upstander.records.accounts import Account
from upstander.report.situation import Line
from upstander.web.kernel import home_country
from upstander.web.kernel.sessions import set_cookie
from upstander.web.kernel.state import State

COUNTRY, REGION, WORLD = SCOPES = ("country", "region", "world")
ORDERS = ("region", "name", "odds")
COOKIE, PARAMETER = "upstander_scope", "scope"


@dataclass(frozen=True)
class Scope:
    """One of SCOPES, and the code of the home country ('' for none)."""

    name: str = WORLD
    home: str = ""

    def codes(self, places: Places, on: date) -> frozenset[str] | None:
        """The places it holds: home and what shares a land border with it, its region, or None for all."""
        if self.name == WORLD or not self.home:
            return None
        if self.name == COUNTRY:
            return frozenset({self.home, *places.neighbours(self.home, on=on)})
        region = region_of(places.get(self.home))
        return frozenset(p.code for p in places.current(on) if region_of(p) == region)

    def lines(self, lines: Iterable[Line], places: Places, on: date) -> tuple[Line, ...]:
        """Of these lines those it holds."""
        codes = self.codes(places, on)
        return tuple(x for x in lines if codes is None or x.code in codes)


def ordered(lines: Iterable[Line], places: Places, order: str) -> tuple[Line, ...]:
    """By region and name, by name alone, or by the odds, in which they come: no league table unless it is asked for (S06)."""
    if order == "odds":
        return tuple(lines)
    by_region = order == "region"

    def key(line: Line) -> tuple[str, str]:
        return region_of(places.get(line.code)) if by_region else "", line.name

    return tuple(sorted(lines, key=key))


def region_of(place: Place) -> str:
    """The region a State is looked at in: M49's sub-region, where it has one."""
    return text(place.smallest_region)


def scope_of(http: Request, state: State, account: Account | None) -> Scope:
    """What the address asks for, else what was chosen before, else home where there is one."""
    home = home_of(state, account)
    if not home:
        return Scope()
    asked = (http.query_params.get(PARAMETER, ""), http.cookies.get(COOKIE, ""))
    return Scope(next((s for s in asked if s in SCOPES), COUNTRY), home)


def home_of(state: State, account: Account | None) -> str:
    """The home country of whoever asks, '' for none; a place that is none any more counts as none."""
    code = (account.country if account else "") or home_country.chosen(state.settings)
    return code if code in state.places.places else ""


def keep_scope(answer: Response, http: Request) -> None:
    """Remember the scope that the address asked for."""
    asked = http.query_params.get(PARAMETER, "")
    if asked in SCOPES:
        set_cookie(answer, http, COOKIE, asked)
