"""Where a State stands on the twelve instruments the mandate document lists, and how far that knowledge reaches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from upstander.core.messages import say, text
from upstander.core.treaties import BINDING, instruments

Act = Mapping[str, Any]  # a row of treaty_act
UNKNOWN = say("report.no_action_known")
LISTED = (
    "GENOCIDE",
    "ICERD",
    "ICESCR",
    "ICCPR",
    "ICCPR-OP2",
    "CEDAW",
    "CAT",
    "CRC",
    "REFUGEE",
    "REFUGEE-P",
    "ROME",
    "ATT",
)


@dataclass(frozen=True)
class TreatyStatus:
    """One instrument. ``status`` is bound, signed, withdrawn, or no action known; ``known_to`` is the last day looked at."""

    instrument: str
    short: str
    title: str
    status: str
    when: date | None
    precision: str
    known_to: date | None


def statuses(acts: Sequence[Act], known_to: Mapping[str, date]) -> tuple[TreatyStatus, ...]:
    """Status on each listed instrument from dated acts; a withdrawal ends it until a later binding act."""
    return tuple(_status_on(name, acts, known_to.get(name)) for name in LISTED)


def _status_on(name: str, acts: Sequence[Act], known_to: date | None) -> TreatyStatus:
    status: str = UNKNOWN
    deciding = None
    for act in sorted((a for a in acts if a["instrument"] == name), key=_day_and_rank):
        after = _after(status, act["act"])
        if after is not None:
            status, deciding = after, act
    instrument = instruments()[name]
    return TreatyStatus(
        instrument=name,
        short=instrument.short,
        title=instrument.title,
        status=status,
        when=deciding["act_date"] if deciding else None,
        precision=deciding["date_precision"] if deciding else "",
        known_to=known_to,
    )


def _day_and_rank(act: Act) -> tuple[date, bool]:
    """Of one day a withdrawal comes last."""
    return act["act_date"], act["act"] == "withdrawal"


def _after(status: str, act: str) -> str | None:
    """The status after an act; None where the act changes nothing."""
    if act == "withdrawal":
        return "withdrawn"
    if act in BINDING and status != "bound":
        return text("bound")
    return (
        say("report.signed_not_bound") if act == "signature" and status == UNKNOWN else None
    )
