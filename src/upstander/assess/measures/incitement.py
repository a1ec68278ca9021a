"""Incitement: the six-part threshold test of the Rabat Plan of Action. It suggests how urgent; a person decides (C06)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from upstander.assess.measures import listed, of
from upstander.core.messages import say
from upstander.records import Record
from upstander.records.forms import form

PARTS = ("context", "speaker", "intent", "content", "extent", "likelihood")
SUGGESTIONS = {  # in the order of the queue
    "severe": say("assess.all_six_parts_point_to_incitement_look"),
    "serious": say("assess.every_part_points_at_least_partly_to"),
    "incomplete": say("assess.the_test_is_not_complete"),
    "lower": say("assess.at_least_one_part_does_not_point"),
}


@dataclass(frozen=True)
class Suggestion:
    """What the test suggests for one speech event, and what a person decided, kept apart.

    Attributes:
        severity: a key of SUGGESTIONS, never a decision. unanswered: parts without an answer.
        decision: the person's, '' where nobody has decided.
    """

    record: str
    severity: str
    unanswered: tuple[str, ...]
    decision: str
    words: str
    source: str = "RABAT-2012"
    part: str = say("assess.paragraph_29_threshold_test")


def suggestion(event: Record) -> Suggestion:
    """The test as answered. All six parts are needed at once: one "no" keeps it below the threshold."""
    answers = {part: event.body.get(f"rabat_{part}") for part in PARTS}
    unanswered = tuple(part for part in PARTS if not answers[part])
    severity = _severity(set(answers.values()), bool(unanswered))
    decision = event.body.get("decision") or ""
    decided: str = say("assess.nobody_has_decided_yet")
    if decision:
        decided = form("speech_event").field("decision").choices[decision]
    asked = say("assess.not_answered", listed=listed(unanswered)) if unanswered else ""
    words = say(
        "assess.suggestion_only_a_person_decides",
        severity=SUGGESTIONS[severity],
        asked=asked,
        decided=decided,
    )
    return Suggestion(event.id, severity, unanswered, decision, words)


def _severity(answers: set[str | None], is_incomplete: bool) -> str:
    if "no" in answers:
        return "lower"
    if is_incomplete:
        return "incomplete"
    return "severe" if answers == {"yes"} else "serious"


def queue(records: Sequence[Record], on: date) -> tuple[Suggestion, ...]:
    """Events that wait for a person's decision, most urgent first."""
    suggestions = (suggestion(event) for event in of(records, "speech_event", on))
    waiting = (each for each in suggestions if not each.decision)
    return tuple(sorted(waiting, key=_urgency))


def _urgency(suggestion: Suggestion) -> tuple[int, str]:
    return list(SUGGESTIONS).index(suggestion.severity), suggestion.record
