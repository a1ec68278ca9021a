"""Factor 6: the act ledger, the pattern of acts, and the less obvious methods of destruction (F6a, F6b, F6d, C04).

What is alleged and what is verified never add up to one number.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from upstander.assess.crimes import crimes
from upstander.assess.measures import (
    NOT_ASSESSED,
    Measure,
    day_of,
    level,
    listed,
    measure,
    of,
    plural,
    within,
)
from upstander.assess.measures.sex_and_age import COUNTED
from upstander.records import Record
from upstander.records.forms import form

YEAR = 365
# Where each metric of a pattern counts as full: our own rule, said beside the index.
FULL = {"victims": 10_000, "places": 10, "months": 12, "signs": 6}
HEAVY = frozenset({"artillery", "aircraft", "chemical", "incendiary", "starvation", "explosives"})


@dataclass(frozen=True)
class Tally:
    """Acts of one status, up to a day.

    Attributes:
        frequency: acts of the last year. spread: distinct areas. gravity: the highest, 1-4.
        victims: sum of best estimates, with low and high; uncounted: acts without any estimate, which are in no sum.
        by_sex_age: sums of women, men, girls, boys and not known; None where no act says.
    """

    status: str
    records: tuple[str, ...]
    frequency: Measure
    spread: Measure
    gravity: Measure
    victims: Measure
    uncounted: int
    by_sex_age: Mapping[str, int | None]


@dataclass(frozen=True)
class Ledger:
    """The act ledger: verified and alleged apart; disproved acts are counted and used for nothing."""

    verified: Tally
    alleged: Tally
    disproved: int


def ledger(records: Sequence[Record], on: date, group: str = "") -> Ledger:
    """The ledger of one group's acts, or of all."""
    found = of(records, "act", on, group)
    by = {
        s: [r for r in found if r.body["status"] == s] for s in ("verified", "alleged", "disproved")
    }
    return Ledger(
        _tally("verified", by["verified"], on),
        _tally("alleged", by["alleged"], on),
        len(by["disproved"]),
    )


def _tally(status: str, found: Sequence[Record], on: date) -> Tally:
    none = f"{NOT_ASSESSED}: no {status} act is on record."
    year = within(found, on, YEAR)
    areas = {r.body["area"] for r in found if r.body.get("area")}
    grave = [g for r in found if (g := level(r, "gravity")) is not None]
    counted = [r for r in found if any(r.body.get(k) is not None for k in ("low", "best", "high"))]
    low, best, high = (sum(_estimate(r, k) for r in counted) for k in ("low", "best", "high"))
    victims = f"{best:,} {status} ({low:,} to {high:,}); {plural(len(found) - len(counted), 'act')} without a count are not in it."
    return Tally(
        status,
        tuple(r.id for r in found),
        measure(
            "F6a",
            "frequency",
            len(year) if found else None,
            "acts a year",
            f"{plural(len(year), f'{status} act')} in the last year." if found else none,
            year,
        ),
        measure(
            "F6a",
            "spread",
            len(areas) if areas else None,
            "areas",
            f"{status.capitalize()} acts in {plural(len(areas), 'area')}." if areas else none,
            found,
        ),
        measure(
            "F6a",
            "gravity",
            max(grave, default=None),
            "level 1-4",
            f"Gravest {status} act at level {max(grave)} of 4." if grave else none,
            found,
        ),
        measure(
            "F6a",
            "victims",
            best if counted else None,
            "persons",
            victims if counted else none,
            counted,
            low=low if counted else None,
            high=high if counted else None,
        ),
        len(found) - len(counted),
        {k: _sum(found, k) for k in COUNTED},
    )


def _estimate(act: Record, which: str) -> int:
    """The estimate asked for, or the nearest one given."""
    order = {
        "low": ("low", "best", "high"),
        "best": ("best", "low", "high"),
        "high": ("high", "best", "low"),
    }[which]
    return next(int(v) for k in order if (v := act.body.get(k)) is not None)


def _sum(found: Sequence[Record], name: str) -> int | None:
    values = [v for r in found if (v := r.body.get(name)) is not None]
    return sum(values) if values else None


@dataclass(frozen=True)
class Pattern:
    """Metrics of one status' acts, and the two sides of the legal test for crimes against humanity.

    Attributes:
        scale: victims and places. system: repetition, duration, organisation. Either side is enough in law.
        weapons: means on record; heavy: those that a State or an organised group alone commands.
        index: mean of the assessed metrics, each 0 to 1 (see ``pattern``).
    """

    status: str
    victims: int | None
    places: int
    months: int
    repetition: float | None
    signs: tuple[str, ...]
    weapons: tuple[str, ...]
    heavy: tuple[str, ...]
    index: Measure
    scale: str
    system: str
    legal_test: str
    note: str


def pattern(records: Sequence[Record], on: date, status: str, group: str = "") -> Pattern:
    """The pattern of acts of one status (verified or alleged) up to a day.

    The index is the mean of those of six metrics that are assessed: log victims up to 10,000, places up to 10, months
    up to 12, share of months with an act (from two months on), signs of organisation of six, share of acts by heavy
    means. Source: our own rule (F6d asks for an index); people weigh the metrics themselves.
    """
    found = [r for r in of(records, "act", on, group) if r.body["status"] == status]
    victims = (
        sum(_estimate(r, "best") for r in counted)
        if (counted := [r for r in found if _has_count(r)])
        else None
    )
    places = len({r.body["area"] for r in found if r.body.get("area")})
    months = {(d.year, d.month) for r in found if (d := day_of(r))}
    span = _months_between(min(months), max(months)) if months else 0
    repetition = len(months) / span if span > 1 else None
    signs = tuple(sorted({s for r in found for s in r.body.get("organised") or ()}))
    armed = [r for r in found if r.body.get("weapons")]
    weapons = tuple(sorted({w for r in armed for w in r.body["weapons"]}))
    metrics = [
        None if victims is None else min(1.0, math.log1p(victims) / math.log1p(FULL["victims"])),
        min(1.0, places / FULL["places"]) if places else None,
        min(1.0, span / FULL["months"]) if span else None,
        repetition,
        len(signs) / FULL["signs"] if signs else None,
        sum(bool(HEAVY & set(r.body["weapons"])) for r in armed) / len(armed) if armed else None,
    ]
    return Pattern(
        status,
        victims,
        places,
        span,
        repetition,
        signs,
        weapons,
        tuple(w for w in weapons if w in HEAVY),
        _index([m for m in metrics if m is not None], found),
        f"{'Victims not counted' if victims is None else plural(victims, 'victim')} in {plural(places, 'place')}.",
        f"{plural(len(found), 'act')} over {plural(span, 'month')}; signs of organisation: {listed(_said(signs))}.",
        *_test(),
    )


def _has_count(act: Record) -> bool:
    return any(act.body.get(k) is not None for k in ("low", "best", "high"))


def _months_between(first: tuple[int, int], last: tuple[int, int]) -> int:
    return 12 * (last[0] - first[0]) + last[1] - first[1] + 1


def _index(metrics: Sequence[float], found: Sequence[Record]) -> Measure:
    words = (
        f"Mean of {len(metrics)} of six metrics; it sums up and decides nothing."
        if metrics
        else f"{NOT_ASSESSED}: no act is on record."
    )
    return measure(
        "F6d",
        "pattern index",
        sum(metrics) / len(metrics) if metrics else None,
        "0 to 1",
        words,
        found,
    )


def _said(signs: Sequence[str]) -> list[str]:
    shown = form("act").field("organised").choices
    return [shown[s].lower() for s in signs]


def _test() -> tuple[str, str]:
    humanity = next(c for c in crimes() if c.id == "crimes_against_humanity")
    return "widespread or systematic", humanity.note


@dataclass(frozen=True)
class ReviewTask:
    """Something that people have to look at, because an item of the checklist was checked."""

    group: str
    items: tuple[str, ...]
    not_looked_at: tuple[str, ...]
    record: str
    words: str
    source: str = "SG-2013"
    part: str = "risk factor 6, less obvious methods (F6b)"


def review_tasks(records: Sequence[Record], on: date, group: str = "") -> tuple[ReviewTask, ...]:
    """One task for each checklist with any item checked; items nobody looked at are named, not taken as absent."""
    shown = form("less_obvious").field("seen").choices
    tasks = []
    for r in of(records, "less_obvious", on, group):
        seen = tuple(r.body.get("seen") or ())
        left = tuple(i for i in shown if i not in seen and i not in (r.body.get("looked_at") or ()))
        if seen:
            words = f"Review: {listed(shown[i].lower() for i in seen)}. Not looked at: {listed(shown[i].lower() for i in left)}."
            tasks.append(ReviewTask(r.body["group"], seen, left, r.id, words))
    return tuple(tasks)
