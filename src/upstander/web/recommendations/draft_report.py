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

PART = (
    100  # recommendations of one part of the draft, and of the silent ones that are listed
)
MOST = 20_000


def look(request: PageRequest) -> dict[str, Any]:
    """The draft of the State asked for, of one body and session where they are asked for too, in parts."""
    given = filters.filters(request)
    place = given["place"]
    return {
        "title": say("respond.draft_report"),
        "given": given,
        "place_name": dict(places(request)).get(place, ""),
        "places": places(request),
        **_part(request, given),
        "as_of": request.as_of.date().isoformat(),
        "follow_up": url("recommendation_follow_up") + f"?place={place}",
    }


def _part(request: PageRequest, given: Mapping[str, str]) -> dict[str, Any]:
    """One part of the draft, how much there is of it, and the first of what the State did not speak of."""
    keys, standing = _asked_for(request, given)
    spoken = [k for k in keys if _has_spoken(standing, k)]
    silent = [k for k in keys if not _has_spoken(standing, k)]
    number = filters.page_number(given)
    start = (number - 1) * PART
    kept = _kept(request, [*spoken[start : start + PART], *silent[:PART]])
    more = filters.query(request, given, page=number + 1)
    has_more = len(spoken) > start + PART
    return {
        "count": len(keys),
        "spoken_of": len(spoken),
        "silent": len(silent),
        "themes": _by_theme(kept, standing),
        "silent_rows": [_silent(k) for k in kept if not _has_spoken(standing, k.row.key)],
        "next": url("recommendations_draft_report") + more if has_more else "",
    }


def _asked_for(
    request: PageRequest, given: Mapping[str, str]
) -> tuple[Sequence[str], Mapping[str, Standing]]:
    """Keys of the recommendations of the draft, and how they stand; none before a State is chosen."""
    if not given["place"]:
        return (), {}
    asked = replace(filters.asked_for(request, given, MOST), offset=0)
    keys = recommendation_reading.keys(request.state.records.database, asked)
    return keys, reading.standings_of(request, place=given["place"])


def _kept(request: PageRequest, keys: Sequence[str]) -> Sequence[Kept]:
    return recommendation_reading.by_keys(
        request.state.records.database, keys, request.as_of
    )


def _has_spoken(standing: Mapping[str, Standing], key: str) -> bool:
    """Whether the State itself spoke of a recommendation."""
    return standing.get(key, Standing()).of(STATE) is not None


def _by_theme(
    every: Sequence[Kept], standing: Mapping[str, Standing]
) -> list[dict[str, Any]]:
    """Each recommendation that the State spoke of once, under its first theme."""
    themes: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for kept in (k for k in every if _has_spoken(standing, k.row.key)):
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
