"""Parameters of the API: each is declared once, with its words and schema, and read strictly."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from starlette.datastructures import QueryParams

from upstander.core import clock
from upstander.core.errors import ConfigError
from upstander.core.messages import say

Schema = Mapping[str, Any]
MOST_PLACES = 20  # in one question
MOST_ROWS, ROWS = 1_000, 100  # of a page: at most, and where nobody says
PLACE = {"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["SDN"]}


class Refused(Exception):
    """A question that is not answered: status, title, words, and what a program may want to know besides."""

    def __init__(self, status: int, title: str, words: str, **more: Any) -> None:
        super().__init__(words)
        self.status, self.title, self.words, self.more = status, title, words, more


class Wrong(Exception):
    """What is wrong with the value of a parameter, in words."""


@dataclass(frozen=True)
class Parameter:
    """One parameter: ``read`` gives what a text means, or raises Wrong; ``default`` stands where it is not given."""

    name: str
    words: str
    schema: Schema
    read: Callable[[str], Any] = str
    default: Any = None
    is_required: bool = False
    where: str = field(default="query")


def read(
    declared: Sequence[Parameter],
    path: Mapping[str, str],
    query: QueryParams,
) -> dict[str, Any]:
    """Every declared parameter's value. Raises Refused for one that is unknown, given twice, missing or wrong."""
    asked = [p for p in declared if p.where == "query"]
    names = [p.name for p in asked]
    for name in query:
        if name not in names:
            known = ", ".join(names) or say("web.api_none")
            words = say("web.api_no_parameter", name=name[:60], known=known)
            raise refused(name[:60], words)
        if len(query.getlist(name)) > 1:
            raise refused(name, say("web.api_given_twice", name=name))
    given = {**{p.name: query.get(p.name) for p in asked}, **path}
    return {p.name: _value(p, given.get(p.name)) for p in declared}


def refused(name: str, words: str) -> Refused:
    """What is said of a parameter that cannot be read."""
    return Refused(400, say("web.api_bad_parameter"), words, parameter=name)


def _value(parameter: Parameter, text: str | None) -> Any:
    name = parameter.name
    if text is None:
        if parameter.is_required:
            raise refused(name, say("web.api_needed", name=name, words=parameter.words))
        return parameter.default
    try:
        return parameter.read(text)
    except (Wrong, ConfigError) as error:
        said = str(error)
        words = said if said.startswith(name) else f"{name}: {said}"
        raise refused(name, words) from None


# Kinds of values


def places(text: str) -> tuple[str, ...]:
    """Codes of places, divided by commas, each once."""
    codes = tuple(dict.fromkeys(text.split(",")))
    if len(codes) > MOST_PLACES or any(not re.fullmatch("[A-Z]{3}", c) for c in codes):
        raise Wrong(say("web.api_places", most=MOST_PLACES))
    return codes


def place(text: str) -> str:
    """One place's code."""
    if not re.fullmatch("[A-Z]{3}", text):
        raise Wrong(say("web.api_place"))
    return text


def month(text: str) -> date:
    """A month as its first day."""
    found = re.fullmatch(r"(19|20)(\d\d)-(0[1-9]|1[0-2])", text, re.ASCII)
    if not found:
        raise Wrong(say("web.api_month"))
    return date(int(text[:4]), int(found[3]), 1)


def integer(least: int, most: int) -> Callable[[str], int]:
    """A whole number within bounds."""

    def reads(text: str) -> int:
        is_number = re.fullmatch(r"[0-9]{1,9}", text, re.ASCII)
        if not is_number or not least <= int(text) <= most:
            raise Wrong(say("web.api_number", least=least, most=most))
        return int(text)

    return reads


def choice(*known: str) -> Callable[[str], str]:
    """One of several words."""

    def reads(text: str) -> str:
        if text not in known:
            raise Wrong(say("web.api_choice", known=", ".join(known)))
        return text

    return reads


def short(most: int) -> Callable[[str], str]:
    """A text of so many characters at most, none of them a control character."""

    def reads(text: str) -> str:
        if not text or len(text) > most or not text.isprintable():
            raise Wrong(say("web.api_text", most=most))
        return text

    return reads


def as_of(text: str) -> str:
    """A day or an instant, as it was written; it must be one."""
    clock.instant(text)
    return text


# Parameters that several operations share


PLACES = Parameter(
    "place",
    f"Codes of places (ISO 3166-1 alpha-3), up to {MOST_PLACES}, divided by commas.",
    {"type": "string", "pattern": "^[A-Z]{3}(,[A-Z]{3}){0,19}$", "examples": ["SDN,SSD"]},
    places,
)
THE_PLACE = Parameter(
    "place",
    "Code of the place (ISO 3166-1 alpha-3).",
    PLACE,
    place,
    is_required=True,
    where="path",
)
AS_OF = Parameter(
    "as_of",
    "Answer with what was known at the end of this day, or at this instant (with its zone).",
    {
        "type": "string",
        "anyOf": [{"format": "date"}, {"format": "date-time"}],
        "examples": ["2026-06-24"],
    },
    as_of,
    default="",
)
LIMIT = Parameter(
    "limit",
    f"Rows of a page: {ROWS} of JSON where nobody says; files then hold every row that fits.",
    {"type": "integer", "minimum": 1, "maximum": MOST_ROWS},
    integer(1, MOST_ROWS),
)
CURSOR = Parameter(
    "cursor",
    "Where the next page begins: from `page.next` of the page before, with all else as it was.",
    {"type": "string", "maxLength": 300},
    short(300),
    default="",
)


def shape(*known: str) -> Parameter:
    """The parameter that chooses the format of the answer."""
    return Parameter(
        "format",
        "Format of the answer.",
        {"type": "string", "enum": list(known), "default": known[0]},
        choice(*known),
        default=known[0],
    )


def one_of(name: str, words: str, known: Sequence[str]) -> Parameter:
    """A parameter that is one of several words."""
    return Parameter(name, words, {"type": "string", "enum": list(known)}, choice(*known))
