"""Two reviews beside each other: another country's, or the same country's earlier one. Nothing is ranked."""

from __future__ import annotations

from typing import Any

from upstander.assess.peers import differences
from upstander.core.messages import say
from upstander.report import review_content
from upstander.report.review_material import speaker
from upstander.web.kernel.outlooks import neighbours
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import page
from upstander.web.reviews.workspace import SIX, Desk, head, open_desk


def look(request: PageRequest, id: str, other: str) -> dict[str, Any]:
    """Factor by factor in the factors' order: change, gaps, comments with their replies, and both places' neighbours."""
    desk, theirs = open_desk(request, id), open_desk(request, other)
    mine, their_place = head(request, desk), theirs.review.record.place
    return {
        **mine,
        "title": say(
            "web.beside", title=mine["title"], title_2=theirs.review.record.body["title"]
        ),
        "review_title": mine["title"],
        "other": head(request, theirs),
        "same_place": mine["place"] == their_place,
        **_factors(desk, theirs),
        "comments": [x for d in (desk, theirs) for x in _comments(d)],
        "neighbours": neighbours(request, mine["place"]),
        "their_neighbours": neighbours(request, their_place),
    }


def _factors(desk: Desk, theirs: Desk) -> dict[str, Any]:
    """What differs factor by factor, and the factors that one of the two does not assess."""
    own, other = _levels(desk), _levels(theirs)
    titles = {f.code: f.title for f in desk.frameworks[SIX].factors}
    gaps = [code for code in own if own[code] is None or other.get(code) is None]
    return {
        "changes": review_content.compared(differences(other, own), titles),
        "gaps": [{"key": code, "title": titles[code]} for code in gaps],
    }


def _levels(desk: Desk) -> dict[str, int | None]:
    return {f.factor: f.level for f in desk.seen(SIX).findings}


def _comments(desk: Desk) -> list[dict[str, str]]:
    """Comments of peers on a review, each with the reply to it, '' while there is none."""
    answered = {r.body["comment"]: r.body["text"] for r in desk.review.of("reply")}
    return [
        {
            "peer": speaker(desk.spaces, c, "peer"),
            "about": c.body["about"],
            "text": c.body["text"],
            "reply": answered.get(c.id, ""),
            "review": desk.review.record.body["title"],
        }
        for c in desk.review.of("comment")
    ]


ROUTES = (
    *page(
        "assessment_beside",
        "/assessments/{id}/beside/{other}",
        look,
        "assessment_beside.html",
    ),
)
