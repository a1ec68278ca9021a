"""Where a State stands on the twelve instruments the mandate document lists, and how far that knowledge reaches.

After the last known day nothing is said to be so or not so: a State that had not acted then may have acted since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from upstander.core.messages import say, text
from upstander.core.treaties import (
    LEFT,
    NOTHING,
    NOTICE,
    SIGNED,
    TWELVE,
    Act,
    instruments,
    standing,
)


@dataclass(frozen=True)
class TreatyStatus:
    """One instrument.

    Attributes:
        state: NOTHING, SIGNED, BOUND, NOTICE (bound, and a withdrawal is announced) or LEFT, by the acts known.
        status: the same in words, which say no more than was known.
        when: the day of the act that decides it; precision: of that day, or recalled.
        known_to: the last day looked at, None where none was.
        is_open: what came after ``known_to`` is not known on the day asked about.
    """

    instrument: str
    short: str
    title: str
    state: str
    status: str
    when: date | None
    precision: str
    known_to: date | None
    is_open: bool


def statuses(
    acts: Sequence[Act],
    known_to: Mapping[str, date],
    on: date,
    listed: Sequence[str] = TWELVE,
) -> tuple[TreatyStatus, ...]:
    """Status on each listed instrument from dated acts; a withdrawal ends it until a later binding act."""
    return tuple(_status_on(name, acts, known_to.get(name), on) for name in listed)


def _status_on(
    name: str,
    acts: Sequence[Act],
    known_to: date | None,
    on: date,
) -> TreatyStatus:
    own = [a for a in acts if a["instrument"] == name and a["act_date"] <= on]
    state, deciding = standing(own)
    instrument, is_open = instruments()[name], known_to is None or known_to < on
    return TreatyStatus(
        instrument=name,
        short=instrument.short,
        title=instrument.title,
        state=state,
        status=_words(state, is_open),
        when=deciding["act_date"] if deciding else None,
        precision=deciding["date_precision"] if deciding else "",
        known_to=known_to,
        is_open=is_open,
    )


def _words(state: str, is_open: bool) -> str:
    """What may be said: where knowledge ended before the day asked about, never that a State is not bound."""
    if state == NOTHING:
        return say("report.no_action_known")
    if state == SIGNED:
        return say("report.signed_no_more_known" if is_open else "report.signed_not_bound")
    if state == NOTICE:
        return say("report.notice_given")
    return text("withdrawn") if state == LEFT else text("bound")
