"""Recommendations as pages show them: rows, states of follow-up, who may write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from upstander.core.errors import UnknownRecord
from upstander.core.messages import say
from upstander.records import forms, recommendation_reading
from upstander.records.recommendation_rows import Kept, Row
from upstander.respond.recommendation_progress import (
    FOLLOW_UP,
    PROGRESS,
    Said,
    Standing,
    standings,
)
from upstander.web.kernel.record_reading import everything, may_begin, places
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.urls import url
from upstander.web.recommendations.filters import WORDS_OF

SHORT = 400  # characters of a text in a list


def one(request: PageRequest, key: str) -> Kept:
    """The recommendation of a key. Raises UnknownRecord."""
    database = request.state.records.database
    found = recommendation_reading.by_keys(database, [key[:200]], request.as_of)
    if not found:
        raise UnknownRecord(say("respond.no_such_recommendation"))
    return found[0]


def standings_of(
    request: PageRequest, *, place: str = "", key: str = ""
) -> Mapping[str, Standing]:
    """How recommendations stand by what people wrote of them: of a State, or of one."""
    asked: dict[str, Any] = {"where": {"recommendation": key}} if key else {"place": place}
    records = everything(request, kinds=(PROGRESS, FOLLOW_UP), **asked)
    return standings(records, request.as_of.date())


def rows(
    request: PageRequest, kept: Iterable[Kept], standing: Mapping[str, Standing]
) -> list[dict[str, Any]]:
    """Rows of a list."""
    names = dict(places(request))
    return [row(request, k, standing.get(k.row.key), names) for k in kept]


def row(
    request: PageRequest,
    kept: Kept,
    standing: Standing | None,
    names: Mapping[str, str],
) -> dict[str, Any]:
    """One recommendation as a list shows it."""
    said = kept.row
    carry = f"?as_of={request.query['as_of']}" if request.is_past else ""
    return {
        "id": said.key,
        "href": url("recommendation", id=said.key) + carry,
        "reference": kept.reference,
        "text": said.text,
        "short": said.text if len(said.text) <= SHORT else f"{said.text[:SHORT]}…",
        "published": str(said.day or ""),
        **_labels(said, names),
        **_standing(standing or Standing()),
    }


def _labels(said: Row, names: Mapping[str, str]) -> dict[str, Any]:
    """To whom, by whom, of which type, and what the State answered, in codes and in words."""
    countries = said.having("country")
    return {
        "countries": list(countries),
        "country_names": [names.get(c, c) for c in countries],
        "inferred": bool(said.having("inferred")),
        "body": next(iter(said.having("body")), ""),
        "session": next(iter(said.having("session")), ""),
        "response": said.response,
        "response_words": WORDS_OF[said.response],
        "type": said.type,
        "type_words": WORDS_OF[said.type],
        "recommending": [names.get(s, s) for s in said.having("state")],
        "themes": list(said.having("theme")),
    }


def _standing(standing: Standing) -> dict[str, Any]:
    follow_up = standing.follow_up
    return {
        "says": [says(s) for s in standing.said],
        "disputed": standing.is_disputed,
        "overdue_days": standing.overdue_days,
        "lead": str(follow_up.body.get("lead") or "") if follow_up else "",
        "due": str(follow_up.body.get("due") or "") if follow_up else "",
    }


def says(said: Said) -> dict[str, str]:
    """One side's newest word, in words."""
    form = forms.form(PROGRESS)
    return {
        "side": said.side,
        "side_words": form.field("side").choices[said.side],
        "status": said.status,
        "status_words": form.field("status").choices[said.status],
        "day": said.day.isoformat(),
    }


def may_write(request: PageRequest) -> bool:
    """Whether the reader may say something of a recommendation."""
    return may_begin(request, PROGRESS) and bool(request.actor.space)
