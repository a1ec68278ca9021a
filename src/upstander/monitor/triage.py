"""The queue of signals: what lies in it, the last one like each, the refractory time, and how many come in a month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from upstander.records import Record

REFRACTORY = timedelta(days=180)  # HDX Signals' own time, which its users know
WAITING = ("new", "asked")
ONE_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Waiting:
    """A signal in the queue.

    Attributes:
        last: the signal before it on the same place and topic, None for none.
        quiet_until: the day on which its refractory time ends, None where it is none; held: whether it lies within one
            and is not extreme, so that an alert would repeat the last.
    """

    signal: Record
    last: Record | None
    quiet_until: date | None
    held: bool


def found_on(signal: Record) -> date:
    """The day on which it could first be known."""
    return date.fromisoformat(str(signal.body["found"]))


def queue(signals: Sequence[Record]) -> tuple[Waiting, ...]:
    """What waits, the extreme first, then by day."""
    ordered = sorted(signals, key=lambda s: (found_on(s), s.id))
    escalated: dict[tuple[str, str], Record] = {}
    last: dict[tuple[str, str], Record] = {}
    waiting = []
    for signal in ordered:
        key = str(signal.body["place"]), str(signal.body["topic"])
        if signal.body["status"] in WAITING:
            waiting.append(_waiting(signal, last.get(key), escalated.get(key)))
        if signal.body["status"] == "escalated":
            escalated[key] = signal
        last[key] = signal
    return tuple(sorted(waiting, key=lambda w: (not w.signal.body.get("extreme"), w.held)))


def _waiting(
    signal: Record,
    last: Record | None,
    before: Record | None,
) -> Waiting:
    until = found_on(before) + REFRACTORY if before else None
    is_within = until is not None and found_on(signal) < until
    held = is_within and not signal.body.get("extreme")
    return Waiting(signal, last, until if is_within else None, held)


def drafts_a_month(signals: Sequence[Record], today: date) -> tuple[float, int]:
    """How many signals come in a month at what rules and people find now, and over how many months that was counted."""
    lately = [found_on(s) for s in signals if today - ONE_YEAR < found_on(s) <= today]
    if not lately:
        return 0.0, 0
    months = max(1, round((today - min(lately)).days / 30.44))
    return len(lately) / months, months


def by_status(signals: Sequence[Record]) -> dict[str, int]:
    """How many stand in each state."""
    return dict(Counter(str(s.body["status"]) for s in signals))
