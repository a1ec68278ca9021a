"""Where to prevent: your own country's self-assessment first, then the places looked at; by region or name, by odds on request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from upstander.core.messages import say
from upstander.records import Record
from upstander.records.forms import form
from upstander.report import record_views, words
from upstander.report.situation import Line
from upstander.web.kernel.record_reading import everything, may_begin
from upstander.web.kernel.scopes import COUNTRY, ordered, region_of
from upstander.web.kernel.urls import url
from upstander.web.today.asked import Look
from upstander.web.today.changed import ARROWS

MOST = 12  # places on the first page
REVIEW = "review"
OVER = ("superseded",)  # reviews that another one has taken the place of


def block(look: Look) -> dict[str, Any]:
    """Self-assessment of the home country, then a table of places."""
    reviews = newest_reviews(everything(look.request, kinds=(REVIEW,)))
    lines = [x for x in look.overview.lines if look.holds(x.code)]
    others = [x for x in lines if x.code != look.scope.home or look.scope.name != COUNTRY]
    wanted = [x for x in others if look.chosen["view"] == "all" or not x.ongoing]
    places, order = look.request.state.places, look.chosen["order"]
    shown = ordered(wanted[:MOST], places, order)
    return {
        "home": _home(look, reviews),
        "is_near": look.scope.name == COUNTRY,
        "rows": _rows(look, shown, reviews),
        "more": len(wanted) - len(shown),
        "ongoing": [_named(x) for x in others if x.ongoing and x not in shown],
        "period": next((x.headline.period for x in lines if x.headline), ""),
        "all": _all(look),
    }


def newest_reviews(found: Iterable[Record]) -> dict[str, Record]:
    """By place the review that speaks for it: of the whole country before one of a part, begun before being set up, then the last."""
    standing = [r for r in found if r.place and r.body["status"] not in OVER]
    return {r.place: r for r in sorted(standing, key=_speaks)}


def _speaks(review: Record) -> tuple[bool, bool, str, str]:
    body = review.body
    is_whole, is_begun = body["level"] == "country", body["status"] != "draft"
    return is_whole, is_begun, str(body["last"]), review.id


def _rows(
    look: Look, lines: Sequence[Line], reviews: dict[str, Record]
) -> list[dict[str, Any]]:
    changed = {c.line.code: c.is_up for c in look.request.state.changes(look.edition).found}
    return [_row(look, x, changed.get(x.code), reviews.get(x.code)) for x in lines]


def _row(
    look: Look,
    line: Line,
    way: bool | None,
    review: Record | None,
) -> dict[str, Any]:
    """One place of the table; ``way``: whether it rose, None where it crossed no threshold."""
    return {
        **_named(line),
        **_odds(line),
        **_way(way),
        "region": region_of(look.request.state.places.get(line.code)),
        "note": line.note,
        "band": line.band,
        "ongoing": bool(line.ongoing),
        "assessed": str(review.body["last"]) if review else "",
    }


def _odds(line: Line) -> dict[str, Any]:
    """The headline probability with interval and rank range; empty where no forecast speaks of the place."""
    chance = line.headline
    if chance is None:
        no_words = {"odds": words.percent(None), "interval": "", "ranks": ""}
        return {"probability": None, "of": None, **no_words}
    return {
        "probability": chance.probability,
        "of": chance.of,
        "odds": words.percent(chance.probability),
        "interval": words.interval(chance.low, chance.high),
        "ranks": words.rank_range(chance.rank_low, chance.rank_high),
    }


def _way(way: bool | None) -> dict[str, str]:
    if way is None:
        return {"arrow": "", "way_words": ""}
    name = "up" if way else "down"
    return {"arrow": ARROWS[way], "way_words": say(f"web.today_way_{name}")}


def _named(line: Line) -> dict[str, str]:
    return {
        "place": line.code,
        "name": line.name,
        "href": url("country", name=line.code),
    }


def _all(look: Look) -> str:
    """The whole list, with what was chosen here."""
    asked = f"view={look.chosen['view']}&order={look.chosen['order']}"
    day = f"&as_of={look.day}" if look.day else ""
    return f"{url('countries')}?scope={look.scope.name}&{asked}{day}"


# Your own country


def _home(look: Look, reviews: dict[str, Record]) -> dict[str, Any] | None:
    """The home country: its own review first, and what the forecast says of it."""
    code = look.scope.home
    if not code:
        return None
    line = next((x for x in look.overview.lines if x.code == code), None)
    place = look.request.state.places.get(code)
    return {
        "place": code,
        "name": place.name,
        "href": url("country", name=code),
        "line": _row(look, line, None, None) if line else None,
        "review": _review(look, reviews.get(code)),
        "assessment": url("country_assessment", name=code),
        "options": url("country_options", name=code),
        "begin": _begin(look, code),
        "brief": url("brief_pdf", name=code),
    }


def _begin(look: Look, code: str) -> str:
    may = may_begin(look.request, REVIEW)
    return f"{url('record_new', kind=REVIEW)}?place={code}" if may else ""


def _review(look: Look, review: Record | None) -> dict[str, Any] | None:
    """The review that speaks of the country, with the ways to its reports."""
    if review is None:
        return None
    own = form(REVIEW)
    return {
        "title": record_views.title_of(review, own, look.request.actor),
        "href": url("assessment", id=review.id),
        "status": record_views.said(review, own.field("status")),
        "first": str(review.body["first"]),
        "last": str(review.body["last"]),
    }
