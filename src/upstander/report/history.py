"""What was counted: deaths by year and type, and by month.

Definitions differ between sources, so every number keeps its source, and no sentence compares across
two definitions. A month inside a release's coverage without a row is 0; a month nobody covered is absent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from upstander.core.messages import say
from upstander.core.thresholds import (
    MASS_ONE_SIDED,
    MASS_TOTAL,
)
from upstander.lake import precedence
from upstander.lake.derive import named_one_sided
from upstander.lake.precedence import Heard, Voice
from upstander.report import words

UNNAMED_WORDS = say("report.deaths_in_attacks_on_civilians_by_actors")
KINDS = ("state_based", "non_state", "one_sided")
# What is read of a row of violence_month; a place has thousands.
COUNTED_IN_MONTH = (
    *("source", "kind", "month", "fatalities_best", "one_sided_unnamed_best"),
    *(f"{kind}_best" for kind in KINDS),
)
UNTYPED: Mapping[str, int | None] = dict.fromkeys(KINDS)
NOBODY_KILLED: Mapping[str, int] = dict.fromkeys(KINDS, 0)
Row = dict[str, Any]
Rows = Mapping[str, list[Row]]


@dataclass(frozen=True)
class Month:
    """Deaths in organised violence in one month, and the definition that counted them.

    By type where whoever speaks knows it, else None. ``one_sided`` leaves out attacks by actors UCDP has not yet named.
    ``first_print``: deaths, and one-sided deaths, as Candidate events had them, where a consolidated release now speaks.
    """

    month: date
    deaths: int
    source: str
    definition: str
    provisional: bool
    state_based: int | None = None
    non_state: int | None = None
    one_sided: int | None = None
    first_print: int | None = None
    first_print_one_sided: int | None = None


@dataclass(frozen=True)
class LastTwelve:
    """The last twelve months known of a place, provisional ones included.

    Attributes:
        first, last: first days of the first and the last of them.
        one_sided: None where whoever speaks for a month does not know types.
        since: first day of the month with which the sum of twelve months first reached the rule of ongoing mass violence, of
            the unbroken stretch of such sums to now; None where it does not reach it.
    """

    first: date
    last: date
    total: int
    one_sided: int | None
    is_provisional: bool
    since: date | None

    @property
    def span(self) -> str:
        """The months as text: Jun 2025-May 2026."""
        return words.span(self.first, self.last)


@dataclass(frozen=True)
class Year:
    """Deaths in one year by type of violence, and the definition that counted them.

    ``unnamed`` are deaths in attacks on civilians by actors that UCDP has not yet named: they stand in
    ``total`` and in no type until the consolidated release decides.
    """

    year: int
    state_based: int | None
    non_state: int | None
    one_sided: int | None
    source: str
    definition: str
    provisional: bool
    unnamed: int = 0

    @property
    def span(self) -> str:
        """The year as text."""
        return str(self.year)

    @property
    def total(self) -> int | None:
        """Deaths in all types; None where any type is not known."""
        parts = (self.state_based, self.non_state, self.one_sided)
        return (
            None if None in parts else sum(p for p in parts if p is not None) + self.unnamed
        )


def months(
    rows: list[Row],
    heard: Heard,
    code: str,
    newest: int | None = None,
) -> tuple[Month, ...]:
    """The place's months from 1989, or its newest alone, each from the release that speaks for it (``lake.precedence``)."""
    counted = {(r["source"], r["kind"], r["month"]): r for r in rows}
    spoken = list(heard.by_month(code).items())
    shown = spoken[-newest:] if newest else spoken
    printed = heard.by_month(code, precedence.FIRST_PRINTS)
    return tuple(
        _month(m, v, counted, printed.get(m) if v.rank == precedence.FINAL else None)
        for m, v in shown
    )


Counted = Mapping[tuple[str, str, date], Row]  # rows by source, kind and month


def _month(
    month: date,
    voice: Voice,
    counted: Counted,
    before: Voice | None,
) -> Month:
    """One month; without a row there were no deaths. ``before``: whose first print of it a consolidated release follows."""
    row = _row(counted, voice, month)
    first = _row(counted, before, month) if before else {}
    by_type = by_kind(row) if voice.typed else UNTYPED
    return Month(
        month=month,
        deaths=row.get("fatalities_best", 0),
        source=voice.source,
        definition=voice.definition,
        provisional=voice.provisional,
        state_based=by_type["state_based"],
        non_state=by_type["non_state"],
        one_sided=by_type["one_sided"],
        first_print=first.get("fatalities_best", 0) if before else None,
        first_print_one_sided=by_kind(first)["one_sided"] if before else None,
    )


def _row(counted: Counted, voice: Voice, month: date) -> Row:
    return counted.get((voice.source, voice.kind, month), {})


def by_kind(row: Row) -> Mapping[str, int]:
    """Deaths by type; one-sided without attacks by actors that are not yet named."""
    if not row:
        return NOBODY_KILLED
    by_type = {kind: row.get(f"{kind}_best") or 0 for kind in KINDS}
    unnamed = row.get("one_sided_unnamed_best") or 0
    return by_type | {"one_sided": named_one_sided(by_type["one_sided"], unnamed)}


def last_twelve(series: Sequence[Month]) -> LastTwelve | None:
    """The last twelve months of a series, oldest first; None where fewer are known."""
    if len(series) < 12:
        return None
    late = series[-12:]
    total, one_sided = _sums(late)
    return LastTwelve(
        first=late[0].month,
        last=late[-1].month,
        total=total,
        one_sided=one_sided,
        is_provisional=any(m.provisional for m in late),
        since=_since(series),
    )


def _sums(twelve: Sequence[Month]) -> tuple[int, int | None]:
    """Deaths of all types, and one-sided ones; None where a month is not known by type."""
    civilians = [m.one_sided for m in twelve]
    known = [n for n in civilians if n is not None]
    whole = len(known) == len(civilians)
    return sum(m.deaths for m in twelve), sum(known) if whole else None


def _since(series: Sequence[Month]) -> date | None:
    """Month with which the sum of twelve months reached the rule and has met it ever since; None where it does not now."""
    since = None
    for end in range(len(series), 11, -1):
        if not is_mass_violence(*_sums(series[end - 12 : end])):
            break
        since = series[end - 1].month
    return since


def is_mass_violence(total: int | None, one_sided: int | None) -> bool | None:
    """Whether the deaths of twelve months are mass violence (core/thresholds); None where that cannot be told."""
    if total is not None and total >= MASS_TOTAL:
        return True
    if one_sided is None or total is None:
        return None
    return one_sided >= MASS_ONE_SIDED


def years(
    annual: list[Row],
    monthly: list[Row],
    heard: Heard,
    code: str,
) -> tuple[Year, ...]:
    """The place's years by type: the annual file where it covers, else twelve covered months that have types."""
    by_year = _years_of_file(annual, heard, code)
    spoken = heard.by_month(code, precedence.TYPED)
    rows = {(r["source"], r["kind"], r["month"]): r for r in monthly}
    for year in sorted({month.year for month in spoken} - set(by_year)):
        calendar = [date(year, month, 1) for month in range(1, 13)]
        if all(month in spoken for month in calendar):
            voices = [spoken[month] for month in calendar]
            keys = ((v.source, v.kind, m) for m, v in zip(calendar, voices, strict=True))
            in_year = [row for key in keys if (row := rows.get(key)) is not None]
            by_year[year] = _year_of_months(year, in_year, voices)
    return tuple(by_year[y] for y in sorted(by_year))


def _year_of_months(year: int, rows: Sequence[Row], voices: list[Voice]) -> Year:
    deaths = {kind: sum(row.get(f"{kind}_best") or 0 for row in rows) for kind in KINDS}
    unnamed = sum(row.get("one_sided_unnamed_best") or 0 for row in rows)
    deaths["one_sided"] = named_one_sided(deaths["one_sided"], unnamed)
    return _year(year, deaths, voices, unnamed)


def _years_of_file(annual: list[Row], heard: Heard, code: str) -> dict[int, Year]:
    """Years of the annual file by number; none for a place that it has no line of."""
    rows = {r["year"]: r for r in annual if r["source"] == precedence.YEARLY.source}
    if not rows:
        return {}
    covered = [day.year for day in heard.by_year(code)]
    return {y: _year(y, _by_type(rows.get(y, {})), [precedence.YEARLY]) for y in covered}


def _by_type(row: Mapping[str, Any]) -> Mapping[str, int]:
    return {kind: row.get(f"{kind}_best", 0) for kind in KINDS}


def _year(
    year: int,
    deaths: Mapping[str, int],
    voices: list[Voice],
    unnamed: int = 0,
) -> Year:
    # by themselves before they are compared: mostly one voice speaks for all of a year
    every = list(dict.fromkeys({id(v): v for v in voices}.values()))
    definition = "; ".join(dict.fromkeys(v.definition for v in every))
    if unnamed:
        definition += f"; {UNNAMED_WORDS}: {words.count(unnamed)}"
    return Year(
        year,
        **deaths,
        source="+".join(v.source for v in every),
        definition=definition,
        provisional=any(v.provisional for v in every),
        unnamed=unnamed,
    )
