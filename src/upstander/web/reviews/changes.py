"""What changed in a review since a day, and how fast the levels moved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any

from upstander.assess.rating import level_words
from upstander.assess.trajectory import Pace, pace, trajectory, what_changed
from upstander.core.messages import say, text
from upstander.core.rights import may_read
from upstander.records import Record
from upstander.records.disclosure_control import blurred
from upstander.records.forms import form
from upstander.report import record_views
from upstander.web.kernel.record_reading import reader_of
from upstander.web.kernel.requests import PageRequest, instant
from upstander.web.kernel.routing import page
from upstander.web.reviews.workspace import (
    SIX,
    Desk,
    head,
    open_desk,
)

MOST_DAYS, YEAR = 12, 365.25
MOST_VERSIONS = 20_000  # of ratings, looked through for what changed


def look_changes(request: PageRequest, id: str) -> dict[str, Any]:
    """What changed in a review since a day: ratings in order of the step, then everything else that was written."""
    desk = open_desk(request, id)
    start = _since(request, id)
    versions = _rating_versions(request, id)
    return {
        **head(request, desk),
        "title": say("web.what_changed"),
        "review_title": desk.review.record.body["title"],
        "since": start.date().isoformat(),
        "ratings": _changed_ratings(request, desk, versions, start),
        "moved": _moved(desk, versions),
        "others": _other_changes(request, desk, start),
    }


def _since(request: PageRequest, id: str) -> datetime:
    """The instant asked for, else when the review was begun."""
    since = instant(request.query.get("since", ""))
    history = request.state.records.history
    return since or history("review", id, by=request.actor, as_of=request.as_of)[0].when


def _rating_versions(request: PageRequest, id: str) -> list[Record]:
    versions = request.state.records.versions(
        by=request.actor,
        as_of=request.as_of,
        kinds=["rating"],
        parent=id,
        limit=MOST_VERSIONS,
    )
    return [v for v in versions if may_read(request.actor, v.stamp)]


def _changed_ratings(
    request: PageRequest,
    desk: Desk,
    versions: Sequence[Record],
    start: datetime,
) -> list[dict[str, Any]]:
    shown = [blurred(v, request.actor) for v in versions]
    changes = what_changed(desk.frameworks, shown, start, request.as_of)
    return [
        {
            "text": c.text,
            "code": c.code,
            "label": desk.frameworks.rated[c.code][2].label,
            "space": desk.spaces.get(c.space, c.space),
            "why": c.after.why,
            "href": f"{desk.href}/rate/{c.code}",
        }
        for c in changes
    ]


def _other_changes(
    request: PageRequest, desk: Desk, start: datetime
) -> list[dict[str, Any]]:
    parts = {kind: rows for kind, rows in desk.review.parts.items() if kind != "rating"}
    later = [r for rows in parts.values() for r in rows if r.when > start]
    reader = reader_of(request, later)
    return [
        {
            **record_views.line(r, form(r.kind), reader),
            "sort": form(r.kind).title,
            "why": blurred(r, request.actor).why,
        }
        for r in later
    ]


def pace_sentences(request: PageRequest, desk: Desk) -> list[str]:
    """How each factor moved between the first and the last day on which the space rated; nothing of what did not move."""
    moved = _moved(desk, _rating_versions(request, desk.review.record.id))
    titles = {f.code: f.title for f in desk.frameworks[SIX].factors}
    return [
        text("{title}: {pace}", title=titles[f], pace=words)
        for f, words in moved["paces"].items()
        if not words.startswith("+0")
    ]


def _moved(desk: Desk, versions: Sequence[Record]) -> dict[str, Any]:
    """The level of each factor at the end of the last days on which somebody rated, and how fast it moved."""
    days = sorted({v.when.date() for v in versions if v.stamp.space == desk.space})[
        -MOST_DAYS:
    ]
    ends = [datetime.combine(day, time.max, UTC) for day in days]
    points = trajectory(desk.frameworks, SIX, versions, desk.space, ends, desk.setting)
    factors = [f.code for f in desk.frameworks[SIX].factors]
    rows = [
        {
            "day": p.when.date().isoformat(),
            "assessed": p.assessed,
            "levels": [level_words(p.levels[f]) for f in factors],
        }
        for p in points
    ]
    return {
        "factors": factors,
        "rows": rows,
        "paces": {f: _pace_words(p) for f in factors if (p := pace(points, f))},
        "space": desk.spaces.get(desk.space, desk.space),
    }


def _pace_words(pace: Pace) -> str:
    """How fast a level moved; a rate a year only where a quarter of one was seen."""
    rate = (
        say("web.a_year", per_year=f"{pace.per_year:+.1f}") if pace.days >= YEAR / 4 else ""
    )
    return pace.text + rate


ROUTES = (
    *page(
        "assessment_changes",
        "/assessments/{id}/changes",
        look_changes,
        "assessment_changes.html",
    ),
)
