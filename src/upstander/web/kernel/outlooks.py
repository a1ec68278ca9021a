"""What stands beside an assessment and never in it: the place's own outlook, what its neighbours could spill over, and
public series that bear on an indicator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from upstander.assess.frameworks import Indicator
from upstander.core.thresholds import ONE_SIDED, VIOLENT_YEAR
from upstander.report import place_figures, words
from upstander.report.situation import Line
from upstander.web.kernel import public_series
from upstander.web.kernel.requests import PageRequest


def outlook(request: PageRequest, place: str) -> list[str]:
    """The outlook for a place in sentences, with its age; empty when no forecast was issued by the day."""
    if not place:
        return ["Forecasts are of single countries, and this names none."]
    held = request.figures[1]
    line = next((x for x in held.lines if x.code == place), None)
    if line is None or line.headline is None:
        return []
    c = line.headline
    return [
        f"{c.label}, {c.period}: {c.text}.",
        held.head.data_age,
        held.head.forecast_note + ".",
        held.head.caveat,
    ]


def prevalence(request: PageRequest) -> Mapping[str, str]:
    """By factor of the report, how often it stood before past cases and in quiet years, as known on the day."""
    return request.figures[0].prevalence


def base_rate(request: PageRequest) -> str:
    """How often mass violence was observed, with what it is the rate of; '' when no forecast was issued by the day."""
    line = next((x for x in request.figures[1].lines if x.headline), None)
    if line is None or line.headline is None:
        return ""
    c = line.headline
    return f"{words.percent(c.base_rate)} of places in a year, as observed ({c.label}; the base rate of the outlook for {c.period})"


def neighbours(request: PageRequest, place: str) -> dict[str, Any]:
    """The spill-over term: outlook and counted violence of the places that share a border, in order of their names.

    It informs people and enters no level. ``?neighbours=off`` leaves it out.
    """
    is_on = request.query.get("neighbours") != "off"
    other = {k: v for k, v in request.query.items() if k != "neighbours"} | (
        {"neighbours": "off"} if is_on else {}
    )
    made: dict[str, Any] = {
        "on": is_on,
        "switch": f"{request.http.url.path.removesuffix('.json')}?{urlencode(other)}",
        "rows": [],
        "words": "",
    }
    if not is_on:
        return made
    held = request.figures[1]
    near = (
        set(request.state.places.neighbours(place, on=request.figures[0].as_of))
        if place
        else set()
    )
    lines = sorted((x for x in held.lines if x.code in near), key=lambda x: x.name)
    return {**made, "rows": [_row(x) for x in lines], "words": _words(lines, len(near))}


def violence(request: PageRequest, place: str) -> tuple[bool | None, bool | None]:
    """Whether mass violence was counted in the last complete year, and in the five before, as known on the day asked about."""
    return (
        place_figures.violence(request.figures[0], request.state.places.get(place))
        if place
        else (None, None)
    )


def public(request: PageRequest, indicator: Indicator, place: str) -> dict[str, Any]:
    """The public series that bear on an indicator, for a place, as known on the day asked about."""
    return public_series.shown(request.figures[0], indicator, place)


def _row(x: Line) -> dict[str, str]:
    killed = x.last_year
    return {
        "code": x.code,
        "name": x.name,
        "band": x.band.name if x.band else "not known",
        "probability": words.percent(x.headline.probability) if x.headline else "not known",
        "killed": f"{words.count(killed.one_sided)} in {killed.year}"
        if killed
        else "not known",
    }


def _words(lines: list[Line], of: int) -> str:
    if not of:
        return "No place shares a land border with it."
    counted = [x for x in lines if x.last_year]
    many = [
        x for x in counted if x.last_year and (x.last_year.one_sided or 0) >= VIOLENT_YEAR
    ]
    return (
        f"{len(many)} of {of} neighbours had {VIOLENT_YEAR} or more {ONE_SIDED} in the last complete year"
        f"{'' if len(counted) == of else f' ({of - len(counted)} not known)'}. This is shown beside the assessment "
        "and changes no level."
    )
