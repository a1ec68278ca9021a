"""The treaties that bear on atrocity crimes, and who is bound by one on a day, counted from dated acts.

The days of adoption and entry into force in ``treaties.toml`` are recalled, not read from the UN
Treaty Collection: ``DATES_VERIFIED`` says so, and whatever prints them must too. Counts of
parties are never stored: they are made from acts, as of a day.
"""

from __future__ import annotations

import tomllib
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import pyarrow as pa

from upstander.core.messages import say, texts

DATES_VERIFIED = False
BINDING = frozenset(
    {"ratification", "accession", "succession", "acceptance", "approval", "bound"}
)
# Every act that a row may tell. A notice changes nothing until the withdrawal it announces takes effect.
ACTS = BINDING | {
    "signature",
    "withdrawal_notice",
    "withdrawal_rescinded",
    "withdrawal",
    "reservation",
    "reservation_withdrawn",
}
DAY, YEAR, RECALLED = "day", "year", "recalled"
# Where a State stands on an instrument by the acts known: NOTICE is bound, with a withdrawal announced.
NOTHING, SIGNED, BOUND, NOTICE, LEFT = "", "signed", "bound", "notice", "withdrawn"
Act = Mapping[str, Any]  # a row of TREATY_ACT
# The instruments that the mandate document names, in its order.
TWELVE = (
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


def parties(acts: Iterable[Act], instrument: str, on: date) -> frozenset[str]:
    """Place codes bound by the instrument on a day.

    ``acts`` are rows of TREATY_ACT (``table.to_pylist()``). A State with both a dated act and a
    year row is one State. A withdrawal ends it from the day it takes effect until a later binding act, and wins over one of
    its own day; one whose notice was rescinded ends nothing. A year row counts from the day it stands on, so such a State
    may in truth have been bound up to a year earlier.
    """
    by_country: dict[str, list[Act]] = {}
    for act in acts:
        if act["instrument"] == instrument and act["act_date"] <= on:
            by_country.setdefault(act["country"], []).append(act)
    return frozenset(c for c, own in by_country.items() if is_bound(own))


def is_bound(acts: Iterable[Act]) -> bool:
    """Whether a State is bound by an instrument, by its acts on it; a withdrawal that is only announced ends nothing."""
    return standing(acts)[0] in (BOUND, NOTICE)


def standing(acts: Iterable[Act]) -> tuple[str, Act | None]:
    """The state after a State's acts on one instrument (NOTHING, SIGNED, BOUND, NOTICE or LEFT), and the act since which it stands.

    Of one day the withdrawal comes last. A notice taken back leaves the act that bound, and a withdrawal upon it is void.
    """
    state, since, binding, is_void = NOTHING, None, None, False
    for act in sorted(acts, key=_in_order):
        name = act["act"]
        if name in ("withdrawal_notice", "withdrawal_rescinded"):
            is_void = name == "withdrawal_rescinded"
        after = state if name == "withdrawal" and is_void else _after(state, name)
        if after != state:
            binding = act if name in BINDING else binding
            state, since = after, binding if name == "withdrawal_rescinded" else act
    return state, since


def _in_order(act: Act) -> tuple[date, bool]:
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


def consistent(acts: pa.Table) -> pa.Table:
    """Rows of TREATY_ACT, as the lake keeps them, without years that the same source's dated acts contradict.

    The status of 2022 gives Brunei, Solomon Islands and Tuvalu the year in which a treaty came into force, though they
    never joined it. Dated acts tell of every State up to the newest of them: a year within their reach counts only where a
    dated act binds the State too.
    """
    rows = acts.select(
        ["source", "instrument", "country", "act", "act_date", "date_precision"]
    )
    plain = rows.to_pylist()
    ends: dict[tuple[str, str], date] = {}
    bound: set[tuple[str, str, str]] = set()
    for row in plain:
        if row["date_precision"] == DAY:
            key = (row["source"], row["instrument"])
            ends[key] = max(ends.get(key, date.min), row["act_date"])
            if row["act"] in BINDING:
                bound.add((*key, row["country"]))
    kept = [_stands(row, ends, bound) for row in plain]
    return acts.filter(pa.array(kept, pa.bool_()))


def _stands(
    row: Act,
    ends: Mapping[tuple[str, str], date],
    bound: Container[tuple[str, str, str]],
) -> bool:
    key = (row["source"], row["instrument"])
    is_year = row["date_precision"] == YEAR and row["act_date"] <= ends.get(key, date.min)
    return not is_year or (*key, row["country"]) in bound


def act_rows(acts: Iterable[tuple[str, str, str, date, str]]) -> pa.Table:
    """Rows of TREATY_ACT from (country, instrument, act, day, precision), each once, in order."""
    rows = sorted(set(acts), key=lambda a: (a[0], a[1], a[3], a[2]))
    columns = list(zip(*rows, strict=True)) or [()] * 5
    names = ("country", "instrument", "act", "act_date", "date_precision")
    types = (pa.string(), pa.string(), pa.string(), pa.date32(), pa.string())
    return pa.table(
        {n: pa.array(c, t) for n, c, t in zip(names, columns, types, strict=True)}
    )
