"""A review as one whole: its records gathered, who takes part, and the part of it that travels as far as it does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from upstander.core.errors import UnknownRecord
from upstander.core.messages import say
from upstander.core.rights import Actor, Stamp, may_read, travels_with
from upstander.records import Record
from upstander.records.forms import choices, form
from upstander.records.forms import kinds as form_kinds

if TYPE_CHECKING:
    from upstander.records.store import Records

KIND = "review"
MOST = 5000  # records of one review that are read; beyond, a page says so
WAY_FORWARD = ("W1", "W2", "W3", "W4", "W5", "W6", "W7")


@dataclass(frozen=True)
class Review:
    """A review and what belongs to it, as one reader may see it at one instant.

    Attributes:
        record: the review itself.
        parts: its records by kind (``part_kinds``), by id.
        place_parts: the place's registers (capacity, context, evidence ...) by kind.
        spaces: type of each agency space by id (government, nhri, ngo ...).
    """

    record: Record
    parts: Mapping[str, tuple[Record, ...]]
    place_parts: Mapping[str, tuple[Record, ...]]
    spaces: Mapping[str, str]

    @property
    def registers(self) -> tuple[Record, ...]:
        """The place's registers that levels are adjusted by: all but the evidence, which is the bulk of them."""
        kinds = (rows for kind, rows in self.place_parts.items() if kind != "evidence")
        return tuple(r for rows in kinds for r in rows)

    def of(self, kind: str) -> tuple[Record, ...]:
        """Records of one kind, wherever they hang."""
        return self.parts.get(kind, ()) or self.place_parts.get(kind, ())


@dataclass(frozen=True)
class Inclusion:
    """Who takes part: organisations by type, and women's share of the people counted (None when nobody was counted)."""

    by_type: Mapping[str, int]
    women_share: float | None
    people: int
    not_counted: int


@dataclass(frozen=True)
class Step:
    """One of the seven steps of the way forward; ``status`` is 'not assessed' until somebody assesses it."""

    id: str
    title: str
    status: str


def gather(
    records: Records,
    id: str,
    *,
    by: Actor,
    as_of: datetime,
    spaces: Mapping[str, str],
    kinds: Sequence[str],
) -> Review:
    """Read a review with everything in it that ``by`` may read.

    Args:
        kinds: kinds of the place's registers to read beside the review's own records.

    Raises:
        UnknownRecord: no such review, or not for this reader; a version is read by its own rights too.
    """
    record = records.read("review", id, by=by, as_of=as_of)
    if not may_read(by, record.stamp):
        raise UnknownRecord(say("assess.review_as_it_stood_then_it_may", id_=id))
    own = records.find(by=by, as_of=as_of, kinds=kinds_within(), parent=id, limit=MOST)
    near: Sequence[Record] = ()
    if kinds:
        place = record.place
        near = records.find(by=by, as_of=as_of, kinds=tuple(kinds), place=place, limit=MOST)
    return Review(record, _readable(own, by), _readable(near, by), spaces)


def with_all_ratings(
    review: Review, records: Records, *, by: Actor, as_of: datetime
) -> Review:
    """The review with the ratings that ``by`` may read and does not see yet (``records.own_first``): for what is frozen,
    and for what must hold before that; never to be shown."""
    found = records.find(
        by=by,
        as_of=as_of,
        kinds=("rating",),
        parent=review.record.id,
        limit=MOST,
        whole=True,
    )
    return replace(review, parts={**review.parts, **_readable(found, by)})


def part_kinds() -> tuple[str, ...]:
    """Kinds of the parts of a review, in the order of their forms; those that give none come last."""
    parts = (k for k in kinds_within() if form(k).review_order or not form(k).written_at)
    return tuple(
        sorted(parts, key=lambda k: (not form(k).review_order, form(k).review_order))
    )


def kinds_within() -> tuple[str, ...]:
    """Every kind that belongs to a review, with what is written on its own page alone."""
    return tuple(k for k in form_kinds() if form(k).parent == KIND)


def _readable(rows: Iterable[Record], by: Actor) -> dict[str, tuple[Record, ...]]:
    """By kind, what somebody may read."""
    by_kind: dict[str, list[Record]] = {}
    for r in rows:
        if may_read(by, r.stamp):
            by_kind.setdefault(r.kind, []).append(r)
    return {kind: tuple(own) for kind, own in by_kind.items()}


def inclusion(participants: Sequence[Record]) -> Inclusion:
    """Organisations by type and women's share among the people counted."""
    bodies = [participant.body for participant in participants]
    counted = [b for b in bodies if b["women"] is not None and b["men"] is not None]
    women = sum(body["women"] for body in counted)
    people = sum(body["women"] + body["men"] for body in counted)
    return Inclusion(
        by_type=dict(Counter(body["type"] for body in bodies)),
        women_share=women / people if people else None,
        people=people,
        not_counted=len(bodies) - len(counted),
    )


def way_forward(statuses: Mapping[str, str] | None = None) -> tuple[Step, ...]:
    """The seven steps with the status of each; what nobody assessed is not assessed, which is not 'not done'."""
    titles, assessed = choices("way_forward"), statuses or {}
    return tuple(
        Step(w, titles[w], assessed.get(w, say("assess.not_assessed"))) for w in WAY_FORWARD
    )


def as_open_as(review: Review) -> tuple[Review, dict[str, int]]:
    """The review with only what everyone who may read it may read too, and how many records by kind were left out.

    This is what may be frozen and signed: a frozen report is read with the rights of the review.
    """
    whole = review.record.stamp
    parts = _travelling(review.parts, whole)
    place_parts = _travelling(review.place_parts, whole)
    left_out: Counter[str] = Counter()
    for every, open_ones in ((review.parts, parts), (review.place_parts, place_parts)):
        left_out.update(
            {kind: len(every[kind]) - len(rows) for kind, rows in open_ones.items()}
        )
    as_open = replace(review, parts=parts, place_parts=place_parts)
    return as_open, {kind: number for kind, number in left_out.items() if number}


def _travelling(
    by_kind: Mapping[str, tuple[Record, ...]], whole: Stamp
) -> dict[str, tuple[Record, ...]]:
    """By kind, what everyone may read who may read the whole."""
    return {
        kind: tuple(r for r in rows if travels_with(r.stamp, whole))
        for kind, rows in by_kind.items()
    }


def spaces_that_wrote(review: Review) -> frozenset[str]:
    """The spaces from which somebody wrote in the review: these take part, whoever else is named."""
    return frozenset(r.stamp.space for rows in review.parts.values() for r in rows)
