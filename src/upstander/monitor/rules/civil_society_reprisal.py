"""Reprisal against civil society: a strong one, or three or more steps within thirty days that narrow its room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from upstander.assess.measures import level, within
from upstander.monitor.finding import Finding
from upstander.monitor.rule import RecordRule
from upstander.records import Record

KIND = "civic_space"
RECENT, STRONG, MANY = 30, 3, 3


def find(records: Sequence[Record], on: date) -> Iterator[Finding]:
    """One for a place in six months."""
    narrowing = [r for r in records if r.body["direction"] == "narrows"]
    recent = within(narrowing, on, RECENT)
    reprisals = [r for r in recent if r.body["type"] == "reprisal"]
    is_strong = any((level(r, "weight") or 0) >= STRONG for r in reprisals)
    if is_strong or len(recent) >= MANY:
        values = {"n": len(recent), "reprisals": len(reprisals), "days": RECENT}
        yield Finding(recent[0].place, (), values, grounds=recent)


RULE = RecordRule(
    "Reprisal against civil society",
    "civic",
    "monitor.civil_society_reprisal",
    how="A strong reprisal, or three or more steps that narrow the room of civil society, within thirty days.",
    kinds=(KIND,),
    find=find,
)
