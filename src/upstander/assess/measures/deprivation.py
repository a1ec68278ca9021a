"""Economic deprivation by area and group, as counted and as it is felt (A7c); it bears on option A7, equity in resources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from upstander.assess.measures import (
    NOT_ASSESSED,
    Measure,
    highest,
    level,
    measure,
    of,
    plural,
    within,
)
from upstander.records import Record

YEAR, RECENT = 365, 3 * 365  # days; household surveys come every few years


@dataclass(frozen=True)
class Deprivation:
    """The strongest deprivation on record: counted, felt, the gap between the two, and how the counted one moved."""

    actual: Measure
    perceived: Measure
    gap: Measure
    trend: Measure


def deprivation(records: Sequence[Record], on: date) -> Deprivation:
    """Over the records of the last three years; the trend is the strongest of the last year less that of the years before."""
    recent = within(of(records, "deprivation", on), on, RECENT)
    both = [r for r in recent if _has_both(r)]
    return Deprivation(
        actual=_side("deprivation as counted", "actual", recent),
        perceived=_side("deprivation as it is felt", "perceived", recent),
        gap=_gap(max(both, key=_apart, default=None)),
        trend=_trend(recent, on),
    )


def _has_both(r: Record) -> bool:
    return level(r, "actual") is not None and level(r, "perceived") is not None


def _side(name: str, side: str, recent: Sequence[Record]) -> Measure:
    value = highest(level(r, side) for r in recent)
    words = f"The strongest of {plural(len(recent), 'record')} of the last three years."
    if value is None:
        words = f"{NOT_ASSESSED}: nothing of the last three years is on record."
    return measure("A7c", name, value, "level 0-4", words, recent)


def _apart(r: Record) -> int:
    return (level(r, "perceived") or 0) - (level(r, "actual") or 0)


def _gap(widest: Record | None) -> Measure:
    """Felt less counted where both are known: above 0, a grievance that the figures do not show."""
    name = "felt less counted"
    if widest is None:
        return measure(
            "A7c", name, None, "levels", f"{NOT_ASSESSED}: no record has both.", []
        )
    steps = _apart(widest)
    return measure("A7c", name, steps, "levels", _gap_words(steps), [widest])


def _gap_words(steps: int) -> str:
    if not steps:
        return "Felt as it is counted."
    return "Felt more than it is counted." if steps > 0 else "Counted more than it is felt."


def _trend(recent: Sequence[Record], on: date) -> Measure:
    now, before = within(recent, on, YEAR), within(recent, on, RECENT - YEAR, skip=YEAR)
    last, first = (highest(level(r, "actual") for r in rows) for rows in (now, before))
    name = "change of what is counted"
    if last is None or first is None:
        words = (
            f"{NOT_ASSESSED}: it takes a record of the last year and one of the two before."
        )
        return measure("A7c", name, None, "levels", words, [])
    words = f"Level {last} in the last year, {first} in the two before."
    return measure("A7c", name, last - first, "levels", words, [*now, *before])
