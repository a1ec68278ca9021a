"""A review as one whole: its records gathered, who takes part, and the part of it that travels as far as it does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from upstander.core.errors import UnknownRecord
from upstander.core.rights import Actor, may_read, travels_with
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
        return tuple(
            r for kind, rows in self.place_parts.items() if kind != "evidence" for r in rows
        )

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
        raise UnknownRecord(f"review {id}: as it stood then it may not be read")
    own = records.find(by=by, as_of=as_of, kinds=kinds_within(), parent=id, limit=MOST)
    near = (
        records.find(by=by, as_of=as_of, kinds=tuple(kinds), place=record.place, limit=MOST)
        if kinds
        else ()
    )
    own, near = (tuple(r for r in rows if may_read(by, r.stamp)) for rows in (own, near))
    return Review(record, _by_kind(own), _by_kind(near), spaces)


def part_kinds() -> tuple[str, ...]:
    """Kinds of the parts of a review, in the order of their forms; those that give none come last."""
    parts = (k for k in kinds_within() if form(k).review_order or not form(k).written_at)
    return tuple(
        sorted(parts, key=lambda k: (not form(k).review_order, form(k).review_order))
    )


def kinds_within() -> tuple[str, ...]:
    """Every kind that belongs to a review, with what is written on its own page alone."""
    return tuple(k for k in form_kinds() if form(k).parent == KIND)


def _by_kind(found: Sequence[Record]) -> dict[str, tuple[Record, ...]]:
    out: dict[str, list[Record]] = {}
    for r in found:
        out.setdefault(r.kind, []).append(r)
    return {kind: tuple(rows) for kind, rows in out.items()}


def inclusion(participants: Sequence[Record]) -> Inclusion:
    """Organisations by type and women's share among the people counted."""
    counted = [
        p.body
        for p in participants
        if p.body["women"] is not None and p.body["men"] is not None
    ]
    women, people = (
        sum(b["women"] for b in counted),
        sum(b["women"] + b["men"] for b in counted),
    )
    by_type = Counter(p.body["type"] for p in participants)
    return Inclusion(
        dict(by_type),
        women / people if people else None,
        people,
        len(participants) - len(counted),
    )


def way_forward(statuses: Mapping[str, str] | None = None) -> tuple[Step, ...]:
    """The seven steps with the status of each; what nobody assessed is not assessed, which is not 'not done'."""
    titles, held = choices("way_forward"), statuses or {}
    return tuple(Step(w, titles[w], held.get(w, "not assessed")) for w in WAY_FORWARD)


def as_open_as(review: Review) -> tuple[Review, dict[str, int]]:
    """The review with only what everyone who may read it may read too, and how many records by kind were left out.

    This is what may be frozen and signed: a frozen report is read with the rights of the review.
    """
    whole = review.record.stamp
    closer: Counter[str] = Counter()
    sides = []
    for by_kind in (review.parts, review.place_parts):
        kept = {
            kind: tuple(r for r in rows if travels_with(r.stamp, whole))
            for kind, rows in by_kind.items()
        }
        closer.update({kind: len(by_kind[kind]) - len(rows) for kind, rows in kept.items()})
        sides.append(kept)
    return replace(review, parts=sides[0], place_parts=sides[1]), {
        k: n for k, n in closer.items() if n
    }


def spaces_that_wrote(review: Review) -> frozenset[str]:
    """The spaces from which somebody wrote in the review: these take part, whoever else is named."""
    return frozenset(r.stamp.space for rows in review.parts.values() for r in rows)
