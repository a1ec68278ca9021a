"""What an assistant may ask: each tool is a public question to the application, with the parameters it takes.

Operations of ``/v1`` become tools as they are, with their own parameters and the meaning of each field; pages of public
figures become tools with those parts of their JSON that a question is about. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, get_args, get_type_hints

from upstander.web.api import openapi
from upstander.web.api.figures import TARGET
from upstander.web.api.operation import Operation
from upstander.web.api.parameters import (
    AS_OF,
    CURSOR,
    THE_PLACE,
    Parameter,
    integer,
    short,
)

ROWS, MOST_ROWS = 50, 200  # of an answer: where nobody says, and at most
ODDS = "probabilities 0 to 1, of the event in words within its months; deaths are persons"
PERSONS = "persons killed; null where it is not known"
NONE = "no figures of measure: words and days"


@dataclass(frozen=True)
class Tool:
    """One tool.

    Attributes:
        about: what it answers, for whoever chooses among tools.
        path: the address it asks; names in brackets are parameters.
        unit: of the figures in its answer.
        parameters: all it takes; any other is refused.
        keeps: the parts of a page's JSON that it gives; none: the rows of an operation.
        fields: what each field of a row means.
        always: what it asks besides.
    """

    name: str
    about: str
    path: str
    unit: str
    parameters: tuple[Parameter, ...]
    keeps: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    always: Mapping[str, str] = field(default_factory=dict)

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of what it takes: nothing but what is declared."""
        return {
            "type": "object",
            "properties": {p.name: _described(p) for p in self.parameters},
            "required": [p.name for p in self.parameters if p.is_required],
            "additionalProperties": False,
        }


@dataclass(frozen=True)
class Paper:
    """Something to read whole: its address for assistants, and the page whose JSON it is."""

    uri: str
    title: str
    about: str
    path: str


# Which operations are offered, with the unit of what each answers.
OFFERED: Mapping[str, str] = {
    "countries": ODDS,
    "country": ODDS,
    "forecasts": ODDS,
    "forecast_months": "deaths in organised violence in a month, by quantile of the draws",
    "violence_months": PERSONS,
    "violence_years": PERSONS,
    "treaties": NONE,
    "alerts": "levels 0 to 4, as people set them",
    "recommendations": NONE,
}
LIMIT = Parameter(
    "limit",
    f"Rows of an answer: {ROWS} where nobody says.",
    {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": ROWS},
    integer(1, MOST_ROWS),
    default=ROWS,
)
EVENT = replace(TARGET, is_required=True)
WORDS = Parameter(
    "q",
    "Words that must all occur, such as the name of a country.",
    {"type": "string", "minLength": 1, "maxLength": 200},
    short(200),
    is_required=True,
)
PLACE_OF_PAGE = replace(THE_PLACE, where="query")
PAGES = (
    Tool(
        "situation",
        "One country in depth: odds, deaths, trend and reasons, indicators, similar past cases, who killed civilians.",
        "/countries/{place}.json",
        "as each figure says; " + ODDS,
        (PLACE_OF_PAGE, AS_OF),
        ("head", "place", "line", "drivers", "cases", "actors", "completeness", "missing"),
    ),
    Tool(
        "why",
        "Why a probability is what it is: reasons, how often the event came before, how such odds fared, the model's record.",
        "/countries/{place}/why/{target}.json",
        ODDS + "; contributions in log-odds; rungs count windows and in how many it came",
        (PLACE_OF_PAGE, EVENT, AS_OF),
        ("as_of", "chance", "reasons", "ladder", "fared", "gate"),
    ),
    Tool(
        "sources",
        "What the figures of a day rest on: each source with publisher, release, days it covers, licence, citation, address.",
        "/data.json",
        NONE,
        (AS_OF,),
        ("head", "sources", "missing"),
    ),
    Tool(
        "search",
        "Places, terms of the glossary and public records that hold all words. Gives the code of a country by its name.",
        "/search.json",
        NONE,
        (WORDS, AS_OF),
        ("as_of", "places", "terms", "rows", "count"),
    ),
    Tool(
        "glossary",
        "The terms that figures and pages use, each in plain sentences with what it rests on.",
        "/glossary.json",
        NONE,
        (),
        ("terms",),
    ),
)
PAPERS = (
    Paper(
        "upstander://about",
        "About the method",
        "What the figures are and are not, how they are made, and their limits.",
        "/about.json",
    ),
    Paper(
        "upstander://data",
        "Data sheet",
        "Every source with release, coverage, licence and citation.",
        "/data.json",
    ),
    Paper(
        "upstander://glossary",
        "Glossary",
        "Terms in plain sentences.",
        "/glossary.json",
    ),
    Paper(
        "upstander://api",
        "The API",
        "OpenAPI 3.1: every field with its meaning.",
        "/v1/openapi.json",
    ),
)


def tools() -> tuple[Tool, ...]:
    """Every tool, in the order they are listed."""
    known = {o.name: o for o in openapi.operations()}
    asked = (_of_operation(known[name], unit) for name, unit in OFFERED.items())
    return (*asked, *PAGES)


def _of_operation(o: Operation, unit: str) -> Tool:
    paging = () if o.is_one else (LIMIT, CURSOR)
    own = (replace(p, where="query") for p in o.own)
    about = f"{o.summary} {(o.row.__doc__ or '').strip()}"
    always = {} if len(o.formats) == 1 else {"format": "json"}
    taken = (*own, AS_OF, *paging)
    return Tool(o.name, about, o.path, unit, taken, (), meanings(o.row), always)


def meanings(row: type) -> dict[str, str]:
    """What each field of a row means, by its name."""
    hints = get_type_hints(row, include_extras=True)
    return {name: _said(get_args(hint)) for name, hint in hints.items()}


def _said(parts: Sequence[Any]) -> str:
    found = (getattr(part, "description", None) for part in parts)
    return next((words for words in found if words), "")


def _described(p: Parameter) -> dict[str, Any]:
    return {**p.schema, "description": p.words}
