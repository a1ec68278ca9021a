"""A draft of a State's next report on its recommendations: what it said of each, by theme; what nobody spoke of yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from upstander.core.messages import say
from upstander.records import recommendation_reading
from upstander.records.forms import form
from upstander.records.recommendation_rows import Kept
from upstander.respond.recommendation_progress import PROGRESS, STATE, Standing
from upstander.web.kernel.record_reading import places
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import page
from upstander.web.kernel.urls import url
from upstander.web.recommendations import filters, reading

MOST = 5_000  # recommendations of one draft


def look(request: PageRequest) -> dict[str, Any]:
    """The draft of the State asked for, of one body and session where they are asked for too."""
    given = filters.filters(request)
    place = given["place"]
    asked = replace(filters.asked_for(request, given, MOST), offset=0)
    database = request.state.records.database
    found = recommendation_reading.find(database, asked) if place else None
    kept = found.rows if found else ()
    standing = reading.standings_of(request, place=place) if place else {}
    spoken = [k for k in kept if _own(standing, k)]
    names = dict(places(request))
    return {
        "title": say("respond.draft_report"),
        "given": given,
        "place_name": names.get(place, ""),
        "places": places(request),
        "count": len(kept),
        "spoken_of": len(spoken),
        "silent": len(kept) - len(spoken),
        "themes": _by_theme(spoken, standing),
        "silent_rows": [_silent(k) for k in kept if not _own(standing, k)],
        "as_of": request.as_of.date().isoformat(),
        "follow_up": url("recommendation_follow_up") + f"?place={place}",
    }


def _own(standing: Mapping[str, Standing], kept: Kept) -> bool:
    """Whether the State itself spoke of a recommendation."""
    return standing.get(kept.row.key, Standing()).of(STATE) is not None


def _by_theme(
    spoken: Sequence[Kept], standing: Mapping[str, Standing]
) -> list[dict[str, Any]]:
    """Each recommendation once, under its first theme."""
    themes: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for kept in spoken:
        theme = next(iter(kept.row.having("theme")), "")
        themes[theme].append(_line(kept, standing[kept.row.key]))
    return [{"theme": t, "rows": rows} for t, rows in sorted(themes.items())]


def _line(kept: Kept, standing: Standing) -> dict[str, Any]:
    own = standing.of(STATE)
    others = [reading.says(s) for s in standing.said if s.side != STATE]
    return {
        **_silent(kept),
        "status": form(PROGRESS).field("status").choices[own.status] if own else "",
        "day": own.day.isoformat() if own else "",
        "account": str(own.record.body.get("account") or "") if own else "",
        "known_from": str(own.record.body.get("known_from") or "") if own else "",
        "others": others,
    }


def _silent(kept: Kept) -> dict[str, Any]:
    return {
        "href": url("recommendation", id=kept.row.key),
        "reference": kept.reference,
        "text": kept.row.text,
        "response_words": filters.WORDS_OF[kept.row.response],
    }


ROUTES = (
    *page(
        "recommendations_draft_report",
        "/recommendations/draft-report",
        look,
        "recommendations_draft_report.html",
    ),
)
