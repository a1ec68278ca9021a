"""Where a State stands on the twelve instruments the mandate document lists, and how far that knowledge reaches.

After the last known day nothing is said to be so or not so: a State that had not acted then may have acted since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from upstander.core.messages import say, text
from upstander.core.treaties import BINDING, TWELVE, instruments

Act = Mapping[str, Any]  # a row of treaty_act
NOTHING, SIGNED, BOUND, NOTICE, LEFT = "", "signed", "bound", "notice", "withdrawn"


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
    state, deciding = _decided(own)
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


def _decided(own: Sequence[Act]) -> tuple[str, Act | None]:
    """The state after a State's acts on one instrument, and the act since which it stands.

    A notice taken back leaves the act that bound, and a withdrawal upon it is void (as in ``core.treaties.deciding``).
    """
    state, since, binding, is_void = NOTHING, None, None, False
    for act in sorted(own, key=_day_and_rank):
        name = act["act"]
        if name in ("withdrawal_notice", "withdrawal_rescinded"):
            is_void = name == "withdrawal_rescinded"
        after = state if name == "withdrawal" and is_void else _after(state, name)
        if after != state:
            binding = act if name in BINDING else binding
            state, since = after, binding if name == "withdrawal_rescinded" else act
    return state, since


def _day_and_rank(act: Act) -> tuple[date, bool]:
    """Of one day a withdrawal comes last."""
    return act["act_date"], act["act"] == "withdrawal"


def _after(state: str, act: str) -> str:
    """The state after an act."""
    if act in BINDING:
        return BOUND
    if state == BOUND:
        return {"withdrawal_notice": NOTICE, "withdrawal": LEFT}.get(act, state)
    if state == NOTICE:
        return {"withdrawal_rescinded": BOUND, "withdrawal": LEFT}.get(act, state)
    return SIGNED if act == "signature" and state == NOTHING else state


def _words(state: str, is_open: bool) -> str:
    """What may be said: where knowledge ended before the day asked about, never that a State is not bound."""
    if state == NOTHING:
        return say("report.no_action_known")
    if state == SIGNED:
        return say("report.signed_no_more_known" if is_open else "report.signed_not_bound")
    if state == NOTICE:
        return say("report.notice_given")
    return text("withdrawn") if state == LEFT else text("bound")
