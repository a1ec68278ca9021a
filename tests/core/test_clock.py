"""A day and an instant mean the same wherever somebody asks "as of when"."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from upstander.cli import terminal
from upstander.core import clock
from upstander.core.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "day", "hour"),
    [
        ("2025-03-01", date(2025, 3, 1), 23),
        ("2025-03-01T12:00:00Z", date(2025, 3, 1), 12),
        ("2025-03-01T23:30:00-02:00", date(2025, 3, 2), 1),
        (
            "2025-03-01T12:00:00 00:00",
            date(2025, 3, 1),
            12,
        ),  # a plus, as an address carries it
    ],
)
def test_a_day_is_its_end_and_an_instant_is_itself_in_utc(text, day, hour):
    assert clock.day(text) == day
    assert (clock.instant(text).hour, clock.instant(text).tzinfo) == (hour, UTC)
    assert terminal.settings(as_of=text).as_of == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "today",
        "2025-13-01",
        "2025-03-01T12:00:00",
        "1900-01-01",
        "9999-12-31",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_what_is_neither_is_refused_with_both_forms(text):
    with pytest.raises(ConfigError, match="YYYY-MM-DD, or an instant"):
        clock.instant(text)
    with pytest.raises(ConfigError):
        terminal.settings(as_of=text)


def test_an_instant_of_the_settings_is_a_day():
    assert terminal.settings(
        as_of=datetime(2025, 3, 1, 5, tzinfo=UTC).isoformat()
    ).as_of == date(2025, 3, 1)
