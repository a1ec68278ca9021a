"""The draft of an alert's level from what signals say, for people to set: every input is named, a dated trigger modifies.

Each topic with a signal of the last ninety days counts once, whatever it is: violence is one topic among others, so a
country without any conflict can reach the same levels. One topic is watch, two are concern, three are warning; an extreme
signal counts for one more. A contest for power within ninety days lifts by one, and the rule never goes beyond warning: the
top level is people's alone. House rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from upstander.core.messages import Message, restored, say
from upstander.monitor import election_trigger
from upstander.records import Record
from upstander.records.forms import form

RECENT = timedelta(days=90)
WARNING = 3  # the highest that the rule drafts
NO_GROUND = frozenset({"trigger", "source", "opportunity"})  # topics that raise nothing
DROPPED = ("dismissed", "merged")


@dataclass(frozen=True)
class LevelDraft:
    """A draft of a level.

    Attributes:
        level: 0 to 3; inputs: by topic, the signal that stands for it, newest first; modifiers: contests that lift it.
    """

    level: int
    inputs: Mapping[str, Record]
    modifiers: tuple[Record, ...]

    def explained(self) -> tuple[Message, ...]:
        """Each input and modifier in words, and what they come to."""
        return (
            *(_input(topic, signal) for topic, signal in self.inputs.items()),
            *(_modifier(trigger) for trigger in self.modifiers),
            say("monitor.level_drafted", level=self.level),
        )


def drafted(
    signals: Sequence[Record], triggers: Sequence[Record], today: date
) -> LevelDraft:
    """The draft for one country.

    Args:
        signals, triggers: of the country, as far as whoever drafts may read them.
    """
    recent = [s for s in signals if _counts(s, today)]
    by_topic: dict[str, Record] = {}
    for signal in sorted(recent, key=lambda s: str(s.body["found"]), reverse=True):
        by_topic.setdefault(str(signal.body["topic"]), signal)
    contests = tuple(t for t in triggers if _is_near(t, today)) if by_topic else ()
    grounds = len(by_topic) + any(s.body.get("extreme") for s in recent)
    level = min(WARNING, grounds + bool(contests))
    return LevelDraft(level, by_topic, contests)


def _counts(signal: Record, today: date) -> bool:
    body = signal.body
    found = date.fromisoformat(str(body["found"]))
    is_open = body["status"] not in DROPPED and body["topic"] not in NO_GROUND
    return bool(is_open and today - RECENT <= found <= today)


def _is_near(trigger: Record, today: date) -> bool:
    """Whether it is a contest for power, not called off, whose window opens or is open within ninety days."""
    body = trigger.body
    if body["type"] not in election_trigger.CONTESTS or body["date_status"] == "cancelled":
        return False
    since, until = election_trigger.window(trigger)
    return until >= today and since <= today + RECENT


def said_by(signal: Record) -> str:
    """What a signal says: a person's words, or the rule's message."""
    said = str(signal.body.get("said") or "")
    return restored(said) if said else str(signal.body.get("title") or "")


def _input(topic: str, signal: Record) -> Message:
    named = form("signal").field("topic").choices[topic]
    return say("monitor.level_input", topic=named, words=said_by(signal))


def _modifier(trigger: Record) -> Message:
    since, _ = election_trigger.window(trigger)
    label = str(trigger.body["label"])
    return say("monitor.level_modifier", label=label, day=since)
