"""iCalendar: what we write is read back, what others write is read or told."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.monitor.messages import batch, message

from upstander.core.errors import ConfigError
from upstander.monitor import ical_text
from upstander.monitor.alert_message import Step
from upstander.monitor.channels import icalendar
from upstander.monitor.ical_text import Event

TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=200)


@given(
    TEXT.map(str.strip), st.dates(date(1950, 1, 1), date(2090, 1, 1)), st.integers(0, 40)
)
def test_an_event_is_read_back_as_it_was_written(summary, since, days):
    until = date.fromordinal(since.toordinal() + days) if days else None
    made = Event("u1", summary, since, until, sequence=days, categories=("SDN", "a,b;c"))
    content = ical_text.written([made], "Title")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    events, faults = ical_text.read(content)
    assert faults == ()
    [found] = events
    assert (found.summary, found.since, found.until) == (summary, since, until)
    assert found.categories == made.categories
    assert found.sequence == days


@pytest.mark.parametrize("content", [b"", b"BEGIN:VCARD", b"\xff\xfe", b"title,date\n"])
def test_what_is_no_calendar_is_refused(content):
    with pytest.raises(ConfigError):
        ical_text.read(content)


def test_an_event_that_cannot_be_read_is_told_with_its_line():
    text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\nBEGIN:VEVENT\nDTSTART:2026\nEND:VEVENT\nBEGIN:VEVENT\n"
    events, faults = ical_text.read(text.encode())
    assert events == ()
    assert [f.partition(":")[0] for f in faults] == [
        f"event at line {n}" for n in (2, 5, 8)
    ]


def test_a_cancelled_alert_is_a_cancelled_event_and_a_drill_says_so():
    content = icalendar.write(batch(message(step=Step.CANCEL, exercise=True))).decode()
    assert "STATUS:CANCELLED" in content
    assert "SUMMARY:EXERCISE EXERCISE EXERCISE" in content
