"""The pages of a review: the list, the guide, the grid through any lens, one indicator, what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from upstander.assess import review
from upstander.assess.aggregation import CAVEAT
from upstander.assess.conflict_context import badge
from upstander.assess.duties import CONTINUE
from upstander.assess.four_crimes import Crime
from upstander.assess.lenses import View, positions
from upstander.assess.peers import co_rating
from upstander.assess.resilience import inventory
from upstander.assess.trajectory import proposed
from upstander.core.messages import say
from upstander.records import Record
from upstander.records.forms import choices, form
from upstander.report import record_views, review_content
from upstander.web.kernel.outlooks import neighbours, outlook, prevalence, violence
from upstander.web.kernel.record_reading import may_keep, places, reader_of
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import page
from upstander.web.kernel.urls import url
from upstander.web.reviews.next_step import come_so_far, gap_lines, next_step, with_lens
from upstander.web.reviews.status import standing
from upstander.web.reviews.steps import steps
from upstander.web.reviews.workspace import (
    SIX,
    Desk,
    frameworks_of,
    head,
    new_link,
    open_desk,
    review_days,
)

MOST_REVIEWS, MOST_BESIDE = 200, 20
MOST_SHOWN = 12  # records of a kind that a review's page lists


def look_list(request: PageRequest) -> dict[str, Any]:
    """The reviews this reader may read, and the way to the registers."""
    reviews = _readable(request)
    reader, own = reader_of(request, reviews), form("review")
    return {
        "title": say("web.assessments"),
        "rows": [_review_line(r, reader) for r in reviews],
        "caveat": CAVEAT,
        "may_write": bool(request.session) and request.actor.role in own.writers,
    }


def _readable(request: PageRequest, **asked: Any) -> Sequence[Record]:
    return request.state.records.find(
        by=request.actor, as_of=request.as_of, kinds=["review"], limit=MOST_REVIEWS, **asked
    )


def _review_line(record: Record, reader: record_views.Reader) -> dict[str, Any]:
    own = form("review")
    return {
        **record_views.line(record, own, reader),
        "href": url("assessment", id=record.id),
        "owner": record.body["owner"],
        "status": own.field("status").choices[record.body["status"]],
        "covers": review_days(record),
    }


def look(request: PageRequest, id: str) -> dict[str, Any]:
    """A review: who owns it, the grid through a lens, resilience beside, what is missing, what belongs to it."""
    desk = open_desk(request, id)
    lens, crime = _asked_for(request, desk)
    seen, status = desk.seen(lens), standing(request, desk)
    whole = desk.review
    return {
        **head(request, desk),
        "stage_proposed": _stage(request, desk, seen),
        "lens": review_content.lens(
            seen, desk.href, desk.spaces, crime, prevalence(request)
        ),
        **_switches(desk, lens, crime),
        **_beside_risk(request, desk, lens),
        **_work(request, desk, lens),
        **_forward(request, desk, status),
        "parts": _parts(request, desk),
        "inclusion": _inclusion(whole),
        "error": "",
        "outlook": outlook(request, whole.record.place),
        "neighbours": neighbours(request, whole.record.place),
        "others": _others(request, whole.record),
    }


def _forward(request: PageRequest, desk: Desk, status: Mapping[str, Any]) -> dict[str, Any]:
    """Where the review stands, what is missing, and its next step."""
    gaps = status["gaps"]
    return {
        "gaps": gap_lines(request, desk, gaps),
        "step": next_step(request, desk, gaps),
        "standing": status,
    }


def _work(request: PageRequest, desk: Desk, lens: str) -> dict[str, Any]:
    """How far the reader's space has come through the lens, and the table of each factor."""
    factors = (f.code for f in desk.frameworks[lens].factors)
    return {
        "progress": come_so_far(request, desk, lens),
        "lens_query": with_lens("", lens),
        "tables": {f: with_lens(f"{desk.href}/factors/{f}", lens) for f in factors},
    }


def _beside_risk(request: PageRequest, desk: Desk, lens: str) -> dict[str, Any]:
    """What stands beside the levels of risk: the context, resilience, and how others rate."""
    whole = desk.review
    return {
        "context": badge(whole.registers, desk.on).words,
        "may_keep": may_keep(request),
        "continue": CONTINUE if desk.setting.has_nexus else "",
        "resilience": review_content.resilience(inventory(whole.of("capacity"), desk.on)),
        "co_rating": _co_rating(desk, lens),
        "new_capacity": new_link(request, desk, "capacity"),
        "steps": steps(request, whole.record.place),
    }


def _asked_for(request: PageRequest, desk: Desk) -> tuple[str, str]:
    """The lens and the crime that were asked for: the report's six factors and all crimes where none there is was named."""
    lens, crime = request.query.get("lens", SIX), request.query.get("crime", "")
    is_crime = crime in {c.value for c in Crime}
    return lens if lens in desk.frameworks.lenses else SIX, crime if is_crime else ""


def _switches(desk: Desk, lens: str, crime: str) -> dict[str, Any]:
    """Through which lens, in whose eyes and for which crime the grid is shown, and the ways to the others."""

    def there(**query: str) -> str:
        return f"{desk.href}?{urlencode({name: value for name, value in query.items() if value})}"

    crimes = [("", "all"), *((c.value, c.label) for c in Crime)]
    lenses = {name: f.short or f.title for name, f in desk.frameworks.lenses.items()}
    return {
        "crimes": [
            {
                "id": c,
                "label": label,
                "current": c == crime,
                "href": there(lens=lens, crime=c),
            }
            for c, label in crimes
        ],
        "lenses": [
            {"name": n, "title": title, "href": there(lens=n), "current": n == lens}
            for n, title in lenses.items()
        ],
        "spaces": [
            _space_switch(desk, s, there(lens=lens, space=s))
            for s in sorted(desk.ratings.by_space)
        ],
    }


def _space_switch(desk: Desk, space: str, href: str) -> dict[str, Any]:
    title = desk.spaces.get(space, space)
    return {"id": space, "title": title, "href": href, "current": space == desk.space}


def _stage(request: PageRequest, desk: Desk, seen: View) -> str:
    """The stage that the stated rule proposes, beside the one people set; a sentence."""
    now, before = violence(request, desk.review.record.place)
    found = proposed(seen.headline.draft, seen.findings, is_ongoing=now, was_ongoing=before)
    if found is None:
        return say("web.no_stage_is_proposed_nothing_is_known")
    name = form("review").field("stage").choices[found.stage].split(":")[0].lower()
    return say("web.a_stated_rule_would_propose_people_set", name=name, reason=found.reason)


def _co_rating(desk: Desk, lens: str) -> list[dict[str, str]]:
    """Self-rating of government spaces beside the independent ones: the strongest sign of each side, in words."""
    seen = positions(desk.frameworks, lens, desk.ratings, desk.ties, desk.setting)
    levels: dict[str, dict[str, int | None]] = {}
    for factor, row in seen.items():
        for space, found in row.items():
            levels.setdefault(space, {})[factor] = found.sign
    sides = co_rating(levels, desk.review.spaces)
    return [
        {
            "factor": f,
            "self": review_content.words_of(r["self"]),
            "independent": review_content.words_of(r["independent"]),
        }
        for f, r in sides.items()
    ]


def _parts(request: PageRequest, desk: Desk) -> list[dict[str, Any]]:
    """What belongs to the review, kind by kind, and who may add to it."""
    kinds = [k for k in review.part_kinds() if k != "rating"]
    shown = {k: desk.review.parts.get(k, ())[:MOST_SHOWN] for k in kinds}
    reader = reader_of(request, [r for rows in shown.values() for r in rows])
    return [_part(request, desk, kind, shown[kind], reader) for kind in kinds]


def _part(
    request: PageRequest,
    desk: Desk,
    kind: str,
    shown: Sequence[Record],
    reader: record_views.Reader,
) -> dict[str, Any]:
    """The records of a kind; a question is shown on a page of its own."""
    own, here = form(kind), url("record_list", kind=kind)
    base = url("assessment", id="questions") if kind == "elicitation" else here
    return {
        "title": own.title,
        "plural": own.plural,
        "help": own.help,
        "number": len(desk.review.parts.get(kind, ())),
        "rows": [{**_line(r, reader), "href": f"{base}/{r.id}"} for r in shown],
        "all": here + f"?parent={desk.review.record.id}",
        "kind": kind,
        "new": new_link(request, desk, kind),
    }


def _line(record: Record, reader: record_views.Reader) -> dict[str, Any]:
    """A record of the review in a list; a signature says whose it is."""
    own = form(record.kind)
    made = record_views.line(record, own, reader)
    if record.kind != "signoff":
        return made
    decision = own.field("decision").choices[record.body["decision"]]
    return {
        **made,
        "title": say(
            "web.version_3",
            space_title=made["stamp"]["space_title"],
            lower=decision.lower(),
            version=record.body["version"],
        ),
    }


def _others(request: PageRequest, record: Record) -> list[dict[str, str]]:
    """Reviews to lay beside this one, the same place's first."""
    named = dict(places(request))
    others = [r for r in _readable(request) if r.id != record.id]
    others.sort(key=lambda r: (r.place != record.place, r.body["title"]))
    return [
        {
            "title": r.body["title"],
            "place": named.get(r.place, r.place),
            "covers": review_days(r),
            "href": url("assessment_beside", id=record.id, other=r.id),
        }
        for r in others[:MOST_BESIDE]
    ]


def _inclusion(whole: review.Review) -> dict[str, Any]:
    inclusion, types = (
        review.inclusion(whole.of("participant")),
        choices("participant_type"),
    )
    share = inclusion.women_share
    women: str = say("web.not_counted")
    if share is not None:
        women = f"{share:.0%} of {inclusion.people} people".replace("%", " %")
    by_type = sorted(inclusion.by_type.items())
    return {
        "by_type": [{"type": types[t], "number": n} for t, n in by_type],
        "women": women,
    }


def look_guide(request: PageRequest) -> dict[str, Any]:
    """Guided mode: the questions in plain words, the severity scale, worked cases, the glossary; for a review if one is named."""
    frameworks, id = (
        frameworks_of(request.state.settings.home),
        request.query.get("review", ""),
    )
    record = next(iter(_readable(request, ids=[id])), None) if id else None
    name = request.query.get("lens", SIX)
    lens = name if name in frameworks.lenses else SIX
    href = url("assessment", id=record.id) if record else ""
    more = f"&review={record.id}" if record else ""
    here = url("assessments_guide")
    return {
        "title": say("web.how_to_rate"),
        "caveat": CAVEAT,
        "href": href,
        "review_title": record.body["title"] if record else "",
        "lenses": [
            {
                "title": f.short or f.title,
                "href": here + f"?lens={n}{more}",
                "current": n == lens,
            }
            for n, f in frameworks.lenses.items()
        ],
        **review_content.guided(frameworks[lens], href, prevalence(request)),
    }


ROUTES = (
    *page("assessments", "/assessments", look_list, "assessments.html", is_kept=True),
    *page("assessments_guide", "/assessments/guide", look_guide, "guide.html"),
    *page("assessment", "/assessments/{id}", look, "assessment.html", is_kept=True),
)
