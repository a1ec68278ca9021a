"""What a careful editor would say of the texts of a review before it is signed; advice, never a gate.

A sentence that states a crime as a fact says what only a competent body establishes; one that speaks of likelihood and
confidence at once confuses two statements (ICD 203).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from upstander.assess.crimes import asserted
from upstander.assess.probability_scales import mixed
from upstander.core.messages import say
from upstander.records import Record
from upstander.records.forms import form

WRITTEN = {
    "section": "text",
    "scenario": "story",
    "position": "text",
}  # by kind, its field of free text
STATED = say("assess.states_a_crime_as_a_fact_quote")
MIXED = say("assess.speaks_of_likelihood_and_confidence_in_one")
MOST = 20


@dataclass(frozen=True)
class Note:
    """A passage, where it stands, and the advice."""

    kind: str
    record: str
    passage: str
    advice: str


def notes(records: Iterable[Record]) -> tuple[Note, ...]:
    """Advice on the texts of these records, MOST at most; other kinds are passed over."""
    advice: list[Note] = []
    for record in records:
        if field := WRITTEN.get(record.kind):
            text = str(record.body.get(form(record.kind).field(field).name) or "")
            advice += [
                Note(kind=record.kind, record=record.id, passage=passage, advice=words)
                for words, passages in ((STATED, asserted(text)), (MIXED, mixed(text)))
                for passage in passages
            ]
    return tuple(advice[:MOST])
