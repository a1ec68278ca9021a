"""The statement drafting pack of a country: a page on which occasion and time are chosen, and files to take away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import Response

from upstander.core.errors import ConfigError, UnknownRecord
from upstander.core.messages import say
from upstander.core.places import Place
from upstander.records.forms import form
from upstander.report import document
from upstander.report.documents import statement_pack
from upstander.report.documents.statement_pack import (
    MINUTES,
    MOST_MINUTES,
    Fact,
    Material,
    Pack,
)
from upstander.web.country.assessment import place_of
from upstander.web.kernel import access_log
from upstander.web.kernel.record_reading import check_export, may_keep
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import report_answer
from upstander.web.kernel.routing import file, page
from upstander.web.kernel.urls import url
from upstander.web.plans.statement_facts import facts

SHAPES = tuple(document.MAKE)
PUBLIC, DELEGATION = "public", "delegation"  # for whom the pack is


@dataclass(frozen=True)
class Chosen:
    """The occasion (a sort of dialogue), the minutes to speak, and for whom the pack is."""

    occasion: str
    minutes: int
    share: str


def _chosen(request: PageRequest) -> Chosen:
    """What the address asks for, what is usual where it does not. Raises ConfigError."""
    occasion, share = (request.query.get(n, "") for n in ("occasion", "share"))
    return Chosen(
        occasion if occasion in _occasions() else "international",
        _minutes(request.query.get("minutes", "")),
        PUBLIC if share == PUBLIC else DELEGATION,
    )


def _occasions() -> Mapping[str, str]:
    return form("dialogue").field("sort").choices


def _minutes(given: str) -> int:
    """Minutes to speak. Raises ConfigError for what is no number of them."""
    asked = given.strip() or str(MINUTES)
    is_number = asked.isascii() and asked.isdecimal()
    if not is_number or not 1 <= int(asked[:4]) <= MOST_MINUTES:
        raise ConfigError(say("report.statement_minutes", most=MOST_MINUTES))
    return int(asked)


def look(request: PageRequest, name: str) -> dict[str, Any]:
    """The pack's content, with what can be chosen."""
    place, chosen = place_of(request, name), _chosen(request)
    material = _material(request, place, chosen)
    pack = statement_pack.arranged(material)
    return {
        "title": say("report.statement_on", about=place.name),
        "place": place.code,
        "name": place.name,
        "as_of": material.as_of.isoformat(),
        "may_keep": may_keep(request),
        **_choices(place.code, chosen),
        "length": statement_pack.length_words(pack, material.minutes),
        **_content(pack),
    }


def _choices(place: str, chosen: Chosen) -> dict[str, Any]:
    """What can be chosen, and the files of what was."""
    asked = vars(chosen)
    address = f"?{urlencode(asked)}"
    return {
        **asked,
        "occasions": list(_occasions().items()),
        "shares": [(s, say(f"report.statement_for_{s}")) for s in (DELEGATION, PUBLIC)],
        "most_minutes": MOST_MINUTES,
        "files": [(s.upper(), _file(place, s) + address) for s in SHAPES],
    }


def _file(place: str, shape: str) -> str:
    return url("country_statement_file", name=place, shape=shape)


def _content(pack: Pack) -> dict[str, Any]:
    return {
        "topics": [
            {"topic": t, "title": statement_pack.topic_words(t), "facts": _facts(own)}
            for t, own in pack.said
        ],
        "spare": _facts(pack.spare),
        "closed": _facts(pack.closed),
        "questions": list(statement_pack.questions(pack)),
    }


def _facts(numbered: Iterable[tuple[int, Fact]]) -> list[Mapping[str, Any]]:
    return [
        {
            "number": n,
            "words": fact.words,
            "source": fact.source,
            "href": fact.href,
            "marking": fact.marking,
        }
        for n, fact in numbered
    ]


def take(request: PageRequest, name: str, shape: str) -> Response:
    """One shape of the pack; each copy is logged."""
    if shape not in SHAPES:
        raise UnknownRecord(say("report.statement_shapes", shapes=", ".join(SHAPES)))
    check_export(request)
    place = place_of(request, name)
    made = statement_pack.document(_material(request, place, _chosen(request)))
    access_log.keep_export(
        request, "statement_pack", {"format": shape, "place": place.code}
    )
    return report_answer(made, f"statement-{place.code}", shape, request.language)


def _material(request: PageRequest, place: Place, chosen: Chosen) -> Material:
    """What the pack is made from; of what may be said alone where that is asked for."""
    known = facts(request, place)
    return Material(
        about=place.name,
        occasion=_occasions()[chosen.occasion],
        minutes=chosen.minutes,
        facts=[f for f in known if f.may_be_said or chosen.share == DELEGATION],
        as_of=request.as_of.date(),
    )


ROUTES = (
    *page(
        "country_statement",
        "/countries/{name}/statement",
        look,
        "country_statement.html",
    ),
    file("country_statement_file", "/countries/{name}/statement.{shape}", take),
)
