"""What was counted: deaths by year and type, by month, and whether the last months can be compared.

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
    SILENT_MONTHS,
    USUAL_MONTHS,
    VIOLENT_YEAR,
)
from upstander.lake import precedence
from upstander.lake.derive import named_one_sided
from upstander.lake.precedence import Heard, Voice
from upstander.report import words

PACE = precedence.BY_NAME["pace_country_month"]
# From this month the PaCE file follows Candidate events instead of GED: another definition in one file.
PACE_CHANGES = date(2025, 1, 1)
UNNAMED_WORDS = say("report.deaths_in_attacks_on_civilians_by_actors")
KINDS = ("state_based", "non_state", "one_sided")
SPAN_OF_TREND = 24  # months
Row = dict[str, Any]
Rows = Mapping[str, list[Row]]
# Months whose figure no second source confirms; said wherever a change rests on them.
UNCONFIRMED = say("report.the_19_886_deaths_of_january_2026")
CAUTIONS = {("IRN", date(2026, 1, 1)): UNCONFIRMED}


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


@dataclass(frozen=True)
class Trend:
    """The last months against earlier ones within one definition, or why that cannot be said."""

    sentence: str
    comparable: bool
    last: int | None = None
    before: int | None = None


def months(
    rows: list[Row], heard: Heard, code: str, newest: int | None = None
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


def _month(month: date, voice: Voice, counted: Counted, before: Voice | None) -> Month:
    """One month; without a row there were no deaths. ``before``: whose first print of it a consolidated release follows."""
    row = _row(counted, voice, month)
    first = _row(counted, before, month) if before else {}
    by_type = by_kind(row) if voice.typed else dict.fromkeys(KINDS)
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


def by_kind(row: Row) -> dict[str, int]:
    """Deaths by type; one-sided without attacks by actors that are not yet named."""
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
            voices = {month: spoken[month] for month in calendar}
            keys = ((voice.source, voice.kind, month) for month, voice in voices.items())
            in_year = [rows.get(key, {}) for key in keys]
            by_year[year] = _year_of_months(year, in_year, list(voices.values()))
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
    every = list(dict.fromkeys(voices))
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


def trend(
    series: tuple[Month, ...],
    monthly: Rows,
    heard: Heard,
    code: str,
) -> Trend:
    """The last 12 months against the 12 before, within one definition; else the same months a year earlier in one file.

    ``series`` need not hold more than the newest SPAN_OF_TREND months; ``monthly`` are rows of violence_month by place.
    """
    if len(series) < SPAN_OF_TREND:
        return Trend(say("report.fewer_than_24_months_were_known_on"), False)
    if told := too_little_is_reported(series):
        return Trend(told, False)
    late, early = series[-12:], series[-24:-12]
    if len({month.definition for month in (*late, *early)}) == 1:
        return _year_on_year(early, late)
    apart = say(
        "report.the_last_12_months_are_not_comparable", changes=_changes(series[-24:])
    )
    return _same_months(apart, series[-1].month, monthly, heard, code)


def too_little_is_reported(series: Sequence[Month]) -> str:
    """What stands in place of a falling trend where reporting collapsed; empty where it did not.

    Deaths came nearly every month, and in the newest months, provisional ones, none is reported: violence ended, or
    nobody reports any more. Consolidated months without a death are peace.
    """
    silent = series[-SILENT_MONTHS:]
    before = series[-SILENT_MONTHS - 12 : -SILENT_MONTHS]
    usual = sum(month.deaths > 0 for month in before)
    is_over = any(m.deaths for m in silent) or not any(m.provisional for m in silent)
    if is_over or usual < USUAL_MONTHS:
        return ""
    return say(
        "report.too_little_is_reported_to_tell",
        first=words.month(silent[0].month),
        last=words.month(silent[-1].month),
        usual=usual,
    )


def _year_on_year(early: Sequence[Month], late: Sequence[Month]) -> Trend:
    now, before = sum(m.deaths for m in late), sum(m.deaths for m in early)
    last = say(
        "report.deaths_in_the_12_months_to",
        count=words.count(now),
        month=words.month(late[-1].month),
    )
    definition = late[0].definition
    sentence = say(
        "report.in_the_12_before",
        last=last,
        count=words.count(before),
        definition=definition,
        change=_change(now, before),
    )
    return Trend(
        sentence=sentence,
        comparable=True,
        last=now,
        before=before,
    )


def _same_months(
    apart: str,
    last: date,
    monthly: Rows,
    heard: Heard,
    code: str,
) -> Trend:
    """January to the last month against the same months a year before, in the PaCE file after its own change."""
    covered = heard.by_month(code, (PACE,)).keys()
    months = [date(last.year, month, 1) for month in range(1, last.month + 1)]
    months_before = [date(last.year - 1, month.month, 1) for month in months]
    if months_before[0] < PACE_CHANGES or not {*months, *months_before} <= covered:
        return Trend(apart, False)
    rows = (row for row in monthly.get(code, []) if row["source"] == PACE.source)
    deaths = {row["month"]: row["fatalities_best"] for row in rows}
    now = sum(deaths.get(month, 0) for month in months)
    before = sum(deaths.get(month, 0) for month in months_before)
    stretch = words.span(months[0], months[-1])
    compared = _compared(stretch, now, before)
    return Trend(
        sentence=f"{compared}{_cautions(code, months)} {apart}",
        comparable=True,
        last=now,
        before=before,
    )


def _compared(stretch: str, now: int, before: int) -> str:
    counts = say(
        "report.deaths_in_the_same_months_a_year",
        count=words.count(now),
        count_2=words.count(before),
    )
    return f"{stretch}: {counts} ({PACE.definition}): {_change(now, before)}."


def _cautions(code: str, months: Sequence[date]) -> str:
    of_place = ((month, text) for (at, month), text in CAUTIONS.items() if at == code)
    return "".join(
        say("report.caution", text=text) for month, text in of_place if month in months
    )


def _change(a: int, b: int) -> str:
    """Change in words; small counts get no percentage, since chance alone moves them."""
    if max(a, b) < VIOLENT_YEAR:
        return say("report.too_few_to_call_a_change")
    if b < 10:
        return say("report.a_rise_from_near_none")
    if a == 0:
        return say("report.down_to_none")
    if a > 10 * b:
        return say("report.more_than_ten_times_as_many")
    share = round(100 * (a - b) / b)
    if abs(share) < 10:
        return say("report.about_the_same")
    return f"{'up' if share > 0 else 'down'} {abs(share):,}{words.NBSP}%"


def _changes(series: tuple[Month, ...]) -> str:
    definitions, last = [], ""
    for month in series:
        if month.definition != last:
            since = say("report.from_2", month=f"{month.month:%b %Y}") if last else ""
            definitions.append(f"{month.definition}{since}")
            last = month.definition
    return "; ".join(definitions)
