"""What a rule found: where, what it says, which records it rests on; and the signal that is made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from upstander.core.messages import Message, stored
from upstander.core.months import month_after
from upstander.core.rights import Stamp, strictest
from upstander.monitor.outbox import monitor
from upstander.records import Draft, Record, id_of_the_one
from upstander.records.drafts import draft

SIGNAL = "signal"
QUIET_MONTHS = 6  # a thing that was found is not found again in the months after it


@dataclass(frozen=True)
class Finding:
    """Something that may deserve an alert.

    Attributes:
        place: its code; key: what tells it from other findings of the same rule and place.
        values: what the rule's message is filled with, besides the place's name.
        grounds: the records it rests on: the signal is as narrow as the narrowest of them.
        once: whether it is found one single time, not again after the quiet months.
    """

    place: str
    key: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    grounds: Sequence[Record] = ()
    once: bool = False
    extreme: bool = False


def ids_of(
    space: str,
    rule: str,
    finding: Finding,
    today: date,
) -> tuple[str, ...]:
    """The ids under which a finding may already lie in the queue, that of today first."""
    key = (rule, finding.place, *finding.key)
    if finding.extreme:  # it passes the quiet months after one that was not
        key = (*key, "extreme")
    if finding.once:
        return (id_of_the_one(SIGNAL, space, *key),)
    months = (month_after(today, -back) for back in range(QUIET_MONTHS))
    return tuple(id_of_the_one(SIGNAL, space, *key, f"{m:%Y-%m}") for m in months)


@dataclass(frozen=True)
class Meant:
    """What a signal says, and of which rule and topic it is."""

    rule: str
    topic: str
    message: Message


def signal(
    space: str,
    id: str,
    place: str,
    meant: Meant,
    found: date,
    *,
    grounds: Sequence[Record] = (),
    extreme: bool = False,
) -> Draft:
    """A draft of a signal in the queue of a space."""
    by = monitor(space)
    fields = {
        "place": place,
        "topic": meant.topic,
        "found": found.isoformat(),
        "rule": meant.rule,
        "said": stored(meant.message),
        "extreme": extreme,
        "evidence": [r.id for r in grounds if r.kind == "evidence"],
    }
    return draft(
        SIGNAL,
        fields,
        id=id,
        by=by,
        places=frozenset({place}),
        stamp=_stamp(space, by.account, grounds),
        place=place,
    )


def _stamp(space: str, author: str, grounds: Sequence[Record]) -> Stamp:
    """As narrow as the narrowest of what it rests on, and never wider than the space's own."""
    own = Stamp(space, author)
    stamps = [own, *(r.stamp for r in grounds)]
    marking, usage = strictest(stamps)
    is_restricted = any(s.restricted for s in stamps)
    return Stamp(space, author, marking=marking, usage=usage, restricted=is_restricted)
