"""Women, men, girls and boys are hit differently: how complete the records are on that, and what is missing (P05)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from upstander.assess.measures import NOT_ASSESSED, Measure, measure, of, plural
from upstander.core.messages import say
from upstander.records import Record
from upstander.records.forms import form

COUNTED = ("women", "men", "girls", "boys", "sex_age_unknown")
# By kind, the fields that say whom it concerns: all of COUNTED where people are counted, else the choice or the pair.
FIELDS = {
    "act": COUNTED[:4],
    "harm": COUNTED[:4],
    "participation": ("women", "men"),
    "discrimination": ("hits",),
    "exclusion": ("hits",),
    "less_obvious": ("hits",),
    "capacity": ("serves",),
    "protection_task": ("protects",),
}


@dataclass(frozen=True)
class Lack:
    """One record and what it does not say, as labels of its form; or where its counts do not agree."""

    kind: str
    record: str
    words: str


@dataclass(frozen=True)
class GapReport:
    """How far records tell women, men, girls and boys apart.

    Attributes:
        complete: share of records whose fields on sex and age are all filled, 0 to 1. by_kind: the same by kind.
        known: share of counted victims (acts and harms) whose sex and age are known.
    """

    complete: Measure
    by_kind: tuple[Measure, ...]
    known: Measure
    lacking: tuple[Lack, ...]


def gap_report(records: Sequence[Record], on: date) -> GapReport:
    """Completeness on sex and age over all kinds that hold it; 0 in a field is an answer, empty is not."""
    by_kind = {kind: of(records, kind, on) for kind in FIELDS}
    every = [r for records in by_kind.values() for r in records]
    recorded = {kind: records for kind, records in by_kind.items() if records}
    return GapReport(
        complete=_complete(say("assess.records_complete_on_sex_and_age"), every),
        by_kind=tuple(
            _complete(_plural(kind), records) for kind, records in recorded.items()
        ),
        known=_known([*by_kind["act"], *by_kind["harm"]]),
        lacking=tuple(lack for r in every if (lack := _lack(r))),
    )


def _plural(kind: str) -> str:
    return form(kind).plural.lower()


def _filled(r: Record) -> bool:
    return not _empty(r)


def _empty(r: Record) -> list[str]:
    """Labels of the fields that hold no answer."""
    empty = (name for name in FIELDS[r.kind] if r.body.get(name) in (None, [], ""))
    return [form(r.kind).field(name).label for name in empty]


def _complete(name: str, records: Sequence[Record]) -> Measure:
    share, words = None, say("assess.no_record", not_assessed=NOT_ASSESSED)
    if records:
        done = sum(map(_filled, records))
        share = done / len(records)
        words = say("assess.of_say_it", done=done, plural=plural(len(records), "record"))
    return measure("P05", name, share, "share", words, records)


def _lack(r: Record) -> Lack | None:
    counted, most = _sum(r, COUNTED), r.body.get("high") or r.body.get("best")
    if r.kind in ("act", "harm") and most is not None and counted > most:
        sums = say("assess.women_men_girls_boys_and_not_known", counted=counted)
        return Lack(
            r.kind, r.id, say("assess.above_the_highest_count_of", sums=sums, most=most)
        )
    empty = _empty(r)
    return (
        Lack(r.kind, r.id, say("assess.not_said", join=", ".join(empty).lower()))
        if empty
        else None
    )


def _sum(r: Record, names: Sequence[str]) -> int:
    return sum(r.body.get(name) or 0 for name in names)


def _known(records: Sequence[Record]) -> Measure:
    total = sum(max(r.body.get("best") or 0, _sum(r, COUNTED)) for r in records)
    share, words = None, say("assess.nobody_is_counted", not_assessed=NOT_ASSESSED)
    if total:
        known = sum(_sum(r, COUNTED[:4]) for r in records)
        share = known / total
        words = say("assess.of_counted_people", known=known, total=total)
    return measure(
        "P05",
        say("assess.people_whose_sex_and_age_are_known"),
        share,
        "share",
        words,
        records,
    )
