"""The statement drafting pack of a country: a page on which occasion and time are chosen, and files to take away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
from upstander.web.kernel.record_reading import check_export
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import file_answer
from upstander.web.kernel.routing import file, page
from upstander.web.kernel.urls import url
from upstander.web.plans.statement_facts import facts

SHAPES = tuple(document.MAKE)
PUBLIC, DELEGATION = "public", "delegation"  # for whom the pack is


def look(request: PageRequest, name: str) -> dict[str, Any]:
    """The pack's content, with what can be chosen."""
    place = place_of(request, name)
    material = _material(request, place)
    pack = statement_pack.arranged(material)
    return {
        "title": say("report.statement_on", about=place.name),
        "place": place.code,
        "name": place.name,
        "as_of": material.as_of.isoformat(),
        **_choices(request, place.code),
        "length": statement_pack.length_words(pack, material.minutes),
        **_content(pack),
    }


def _choices(request: PageRequest, place: str) -> dict[str, Any]:
    """What can be chosen, and the files of what was."""
    asked = {"occasion": _occasion(request), "minutes": _minutes(request)}
    asked |= {"share": _share(request)}
    address = f"?{urlencode(asked)}"
    return {
        **asked,
        "occasions": list(form("dialogue").field("sort").choices.items()),
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
    made = statement_pack.document(_material(request, place))
    access_log.keep_export(
        request, "statement_pack", {"format": shape, "place": place.code}
    )
    media, body = document.MEDIA[shape], document.MAKE[shape](made)
    return file_answer(body, f"statement-{place.code}.{shape}", media, is_shown=True)


def _material(request: PageRequest, place: Place) -> Material:
    """What the pack is made from; of what may be said alone where that is asked for."""
    known = facts(request, place)
    kept = [f for f in known if f.may_be_said or _share(request) == DELEGATION]
    return Material(
        about=place.name,
        occasion=form("dialogue").field("sort").choices[_occasion(request)],
        minutes=_minutes(request),
        facts=kept,
        as_of=request.as_of.date(),
    )


def _occasion(request: PageRequest) -> str:
    asked = request.query.get("occasion", "")
    return asked if asked in form("dialogue").field("sort").choices else "international"


def _share(request: PageRequest) -> str:
    return PUBLIC if request.query.get("share") == PUBLIC else DELEGATION


def _minutes(request: PageRequest) -> int:
    """Minutes to speak. Raises ConfigError for what is no number of them."""
    asked = request.query.get("minutes", "").strip() or str(MINUTES)
    if (
        not asked.isascii()
        or not asked.isdecimal()
        or not 1 <= int(asked[:4]) <= MOST_MINUTES
    ):
        raise ConfigError(say("report.statement_minutes", most=MOST_MINUTES))
    return int(asked)


ROUTES = (
    *page(
        "country_statement",
        "/countries/{name}/statement",
        look,
        "country_statement.html",
    ),
    file("country_statement_file", "/countries/{name}/statement.{shape}", take),
)
