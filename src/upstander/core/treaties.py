"""The treaties that bear on atrocity crimes, and who is bound by one on a day, counted from dated acts.

The days of adoption and entry into force in ``treaties.toml`` are recalled, not read from the UN
Treaty Collection: ``DATES_VERIFIED`` says so, and whatever prints them must too. Counts of
parties are never stored: they are made from acts, as of a day.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

DATES_VERIFIED = False
BINDING = frozenset({"ratification", "accession", "succession", "acceptance", "approval", "bound"})


@dataclass(frozen=True)
class Instrument:
    """A treaty; ``short`` is what a brief calls it. ``untc_id`` is '' where Switzerland keeps it, ``status_file`` '' where the 2022 tables lack it."""

    id: str
    short: str
    title: str
    untc_id: str
    adopted: date
    in_force: date
    status_file: str


@cache
def instruments() -> Mapping[str, Instrument]:
    """Every instrument by its id, in the order of the table."""
    text = files("upstander.core").joinpath("treaties.toml").read_text("utf-8")
    return {row["id"]: Instrument(**row) for row in tomllib.loads(text)["instrument"]}


def parties(acts: Iterable[Mapping[str, Any]], instrument: str, on: date) -> frozenset[str]:
    """Place codes bound by the instrument on a day.

    ``acts`` are rows of TREATY_ACT (``table.to_pylist()``). A State with both a dated act and a
    year row is one State. A withdrawal ends it until a later binding act, and wins over one of
    its own day. A year row counts from the day it stands on, so such a State may in truth have
    been bound up to a year earlier.
    """
    latest: dict[str, tuple[date, bool]] = {}
    for act in acts:
        is_end = act["act"] == "withdrawal"
        if act["instrument"] != instrument or act["act_date"] > on or not (is_end or act["act"] in BINDING):
            continue
        latest[act["country"]] = max(latest.get(act["country"], (date.min, False)), (act["act_date"], is_end))
    return frozenset(country for country, (_, is_end) in latest.items() if not is_end)
