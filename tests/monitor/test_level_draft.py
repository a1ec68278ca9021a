"""The draft of a level: topics count once, triggers modify, nothing reaches the top, and violence is not needed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.assess.made_up import record

from upstander.monitor.level_draft import drafted

ON = date(2026, 6, 30)


def signal(topic: str, before: int = 3, **given):
    found = (ON - timedelta(days=before)).isoformat()
    return record("signal", topic=topic, found=found, title=f"{topic} seen", **given)


def election(ahead: int, **given):
    since = (ON + timedelta(days=ahead)).isoformat()
    return record("trigger", type="election", label="Election", since=since, **given)


@pytest.mark.parametrize(
    ("topics", "ahead", "level"),
    [
        ((), 30, 0),  # a trigger alone makes nothing
        (("speech",), None, 1),
        (("speech", "speech"), None, 1),  # a topic counts once
        (("speech", "measures"), None, 2),
        (("speech", "measures"), 80, 3),
        (("speech", "measures"), 120, 2),  # too far
        (("speech", "measures", "civic", "displacement"), 10, 3),  # never the top
        (("killing", "conflict"), None, 2),  # violence counts like any other topic
        (("source", "opportunity", "trigger"), 10, 0),
    ],
)
def test_the_level_follows_from_topics_and_a_contest(topics, ahead, level):
    triggers = [] if ahead is None else [election(ahead)]
    assert drafted([signal(t) for t in topics], triggers, ON).level == level


def test_an_extreme_signal_counts_for_one_more_and_old_or_dismissed_ones_for_none():
    assert drafted([signal("speech", extreme=True)], [], ON).level == 2
    assert drafted([signal("speech", 91)], [], ON).level == 0
    one = signal("speech")
    gone = replace(one, body={**one.body, "status": "dismissed"})
    assert drafted([gone], [], ON).level == 0


def test_a_contest_that_is_called_off_lifts_nothing_and_every_input_is_named():
    off = election(20, date_status="cancelled")
    assert drafted([signal("speech")], [off], ON).level == 1
    found = drafted([signal("speech"), signal("measures")], [election(20)], ON)
    told = " ".join(found.explained())
    assert "speech seen" in told
    assert "measures seen" in told
    assert "Modifier, dated trigger: Election" in told
    assert "Level 3 of 4" in told
