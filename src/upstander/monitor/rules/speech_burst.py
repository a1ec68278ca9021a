"""Burst of hate speech or incitement against a group, by who speaks: office holders first, then everybody.

A burst is three or more events in thirty days, of a number that chance alone passes once in a hundred
(``assess.measures.motivation``). One that people referred as incitement makes it extreme.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from upstander.assess.measures import within
from upstander.assess.measures.motivation import OFFICIALS, WINDOW, speech
from upstander.monitor.finding import Finding
from upstander.monitor.rule import RecordRule
from upstander.records import Record
from upstander.records.forms import form

KIND = "speech_event"


def find(records: Sequence[Record], on: date) -> Iterator[Finding]:
    """One for each group that a burst is aimed at; by office holders where theirs alone is one."""
    for group in sorted({str(r.body["group"]) for r in records}):
        events = [r for r in records if r.body["group"] == group]
        officials = [r for r in events if r.body["speaker"] in OFFICIALS]
        if speech(officials, on).is_burst:
            yield _finding(officials, on, group, "officials")
        elif speech(events, on).is_burst:
            yield _finding(events, on, group, "all")


def _finding(
    events: Sequence[Record],
    on: date,
    group: str,
    who: str,
) -> Finding:
    now = within(events, on, WINDOW)
    roles = form(KIND).field("speaker").choices
    speakers = sorted({roles[str(r.body["speaker"])] for r in now})
    return Finding(
        now[0].place,
        (group, who),
        {"n": len(now), "speakers": ", ".join(speakers), "days": WINDOW},
        grounds=now,
        extreme=any(r.body.get("decision") == "refer" for r in now),
    )


RULE = RecordRule(
    "Burst of hate speech or incitement",
    "speech",
    "monitor.speech_burst",
    how="Three or more speech events against one group in thirty days, more than chance explains; office holders apart.",
    kinds=(KIND,),
    find=find,
)
