"""What a day or an instant means, wherever somebody asks "as of when": pages, JSON and the command alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from upstander.core.errors import ConfigError
from upstander.core.messages import say

FIRST_DAY, LAST_DAY = date(1946, 1, 1), date(2100, 12, 31)
FORMS = "a day written YYYY-MM-DD, or an instant such as 2026-03-01T12:00:00Z"


def utc_now() -> datetime:
    """What time it is on this machine, in UTC: asked by the doors alone, which hand the answer in."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Clock:
    """The time that pages and commands go by, handed in by the doors: a test or an exercise holds it still.

    Attributes:
        day: the day that what is known is asked about, where nobody asks for another.
        is_demonstration: whether that day is the bundle's, for nothing newer speaks here; pages say so.
    """

    day: date
    is_demonstration: bool = False
    now: Callable[[], datetime] = utc_now


def demonstration_note(clock: Clock) -> str:
    """What is said first of a clock that is the demonstration's, with its true age; '' of another."""
    if not clock.is_demonstration:
        return ""
    age = (clock.now().date() - clock.day).days
    return say("core.demonstration", day=clock.day, n=max(age, 0))


def instant(text: str) -> datetime:
    """The instant that a text means, in UTC: a day is its end.

    Raises:
        ConfigError: it is neither a day nor an instant with its zone, or lies outside FIRST_DAY to LAST_DAY.
    """
    try:
        if len(text) == len("2026-03-01"):
            meant = datetime.combine(date.fromisoformat(text), time.max, UTC)
        else:
            meant = datetime.fromisoformat(
                text.replace(" ", "+")
            )  # in an address a plus is a space
        inside = (
            meant.tzinfo is not None
            and FIRST_DAY <= meant.astimezone(UTC).date() <= LAST_DAY
        )
    except (ValueError, OverflowError):
        inside = False
    if not inside:
        raise ConfigError(
            f"as_of must be {FORMS}, from {FIRST_DAY} to {LAST_DAY}, for example 2025-03-01"
        )
    return meant.astimezone(UTC)


def day(text: str) -> date:
    """The day, in UTC, that a text means.

    Raises:
        ConfigError: as ``instant``.
    """
    return instant(text).date()
