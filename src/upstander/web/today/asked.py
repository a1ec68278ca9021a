"""What Today is asked to show: scope, view and order, each with its ways to the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from upstander.core.messages import say
from upstander.report.situation import Overview
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.scopes import ORDERS, SCOPES, WORLD, Scope, scope_of
from upstander.web.kernel.state import Edition
from upstander.web.kernel.urls import url

VIEWS = ("prevention", "all")
CHANGES = ("few", "every")
CHOICES: Mapping[str, tuple[str, ...]] = {
    "view": VIEWS,
    "order": ORDERS,
    "changes": CHANGES,
}


@dataclass(frozen=True)
class Look:
    """One look at Today.

    Attributes:
        edition: what the figures are made from; day: the day in the address, '' where none was asked for.
        chosen: of CHOICES, the one asked for, else the first.
    """

    request: PageRequest
    scope: Scope
    edition: Edition
    day: str
    chosen: Mapping[str, str]

    @cached_property
    def overview(self) -> Overview:
        """Every place at once."""
        return self.request.state.figures(self.edition)[1]

    @cached_property
    def codes(self) -> frozenset[str] | None:
        """The places looked at, None for all."""
        return self.scope.codes(self.request.state.places, self.edition.as_of)

    def holds(self, code: str) -> bool:
        """Whether a place is looked at."""
        return self.codes is None or code in self.codes

    @cached_property
    def drafts(self) -> int:
        """How many drafts programs wrote for this account wait for it: they are no records, so no edition says."""
        account = self.request.actor.account
        held = self.request.state.held_drafts
        return held.count(account, now=self.request.now) if account else 0

    @property
    def key(self) -> tuple[str, ...]:
        """Everything that changes the page, besides the edition and the records."""
        day = self.request.query.get("as_of", "")
        chosen = self.chosen.values()
        return (self.scope.name, self.scope.home, day, *chosen, str(self.drafts))

    def href(self, **other: str) -> str:
        """The address of this page with something chosen otherwise; what is usual is not written out."""
        asked = {"scope": self.scope.name, **self.chosen, "as_of": self.day, **other}
        usual = {n: choices[0] for n, choices in CHOICES.items()}
        kept = {n: v for n, v in asked.items() if v and v != usual.get(n)}
        return f"{url('today')}?{urlencode(kept)}" if kept else url("today")


def look_of(request: PageRequest) -> Look:
    """Read what is asked for; what is no choice counts as not asked. Raises ConfigError for a day that is none."""
    state, query = request.state, request.query
    chosen = {
        name: query[name] if query.get(name) in choices else choices[0]
        for name, choices in CHOICES.items()
    }
    edition = state.edition(state.day(query.get("as_of")))
    return Look(
        request=request,
        scope=scope_of(request.http, state, request.account),
        edition=edition,
        day=edition.as_of.isoformat() if query.get("as_of") else "",
        chosen=chosen,
    )


def switches(look: Look) -> dict[str, Any]:
    """The ways to another scope, view and order."""
    others = SCOPES if look.scope.home else (WORLD,)
    return {
        "scopes": [_way(look, "scope", s, look.scope.name) for s in others],
        **{
            f"{name}s": [_way(look, name, v, look.chosen[name]) for v in choices]
            for name, choices in CHOICES.items()
        },
    }


def _way(look: Look, name: str, value: str, now: str) -> dict[str, Any]:
    return {
        "words": say(f"web.today_{name}_{value}"),
        "href": look.href(**{name: value}),
        "is_on": value == now,
    }
