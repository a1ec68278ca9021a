"""What was counted: deaths by year and type, by month, and whether the last months can be compared.

Definitions differ between sources, so every number keeps its source, and no sentence compares across
two definitions. A month inside a release's coverage without a row is 0; a month nobody covered is absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from upstander.core.thresholds import VIOLENT_YEAR
from upstander.lake import precedence
from upstander.lake.derive import named_one_sided
from upstander.lake.precedence import Heard, Voice
from upstander.report import words

PACE = precedence.BY_NAME["pace_country_month"]
# From this month the PaCE file follows Candidate events instead of GED: another definition in one file.
PACE_CHANGES = date(2025, 1, 1)
UNNAMED_WORDS = "deaths in attacks on civilians by actors UCDP has not yet named, kept apart until its consolidated release decides"
KINDS = ("state_based", "non_state", "one_sided")
SPAN_OF_TREND = 24  # months
Rows = Mapping[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Month:
    """Deaths in organised violence in one month, and the definition that counted them."""

    month: date
    deaths: int
    source: str
    definition: str
    provisional: bool


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
    def total(self) -> int | None:
        """Deaths in all types; None where any type is not known."""
        parts = (self.state_based, self.non_state, self.one_sided)
        return None if None in parts else sum(p for p in parts if p is not None) + self.unnamed


@dataclass(frozen=True)
class Trend:
    """The last months against earlier ones within one definition, or why that cannot be said."""

    sentence: str
    comparable: bool
    last: int | None = None
    before: int | None = None


def months(
    rows: list[dict[str, Any]], heard: Heard, code: str, newest: int | None = None
) -> tuple[Month, ...]:
    """The place's months from 1989, or its newest alone, each from the release that speaks for it (``lake.precedence``)."""
    deaths = {(r["source"], r["kind"], r["month"]): r["fatalities_best"] for r in rows}
    spoken = list(heard.by_month(code).items())
    return tuple(
        Month(m, deaths.get((v.source, v.kind, m), 0), v.source, v.definition, v.provisional)
        for m, v in (spoken[-newest:] if newest else spoken)
    )


# Months whose figure no second source confirms; said wherever a change rests on them.
CAUTIONS = {
    (
        "IRN",
        date(2026, 1, 1),
    ): "the 19,886 deaths of January 2026 in the monthly file are unconfirmed.",
}


def years(
    annual: list[dict[str, Any]], monthly: list[dict[str, Any]], heard: Heard, code: str
) -> tuple[Year, ...]:
    """The place's years by type: the annual file where it covers, else twelve covered months that have types."""
    by_year = _years_of_file(annual, heard, code)
    spoken = heard.by_month(code, precedence.TYPED)
    rows = {(r["source"], r["kind"], r["month"]): r for r in monthly}
    for year in sorted({m.year for m in spoken} - set(by_year)):
        calendar = [date(year, m, 1) for m in range(1, 13)]
        if all(m in spoken for m in calendar):
            in_year = [rows.get((spoken[m].source, spoken[m].kind, m), {}) for m in calendar]
            deaths = {k: sum(r.get(f"{k}_best") or 0 for r in in_year) for k in KINDS}
            unnamed = sum(r.get("one_sided_unnamed_best") or 0 for r in in_year)
            deaths["one_sided"] = named_one_sided(deaths["one_sided"], unnamed)
            by_year[year] = _year(year, deaths, [spoken[m] for m in calendar], unnamed)
    return tuple(by_year[y] for y in sorted(by_year))


def _years_of_file(annual: list[dict[str, Any]], heard: Heard, code: str) -> dict[int, Year]:
    """Years of the annual file by number; none for a place that it has no line of."""
    rows = {r["year"]: r for r in annual if r["source"] == precedence.YEARLY.source}
    if not rows:
        return {}
    covered = [day.year for day in heard.by_year(code)]
    return {y: _year(y, _by_type(rows.get(y, {})), [precedence.YEARLY]) for y in covered}


def _by_type(row: Mapping[str, Any]) -> Mapping[str, int]:
    return {kind: row.get(f"{kind}_best", 0) for kind in KINDS}


def _year(year: int, deaths: Mapping[str, int], voices: list[Voice], unnamed: int = 0) -> Year:
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


def trend(series: tuple[Month, ...], monthly: Rows, heard: Heard, code: str) -> Trend:
    """The last 12 months against the 12 before, within one definition; else the same months a year earlier in one file.

    ``series`` need not hold more than the newest SPAN_OF_TREND months; ``monthly`` are rows of violence_month by place.
    """
    if len(series) < SPAN_OF_TREND:
        return Trend(
            "Fewer than 24 months were known on this day, so no change can be given.", False
        )
    late, early = series[-12:], series[-24:-12]
    if len({m.definition for m in (*late, *early)}) == 1:
        a, b = sum(m.deaths for m in late), sum(m.deaths for m in early)
        return Trend(
            f"{words.count(a)} deaths in the 12 months to {words.month(late[-1].month)}, "
            f"{words.count(b)} in the 12 before ({late[0].definition}): {_change(a, b)}.",
            True,
            a,
            b,
        )
    apart = (
        "The last 12 months are not comparable with the 12 before, because the definition changes between them "
        f"({_changes(series[-24:])})."
    )
    return _same_months(apart, series[-1].month, monthly, heard, code)


def _same_months(apart: str, last: date, monthly: Rows, heard: Heard, code: str) -> Trend:
    """January to the last month against the same months a year before, in the PaCE file after its own change."""
    covered = heard.by_month(code, (PACE,)).keys()
    now = [date(last.year, m, 1) for m in range(1, last.month + 1)]
    then = [date(last.year - 1, m.month, 1) for m in now]
    if then[0] < PACE_CHANGES or not set(now + then) <= set(covered):
        return Trend(apart, False)
    deaths = {
        r["month"]: r["fatalities_best"]
        for r in monthly.get(code, [])
        if r["source"] == PACE.source
    }
    a, b = sum(deaths.get(m, 0) for m in now), sum(deaths.get(m, 0) for m in then)
    stretch = words.span(now[0], now[-1])
    caution = "".join(
        f" Caution: {text}" for (at, month), text in CAUTIONS.items() if at == code and month in now
    )
    return Trend(
        f"{stretch}: {words.count(a)} deaths, {words.count(b)} in the same months a year before "
        f"({PACE.definition}): {_change(a, b)}.{caution} {apart}",
        True,
        a,
        b,
    )


def _change(a: int, b: int) -> str:
    """Change in words; small counts get no percentage, since chance alone moves them."""
    if max(a, b) < VIOLENT_YEAR:
        return "too few to call a change"
    if b < 10:
        return "a rise from near none"
    if a == 0:
        return "down to none"
    if a > 10 * b:
        return "more than ten times as many"
    share = round(100 * (a - b) / b)
    return (
        "about the same"
        if abs(share) < 10
        else f"{'up' if share > 0 else 'down'} {abs(share):,}{words.NBSP}%"
    )


def _changes(series: tuple[Month, ...]) -> str:
    told, last = [], ""
    for m in series:
        if m.definition != last:
            told.append(f"{m.definition} from {m.month:%b %Y}" if last else m.definition)
            last = m.definition
    return "; ".join(told)
