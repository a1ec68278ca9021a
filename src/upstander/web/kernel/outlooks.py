"""What stands beside an assessment and never in it: the place's own outlook, what its neighbours could spill over, and
public series that bear on an indicator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from upstander.assess.frameworks import Indicator
from upstander.core.messages import say, text
from upstander.core.thresholds import ONE_SIDED, VIOLENT_YEAR
from upstander.report import place_figures, words
from upstander.report.situation import Line
from upstander.web.kernel import public_series
from upstander.web.kernel.requests import PageRequest


def outlook(request: PageRequest, place: str) -> list[str]:
    """The outlook for a place in sentences, with its age; empty when no forecast was issued by the day."""
    if not place:
        return [say("web.forecasts_are_of_single_countries_and_this")]
    held = request.figures[1]
    line = next((x for x in held.lines if x.code == place), None)
    if line is None or line.headline is None:
        return []
    c = line.headline
    return [
        text("{label}, {period}: {odds}.", label=c.label, period=c.period, odds=c.text),
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
    return say(
        "web.of_places_in_a_year_as_observed",
        percent=words.percent(c.base_rate),
        label=c.label,
        period=c.period,
    )


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
        "band": x.band.name if x.band else say("web.not_known"),
        "probability": words.percent(x.headline.probability)
        if x.headline
        else say("web.not_known"),
        "killed": say("web.in", count=words.count(killed.one_sided), year=killed.year)
        if killed
        else say("web.not_known"),
    }


def _words(lines: list[Line], of: int) -> str:
    if not of:
        return say("web.no_place_shares_a_land_border_with")
    counted = [x for x in lines if x.last_year]
    many = [
        x for x in counted if x.last_year and (x.last_year.one_sided or 0) >= VIOLENT_YEAR
    ]
    return say(
        "web.of_neighbours_had_or_more_in_the",
        number=len(many),
        of=of,
        violent_year=VIOLENT_YEAR,
        one_sided=ONE_SIDED,
        number_2="" if len(counted) == of else f" ({of - len(counted)} not known)",
    )
