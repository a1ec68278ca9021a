"""How a day is said to a reader: messages, so that it can be said in every language.

Their English is made here and not looked up, since every page says many days; a test holds it against the catalogue.
"""

from __future__ import annotations

from datetime import date, datetime

from upstander.core.messages import Message

NOT_KNOWN = Message("not known", "core.not_known", {})


def day(value: date | None) -> Message:
    """A day as a reader writes it: 24 June 2026."""
    if value is None:
        return NOT_KNOWN
    return Message(f"{value.day} {value:%B %Y}", "core.day", {"day": value})


def iso_day(value: str) -> str:
    """A day written in ISO, as a reader writes it: 24 June 2026; what is no day stays."""
    try:
        return day(date.fromisoformat(value))
    except ValueError:
        return value


def month(value: date) -> Message:
    """A month: May 2026."""
    return Message(f"{value:%B %Y}", "core.month", {"month": value})


def moment(value: str) -> Message:
    """An instant written in ISO, to the minute: 24 June 2026, 14:05 UTC."""
    at = datetime.fromisoformat(value)
    clock = f"{at:%H:%M}"
    return Message(f"{day(at)}, {clock} UTC", "core.moment", {"day": at, "clock": clock})
