"""The page of one indicator in a review: its question, the evidence, every position, and this space's rating."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from upstander.assess.progress import codes
from upstander.assess.rating import rating_draft, record_id, sign_words
from upstander.core.errors import Conflict, NotAllowed, UnknownRecord
from upstander.core.messages import say, text
from upstander.core.rights import may_write, stamp_within
from upstander.records import Draft, Record
from upstander.records.forms import Field, FormError, form
from upstander.report import record_views, review_content
from upstander.web.kernel import form_fields
from upstander.web.kernel.outlooks import public
from upstander.web.kernel.record_reading import reader_of
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import Again, Done, Given, action, page
from upstander.web.kernel.urls import url
from upstander.web.records.form_page import compared as both_versions
from upstander.web.records.writing import why_fault
from upstander.web.reviews.next_step import come_so_far, lens_of, next_step, with_lens
from upstander.web.reviews.workspace import Desk, head, may_rate, new_link, open_desk

MOST_SHOWN = 50  # items of evidence on the page
MOST_OFFERED, MOST_NEWEST = (
    100,
    30,
)  # items to choose from: tied to the code, or else the newest


@dataclass(frozen=True)
class Typed:
    """What stands in the inputs of a rating: values, the reason, the version it was written upon, and what is wrong."""

    values: Mapping[str, Any]
    why: str = ""
    expected: int = 0
    faults: Mapping[str, str] = field(default_factory=dict)
    conflict: Mapping[str, Any] | None = None


def look_rating(request: PageRequest, id: str, code: str) -> dict[str, Any]:
    """One indicator: its question, the evidence, every position, and the inputs."""
    desk = open_desk(request, id)
    rating = _own_rating(request, desk, code)
    if rating is None:
        return _rating_page(request, desk, code, Typed({}))
    values = form_fields.kept(rating, form("rating"))
    return _rating_page(request, desk, code, Typed(values, expected=rating.version))


def _own_rating(request: PageRequest, desk: Desk, code: str) -> Record | None:
    if code not in desk.frameworks.rated:
        raise UnknownRecord(say("web.no_framework_has_an_indicator_of_this"))
    review, who = desk.review.record.id, request.actor
    ids = (
        record_id(review, code, who.space),
        record_id(review, code, who.space, who.account),
    )
    return next((r for id in ids for r in desk.review.of("rating") if r.id == id), None)


def _rating_page(
    request: PageRequest,
    desk: Desk,
    code: str,
    typed: Typed,
) -> dict[str, Any]:
    review, indicator = desk.review.record, desk.frameworks.rated[code][2]
    names = {n: f.short or f.title for n, f in desk.frameworks.lenses.items()}
    return {
        **head(request, desk),
        "title": text("{code} {label}", code=code, label=indicator.label),
        "indicator": review_content.indicator(code, desk.frameworks, names),
        **_grounds(request, desk, code),
        **_form(request, desk, code, typed),
        "own_space": desk.spaces.get(request.actor.space, say("web.your_space")),
        "review_title": review.body["title"],
        "anchors": review_content.anchors(),
        "new_evidence": new_link(request, desk, "evidence", code),
        **_around(request, desk, code),
        "guide": url("assessments_guide") + f"?review={review.id}",
    }


def _grounds(request: PageRequest, desk: Desk, code: str) -> dict[str, Any]:
    """What a rating can rest on: what others say, public series, evidence."""
    indicator = desk.frameworks.rated[code][2]
    return {
        "positions": _positions(desk, code),
        "public": public(request, indicator, desk.review.record.place),
        "evidence": _evidence(request, desk, code),
    }


def _form(
    request: PageRequest,
    desk: Desk,
    code: str,
    typed: Typed,
) -> dict[str, Any]:
    return {
        "inputs": _inputs(request, desk, code, typed),
        "faults": form_fields.summary(form("rating"), typed.faults),
        "why": typed.why,
        "expected": typed.expected,
        "conflict": typed.conflict,
    }


def _positions(desk: Desk, code: str) -> list[dict[str, Any]]:
    """What each space says of an indicator."""
    words = sign_words if code in desk.frameworks.unscored else review_content.words_of
    spaces = {
        s: ratings[code] for s, ratings in desk.ratings.by_space.items() if code in ratings
    }
    return [
        {
            "space": desk.spaces.get(space, space),
            "words": words(rating.level),
            "note": rating.note,
            "by": rating.why,
        }
        for space, rating in spaces.items()
    ]


def _evidence(request: PageRequest, desk: Desk, code: str) -> list[dict[str, Any]]:
    """Items that speak for or against an indicator, each with its grade."""
    supports, against = desk.ties.get(code, (frozenset(), frozenset()))
    items = [e for e in desk.review.of("evidence") if e.id in supports | against]
    reader = reader_of(request, ())
    return [
        {
            **record_views.line(item, form("evidence"), reader),
            "side": "for" if item.id in supports else "against",
            "grade": f"{item.body['reliability'] or '–'}{item.body['credibility'] or '–'}",
        }
        for item in items[:MOST_SHOWN]
    ]


def _inputs(
    request: PageRequest,
    desk: Desk,
    code: str,
    typed: Typed,
) -> list[dict[str, Any]]:
    """The inputs, for whoever may rate; the code and the edition are not typed."""
    if not may_rate(request, desk.review.record):
        return []
    near = {"evidence": _items(request, desk, code)}
    inputs = form_fields.inputs(form("rating"), typed.values, typed.faults, near, ())
    return [i for i in inputs if i["name"] not in ("code", "edition")]


def _around(request: PageRequest, desk: Desk, code: str) -> dict[str, Any]:
    """Where the indicator stands in the lens that was asked for: the table it is a line of, what is before and after, how
    far the reader's space has come, and the next step of the review."""
    lens = lens_of(request, desk)
    in_lens = codes(desk.frameworks[lens])
    factor = next((f for f in desk.frameworks[lens].factors if code in f.codes), None)
    table = f"{desk.href}/factors/{factor.code}" if factor else ""
    return {
        "lens": lens,
        "action": with_lens(f"{desk.href}/rate/{code}", lens),
        "row": _row(request, desk, code),
        "near": _near(desk, code, in_lens if code in in_lens else None, lens),
        "table": {"title": factor.title, "href": f"{with_lens(table, lens)}#r-{code}"}
        if factor
        else None,
        "progress": come_so_far(request, desk, lens, after=code),
        "step": next_step(request, desk),
    }


def _near(
    desk: Desk, code: str, in_lens: Sequence[str] | None, lens: str
) -> dict[str, str]:
    """The codes before and after, in the order of the lens, or of the frameworks where it does not look at the code; each
    with its address; '' at an end."""
    order = list(in_lens or desk.frameworks.rated)
    at = order.index(code)
    before = order[at - 1] if at else ""
    after = order[at + 1] if at + 1 < len(order) else ""
    there = {
        f"{name}_href": with_lens(f"{desk.href}/rate/{c}", lens) if c else ""
        for name, c in (("before", before), ("after", after))
    }
    return {"before": before, "after": after, **there}


def _items(request: PageRequest, desk: Desk, code: str) -> list[tuple[str, str]]:
    """Evidence to choose from: what was tied to the code, else the newest."""
    items = desk.review.of("evidence")
    tied = [e for e in items if code in e.body["supports"] or code in e.body["against"]]
    offered = (tied or items[-MOST_NEWEST:])[:MOST_OFFERED]
    own = form("evidence")
    return [(e.id, record_views.title_of(e, own, request.actor)) for e in offered]


def rate(
    request: PageRequest,
    given: Given,
    id: str,
    code: str,
) -> Done | Again:
    """Keep this space's rating of an indicator: once, seen through every lens."""
    request.signed_in(*form("rating").writers)
    desk = open_desk(request, id)
    typed = _typed(given)
    before = _own_rating(request, desk, code)
    try:
        if fault := why_fault(typed.why):
            raise FormError({"_why": fault})
        draft = _draft(request, desk, code, typed, before)
        [kept] = request.state.records.append(
            [draft], by=request.actor, why=typed.why, now=request.now
        )
    except FormError as error:
        page = _rating_page(request, desk, code, replace(typed, faults=error.faults))
        told = {"error": say("web.this_cannot_be_kept"), "faults_by_field": error.faults}
        return Again("rate.html", {**told, **page})
    except Conflict as error:
        return _in_between(request, desk, code, typed, error)
    there = _next(request, desk, code, given)
    return Done(there, {"id": kept.id, "version": kept.version}, 200 if before else 201)


def _in_between(
    request: PageRequest,
    desk: Desk,
    code: str,
    typed: Typed,
    conflict: Conflict,
) -> Again:
    """Theirs and ours, to be written upon their version."""
    both = both_versions(request, form("rating"), conflict.theirs, conflict.ours)
    upon_theirs = replace(typed, expected=conflict.theirs.version, conflict=both)
    page = _rating_page(request, desk, code, upon_theirs)
    return Again(
        "rate.html", {"error": say("web.somebody_else_wrote_in_between"), **page}, 409
    )


def _next(request: PageRequest, desk: Desk, code: str, given: Given) -> str:
    """Where to go on: the next indicator of the lens if that was asked for, else this one in the grid."""
    if given.text("_then") == "next":
        after: str = _around(request, desk, code)["near"]["after_href"]
        if after:
            return after
    return _row(request, desk, code)


def _row(request: PageRequest, desk: Desk, code: str) -> str:
    """Where the indicator stands on the review's page, by the lens that was asked for."""
    return f"{with_lens(desk.href, lens_of(request, desk))}#r-{code}"


def _typed(given: Given) -> Typed:
    expected = str(given.values.get("expected", given.values.get("_expected", "0")))
    return Typed(
        values=_fields(given),
        why=given.text("why") or given.text("_why"),
        expected=int(expected) if expected.isdecimal() else 0,
    )


def _draft(
    request: PageRequest,
    desk: Desk,
    code: str,
    typed: Typed,
    before: Record | None,
) -> Draft:
    """The rating as it would be kept. Raises FormError, NotAllowed."""
    who, review = request.actor, desk.review.record
    draft = rating_draft(
        {**typed.values, "code": code},
        desk.frameworks,
        review=review.id,
        by=who,
        places=frozenset(),
        place=review.place,
        stamp=before.stamp if before else stamp_within(review.stamp, who),
        expected=typed.expected,
    )
    if before and not may_write(who, before.stamp, form("rating").writers):
        raise NotAllowed(say("web.your_role_or_space_may_not_change"))
    return draft


def _fields(given: Given) -> dict[str, Any]:
    """What was typed, by field of the rating form."""
    sent = given.values.get("fields", {}) if given.is_json else given.values
    if not isinstance(sent, Mapping):
        raise FormError({"fields": say("web.fields_takes_an_object_of_field_names")})
    typed = [f for f in form("rating").fields if sent.get(f.name) not in ("", None)]
    return {f.name: _as_field(f, sent[f.name]) for f in typed}


def _as_field(f: Field, value: Any) -> Any:
    """A list where the field takes several."""
    takes_list = f.type in ("choices", "links")
    return [value] if takes_list and not isinstance(value, list) else value


ROUTES = (
    *page(
        "assessment_rate",
        "/assessments/{id}/rate/{code}",
        look_rating,
        "rate.html",
        is_kept=True,
    ),
    action("post_assessment_rate", "/assessments/{id}/rate/{code}", rate),
)
