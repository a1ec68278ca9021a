"""What comes next in a review: the step that it waits for, what is missing for that, and the next indicator to rate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from upstander.assess.frameworks import Framework
from upstander.assess.progress import Progress, codes, progress
from upstander.assess.publishing import Gap
from upstander.core.messages import say
from upstander.web.kernel.requests import PageRequest
from upstander.web.reviews.workspace import SIX, Desk, gaps_of, new_link

# Where a gap is closed on the page of the review.
OWN_PLACE = {"rating": "#grid", "country_level": "#level", "signoff": "#standing"}


def gap_lines(
    request: PageRequest, desk: Desk, gaps: Sequence[Gap]
) -> list[dict[str, str]]:
    """What is missing, each with where this reader can mend it."""
    return [{"words": g.words, "href": _mended_at(request, desk, g)} for g in gaps]


def _mended_at(request: PageRequest, desk: Desk, gap: Gap) -> str:
    if gap.kind in OWN_PLACE:
        return desk.href + OWN_PLACE[gap.kind]
    return new_link(request, desk, gap.kind) or f"{desk.href}#{gap.kind}"


def next_step(
    request: PageRequest, desk: Desk, gaps: Sequence[Gap] | None = None
) -> dict[str, Any]:
    """The step that the review waits for, and the first thing that is missing for it; in words, each with where to go."""
    state = desk.review.record.body["status"]
    missing = gap_lines(request, desk, gaps_of(request, desk) if gaps is None else gaps)
    is_over = state not in ("draft", "open", "in_signature")
    return {
        "words": say(f"web.review_waits_{state}"),
        "href": f"{desk.href}#standing",
        "missing": [] if is_over else missing[:1],
        "more": 0 if is_over else max(len(missing) - 1, 0),
    }


def lens_of(request: PageRequest, desk: Desk) -> str:
    """The lens that was asked for, the report's six factors where none there is was named."""
    name = request.query.get("lens", SIX)
    return name if name in desk.frameworks.lenses else SIX


def with_lens(href: str, lens: str) -> str:
    """An address that keeps the lens; the one that everybody begins with is not written out."""
    return href if lens == SIX else f"{href}?{urlencode({'lens': lens})}"


def come_so_far(
    request: PageRequest, desk: Desk, name: str, *, after: str = "", first: str = ""
) -> dict[str, Any]:
    """How far the reader's own space has come with the indicators of a lens: what is given, and what comes next.

    Args:
        after, first: the code behind which, or from which on, the next one is looked for.
    """
    lens = desk.frameworks[name]
    order = codes(lens)
    behind = order[order.index(first) - 1] if first in order else after
    found = progress(order, desk.ratings.of(request.actor.space), behind)
    return {"given": found.given, "of": found.of, **_next(desk, lens, found)}


def _next(desk: Desk, lens: Framework, found: Progress) -> dict[str, str]:
    factor = next((f.code for f in lens.factors if found.next in f.codes), "")
    if not factor:
        return {"next": "", "next_href": "", "next_factor": ""}
    table = with_lens(f"{desk.href}/factors/{factor}", lens.name)
    return {
        "next": found.next,
        "next_href": with_lens(f"{desk.href}/rate/{found.next}", lens.name),
        "next_factor": f"{table}#r-{found.next}",
    }
