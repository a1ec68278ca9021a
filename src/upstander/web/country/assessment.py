"""A country's Assessment tab, its crimes and its intent dossier: read what the reader may read, hand it to ``report``.

For people who are signed in: the pages add up records, and sums of few records could say more than a visitor may know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from upstander.assess.publishing import published
from upstander.core.errors import UnknownRecord
from upstander.core.messages import say
from upstander.core.place_search import page_of
from upstander.core.places import Place
from upstander.core.rights import CLEARED
from upstander.core.treaties import Bound, parties
from upstander.records import Record, forms
from upstander.report import review_content
from upstander.report.drivers import Driver, drivers
from upstander.report.registers import Registers, register_kinds
from upstander.web.country import assessment_content, crime_lanes, intent_dossier
from upstander.web.kernel.outlooks import outlook
from upstander.web.kernel.record_reading import everything
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import page
from upstander.web.reviews.workspace import SIX, open_desk

OF_CRIMES = (
    "act",
    "context",
    "crime_element",
    "group",
    "speech_event",
    "intent_item",
    "armed_actor",
)
PARTS = ("f1", "f2", "f3", "f4", "f5", "f6", "resilience", "duties", "context")
OF_INTENT = ("group", "intent_item")


def look(request: PageRequest, name: str) -> dict[str, Any]:
    """The Assessment tab: the whole in one picture; what it rests on stands under addresses of its own (``PARTS``)."""
    return {**_whole(request, name), "part": ""}


def look_part(request: PageRequest, name: str, part: str) -> dict[str, Any]:
    """One part of the assessment: a factor, resilience, duties, context."""
    if part not in PARTS:
        raise UnknownRecord(say("web.no_part_of_an_assessment", parts=", ".join(PARTS)))
    return {**_whole(request, name), "part": part}


def _whole(request: PageRequest, name: str) -> dict[str, Any]:
    request.signed_in()
    place = place_of(request, name)
    reviews = everything(request, kinds=("review",), place=place.code)
    registers = _registers(request, place, register_kinds())
    known = _known(request, place.code)
    latest = _latest(request, reviews)
    return assessment_content.content(registers, place.name, reviews, known, latest)


def _known(request: PageRequest, code: str) -> assessment_content.Known:
    indicators, bound = _public(request, code)
    evidence = request.state.records.count(
        by=request.actor, as_of=request.as_of, kinds=["evidence"], place=code
    )
    readings = assessment_content.readings(indicators)
    return assessment_content.Known(readings, bound, evidence, outlook(request, code))


def _latest(
    request: PageRequest, reviews: Sequence[Record]
) -> assessment_content.Latest | None:
    """The newest review as the reader's space sees it, or its own space where the reader's rated nothing."""
    newest = assessment_content.newest(reviews)
    if newest is None:
        return None
    desk = open_desk(request, newest.id)
    seen = desk.seen(SIX)
    days = [r.when.date() for r in desk.ratings.of(desk.space).values() if r.when]
    return assessment_content.Latest(
        newest,
        desk.spaces.get(desk.space, desk.space),
        {f.factor: f for f in seen.findings},
        review_content.headline(seen.headline),
        published(desk.review),
        max(days, default=None),
    )


def look_crimes(request: PageRequest, name: str) -> dict[str, Any]:
    """The lanes, the derived label and the incitement queue."""
    request.signed_in()
    place = place_of(request, name)
    registers = _with_opinions(request, _registers(request, place, OF_CRIMES))
    group = _group(request, registers)
    return crime_lanes.content(registers, place.name, group, request.actor.role in CLEARED)


def look_intent(request: PageRequest, name: str) -> dict[str, Any]:
    """The intent dossier, for those who may see restricted records."""
    request.signed_in(*CLEARED)
    place = place_of(request, name)
    registers = _with_opinions(request, _registers(request, place, OF_INTENT))
    opinions = (r for r in registers.records if r.kind == "intent_opinion")
    versions = [*_versions(request, registers), *opinions]
    group = _group(request, registers)
    return intent_dossier.content(
        registers, place.name, group, versions, request.account_names
    )


def place_of(request: PageRequest, name: str) -> Place:
    """The place of a code or name in an address. Raises UnknownPlace."""
    return page_of(request.state.places, name[:80], request.as_of.date())


def _registers(request: PageRequest, place: Place, kinds: Sequence[str]) -> Registers:
    records = tuple(everything(request, kinds=kinds, place=place.code))
    day = request.as_of.date()
    return Registers(place.code, records, day, request.actor, _addable(request))


def _addable(request: PageRequest) -> frozenset[str]:
    """Kinds that the reader may add to, and none on a page of the past."""
    if request.is_past or not request.actor.space:
        return frozenset()
    return frozenset(
        k for k in forms.kinds() if request.actor.role in forms.form(k).writers
    )


def _with_opinions(request: PageRequest, registers: Registers) -> Registers:
    """With the opinions on its intent items, which may have been written without a place."""
    items = {r.id for r in registers.records if r.kind == "intent_item"}
    opinions = everything(request, kinds=("intent_opinion",)) if items else []
    mine = tuple(o for o in opinions if o.body["item"] in items)
    return replace(registers, records=(*registers.records, *mine))


def _versions(request: PageRequest, registers: Registers) -> list[Record]:
    """Every version of every intent item: whoever wrote one of them is an author, also where the reader may not read it."""
    items = [r for r in registers.records if r.kind == "intent_item"]
    return [
        v
        for r in items
        for v in request.state.records.history(
            r.kind, r.id, by=request.actor, as_of=request.as_of
        )
    ]


def _group(request: PageRequest, registers: Registers) -> str:
    """The group asked for, if it is one of the place."""
    asked = request.query.get("group", "")
    return asked if asked in {r.id for r in registers.records if r.kind == "group"} else ""


def _public(request: PageRequest, code: str) -> tuple[tuple[Driver, ...], Bound]:
    """Published indicators of the place and whether it is bound by the Arms Trade Treaty, as known on the day asked for."""
    figures, _ = request.figures
    bound_places = parties(figures.acts.get(code, ()), "ATT", figures.as_of)
    bound = Bound(code in bound_places, figures.known_to.get("ATT"))
    return drivers(figures.indicators, code), bound


ROUTES = (
    *page(
        "country_assessment",
        "/countries/{name}/assessment",
        look,
        "country_assessment.html",
        is_kept=True,
    ),
    *page(
        "country_assessment_part",
        "/countries/{name}/assessment/{part}",
        look_part,
        "country_assessment.html",
        is_kept=True,
    ),
    *page(
        "country_crimes",
        "/countries/{name}/crimes",
        look_crimes,
        "crimes.html",
        is_kept=True,
    ),
    *page(
        "country_crimes_intent",
        "/countries/{name}/crimes/intent",
        look_intent,
        "intent_dossier.html",
    ),
)
