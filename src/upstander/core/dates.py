"""How a day is said to a reader."""

from __future__ import annotations

from datetime import date

NOT_KNOWN = "not known"


def day(value: date | None) -> str:
    """A day as a reader writes it: 24 June 2026."""
    return NOT_KNOWN if value is None else f"{value.day} {value:%B %Y}"


def iso_day(value: str) -> str:
    """A day written in ISO, as a reader writes it: 24 June 2026; what is no day stays."""
    try:
        return day(date.fromisoformat(value))
    except ValueError:
        return value
