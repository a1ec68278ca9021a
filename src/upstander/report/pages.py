"""The pages: one template each, rendered from a Situation or an Overview and nothing else."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from upstander.core.thresholds import ONE_SIDED, ONE_SIDED_MEANS, VIOLENT_YEAR
from upstander.forecast import qualification, shipped
from upstander.forecast.qualification import Verdict
from upstander.forecast.scoreboard.board import Board
from upstander.report import (
    bands,
    charts,
    history,
    mandate,
    timeline,
    track_record,
    words,
    worldmap,
)
from upstander.report.asker import ACCOUNT_MARK, MENU_MARK, PLACE_MARK
from upstander.report.situation import Line, Overview, Situation

MENU = (
    ("/", "Today"),
    ("/countries", "Countries"),
    ("/track-record", "Were we right?"),
    ("/data", "Data"),
    ("/about", "About"),
)
CHANGED = 7  # more than seven changes are a list, not news
FEW = 12  # places on the first page


def today(held: Overview, *, alone: bool = False) -> str:
    """What needs attention, what changed, where to prevent."""
    return _render(
        "today.html",
        held,
        "/",
        "Today",
        alone,
        held=held,
        changed=changed(held)[:CHANGED],
        prevention=held.prevention if alone else held.prevention[:FEW],
        ongoing=held.ongoing,
    )


VIEWS = {
    "prevention": "prevention",
    "outside_conflict": "raised outside conflict",
    "all": "all",
}  # of the list of places


def view_of(asked: str) -> str:
    """The one of VIEWS that was asked for; prevention stands for any other word."""
    return asked if asked in VIEWS else "prevention"


def countries(held: Overview, view: str) -> str:
    """All places in a table, by one of VIEWS; prevention sets ongoing mass violence apart."""
    shown = view_of(view)
    return _render(
        "countries.html",
        held,
        "/countries",
        "Countries",
        False,
        held=held,
        view=shown,
        views=VIEWS,
        least=VIOLENT_YEAR,
    )


def country(
    held: Situation, neighbours: tuple[Line, ...] = (), verdicts: tuple[Verdict, ...] = ()
) -> str:
    """All we hold on one place; ``verdicts`` say which of its probabilities may raise an alert."""
    return _render(
        "country.html",
        held,
        f"/countries/{held.place.code}",
        held.place.name,
        False,
        s=held,
        neighbours=neighbours,
        standing=track_record.standing(verdicts, held.chances),
        rule=qualification.RULE,
        **_charts(held),
    )


def were_we_right(held: Overview, board: Board | None, why: str, *, own: bool) -> str:
    """The scoreboard; without one, why there is none."""
    return _render(
        "track_record.html",
        held,
        "/track-record",
        "Were we right?",
        False,
        board=board,
        why=why,
        own=own,
        sections=track_record.sections(board) if board else (),
        issued=(shipped.DRAWS, shipped.CHANCES),
        named=track_record.named,
        said=track_record.said,
        picture=track_record.picture,
        pieces=track_record.pieces,
        judged_here=track_record.judged_here(board) if board else "",
        rule=qualification.RULE,
    )


def world(held: Overview, folder: Path) -> str:
    """The map and its table."""
    return _render(
        "map.html",
        held,
        "/map",
        "Map",
        False,
        held=held,
        note=worldmap.NOTE,
        picture=Markup(worldmap.world(held, folder)),
    )  # our own SVG, no outside text but place names, escaped


def data(held: Overview) -> str:
    """Sources with licence, coverage and freshness."""
    return _render("data.html", held, "/data", "Data", False, held=held)


def about(held: Overview) -> str:
    """Mandate, method, caveats, sources."""
    sources, rules = mandate.register()
    return _render(
        "about.html", held, "/about", "About", False, held=held, sources=sources, rules=rules
    )


def problem(title: str, text: str, near: list[tuple[str, str]]) -> str:
    """A page that says what was wrong and what to do."""
    return (
        _environment()
        .get_template("problem.html")
        .render(
            title=title, text=text, near=near, menu=MENU, path="", head=None, alone=False, style=""
        )
    )


def for_people(template: str, content: Any, path: str, csrf: str) -> str:
    """A page of people's records: ``c`` in the template is the content, which is also the page's JSON twin."""
    return (
        _environment()
        .get_template(template)
        .render(
            c=content,
            title=content["title"],
            path=path,
            csrf=csrf,
            menu=MENU,
            head=None,
            alone=False,
            style="",
            missing=(),
        )
    )


def changed(held: Overview) -> list[Line]:
    """Places whose counted deaths changed most within one definition, largest change first."""
    lines = [
        x
        for x in held.lines
        if x.trend.comparable
        and max(x.trend.last or 0, x.trend.before or 0) >= VIOLENT_YEAR
        and x.headline
        and x.headline.basis == "model"
    ]
    return sorted(lines, key=lambda x: -abs((x.trend.last or 0) - (x.trend.before or 0)))


def style() -> str:
    """The style sheet."""
    return files("upstander.web").joinpath("static/style.css").read_text("utf-8")


def style_of_reports() -> str:
    """The hash of the style that reports hold in themselves, as a Content-Security-Policy names it."""
    inner = render("style.html").split("<style>", 1)[1].rsplit("</style>", 1)[0]
    return f"sha256-{b64encode(sha256(inner.encode()).digest()).decode()}"


def _charts(held: Situation) -> dict[str, Any]:
    # S704: our own SVG; the only outside text in it is place names and definitions, escaped in charts.svg.
    fan = Markup(charts.fan_chart(held.months, held.fan, held.place.name)) if held.months else ""
    years = Markup(charts.years_chart(held.years, held.place.name)) if held.years else ""
    return {"fan_picture": fan, "years_picture": years}


def _render(
    template: str, of: Overview | Situation, path: str, title: str, alone: bool, /, **more: Any
) -> str:
    return (
        _environment()
        .get_template(template)
        .render(
            head=of.head,
            ages=of.ages,
            missing=of.missing,
            path=path,
            title=title,
            alone=alone,
            menu=MENU,
            style=Markup(style()) if alone else "",
            **more,
        )
    )


def render(template: str, **values: Any) -> str:
    """A document of its own, outside the site's layout."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("upstander.report", "templates"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        f.__name__: f
        for f in (
            words.percent,
            words.times,
            words.count,
            words.measure,
            words.day,
            words.iso_day,
            words.month,
            words.moment,
            words.lower_first,
            words.capitalize_first,
        )
    }
    made.globals |= {
        "interval": words.interval,
        "bands": bands,
        "words": words,
        "one_sided": ONE_SIDED,
        "one_sided_means": ONE_SIDED_MEANS,
        "menu_mark": MENU_MARK,
        "account_mark": ACCOUNT_MARK,
        "place_mark": PLACE_MARK,
        "history": history,
        "timeline": timeline,
    }
    return made
