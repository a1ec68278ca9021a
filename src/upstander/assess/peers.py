"""Peer review: reports given on time, recommendations implemented, comments answered; and two reviews side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from upstander.assess.measures import highest
from upstander.records import Record


@dataclass(frozen=True)
class Calendar:
    """How the country stands in its peer reviews on a day. Rates are shares, None where there is nothing to count.

    ``punctual`` counts the reports that were given on time, of those ``due``.
    """

    on_time: float | None
    punctual: int
    due: int
    overdue: tuple[Record, ...]
    coming: tuple[Record, ...]
    implemented: float | None


def calendar(reviews: Sequence[Record], today: date) -> Calendar:
    """On-time rate over reports due by ``today``; implementation over the reviews in which it was counted."""
    due = [r for r in reviews if date.fromisoformat(r.body["due"]) <= today]
    coming = (r for r in reviews if r not in due)
    punctual = sum(_is_punctual(r) for r in due)
    return Calendar(
        on_time=punctual / len(due) if due else None,
        punctual=punctual,
        due=len(due),
        overdue=tuple(r for r in due if not r.body["reported"]),
        coming=tuple(sorted(coming, key=lambda r: str(r.body["due"]))),
        implemented=_implemented(reviews),
    )


def _is_punctual(review: Record) -> bool:
    reported = review.body["reported"]
    return bool(reported and reported <= review.body["due"])


def _implemented(reviews: Sequence[Record]) -> float | None:
    """Share of the recommendations that are implemented, over the reviews in which it was counted."""
    bodies = (review.body for review in reviews)
    counted = [b for b in bodies if b["recommendations"] and b["implemented"] is not None]
    recommended = sum(b["recommendations"] for b in counted)
    return sum(b["implemented"] for b in counted) / recommended if recommended else None


@dataclass(frozen=True)
class Difference:
    """One thing that two states of affairs say differently; None is 'not assessed'."""

    key: str
    before: int | None
    after: int | None

    @property
    def change(self) -> int | None:
        """Levels up (worse, for risk) or down; None where one of them was not assessed."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before


def differences(
    before: Mapping[str, int | None], after: Mapping[str, int | None]
) -> tuple[Difference, ...]:
    """What differs between two sets of levels, by key: two versions of a review, or two countries' reviews.

    In the order of the keys: countries are compared factor by factor, never ranked.
    """
    keys = sorted({*before, *after})
    pairs = (Difference(key, before.get(key), after.get(key)) for key in keys)
    return tuple(pair for pair in pairs if pair.before != pair.after)


def co_rating(
    levels: Mapping[str, Mapping[str, int | None]], spaces: Mapping[str, str]
) -> dict[str, dict[str, int | None]]:
    """Levels by key, each with what government spaces say and what independent ones do; the highest of each side.

    The highest, not a mean: a warning of one body is not thinned by the silence of another. Shown side by side.

    Args:
        levels: by space, its level by key (a factor or an indicator); None is not assessed.
        spaces: type of each space.
    """
    rows: dict[str, dict[str, int | None]] = {}
    for space, own in levels.items():
        side = "self" if spaces.get(space) == "government" else "independent"
        for key, level in own.items():
            row = rows.setdefault(key, {"self": None, "independent": None})
            row[side] = highest((row[side], level))
    return rows
