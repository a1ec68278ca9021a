"""One annotation of the Universal Human Rights Index, from whichever of its files: its faults mended or named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from upstander.records.recommendation_rows import (
    CONCERN,
    OTHER,
    PLEDGE,
    RECOMMENDATION,
    Aside,
    Labels,
    Row,
    canonical,
)
from upstander.respond import recommendation_reading as reading

ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
POSITIONS = {
    "supported": "supported",
    "accepted": "supported",
    "supported in part": "supported_in_part",
    "partially supported": "supported_in_part",
    "noted": "noted",
    "pending": "pending",
}
KNOWN = frozenset(
    [
        "text",
        "countries",
        "body",
        "symbol",
        "themes",
        "persons",
        "sdgs",
        "day",
        "states",
        "position",
        "type",
        "id",
        "session",
        "regions",
    ]
)


def row(values: Mapping[str, Any], place: str, countries: reading.Countries) -> Row | Aside:
    """The annotation, or why it is set aside. ``values``: by the names of KNOWN; lists or single texts."""
    text, id = reading.cleaned(_text(values, "text")), _text(values, "id").lower()
    why = reading.why_no_recommendation(text)
    if not ID.fullmatch(id):
        why = (
            f"the annotation id {id[:40]!r} is no UUID: the row cannot be told from others"
        )
    if why:
        return Aside(place, why, canonical(values))
    return _row(values, text, id, countries)


def _row(
    values: Mapping[str, Any],
    text: str,
    id: str,
    countries: reading.Countries,
) -> Row:
    symbol = _text(values, "symbol")
    body = reading.body(_text(values, "body"), symbol)
    concerned = countries.labels(_several(values, "countries"), symbol)
    code = next((value for sort, value in concerned if sort == "country"), "")
    day = _day(_text(values, "day"))
    number, said = reading.paragraph(text)
    position = _text(values, "position").lower()
    return Row(
        key=f"uhri-{id}",
        text=said,
        stem=reading.stem(body or "UN", day.year if day else None, number),
        type=_type(_text(values, "type")),
        response=POSITIONS.get(position, ""),
        day=day,
        symbol=symbol,
        paragraph=number,
        joint=reading.joint(code, said),
        labels=(*concerned, *_labels(values, body, countries)),
        details=_details(values),
    )


def _labels(values: Mapping[str, Any], body: str, countries: reading.Countries) -> Labels:
    session = re.match(r"\d+", _text(values, "session"))
    return (
        *reading.labels("body", filter(None, (body,))),
        *reading.labels("session", [session[0]] if session else ()),
        *countries.states(_several(values, "states")),
        *reading.labels("theme", _several(values, "themes")),
        *reading.labels("person", _several(values, "persons")),
        *reading.goals(_several(values, "sdgs")),
        *reading.labels("region", _several(values, "regions")),
    )


def _details(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the row says besides: as it says it, where ours is a reading of it."""
    more = {name: value for name, value in values.items() if name not in KNOWN and value}
    written = {name: _text(values, name) for name in ("body", "type", "position")}
    return {**more, **{name: value for name, value in written.items() if value}}


def _type(written: str) -> str:
    """Of our four types.

    >>> _type("- Concerns/Observations"), _type("Recommendations"), _type("Decision")
    ('concern', 'recommendation', 'other')
    """
    said = written.lower()
    if "pledge" in said:
        return PLEDGE
    if "recommendation" in said or not said:
        return RECOMMENDATION
    return CONCERN if "concern" in said else OTHER


def _day(text: str) -> date | None:
    """A day in ISO, with or without a time; None where there is none, or none that can be."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    if isinstance(value, list):
        value = value[0] if value else ""
    return str(value).strip() if value is not None else ""


def _several(values: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = values.get(name) or ()
    several = value if isinstance(value, list | tuple) else [value]
    return tuple(dict.fromkeys(reading.cleaned(str(v)) for v in several if v))
