"""What is forecast: the unit, the level, the threshold, the window, in words a minister can read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from upstander.core.errors import ConfigError

Kind = Literal["calendar", "rolling"]


@dataclass(frozen=True)
class Target:
    """One yes/no event about a place.

    Attributes:
        level: ``country-year`` (calendar years after the base year) or ``country-month``
            (months after the last month of data).
        threshold: persons killed, at least; None where the event is a change.
        months: length of the window.
        event: the event in plain words; ``{window}`` stands for the named time.
    """

    id: str
    level: Literal["country-year", "country-month"]
    threshold: int | None
    months: int
    event: str

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
        'at least 100 civilians killed deliberately (one-sided violence) in 2026'
        """
        first, last = self.window(base_year=base_year, last_month=last_month)
        if self.level == "country-month":
            named = f"from {first:%B %Y} to {last:%B %Y}"
        else:
            named = f"in {first.year}" if first.year == last.year else f"in {first.year} and {last.year} together"
        return self.event.format(window=named)


def month_after(month: date, ahead: int) -> date:
    """First day of the month ``ahead`` months after ``month``."""
    count = month.year * 12 + month.month - 1 + ahead
    return date(count // 12, count % 12 + 1, 1)


ONE_SIDED = "at least {n:,} civilians killed deliberately (one-sided violence) {{window}}"
TOTAL = "at least {n:,} {people} killed in organised violence of any kind {{window}}"
ONE_SIDED_THRESHOLDS = (25, 100, 1000)
TOTAL_THRESHOLDS = (1, 25, 100, 1000)
TOTAL_MONTHS = (3, 6, 12)  # windows from the month after the last one of data
HEADLINE = "one_sided_100"


def total_id(threshold: int, months: int) -> str:
    """The target's id; twelve months are not named in it.

    >>> total_id(25, 3), total_id(25, 12)
    ('total_25_3m', 'total_25')
    """
    return f"total_{threshold}" if months == 12 else f"total_{threshold}_{months}m"


TARGETS: tuple[Target, ...] = (
    *(Target(f"one_sided_{n}", "country-year", n, 12, ONE_SIDED.format(n=n)) for n in ONE_SIDED_THRESHOLDS),
    *(Target(f"one_sided_{n}_24m", "country-year", n, 24, ONE_SIDED.format(n=n)) for n in ONE_SIDED_THRESHOLDS),
    Target(
        "hard_onset",
        "country-year",
        25,
        12,
        "at least 25 people killed in organised violence {window}, after fewer than 25 in each of the five years before",
    ),
    Target(
        "surge",
        "country-year",
        100,
        12,
        "at least 100 civilians killed deliberately {window}, and at least three times the mean of the three years before "
        "(counted as 20 where that mean is smaller)",
    ),
    *(
        Target(
            total_id(n, months), "country-month", n, months, TOTAL.format(n=n, people="person" if n == 1 else "people")
        )
        for months in TOTAL_MONTHS
        for n in TOTAL_THRESHOLDS
    ),
)


def get(target_id: str) -> Target:
    """The target of that id, or ConfigError listing them."""
    found = next((t for t in TARGETS if t.id == target_id), None)
    if found is None:
        raise ConfigError(f"no target {target_id!r}; have {', '.join(t.id for t in TARGETS)}")
    return found


def is_hard_onset(deaths_by_year: tuple[float, ...]) -> bool:
    """Whether the last of six yearly totals is an onset: >= 25 after five years below 25 each.

    >>> is_hard_onset((0, 24, 3, 0, 0, 25)), is_hard_onset((0, 25, 3, 0, 0, 99))
    (True, False)
    """
    if len(deaths_by_year) != 6:
        raise ValueError(f"a hard onset needs six years, Y-5 to Y, got {len(deaths_by_year)}")
    return deaths_by_year[-1] >= 25 and all(d < 25 for d in deaths_by_year[:-1])


def is_surge(one_sided_by_year: tuple[float, ...]) -> bool:
    """Whether the last of four yearly one-sided counts is a surge: >= 100 and >= 3 x max(20, mean before).

    >>> is_surge((0, 0, 0, 100)), is_surge((100, 100, 100, 250))
    (True, False)
    """
    if len(one_sided_by_year) != 4:
        raise ValueError(f"a surge needs four years, Y-3 to Y, got {len(one_sided_by_year)}")
    before = sum(one_sided_by_year[:-1]) / 3
    return one_sided_by_year[-1] >= 100 and one_sided_by_year[-1] >= 3 * max(20.0, before)
