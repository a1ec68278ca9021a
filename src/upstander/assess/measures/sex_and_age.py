"""Women, men, girls and boys are hit differently: how complete the records are on that, and what is missing (P05)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from upstander.assess.measures import NOT_ASSESSED, Measure, measure, of, plural
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
    held = [r for found in by_kind.values() for r in found]
    lacking = tuple(lack for r in held if (lack := _lack(r)))
    known = [r for kind in ("act", "harm") for r in by_kind[kind]]
    return GapReport(
        _complete("records complete on sex and age", held),
        tuple(
            _complete(form(kind).plural.lower(), found) for kind, found in by_kind.items() if found
        ),
        _known(known),
        lacking,
    )


def _filled(r: Record) -> bool:
    return not _empty(r)


def _empty(r: Record) -> list[str]:
    shown = form(r.kind)
    return [
        shown.field(name).label for name in FIELDS[r.kind] if r.body.get(name) in (None, [], "")
    ]


def _complete(name: str, found: Sequence[Record]) -> Measure:
    done = sum(map(_filled, found))
    words = (
        f"{done} of {plural(len(found), 'record')} say it."
        if found
        else f"{NOT_ASSESSED}: no record."
    )
    return measure("P05", name, done / len(found) if found else None, "share", words, found)


def _lack(r: Record) -> Lack | None:
    counts = [r.body.get(name) for name in COUNTED]
    told, most = sum(c or 0 for c in counts), r.body.get("high") or r.body.get("best")
    if r.kind in ("act", "harm") and most is not None and told > most:
        return Lack(
            r.kind,
            r.id,
            f"Women, men, girls, boys and not known sum to {told:,}, above the highest count of {most:,}.",
        )
    empty = _empty(r)
    return Lack(r.kind, r.id, f"Not said: {', '.join(empty).lower()}.") if empty else None


def _known(found: Sequence[Record]) -> Measure:
    told = sum(r.body.get(name) or 0 for r in found for name in COUNTED[:4])
    total = sum(
        max(r.body.get("best") or 0, sum(r.body.get(n) or 0 for n in COUNTED)) for r in found
    )
    words = (
        f"{told:,} of {total:,} counted people." if total else f"{NOT_ASSESSED}: nobody is counted."
    )
    return measure(
        "P05",
        "people whose sex and age are known",
        told / total if total else None,
        "share",
        words,
        found,
    )
