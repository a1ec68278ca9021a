"""Where a State stands on the twelve instruments the mandate document lists, and how far that knowledge reaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from upstander.core.treaties import BINDING, instruments

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


def statuses(acts: list[dict[str, Any]], known_to: Mapping[str, date]) -> tuple[TreatyStatus, ...]:
    """Status on each listed instrument from dated acts; a withdrawal ends it until a later binding act."""
    found = []
    for name in LISTED:
        mine = sorted(
            (a for a in acts if a["instrument"] == name),
            key=lambda a: (a["act_date"], a["act"] == "withdrawal"),
        )
        status, when, precision = "no action known", None, ""
        for act in mine:
            if act["act"] == "withdrawal":
                status, when, precision = "withdrawn", act["act_date"], act["date_precision"]
            elif act["act"] in BINDING and status != "bound":
                status, when, precision = "bound", act["act_date"], act["date_precision"]
            elif act["act"] == "signature" and status == "no action known":
                status, when, precision = (
                    "signed, not bound",
                    act["act_date"],
                    act["date_precision"],
                )
        found.append(
            TreatyStatus(
                name,
                instruments()[name].short,
                instruments()[name].title,
                status,
                when,
                precision,
                known_to.get(name),
            )
        )
    return tuple(found)
