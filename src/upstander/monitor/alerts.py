"""Alerts of people: what must hold before one is released, who must answer by when, and what follows it.

The times by level are a house rule: a crisis is answered within the day, as a duty officer can; a warning within three, as a
committee can be called; concern within a week, a watch within a month, with its meeting.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from upstander.core.rights import Actor, may_read
from upstander.monitor.alert_message import AlertMessage, Area, Reference, Step, Words
from upstander.records import Record

AIMS = ("ease", "halt", "account")
ANSWER_WITHIN = {  # by level; None: nobody has to answer
    0: None,
    1: timedelta(days=30),
    2: timedelta(days=7),
    3: timedelta(days=3),
    4: timedelta(days=1),
}
RECEIVED_WITHIN = 0.25  # of that time: to say that it arrived takes less than to decide
TOP = 4
ASKING = 2  # from this level on, an alert asks for something
ENGLISH = "en"
PRODUCTS = {
    "structural": "Structural risk",
    "early_warning": "Early warning",
    "imminent": "Imminent risk",
    "ongoing": "Ongoing crimes",
}
# What a responder goes through, by level and aim: the least that the Secretary-General's report names under operational action.
CHECKLIST: Mapping[str, tuple[tuple[int, str], ...]] = {
    "ease": (
        (1, "Name who speaks with the parties, and when next"),
        (2, "Offer good offices or mediation; bring in those whom both sides trust"),
        (3, "Answer rumours and incitement in public, by those whom people believe"),
        (4, "Send envoys today; say publicly what is expected of whom"),
    ),
    "halt": (
        (1, "Look over contingency plans for protecting civilians"),
        (2, "Ask what protects the people named in the alert now, and what is missing"),
        (3, "Ready protection: presence, shelters, ways out, humanitarian access"),
        (4, "Put protection in place; bring the matter to the bodies that can decide more"),
    ),
    "account": (
        (1, "See that what happens is recorded and kept"),
        (2, "Tell those in command that they answer for what is done"),
        (3, "Ask for monitors or an inquiry; preserve evidence"),
        (
            4,
            "Refer to competent courts or bodies; sanctions against those who order crimes",
        ),
    ),
}


def level_of(alert: Record) -> int:
    """The level that people set."""
    return int(alert.body["level"])


def is_released(alert: Record) -> bool:
    """Whether it is out."""
    return alert.body.get("status") == "released"


def sent_at(alert: Record) -> datetime | None:
    """When it was released, None for what is not: only the release writes it, whatever stood there before."""
    return datetime.fromisoformat(str(alert.body["sent"])) if is_released(alert) else None


def step_of(alert: Record) -> Step:
    """What it does to the one before it."""
    return Step(alert.body.get("step") or Step.ALERT)


def gaps(
    alert: Record,
    signals: Sequence[Record],
    responder: Actor | None,
    today: date,
) -> Mapping[str, tuple[str, ...]]:
    """What is missing before it may be proposed or released, by condition.

    Args:
        signals: those it comes from, as far as the reader may read them; responder: None for an account that is gone.
    """
    return {
        "dates": _dates(alert, today),
        "asked": _asked(alert),
        "top_level": _top_level(alert, signals),
        "responder": _responder(alert, responder),
    }


def _dates(alert: Record, today: date) -> tuple[str, ...]:
    since, expires = (date.fromisoformat(str(alert.body[n])) for n in ("since", "expires"))
    if expires <= today:
        return (f"it stands until {expires}, which is over",)
    return ("it expires before it begins",) if expires < since else ()


def _asked(alert: Record) -> tuple[str, ...]:
    is_over = step_of(alert) in (Step.CANCEL, Step.ALL_CLEAR)
    if level_of(alert) < ASKING or is_over or any(alert.body.get(a) for a in AIMS):
        return ()
    return ("it asks for nothing: fill in at least one of the three aims",)


def _responder(alert: Record, responder: Actor | None) -> tuple[str, ...]:
    if responder is None:
        return ("the account that must answer does not exist or is disabled",)
    if not may_read(responder, alert.stamp):
        return ("who must answer may not read it: share it with that space first",)
    return ()


def _top_level(alert: Record, signals: Sequence[Record]) -> tuple[str, ...]:
    """A dated trigger modifies a level and never makes the top one alone."""
    if level_of(alert) < TOP or alert.body.get("evidence"):
        return ()
    if any(s.body.get("topic") != "trigger" for s in signals):
        return ()
    return ("the top level rests on evidence or on a signal that is no dated trigger",)


# The response clock


@dataclass(frozen=True)
class Clock:
    """Who must answer by when, and what came.

    Attributes:
        received_by, answer_by: None where nobody has to answer; received, answered: when it was, None for not yet.
    """

    responder: str
    received_by: datetime | None
    answer_by: datetime | None
    received: datetime | None
    answered: datetime | None

    def is_overdue(self, now: datetime) -> bool:
        """Whether the answer is late."""
        return self.answer_by is not None and (self.answered or now) > self.answer_by

    def is_receipt_late(self, now: datetime) -> bool:
        """Whether nobody said in time that it arrived."""
        first = self.received or self.answered or now
        return self.received_by is not None and first > self.received_by


def clock(alert: Record, answers: Sequence[Record]) -> Clock | None:
    """The clock of a released alert, None before that."""
    sent = sent_at(alert)
    if sent is None:
        return None
    within = ANSWER_WITHIN[level_of(alert)]
    first = {
        type: min((a.when for a in answers if a.body["type"] == type), default=None)
        for type in ("acknowledged", "answered")
    }
    return Clock(
        responder=str(alert.body["responder"]),
        received_by=sent + within * RECEIVED_WITHIN if within else None,
        answer_by=sent + within if within else None,
        received=first["acknowledged"],
        answered=first["answered"],
    )


def why_not_answer(
    alert: Record,
    by: Actor,
    responder: Actor | None,
    warners: frozenset[str],
) -> str:
    """Why somebody may not answer for the responder, '' when they may.

    Args:
        warners: who wrote, proposed or released it.
    """
    if not is_released(alert):
        return "it is not released"
    if by.account in warners:
        return "whoever warned cannot answer for the responder"
    is_colleague = responder is not None and by.space == responder.space and by.space
    if by.account != alert.body["responder"] and not is_colleague:
        return "the responder it names, or a colleague of the same space, answers"
    return ""


def checklist(level: int) -> Mapping[str, tuple[str, ...]]:
    """What a responder goes through at a level, by aim; higher levels hold what the lower ones do."""
    return {
        aim: tuple(words for least, words in lines if least <= level)
        for aim, lines in CHECKLIST.items()
    }


# What follows


def following(alert: Record, step: Step | None, until: date) -> dict[str, Any]:
    """The fields of a draft that follows a released alert, or of a copy that starts anew (``step`` None)."""
    left_out = {"status", "sent", "step", "follows"}
    fields = {k: v for k, v in alert.body.items() if k not in left_out and v is not None}
    if step is None:
        return fields
    words = {
        "step": step.value,
        "follows": alert.id,
        "expires": max(until, date.fromisoformat(str(alert.body["expires"]))).isoformat(),
    }
    return {**fields, **words, **({"level": "0"} if step is Step.ALL_CLEAR else {})}


# As a message


def message(
    alert: Record,
    texts: Sequence[Record],
    followed: Sequence[Record],
    *,
    place_name: str,
    sender: str,
    sender_name: str,
    address: str,
) -> AlertMessage:
    """A released alert for the channels.

    Args:
        alert, texts: as the recipient may read them; of the texts those count that stood when it was released.
        followed: the alert it follows, where the recipient may know of it.
        address: of its page.
    """
    sent, body = sent_at(alert), alert.body
    if sent is None:
        raise ValueError(f"alert {alert.id} is not released")
    return AlertMessage(
        id=alert.id,
        sender=sender,
        sender_name=sender_name,
        sent=sent,
        expires=_end_of(str(body["expires"])),
        step=step_of(alert),
        level=level_of(alert),
        marking=alert.stamp.marking,
        words=(_english(alert), *(_words(t, alert) for t in texts if t.when <= sent)),
        areas=(_area(alert, place_name),),
        references=tuple(_references(followed, sender)),
        numbers=_numbers(alert),
        **_flags(alert),
        web=address,
    )


def _end_of(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(23, 59, 59), UTC)


def _numbers(alert: Record) -> dict[str, str]:
    return {"product": str(alert.body["product"]), "confidence": str(alert.body["sure"])}


def _flags(alert: Record) -> dict[str, bool]:
    return {name: bool(alert.body.get(name)) for name in ("observed", "exercise")}


def _area(alert: Record, place_name: str) -> Area:
    codes = [("ISO3", str(alert.body["place"]))]
    if alert.body.get("area_code"):
        codes.append(("P-code", str(alert.body["area_code"])))
    return Area(str(alert.body.get("area") or place_name), tuple(codes))


def _references(followed: Sequence[Record], sender: str) -> Iterator[Reference]:
    for before in followed:
        if sent := sent_at(before):
            yield Reference(sender, before.id, sent)


def _english(alert: Record) -> Words:
    body = alert.body
    asked = "\n\n".join(str(body[a]) for a in AIMS if body.get(a))
    event = PRODUCTS[str(body["product"])]
    return Words(ENGLISH, event, str(body["headline"]), str(body["what"]), asked)


def _words(text: Record, alert: Record) -> Words:
    body = text.body
    event = PRODUCTS[str(alert.body["product"])]
    said = (str(body.get(n) or "") for n in ("headline", "what", "asked"))
    return Words(str(body["language"]), event, *said)
