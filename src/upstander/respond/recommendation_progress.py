"""What people say of UN recommendations: each side's newest word, who sees to them, what is overdue, how many are implemented."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from upstander.records import Record

PROGRESS, FOLLOW_UP = "recommendation_progress", "recommendation_follow_up"
STATE = "state"
DONE = "done"


@dataclass(frozen=True)
class Said:
    """One side's newest word on a recommendation."""

    side: str
    status: str
    day: date
    record: Record


@dataclass(frozen=True)
class Standing:
    """How a recommendation stands on a day.

    Attributes:
        said: the newest word of each side, the State's first.
        follow_up: who sees to it, None where nobody is named.
        is_disputed: another side's newest word is not the State's.
        overdue_days: since it was due, 0 where it is not, or the State says it is implemented.
    """

    said: tuple[Said, ...] = ()
    follow_up: Record | None = None
    is_disputed: bool = False
    overdue_days: int = 0

    def of(self, side: str) -> Said | None:
        """A side's newest word."""
        return next((s for s in self.said if s.side == side), None)


@dataclass(frozen=True)
class Rate:
    """Of how many recommendations a side says that they are implemented; of the others it says something else or nothing."""

    side: str
    done: int
    spoken_of: int
    all: int


def standings(records: Iterable[Record], on: date) -> Mapping[str, Standing]:
    """By key of a recommendation, how it stands: what is dated after the day is left out."""
    words: dict[str, list[Record]] = defaultdict(list)
    follow_ups: dict[str, Record] = {}
    for record in records:
        key = str(record.body["recommendation"])
        if record.kind == FOLLOW_UP:
            follow_ups[key] = record
        elif date.fromisoformat(str(record.body["day"])) <= on:
            words[key].append(record)
    keys = dict.fromkeys((*words, *follow_ups))
    return {key: _standing(words[key], follow_ups.get(key), on) for key in keys}


def _standing(words: Sequence[Record], follow_up: Record | None, on: date) -> Standing:
    newest: dict[str, Said] = {}
    for record in sorted(words, key=lambda r: (str(r.body["day"]), r.when)):
        side = str(record.body["side"])
        day = date.fromisoformat(str(record.body["day"]))
        newest[side] = Said(side, str(record.body["status"]), day, record)
    said = tuple(sorted(newest.values(), key=lambda s: (s.side != STATE, s.side)))
    own = newest.get(STATE)
    others = [s for s in said if s.side != STATE]
    return Standing(
        said,
        follow_up,
        bool(own) and any(s.status != own.status for s in others if own),
        _overdue(follow_up, own, on),
    )


def _overdue(follow_up: Record | None, own: Said | None, on: date) -> int:
    due = str(follow_up.body.get("due") or "") if follow_up else ""
    if not due or (own and own.status == DONE):
        return 0
    return max(0, (on - date.fromisoformat(due)).days)


def rates(standings: Mapping[str, Standing], count: int) -> tuple[Rate, ...]:
    """For each side that speaks, how many it says are implemented; ``count``: how many recommendations there are."""
    by_side: dict[str, list[Said]] = defaultdict(list)
    for standing in standings.values():
        for said in standing.said:
            by_side[said.side].append(said)
    return tuple(
        Rate(side, sum(s.status == DONE for s in said), len(said), count)
        for side, said in sorted(by_side.items(), key=lambda x: (x[0] != STATE, x[0]))
    )
