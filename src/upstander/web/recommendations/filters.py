"""From what an address asks to what is looked for among the recommendations, and back to addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from upstander.core.messages import say
from upstander.records.recommendation_query import parsed
from upstander.records.recommendation_reading import Asked
from upstander.records.recommendation_rows import RESPONSES, TYPES
from upstander.web.kernel.record_reading import place_codes
from upstander.web.kernel.requests import PageRequest

PAGE = 50  # rows of a page
LONGEST = 200  # characters of one filter
LABELS = ("theme", "person", "goal", "state", "session", "program")
PLAIN = ("q", "place", "body", "response", "type", "since", "until", "reference", "page")
WORDS_OF = {
    "supported": say("respond.supported"),
    "supported_in_part": say("respond.supported_in_part"),
    "noted": say("respond.noted"),
    "pending": say("respond.pending"),
    "": say("respond.no_position"),
    "recommendation": say("respond.recommendation"),
    "pledge": say("respond.pledge"),
    "concern": say("respond.concern"),
    "other": say("respond.other_type"),
}


def filters(request: PageRequest) -> Mapping[str, str]:
    """What the address asks for, '' for what it does not; a choice that is none of ours counts as not asked."""
    asked = {n: request.query.get(n, "").strip()[:LONGEST] for n in (*PLAIN, *LABELS)}
    asked["place"] = asked["place"].upper()
    allowed = {"place": place_codes(request), "response": RESPONSES, "type": TYPES}
    for name, values in allowed.items():
        if asked[name] not in values:
            asked[name] = ""
    return asked


def asked_for(request: PageRequest, given: Mapping[str, str], limit: int = PAGE) -> Asked:
    """What is looked for. Raises ConfigError for a search that cannot be read."""
    labels = [(sort, given[sort]) for sort in LABELS if given[sort]]
    if given["place"]:
        labels.insert(0, ("country", given["place"]))
    return Asked(
        as_of=request.as_of,
        query=parsed(given["q"]),
        labels=tuple(labels),
        **{name: given[name] for name in ("body", "response", "type", "reference")},
        since=_year(given["since"]),
        until=_year(given["until"]),
        limit=limit,
        offset=(page_number(given) - 1) * limit,
    )


def page_number(given: Mapping[str, str]) -> int:
    """The page asked for, from 1."""
    number = given["page"]
    return max(1, int(number)) if number.isdecimal() and len(number) < 5 else 1


def _year(text: str) -> int | None:
    is_year = text.isdecimal() and len(text) == 4 and int(text) >= 1900
    return int(text) if is_year else None


def query(request: PageRequest, given: Mapping[str, str], **changes: object) -> str:
    """The same question with changes, as the end of an address."""
    values: dict[str, Any] = {**given, "page": "", **changes}
    if request.is_past:
        values["as_of"] = request.query["as_of"]
    asked = {name: value for name, value in values.items() if value}
    return f"?{urlencode(asked)}" if asked else ""
