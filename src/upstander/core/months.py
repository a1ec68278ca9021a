"""Months as first days: counting, stepping, and how many lie between two days."""

from __future__ import annotations

from datetime import date, timedelta

from upstander.core.errors import ConfigError


def number_of(day: date) -> int:
    """Months since year 0: differences of it are differences in months."""
    return day.year * 12 + day.month - 1


def month_after(day: date, ahead: int) -> date:
    """First day of the month ``ahead`` months after that of ``day``.

    >>> month_after(date(2026, 5, 31), 1), month_after(date(2026, 1, 1), -1)
    (datetime.date(2026, 6, 1), datetime.date(2025, 12, 1))
    """
    year, month = divmod(number_of(day) + ahead, 12)
    return date(year, month + 1, 1)


def month_of(text: str) -> date:
    """First day of a month written ``2024-02``. Raises ConfigError."""
    try:
        return date.fromisoformat(f"{text.strip()}-01")
    except ValueError:
        raise ConfigError(f"{text!r} is no month; write it as 2024-02") from None


def month_end(day: date) -> date:
    """Last day of the month of ``day``."""
    return month_after(day, 1) - timedelta(days=1)


def months_from_to(first: date, last: date) -> tuple[date, ...]:
    """First days of the months from that of ``first`` to that of ``last``, both included; none when it is earlier."""
    return tuple(
        month_after(first, ahead) for ahead in range(number_of(last) - number_of(first) + 1)
    )
