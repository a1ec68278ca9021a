"""Whether the last months can be compared with those before, and how they changed; or why that cannot be said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from upstander.core.messages import joined, say, text
from upstander.core.thresholds import SILENT_MONTHS, USUAL_MONTHS, VIOLENT_YEAR
from upstander.lake import precedence
from upstander.lake.precedence import Heard
from upstander.report import words
from upstander.report.history import Month, Rows

PACE = precedence.BY_NAME["pace_country_month"]
# From this month the PaCE file follows Candidate events instead of GED: another definition in one file.
PACE_CHANGES = date(2025, 1, 1)
SPAN = 24  # months
# Months whose figure no second source confirms; said wherever a change rests on them.
UNCONFIRMED = say("report.the_19_886_deaths_of_january_2026")
CAUTIONS = {("IRN", date(2026, 1, 1)): UNCONFIRMED}


@dataclass(frozen=True)
class Trend:
    """The last months against earlier ones within one definition, or why that cannot be said.

    Attributes:
        short: the two counts alone; definition: what both counted.
    """

    sentence: str
    comparable: bool
    last: int | None = None
    before: int | None = None
    short: str = ""
    definition: str = ""


def of(
    series: tuple[Month, ...],
    monthly: Rows,
    heard: Heard,
    code: str,
) -> Trend:
    """The last 12 months against the 12 before, within one definition; else the same months a year earlier in one file.

    ``series`` need not hold more than the newest SPAN months; ``monthly`` are rows of violence_month by place.
    """
    if len(series) < SPAN:
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
    definition, change = late[0].definition, _change(now, before)
    sentence = say(
        "report.in_the_12_before",
        last=last,
        count=words.count(before),
        definition=definition,
        change=change,
    )
    return Trend(
        sentence=sentence,
        comparable=True,
        last=now,
        before=before,
        short=say(
            "report.counts_beside", last=last, count=words.count(before), change=change
        ),
        definition=definition,
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
    return _in_one_file(
        apart, words.span(months[0], months[-1]), (now, before), _cautions(code, months)
    )


def _in_one_file(
    apart: str, stretch: str, deaths: tuple[int, int], cautions: Sequence[str]
) -> Trend:
    """The trend from deaths now and before."""
    now, before = deaths
    counts = _counts(stretch, now, before)
    compared = _compared(counts, now, before)
    return Trend(
        sentence=joined((joined((compared, *cautions), ""), apart), " "),
        comparable=True,
        last=now,
        before=before,
        short=joined((text("{counts}.", counts=counts), *cautions), ""),
        definition=PACE.definition,
    )


def _compared(counts: str, now: int, before: int) -> str:
    return text(
        "{counts} ({definition}): {change}.",
        counts=counts,
        definition=text(PACE.definition),
        change=_change(now, before),
    )


def _counts(stretch: str, now: int, before: int) -> str:
    counts = say(
        "report.deaths_in_the_same_months_a_year",
        count=words.count(now),
        count_2=words.count(before),
    )
    return text("{stretch}: {counts}", stretch=stretch, counts=counts)


def _cautions(code: str, months: Sequence[date]) -> list[str]:
    of_place = ((month, said) for (at, month), said in CAUTIONS.items() if at == code)
    return [say("report.caution", text=said) for month, said in of_place if month in months]


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
    way = "report.up_by" if share > 0 else "report.down_by"
    return say(way, share=abs(share))


def _changes(series: tuple[Month, ...]) -> str:
    definitions, last = [], ""
    for month in series:
        if month.definition != last:
            since = (
                say("report.from_2", month=text("{month:short_month}", month=month.month))
                if last
                else ""
            )
            definitions.append(joined((text(month.definition), since), ""))
            last = month.definition
    return joined(definitions, "; ")
