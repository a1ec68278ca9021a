"""The election trigger: event x doubts about fairness x identity split x structural level, its inputs shown; and its notices.

Each input lies from 0 to 1; one that nobody assessed is not known, and then neither is the product: missing is not zero. Two
terms may be switched off: crises next door (T03) and discrimination that exists already (T04) each add up to a quarter.
A trigger modifies a level: it lifts by one at most and never to the top (T01).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from upstander.core.messages import Message, say
from upstander.core.months import month_after, month_end, number_of
from upstander.records import Record

NOTICES = (12, 6, 3, 1)  # months before
MOST = 4  # of a level
TERM = 0.25  # the most that a term adds
STRONG = 0.3  # from here on a trigger lifts a level; a house rule: all three at "strong" give .42, two at "some" .19
CONTESTS = ("election", "transfer")
HIGHEST_LIFTED = 3


@dataclass(frozen=True)
class Input:
    """One input: what it is, its value from 0 to 1 (None: not assessed), and where that stands."""

    name: Message
    value: float | None
    basis: Message


@dataclass(frozen=True)
class Trigger:
    """A dated trigger weighed.

    Attributes:
        inputs: the four; terms: those that are switched on; strength: their product with the terms, None where one of
            the four is not known; lifted: the level it lifts the structural one to, None where nothing is known.
    """

    inputs: tuple[Input, ...]
    terms: tuple[Input, ...]
    strength: float | None
    lifted: int | None


def weighed(
    trigger: Record,
    structural: int | None,
    today: date,
    *,
    crises: Sequence[Record] = (),
    discrimination: Sequence[Record] = (),
) -> Trigger:
    """A power contest weighed.

    Args:
        structural: the level people set for the country, 0 to 4, None where none is set.
        crises: crises next door; discrimination: what is recorded in the country; both empty where switched off.
    """
    inputs = (
        _event(trigger, today),
        _level("fairness", trigger.body.get("fairness")),
        _level("identity", trigger.body.get("identity")),
        _level("structural", structural),
    )
    terms = (
        *_term("spill_over", [c.body.get("severity") for c in crises]),
        *_term("discrimination", [d.body.get("practice") for d in discrimination]),
    )
    values = [i.value for i in inputs]
    if any(v is None for v in values):
        return Trigger(inputs, terms, None, structural)
    strength = 1.0
    for value in values:
        strength *= value or 0.0
    for term in terms:
        strength *= 1 + TERM * (term.value or 0.0)
    lift = 1 if strength >= STRONG else 0
    base = structural or 0
    lifted = max(base, min(base + lift, HIGHEST_LIFTED))
    return Trigger(inputs, terms, min(strength, 1.0), lifted)


def _event(trigger: Record, today: date) -> Input:
    """How near the event is: 1 within a month or under way, falling to a half at a year; 0 when it is off or long over."""
    name = say("monitor.input_event")
    since, until = window(trigger)
    if trigger.body.get("date_status") == "cancelled":
        return Input(name, 0.0, say("monitor.event_cancelled"))
    if until < today:
        months = number_of(today) - number_of(until)
        return Input(name, 1.0 if months < 1 else 0.0, say("monitor.event_over", day=until))
    months = max(0, number_of(since) - number_of(today))
    value = 1.0 if months <= 1 else max(0.0, 1.0 - 0.5 * (months - 1) / 11)
    return Input(name, round(value, 2), say("monitor.event_ahead", n=months, day=since))


def window(trigger: Record) -> tuple[date, date]:
    """The first and last day on which it may be."""
    since = date.fromisoformat(str(trigger.body["since"]))
    until = trigger.body.get("until")
    return since, date.fromisoformat(str(until)) if until else since


def _level(name: str, level: object) -> Input:
    known = level not in (None, "")
    value = int(str(level)) / MOST if known else None
    basis = (
        say("monitor.level_given", level=str(level))
        if known
        else say("monitor.not_assessed")
    )
    return Input(say(f"monitor.input_{name}"), value, basis)


def _term(name: str, levels: Sequence[object]) -> tuple[Input, ...]:
    """A term from the strongest record; none where nothing is recorded."""
    known = [int(str(x)) for x in levels if x not in (None, "")]
    if not known:
        return ()
    basis = say("monitor.term_of_records", n=len(known), level=max(known))
    return (Input(say(f"monitor.term_{name}"), max(known) / MOST, basis),)


@dataclass(frozen=True)
class Notice:
    """A watch notice: so many months before, on which day it falls due."""

    months: int
    due: date


def notices(trigger: Record) -> tuple[Notice, ...]:
    """The watch notices of a contest that stands: 12, 6, 3 and 1 months before its window opens."""
    if trigger.body["type"] not in CONTESTS or trigger.body["date_status"] == "cancelled":
        return ()
    since, _ = window(trigger)
    return tuple(Notice(m, _before(since, m)) for m in NOTICES)


def _before(day: date, months: int) -> date:
    """The same day so many months before; the last of the month where it has none."""
    first = month_after(day, -months)
    return first.replace(day=min(day.day, month_end(first).day))


def structural_level(levels: Sequence[Record]) -> int | None:
    """The level people set last for a country, None where none stands."""
    standing: Mapping[str, Record] = {r.id: r for r in sorted(levels, key=lambda r: r.when)}
    known = [r for r in standing.values() if str(r.body.get("level")).isdecimal()]
    return int(known[-1].body["level"]) if known else None
