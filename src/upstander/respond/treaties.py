"""Treaties as a State works through them: bound, made law, put into practice, reported; and how many States are bound.

Acts come from the lake, dated; what a State did beyond them are records (``treaty_step``). After the last day to which an
instrument's acts are known nothing is said to be so or not so: such an instrument counts as not known, never as not bound.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from upstander.core.places import Place
from upstander.core.treaties import TWELVE, Act, instruments, is_bound, parties
from upstander.records import Record

STEP = "treaty_step"
STEPS = ("domesticated", "implemented", "procedure", "reservation", "report")
DONE = "done"
Acts = Sequence[Act]


@dataclass(frozen=True)
class Count:
    """How many States are bound by an instrument, by the acts known.

    Attributes:
        bound: on the day asked about, or on ``known_to`` where that is earlier; None where no act was ever looked at.
        known_to: the last day looked at.
        is_open: later acts are not known.
        recalled: how many of them rest on an act that was recalled, not read.
    """

    instrument: str
    short: str
    bound: int | None
    known_to: date | None
    is_open: bool
    recalled: int


@dataclass(frozen=True)
class Completion:
    """Of a set of instruments, by how many a State is bound; of ``unknown`` ones nothing is known for the day asked about."""

    bound: int
    of: int
    unknown: int


@dataclass(frozen=True)
class RegionShare:
    """Of the States of a region, how many are bound by an instrument or set, as far as known."""

    region: str
    states: int
    bound: Mapping[str, int]


@dataclass(frozen=True)
class Taken:
    """The newest record of a step on an instrument; ``overdue_days`` of a report that was due and is not given."""

    step: str
    record: Record
    overdue_days: int


def counts(acts: Acts, known_to: Mapping[str, date], on: date) -> tuple[Count, ...]:
    """By instrument, how many States are bound; counts are made from acts, never stored."""
    by_instrument: dict[str, list[Act]] = defaultdict(list)
    for act in acts:
        by_instrument[act["instrument"]].append(act)
    return tuple(_count(i, by_instrument[i], known_to.get(i), on) for i in instruments())


def _count(
    instrument: str,
    acts: Acts,
    known_to: date | None,
    on: date,
) -> Count:
    short, is_open = instruments()[instrument].short, known_to is None or known_to < on
    if known_to is None:
        return Count(instrument, short, None, None, is_open, 0)
    bound = parties(acts, instrument, on)
    sure = parties([a for a in acts if a["date_precision"] != "recalled"], instrument, on)
    return Count(instrument, short, len(bound), known_to, is_open, len(bound - sure))


def completion(
    acts: Acts,
    known_to: Mapping[str, date],
    on: date,
    listed: Sequence[str] = TWELVE,
) -> Completion:
    """By how many of the listed instruments one State is bound, of its own acts."""
    others = [name for name in listed if not _is_bound(acts, name, on)]
    unknown = sum(name not in known_to or known_to[name] < on for name in others)
    return Completion(len(listed) - len(others), len(listed), unknown)


def _is_bound(acts: Acts, instrument: str, on: date) -> bool:
    own = [a for a in acts if a["instrument"] == instrument and a["act_date"] <= on]
    return is_bound(own)


def by_region(
    acts: Acts,
    states: Iterable[Place],
    on: date,
    listed: Sequence[str] = TWELVE,
) -> tuple[RegionShare, ...]:
    """Of each region's States, how many are bound by each instrument; regions in the order of their names, not of a score."""
    bound = {name: parties(acts, name, on) for name in listed}
    regions: dict[str, list[str]] = defaultdict(list)
    for place in states:
        regions[place.smallest_region].append(place.code)
    return tuple(
        RegionShare(
            region, len(codes), {name: len(bound[name] & set(codes)) for name in listed}
        )
        for region, codes in sorted(regions.items())
        if region
    )


def steps(records: Iterable[Record], on: date) -> Mapping[str, Mapping[str, Taken]]:
    """By instrument and step, the newest record that speaks of the day or before."""
    taken: dict[str, dict[str, Taken]] = defaultdict(dict)
    for record in sorted(records, key=lambda r: (str(r.body["day"]), r.when)):
        if date.fromisoformat(str(record.body["day"])) <= on:
            step = str(record.body["step"])
            late = _overdue(record, on)
            taken[str(record.body["instrument"])][step] = Taken(step, record, late)
    return taken


def _overdue(record: Record, on: date) -> int:
    due = str(record.body.get("due") or "")
    if not due or record.body["step"] != "report" or record.body["status"] == DONE:
        return 0
    return max(0, (on - date.fromisoformat(due)).days)
