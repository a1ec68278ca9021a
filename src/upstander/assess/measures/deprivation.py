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
from upstander.core.messages import say
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
        actual=_side(say("assess.deprivation_as_counted"), "actual", recent),
        perceived=_side(say("assess.deprivation_as_it_is_felt"), "perceived", recent),
        gap=_gap(max(both, key=_apart, default=None)),
        trend=_trend(recent, on),
    )


def _has_both(r: Record) -> bool:
    return level(r, "actual") is not None and level(r, "perceived") is not None


def _side(name: str, side: str, recent: Sequence[Record]) -> Measure:
    value = highest(level(r, side) for r in recent)
    words = say(
        "assess.the_strongest_of_of_the_last_three", plural=plural(len(recent), "record")
    )
    if value is None:
        words = say("assess.nothing_of_the_last_three_years_is", not_assessed=NOT_ASSESSED)
    return measure("A7c", name, value, "level 0-4", words, recent)


def _apart(r: Record) -> int:
    return (level(r, "perceived") or 0) - (level(r, "actual") or 0)


def _gap(widest: Record | None) -> Measure:
    """Felt less counted where both are known: above 0, a grievance that the figures do not show."""
    name = say("assess.felt_less_counted")
    if widest is None:
        return measure(
            "A7c",
            name,
            None,
            "levels",
            say("assess.no_record_has_both", not_assessed=NOT_ASSESSED),
            [],
        )
    steps = _apart(widest)
    return measure("A7c", name, steps, "levels", _gap_words(steps), [widest])


def _gap_words(steps: int) -> str:
    if not steps:
        return say("assess.felt_as_it_is_counted")
    return (
        say("assess.felt_more_than_it_is_counted")
        if steps > 0
        else say("assess.counted_more_than_it_is_felt")
    )


def _trend(recent: Sequence[Record], on: date) -> Measure:
    now, before = within(recent, on, YEAR), within(recent, on, RECENT - YEAR, skip=YEAR)
    last, first = (highest(level(r, "actual") for r in rows) for rows in (now, before))
    name = say("assess.change_of_what_is_counted")
    if last is None or first is None:
        words = say("assess.it_takes_a_record_of_the_last", not_assessed=NOT_ASSESSED)
        return measure("A7c", name, None, "levels", words, [])
    words = say("assess.level_in_the_last_year_in_the", last=last, first=first)
    return measure("A7c", name, last - first, "levels", words, [*now, *before])
