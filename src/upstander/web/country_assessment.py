"""A country's Assessment tab, its crimes and its intent dossier: read what the reader may read, hand it to ``report``.

For people who are signed in: the pages add up records, and sums of few records could say more than a visitor may know.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from upstander.assess import forms
from upstander.assess.publishing import published
from upstander.core.place_search import page_of
from upstander.core.places import Place
from upstander.core.rights import CLEARED
from upstander.core.treaties import Bound, parties
from upstander.lake.records import Record
from upstander.report import assessing, country_assessing, crime_lanes, intent_dossier
from upstander.report.drivers import Driver, drivers
from upstander.report.registers import Held, register_kinds
from upstander.web.asking import Asking
from upstander.web.doors import Doors
from upstander.web.outlooks import outlook
from upstander.web.reading import everything
from upstander.web.review_desk import SIX, open_desk


def add(doors: Doors) -> None:
    """The three pages."""
    doors.page("/countries/{name}/assessment", look, "country_assessment.html", is_kept=True)
    doors.page("/countries/{name}/crimes", look_crimes, "crimes.html", is_kept=True)
    doors.page("/countries/{name}/crimes/intent", look_intent, "intent_dossier.html")


def look(asking: Asking, name: str) -> dict[str, Any]:
    """The Assessment tab."""
    asking.signed_in()
    place = place_of(asking, name)
    known, bound = _public(asking, place.code)
    reviews = everything(asking, kinds=("review",), place=place.code)
    evidence = asking.state.records.count(
        by=asking.actor, as_of=asking.as_of, kinds=["evidence"], place=place.code
    )
    held = _held(asking, place, register_kinds())
    return country_assessing.content(
        held,
        place.name,
        reviews,
        country_assessing.readings(known),
        bound,
        evidence,
        _latest(asking, reviews),
        outlook(asking, place.code),
    )


def _latest(asking: Asking, reviews: Sequence[Record]) -> country_assessing.Latest | None:
    """The newest review as the reader's space sees it, or its own space where the reader's rated nothing."""
    newest = country_assessing.newest(reviews)
    if newest is None:
        return None
    desk = open_desk(asking, newest.id)
    seen = desk.seen(SIX)
    days = [r.when.date() for r in desk.ratings.of(desk.space).values() if r.when]
    return country_assessing.Latest(
        newest,
        desk.spaces.get(desk.space, desk.space),
        {f.factor: f.words for f in seen.findings},
        assessing.headline(seen.headline),
        published(desk.review),
        max(days, default=None),
    )


def look_crimes(asking: Asking, name: str) -> dict[str, Any]:
    """The lanes, the derived label and the incitement queue."""
    asking.signed_in()
    place = place_of(asking, name)
    kinds = (
        "act",
        "context",
        "crime_element",
        "group",
        "speech_event",
        "intent_item",
        "armed_actor",
    )
    held = _with_opinions(asking, _held(asking, place, kinds))
    return crime_lanes.content(held, place.name, _group(asking, held), asking.actor.role in CLEARED)


def look_intent(asking: Asking, name: str) -> dict[str, Any]:
    """The intent dossier, for those who may see restricted records."""
    asking.signed_in(*CLEARED)
    place = place_of(asking, name)
    held = _with_opinions(asking, _held(asking, place, ("group", "intent_item")))
    versions = [*_versions(asking, held), *(r for r in held.records if r.kind == "intent_opinion")]
    return intent_dossier.content(
        held, place.name, _group(asking, held), versions, asking.account_names
    )


def place_of(asking: Asking, name: str) -> Place:
    """The place of a code or name in an address. Raises UnknownPlace."""
    return page_of(asking.state.places, name[:80], asking.as_of.date())


def _held(asking: Asking, place: Place, kinds: Sequence[str]) -> Held:
    adds = (
        frozenset()
        if asking.is_past or not asking.actor.space
        else frozenset(k for k in forms.kinds() if asking.actor.role in forms.form(k).writers)
    )
    return Held(
        place.code,
        tuple(everything(asking, kinds=kinds, place=place.code)),
        asking.as_of.date(),
        asking.actor,
        adds,
    )


def _with_opinions(asking: Asking, held: Held) -> Held:
    """With the opinions on its intent items, which may have been written without a place."""
    items = {r.id for r in held.records if r.kind == "intent_item"}
    opinions = everything(asking, kinds=("intent_opinion",)) if items else []
    mine = tuple(o for o in opinions if o.body["item"] in items)
    return Held(held.place, (*held.records, *mine), held.on, held.actor, held.adds)


def _versions(asking: Asking, held: Held) -> list[Record]:
    """Every version of every intent item: whoever wrote one of them is an author, also where the reader may not read it."""
    items = [r for r in held.records if r.kind == "intent_item"]
    return [
        v
        for r in items
        for v in asking.state.records.history(r.kind, r.id, by=asking.actor, as_of=asking.as_of)
    ]


def _group(asking: Asking, held: Held) -> str:
    """The group asked for, if it is one of the place."""
    asked = asking.query.get("group", "")
    return asked if asked in {r.id for r in held.records if r.kind == "group"} else ""


def _public(asking: Asking, code: str) -> tuple[tuple[Driver, ...], Bound]:
    """Published indicators of the place and whether it is bound by the Arms Trade Treaty, as known on the day asked for."""
    known, _ = asking.held
    bound = Bound(
        code in parties(known.acts.get(code, ()), "ATT", known.as_of), known.known_to.get("ATT")
    )
    return drivers(known.indicators, code), bound
