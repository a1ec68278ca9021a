"""A source fell silent: a publisher of evidence on a place that came steadily for half a year, and not in the last thirty days.

The count is taken as Poisson: silence is told where chance alone makes it once in a hundred.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from upstander.assess.measures import within
from upstander.assess.measures.motivation import RARE, WINDOW, WINDOWS
from upstander.monitor.finding import Finding
from upstander.monitor.rule import RecordRule
from upstander.records import Record

KIND = "evidence"
STEADY = 4  # of the six windows before with an item


def find(records: Sequence[Record], on: date) -> Iterator[Finding]:
    """One for each publisher of a place in six months."""
    for publisher in sorted({p for r in records if (p := r.body.get("publisher"))}):
        own = [r for r in records if r.body.get("publisher") == publisher]
        before = [within(own, on, WINDOW, skip=WINDOW * k) for k in range(1, WINDOWS + 1)]
        items = sum(map(len, before))
        is_steady = sum(map(bool, before)) >= STEADY
        if is_steady and not within(own, on, WINDOW) and _by_chance(items) < RARE:
            values = {"publisher": str(publisher), "n": items, "days": WINDOW}
            yield Finding(own[0].place, (str(publisher),), values, grounds=_newest(own))


def _by_chance(items: int) -> float:
    """The chance of no item in a window after so many in six, the rate being unknown under Jeffreys' prior."""
    return float((WINDOWS / (WINDOWS + 1)) ** (items + 0.5))


def _newest(own: Sequence[Record]) -> Sequence[Record]:
    return sorted(own, key=lambda r: str(r.body.get("day") or ""))[-1:]


RULE = RecordRule(
    "A source fell silent",
    "source",
    "monitor.source_silent",
    how="A publisher of evidence on a place that came steadily for half a year brings nothing for thirty days.",
    kinds=(KIND,),
    find=find,
)
