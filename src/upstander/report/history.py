"""What was counted: deaths by year and type, by month, and whether the last months can be compared.

Definitions differ between sources, so every number keeps its source, and no sentence compares across
two definitions. A month inside a release's coverage without a row is 0; a month nobody covered is absent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from upstander.core.thresholds import VIOLENT_YEAR
from upstander.lake import Release
from upstander.report import words

# First source that covers a month speaks for it: the checked annual file, then the events, then the lower bound.
PRECEDENCE = ("ucdp_ged", "ucdp_country_month", "ucdp_candidate_extract", "pace_country_month")
DEFINITIONS = {
    "ucdp_ged": "UCDP GED events",
    "ucdp_country_month": "UCDP GED, by start month",
    "ucdp_country_year": "UCDP country-year",
    "ucdp_candidate_extract": "UCDP Candidate events, provisional",
    "pace_country_month": "PaCE monthly file, provisional, a lower bound",
}
# From this month the PaCE file follows Candidate events instead of GED: another definition in one file.
PACE_CHANGES = date(2025, 1, 1)


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
    """Deaths in one year by type of violence, and the definition that counted them."""

    year: int
    state_based: int | None
    non_state: int | None
    one_sided: int | None
    source: str
    definition: str
    provisional: bool

    @property
    def total(self) -> int | None:
        """Deaths in all types; None where any type is not known."""
        parts = (self.state_based, self.non_state, self.one_sided)
        return None if None in parts else sum(p for p in parts if p is not None)


@dataclass(frozen=True)
class Trend:
    """The last months against earlier ones within one definition, or why that cannot be said."""

    sentence: str
    comparable: bool
    last: int | None = None
    before: int | None = None


def months(rows: list[dict[str, Any]], releases: Iterable[Release], code: str) -> tuple[Month, ...]:
    """The place's months from 1989, each from the first source in PRECEDENCE that covers it."""
    by_source: dict[str, dict[date, int]] = {}
    for row in rows:
        by_source.setdefault(row["source"], {})[row["month"]] = row["fatalities_best"]
    spoken: dict[date, str] = {}
    for source in reversed(PRECEDENCE):
        for month in _covered(releases, source, code):
            spoken[month] = source
    return tuple(
        Month(m, by_source.get(s, {}).get(m, 0), s, DEFINITIONS[s], "provisional" in DEFINITIONS[s])
        for m, s in sorted(spoken.items())
    )


def _covered(releases: Iterable[Release], source: str, code: str) -> set[date]:
    found: set[date] = set()
    for r in releases:
        if r.source == source and (r.places is None or code in r.places):
            found.update(_months_between(r.first, r.last))
    return found


def _months_between(first: date, last: date) -> list[date]:
    start = first.year * 12 + first.month - 1 + (first.day > 1)
    stop = last.year * 12 + last.month - 1
    return [date(i // 12, i % 12 + 1, 1) for i in range(start, stop + 1)]


# Months whose figure no second source confirms; said wherever a change rests on them.
CAUTIONS = {
    ("IRN", date(2026, 1, 1)): "the 19,886 deaths of January 2026 in the monthly file are unconfirmed.",
}
KINDS = ("state_based", "non_state", "one_sided")


def _year(year: int, deaths: Mapping[str, int], source: str) -> Year:
    definition = DEFINITIONS[source]
    return Year(year, **deaths, source=source, definition=definition, provisional="provisional" in definition)


def years(
    annual: list[dict[str, Any]], monthly: list[dict[str, Any]], releases: Iterable[Release], code: str
) -> tuple[Year, ...]:
    """The place's years by type: the annual file where it covers, else twelve covered months that have types."""
    kept = list(releases)
    found: dict[int, Year] = {}
    covered = {r for k in kept if k.source == "ucdp_country_year" for r in range(k.first.year, k.last.year + 1)}
    rows = {r["year"]: r for r in annual if r["source"] == "ucdp_country_year"}
    for year in covered if rows else ():
        row: Mapping[str, Any] = rows.get(year, {})
        found[year] = _year(year, {k: row.get(f"{k}_best", 0) for k in KINDS}, "ucdp_country_year")
    for source in ("ucdp_ged", "ucdp_candidate_extract"):
        whole = _covered(kept, source, code)
        mine = [r for r in monthly if r["source"] == source]
        for year in {m.year for m in whole} - set(found):
            if all(date(year, m, 1) in whole for m in range(1, 13)):
                in_year = [r for r in mine if r["month"].year == year]
                found[year] = _year(year, {k: sum(r[f"{k}_best"] or 0 for r in in_year) for k in KINDS}, source)
    return tuple(found[y] for y in sorted(found))


def trend(series: tuple[Month, ...], rows: list[dict[str, Any]], releases: Iterable[Release], code: str) -> Trend:
    """The last 12 months against the 12 before, within one definition; else the same months a year earlier in one file."""
    if len(series) < 24:
        return Trend("Fewer than 24 months were known on this day, so no change can be given.", False)
    late, early = series[-12:], series[-24:-12]
    if len({m.definition for m in (*late, *early)}) == 1:
        a, b = sum(m.deaths for m in late), sum(m.deaths for m in early)
        return Trend(f"{words.count(a)} deaths in the 12 months to {words.month(late[-1].month)}, "
                     f"{words.count(b)} in the 12 before ({late[0].definition}): {_change(a, b)}.", True, a, b)  # fmt: skip
    apart = ("The last 12 months are not comparable with the 12 before, because the definition changes between them "
             f"({_changes(series[-24:])}).")  # fmt: skip
    return _same_months(apart, series[-1].month, rows, releases, code)


def _same_months(apart: str, last: date, rows: list[dict[str, Any]], releases: Iterable[Release], code: str) -> Trend:
    """January to the last month against the same months a year before, in the PaCE file after its own change."""
    covered = _covered(releases, "pace_country_month", code)
    now = [date(last.year, m, 1) for m in range(1, last.month + 1)]
    then = [date(last.year - 1, m.month, 1) for m in now]
    if then[0] < PACE_CHANGES or not set(now + then) <= covered:
        return Trend(apart, False)
    deaths = {r["month"]: r["fatalities_best"] for r in rows if r["source"] == "pace_country_month"}
    a, b = sum(deaths.get(m, 0) for m in now), sum(deaths.get(m, 0) for m in then)
    stretch = words.span(now[0], now[-1])
    caution = "".join(f" Caution: {text}" for (at, month), text in CAUTIONS.items() if at == code and month in now)
    return Trend(f"{stretch}: {words.count(a)} deaths, {words.count(b)} in the same months a year before "
                 f"({DEFINITIONS['pace_country_month']}): {_change(a, b)}.{caution} {apart}", True, a, b)  # fmt: skip


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
    return "about the same" if abs(share) < 10 else f"{'up' if share > 0 else 'down'} {abs(share):,}{words.NBSP}%"


def _changes(series: tuple[Month, ...]) -> str:
    told, last = [], ""
    for m in series:
        if m.definition != last:
            told.append(f"{m.definition} from {m.month:%b %Y}" if last else m.definition)
            last = m.definition
    return "; ".join(told)
