"""A review with everything that its pages are made from, as one reader may see it; and the head that they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from upstander.assess import publishing, review
from upstander.assess.aggregation import CAVEAT, Adjustment
from upstander.assess.conflict_context import conflicts
from upstander.assess.evidence_ties import Ties, ties_of
from upstander.assess.frameworks import Frameworks, load, shipped
from upstander.assess.lenses import Setting, View, positions, view
from upstander.assess.measures.history import compounded, discrimination_grid, exclusion
from upstander.assess.rating import Ratings, ratings
from upstander.core.errors import UnknownRecord
from upstander.core.messages import say
from upstander.evidence.queries import standing
from upstander.records import Record
from upstander.records.disclosure_control import blurred
from upstander.records.forms import form
from upstander.report import record_views, words
from upstander.web.kernel.access_log import note
from upstander.web.kernel.outlooks import base_rate
from upstander.web.kernel.record_reading import may_begin, places, reader_of
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.urls import url

PLACE_KINDS = ("capacity", "context", "evidence", "group", "discrimination", "exclusion")
SIX = "six_factors"


@dataclass(frozen=True)
class Desk:
    """A review with everything that its pages are made from, as one reader may see it.

    Attributes:
        space: in whose eyes the grid is shown.
        spaces: titles by id.
    """

    review: review.Review
    frameworks: Frameworks
    ratings: Ratings
    ties: Ties
    setting: Setting
    space: str
    spaces: Mapping[str, str]
    on: date

    @property
    def href(self) -> str:
        """Address of the review."""
        return url("assessment", id=self.review.record.id)

    def seen(self, lens: str) -> View:
        """The review through a lens."""
        return view(
            self.frameworks, lens, self.ratings, self.space, self.ties, self.setting
        )


def frameworks_of(home: Path) -> Frameworks:
    """Ours, with the office's own files laid over them; read again when one of them changes."""
    folder = home / "frameworks"
    if not folder.is_dir():
        return shipped()
    return _laid_over(
        folder, tuple((f.name, f.stat().st_mtime_ns) for f in sorted(folder.glob("*.toml")))
    )


@lru_cache(maxsize=4)
def _laid_over(folder: Path, stamps: tuple[tuple[str, int], ...]) -> Frameworks:
    del stamps  # the key: other files, other frameworks
    return load(folder)


def open_desk(request: PageRequest, id: str) -> Desk:
    """Read a review. Raises UnknownRecord."""
    types = {i: s.type for i, s in request.spaces.items()}
    try:
        gathered = review.gather(
            request.state.records,
            id,
            by=request.actor,
            as_of=request.as_of,
            spaces=types,
            kinds=PLACE_KINDS,
        )
    except UnknownRecord:
        raise UnknownRecord(say("web.there_is_no_review_at_this_address")) from None
    note(
        request,
        (
            r
            for rows in (gathered.parts, gathered.place_parts)
            for kind in rows.values()
            for r in kind
        ),
    )
    return desk_of(request, gathered, request.query.get("space", "") or request.actor.space)


def desk_of(request: PageRequest, gathered: review.Review, space: str) -> Desk:
    """The desk of a gathered review, in the eyes of a space, or of its own where that one rated nothing."""
    frameworks = frameworks_of(request.state.settings.home)
    rated = ratings((blurred(r, request.actor) for r in gathered.of("rating")), frameworks)
    own_space = gathered.record.stamp.space
    candidates = (space, own_space, *sorted(rated.by_space))
    seen_by = next((s for s in candidates if s in rated.by_space), own_space)
    on = request.as_of.date()
    setting = Setting(
        adjustments={"F1": _compounded(gathered.registers, on)},
        overrides=(*gathered.of("override"), *gathered.of("country_level")),
        has_nexus=bool(conflicts(gathered.registers, on)),
        base_rate=base_rate(request) if _nothing_seen(rated) else "",
    )
    titles = {i: s.title for i, s in request.spaces.items()}
    ties = ties_of(standing(gathered.of("evidence")))
    return Desk(gathered, frameworks, rated, ties, setting, seen_by, titles, on)


def every_rating(request: PageRequest, desk: Desk) -> Desk:
    """The desk with the ratings that the reader does not see yet: for what is decided and frozen, never to be shown."""
    records, who = request.state.records, request.actor
    whole = review.with_all_ratings(desk.review, records, by=who, as_of=request.as_of)
    return replace(desk, review=whole)


def frozen_part(request: PageRequest, desk: Desk) -> tuple[Desk, dict[str, int]]:
    """The desk with what travels as far as the review does, in its own space's eyes; and what was left out, by kind."""
    part, closer = review.as_open_as(every_rating(request, desk).review)
    return desk_of(request, part, part.record.stamp.space), closer


def _nothing_seen(rated: Ratings) -> bool:
    """Whether some space rated and saw nothing at all: only then the base rate is asked for."""
    levels = (
        {r.level for r in table.values()} - {None} for table in rated.by_space.values()
    )
    return any(seen == {0} for seen in levels)


def _compounded(near: Sequence[Record], on: date) -> tuple[Adjustment, ...]:
    """What the registers say: strong discrimination meets strong exclusion for one group (F1d)."""
    groups = [r.id for r in near if r.kind == "group"]
    found = (
        compounded(None, discrimination_grid(near, g, on), exclusion(near, g, on))
        for g in groups
    )
    return tuple(
        Adjustment("compounded", 1, c.words.removeprefix("Compounded: ").rstrip("."))
        for c in found
        if c.compounded
    )[:1]


def head(request: PageRequest, desk: Desk) -> dict[str, Any]:
    """What every page of a review begins with."""
    record = desk.review.record
    body = record.body
    named = dict(places(request))
    return {
        "title": body["title"],
        "href": desk.href,
        "id": record.id,
        "place": record.place,
        "place_name": named.get(record.place, record.place),
        **_in_words(desk),
        "stamp": record_views.stamp(record.stamp, reader_of(request, ())),
        "as_of": request.as_of.date().isoformat(),
        "past": request.is_past,
        "version": record.version,
        "caveat": CAVEAT,
        "may_write": may_rate(request, record),
    }


def _in_words(desk: Desk) -> dict[str, str]:
    """What its form says of the review."""
    body, own = desk.review.record.body, form("review")
    stage = (
        own.field("stage").choices[body["stage"]]
        if body["stage"]
        else say("web.not_assessed")
    )
    return {
        "owner": body["owner"],
        "pillar": own.field("pillar").choices[body["pillar"]],
        "area": body["area"] or "",
        "covers": review_days(desk.review.record),
        "status": status_words(desk.review),
        "stage": stage,
        "stage_reason": body["stage_reason"] or "",
    }


def review_days(record: Record) -> str:
    """The days a review covers: 1 January 2026 to 30 June 2026."""
    return say(
        "web.to",
        iso_day=words.iso_day(record.body["first"]),
        iso_day_2=words.iso_day(record.body["last"]),
    )


def may_rate(request: PageRequest, record: Record) -> bool:
    return may_begin(request, "rating") and bool(record)


def new_link(
    request: PageRequest,
    desk: Desk,
    kind: str,
    code: str = "",
) -> str:
    """Where a record of the kind is added to this review, '' for who may not; what is no part of it leads back here,
    or to the indicator of ``code``, which evidence is then linked to."""
    may = may_begin(request, kind) and not form(kind).written_at
    here = f"{desk.href}/rate/{code}" if code else desk.href
    own = (
        {"parent": desk.review.record.id}
        if form(kind).parent == "review"
        else {"next": here}
    )
    linked = {"supports": code} if kind == "evidence" and code else {}
    about = urlencode({**own, "place": desk.review.record.place, **linked})
    return url("record_new", kind=kind) + f"?{about}" if may else ""


def status_words(held: review.Review) -> str:
    """Where a review stands, with the version that is meant; pages and reports print this and nothing else."""
    status = form("review").field("status").choices[held.record.body["status"]]
    number = {
        v.body["status"]: v.body["number"] for v in reversed(publishing.versions(held))
    }
    known = {"published": "published", "in_signature": "in_signature"}.get(
        held.record.body["status"], ""
    )
    return (
        say("web.version_2", status=status, known=number[known])
        if known in number
        else status
    )


def gaps_of(request: PageRequest, desk: Desk) -> tuple[publishing.Gap, ...]:
    """What is missing for the step the review is at: before it is signed, or before it is published."""
    if desk.review.record.body["status"] == "in_signature":
        return publishing.before_publishing(
            desk.review, publishing.in_signature(desk.review)
        )
    part, closer = frozen_part(request, desk)
    return publishing.before_signing(part.review, _assessed(part), closer)


def _assessed(desk: Desk) -> publishing.Assessed:
    seen = desk.seen(SIX)
    decided, draft = seen.headline.decided, seen.headline.draft
    rated = [r.when for r in desk.ratings.of(desk.space).values() if r.when]
    by_factor = positions(desk.frameworks, SIX, desk.ratings, desk.ties, desk.setting)
    independent = {
        s for s, type in desk.review.spaces.items() if type in publishing.INDEPENDENT
    }
    structural = {f.factor for f in seen.findings if f.role == "structural" and f.scored}
    rated_apart = sum(
        any(found.level is not None for space, found in row.items() if space in independent)
        for factor, row in by_factor.items()
        if factor in structural
    )
    return publishing.Assessed(
        coverage=draft.coverage.words,
        is_enough=draft.coverage.is_enough,
        is_decided=decided is not None,
        is_current=decided is not None and all(when <= decided.when for when in rated),
        independent=rated_apart,
        of=len(structural),
    )
