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

from upstander.core.messages import say, texts

DATES_VERIFIED = False
BINDING = frozenset(
    {"ratification", "accession", "succession", "acceptance", "approval", "bound"}
)


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


@dataclass(frozen=True)
class Bound:
    """Whether a State is bound by an instrument, as far as its acts are known.

    Attributes:
        is_bound: by the acts known; known_to: the last day that was looked at, None where none was.
    """

    is_bound: bool
    known_to: date | None

    def words(self, title: str, on: date) -> str:
        """The sentence for a day; after the last day looked at nothing is said to be so or not so.

        >>> Bound(False, date(2014, 6, 9)).words("the Treaty", date(2026, 6, 24))
        'No act that binds the State to the Treaty was known on 9 June 2014; not known after that.'
        """
        if self.known_to is None:
            return say("core.bound_not_known", title=title)
        if self.known_to >= on:
            return say("core.bound" if self.is_bound else "core.not_bound", title=title)
        id = "core.was_bound" if self.is_bound else "core.no_act_known"
        return say(id, title=title, day=self.known_to)


@cache
def instruments() -> Mapping[str, Instrument]:
    """Every instrument by its id, in the order of the table."""
    listed = files("upstander.core").joinpath("treaties.toml").read_text("utf-8")
    rows = texts(tomllib.loads(listed)["instrument"])
    return {row["id"]: Instrument(**row) for row in rows}


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
        if (
            act["instrument"] != instrument
            or act["act_date"] > on
            or not (is_end or act["act"] in BINDING)
        ):
            continue
        latest[act["country"]] = max(
            latest.get(act["country"], (date.min, False)), (act["act_date"], is_end)
        )
    return frozenset(country for country, (_, is_end) in latest.items() if not is_end)
