"""Factor 1, the perception that violence against a group is justified (F1e): shown apart from discrimination, never derived from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from upstander.assess.measures import (
    NOT_ASSESSED,
    Measure,
    day_of,
    highest,
    level,
    measure,
    of,
    plural,
    within,
)
from upstander.core.messages import say, text
from upstander.records import Record

YEAR, RECENT = 365, 3 * 365  # days; surveys are rare, so the level looks back three years


@dataclass(frozen=True)
class Perception:
    """How far violence against one group is presented as justified, and whether that grows."""

    strongest: Measure
    trend: Measure


def perception(records: Sequence[Record], group: str, on: date) -> Perception:
    """The strongest level of the last three years; and statements of the last year less those of the year before."""
    every = of(records, "attitude", on, group)
    recent = within(every, on, RECENT)
    most = highest(level(r, "level") for r in recent)
    words: str = say("assess.nothing_of_the_last_three_years_is", not_assessed=NOT_ASSESSED)
    if recent:
        number = plural(len(recent), "record")
        surveys = _surveys(recent)
        words = say("assess.from_records_of_three_years", number=number)
        if surveys:
            words = text("{words} {surveys}", words=words, surveys=surveys)
    strongest = measure(
        "F1e",
        say("assess.violence_presented_as_justified"),
        most,
        "level 0-4",
        words,
        recent,
    )
    return Perception(strongest, _trend(every, on))


def _trend(every: Sequence[Record], on: date) -> Measure:
    statements = [r for r in every if r.body["type"] != "survey"]
    now, before = within(statements, on, YEAR), within(statements, on, YEAR, skip=YEAR)
    value, words = (
        None,
        say("assess.no_statement_of_the_last_two_years", not_assessed=NOT_ASSESSED),
    )
    if now or before:
        value = len(now) - len(before)
        number = plural(len(now), "statement")
        words = say(
            "assess.in_the_last_year_in_the_year", number=number, number_2=len(before)
        )
    return measure(
        "F1e",
        say("assess.trend_of_such_statements"),
        value,
        "statements",
        words,
        [*now, *before],
    )


def _surveys(recent: Sequence[Record]) -> str:
    """The newest survey with its share, and the one before it; '' where there is none."""
    surveys = [r for r in recent if r.body["type"] == "survey"]
    surveys.sort(key=lambda r: day_of(r) or date.min)
    if not surveys:
        return ""
    shares = "; then ".join(_survey(r) for r in surveys[-2:])
    return say("assess.surveys", shares=shares)


def _survey(r: Record) -> str:
    return say(
        "assess.of",
        share=f"{r.body['share']:g}",
        asked_of=r.body["asked_of"],
        day=r.body["day"],
    )
