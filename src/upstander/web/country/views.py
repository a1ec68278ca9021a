"""The public pages about one place: page, brief, PDF, JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from upstander.core.languages import Language
from upstander.forecast import qualification
from upstander.report import as_json, charts, document, track_record
from upstander.report.documents import COUNTRY, reports
from upstander.report.situation import Line, Situation
from upstander.web.country import others
from upstander.web.kernel.public_pages import JSON, Asked, public
from upstander.web.kernel.rendering import PEOPLE_MARK, page_of
from upstander.web.kernel.routing import Route

MEDIA = {**document.MEDIA, "csv": "text/csv; charset=utf-8"}


def _key(asked: Asked) -> tuple[str, ...]:
    """The place, and the scoreboard's stamp: whether a model may alert stands on the page."""
    return (asked.place_code, asked.state.scored(asked.as_of).stamp)


def show(asked: Asked) -> str:
    """All we hold on one place; verdicts say which of its probabilities may raise an alert."""
    situation = asked.situation
    scored = asked.state.scored(asked.as_of)
    return page_of(
        situation,
        "country.html",
        f"/countries/{situation.place.code}",
        situation.place.name,
        asked.language,
        s=situation,
        neighbours=_neighbours(asked, situation),
        standing=track_record.standing(scored.verdicts, situation.chances),
        fared=track_record.fared_alike(scored.board, situation.line.headline),
        rule=qualification.RULE,
        **_charts(situation, asked.language),
    )


def _neighbours(asked: Asked, situation: Situation) -> tuple[Line, ...]:
    near = set(asked.state.places.neighbours(situation.place.code, on=asked.as_of))
    return tuple(x for x in asked.overview.lines if x.code in near)


def _charts(situation: Situation, language: Language) -> dict[str, Any]:
    """Our own SVG; the only outside text in it is place names and definitions, escaped in ``charts.svg``."""
    name, months, years = situation.place.name, situation.months, situation.years
    fan = Markup(charts.fan_chart(months, situation.fan, name, language)) if months else ""
    return {
        "fan_picture": fan,
        "years_picture": Markup(charts.years_chart(years, name, language)) if years else "",
    }


def _json(asked: Asked) -> str:
    told = as_json.situation(asked.situation)
    board = asked.state.scored(asked.as_of).board
    fared = track_record.fared_alike(board, asked.situation.line.headline)
    return as_json.dumps({**told, "headline_fared": fared, "others": PEOPLE_MARK})


def _report(name: str, shape: str, make: Callable[[Any, Language], str | bytes]) -> Route:
    """One shape of a report on the place."""
    path = f"/countries/{{name}}/{name}.{shape}"
    return public(
        f"{name}_{shape}",
        path,
        lambda asked: make(asked.situation, asked.language),
        MEDIA[shape],
        key=_key,
    )


ROUTES = (
    public("country", "/countries/{name}", show, key=_key, people=others.section),
    public(
        "country_json",
        "/countries/{name}.json",
        _json,
        JSON,
        key=_key,
        people=others.listed,
    ),
    *(
        _report(name, shape, make)
        for name, report in reports(COUNTRY).items()
        for shape, make in report.shapes.items()
    ),
)
