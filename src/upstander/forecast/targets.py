"""What is forecast: the unit, the level, the threshold, the window, in words a minister can read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Literal

from upstander.core.errors import ConfigError
from upstander.core.messages import text
from upstander.core.months import month_after
from upstander.core.thresholds import MASS_ONE_SIDED, MASS_TOTAL, VIOLENT_YEAR
from upstander.core.thresholds import ONE_SIDED as KILLED

Kind = Literal["one_sided", "hard_onset", "surge", "total", "civilians"]


@dataclass(frozen=True)
class Target:
    """One yes/no event about a place.

    Attributes:
        level: ``country-year`` (calendar years after the base year) or ``country-month``
            (months after the last month of data).
        threshold: persons killed, at least.
        months: length of the window.
        event: the event in plain words; ``{window}`` stands for the named time.
        label: the same as a heading, without its time.
        kind: what is counted, and whether a count or a change of it is the event.
    """

    id: str
    level: Literal["country-year", "country-month"]
    threshold: int
    months: int
    event: str
    label: str
    kind: Kind

    def window(self, *, base_year: int, last_month: date) -> tuple[date, date]:
        """First and last month (their first days) the event counts in.

        A calendar target begins in January after the base year; it is never relabelled a
        rolling window, even when part of that year has passed.
        """
        if self.level == "country-year":
            return date(base_year + 1, 1, 1), date(base_year + self.months // 12, 12, 1)
        return month_after(last_month, 1), month_after(last_month, self.months)

    def words(self, *, base_year: int, last_month: date) -> str:
        """The event with its time named.

        >>> get("one_sided_100").words(base_year=2025, last_month=date(2026, 5, 1))
        'at least 100 civilians killed deliberately (one-sided violence, UCDP) in 2026'
        """
        first, last = self.window(base_year=base_year, last_month=last_month)
        return text(self.event, window=self._named(first, last))

    def _named(self, first: date, last: date) -> str:
        if self.level == "country-month":
            return text("from {first:month} to {last:month}", first=first, last=last)
        if first.year == last.year:
            return text("in {year}", year=first.year)
        return text(
            "in {year} and {next_year} together", year=first.year, next_year=last.year
        )


ONE_SIDED_THRESHOLDS = (VIOLENT_YEAR, MASS_ONE_SIDED, MASS_TOTAL)
TOTAL_THRESHOLDS = (1, *ONE_SIDED_THRESHOLDS)
TOTAL_MONTHS = (3, 6, 12)  # windows from the month after the last one of data
YEARLY_HEADLINE = (
    f"one_sided_{MASS_ONE_SIDED}"  # of a calendar year: comparable with other lists
)
HEADLINE = f"civilians_{MASS_ONE_SIDED}"  # of the twelve months ahead
ONSET_YEARS = 5  # quiet years before an onset
SURGE_TIMES, SURGE_YEARS = 3, 3  # so many times the mean of so many years before ...
SURGE_LEAST = 20  # ... which is counted as this where it is smaller
CIVILIANS_MONTHS = (3, 6, 12)  # windows from the month after the last one of data
ESCALATION_TIMES = (
    3  # so many times the last twelve months' number, counted as SURGE_LEAST where smaller
)


def total_id(threshold: int, months: int) -> str:
    """The target's id; twelve months are not named in it.

    >>> total_id(25, 3), total_id(25, 12)
    ('total_25_3m', 'total_25')
    """
    return f"total_{threshold}" if months == 12 else f"total_{threshold}_{months}m"


def civilians_id(threshold: int, months: int) -> str:
    """The id of a target of civilians killed deliberately in the coming months; twelve months are not named in it.

    >>> civilians_id(100, 6), civilians_id(100, 12)
    ('civilians_100_6m', 'civilians_100')
    """
    return f"civilians_{threshold}" if months == 12 else f"civilians_{threshold}_{months}m"


def headline_in(held: Collection[str]) -> str:
    """The headline of an issue that holds these targets: the months ahead, else the calendar year.

    >>> headline_in(["one_sided_100"]), headline_in(["civilians_100", "one_sided_100"])
    ('one_sided_100', 'civilians_100')
    """
    return HEADLINE if HEADLINE in held else YEARLY_HEADLINE


def _one_sided(threshold: int, months: int) -> Target:
    name = f"one_sided_{threshold}" + ("_24m" if months == 24 else "")
    event = f"at least {threshold:,} {KILLED} {{window}}"
    return Target(
        name,
        "country-year",
        threshold,
        months,
        event,
        text(f"{threshold:,} or more {KILLED}"),
        "one_sided",
    )


def _total(threshold: int, months: int) -> Target:
    people = "person" if threshold == 1 else "people"
    event = f"at least {threshold:,} {people} killed in organised violence of any kind {{window}}"
    label = text(f"{threshold:,} or more deaths in organised violence")
    return Target(
        total_id(threshold, months),
        "country-month",
        threshold,
        months,
        event,
        label,
        "total",
    )


def _civilians(threshold: int, months: int) -> Target:
    return Target(
        civilians_id(threshold, months),
        "country-month",
        threshold,
        months,
        f"at least {threshold:,} {KILLED} {{window}}",
        text(f"{threshold:,} or more {KILLED}"),
        "civilians",
    )


NEW_MASS_KILLING = Target(
    "new_mass_killing",
    "country-month",
    MASS_ONE_SIDED,
    12,
    f"at least {MASS_ONE_SIDED} {KILLED} {{window}}, after fewer than {VIOLENT_YEAR} in the twelve months before",
    text(f"New mass killing: {MASS_ONE_SIDED} or more {KILLED}, after a quiet year"),
    "civilians",
)
ESCALATION = Target(
    "escalation",
    "country-month",
    MASS_ONE_SIDED,
    12,
    f"at least {MASS_ONE_SIDED} {KILLED} {{window}}, and at least three times the number of the twelve months before "
    f"(counted as {SURGE_LEAST} where it is smaller)",
    text(f"Escalation: {MASS_ONE_SIDED} or more {KILLED}, and three times the year before"),
    "civilians",
)
ONSET = Target(
    "hard_onset",
    "country-year",
    VIOLENT_YEAR,
    12,
    f"at least {VIOLENT_YEAR} people killed in organised violence {{window}}, after fewer than {VIOLENT_YEAR} in each "
    "of the five years before",
    text(f"Onset: {VIOLENT_YEAR} or more deaths after five quiet years"),
    "hard_onset",
)
SURGE = Target(
    "surge",
    "country-year",
    MASS_ONE_SIDED,
    12,
    f"at least {MASS_ONE_SIDED} {KILLED} {{window}}, and at least three times the mean of the three years before "
    f"(counted as {SURGE_LEAST} where that mean is smaller)",
    text(f"Surge: {MASS_ONE_SIDED} or more {KILLED}, and three times the years before"),
    "surge",
)
TARGETS: tuple[Target, ...] = (
    *(_one_sided(n, months) for months in (12, 24) for n in ONE_SIDED_THRESHOLDS),
    ONSET,
    SURGE,
    *(_civilians(n, months) for months in CIVILIANS_MONTHS for n in ONE_SIDED_THRESHOLDS),
    NEW_MASS_KILLING,
    ESCALATION,
    *(_total(n, months) for months in TOTAL_MONTHS for n in TOTAL_THRESHOLDS),
)


def get(target_id: str) -> Target:
    """The target of that id, or ConfigError listing them."""
    found = next((t for t in TARGETS if t.id == target_id), None)
    if found is None:
        raise ConfigError(
            f"no target {target_id!r}; have {', '.join(t.id for t in TARGETS)}"
        )
    return found
