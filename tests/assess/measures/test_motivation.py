"""Factor 2: motives, speech, what the State says."""

from datetime import timedelta

import pytest
from tests.assess.made_up import ON, record

from upstander.assess.measures.motivation import (
    burst_probability,
    motive_map,
    speech,
    state_justification,
)
from upstander.records.forms import form


def said(days_ago, **given):
    return record(
        "speech_event",
        day=(ON - timedelta(days=days_ago)).isoformat(),
        **{"group": "g1", "speaker": "party", **given},
    )


def test_motives_stand_by_organisation_and_group_with_strength_and_confidence_apart():
    rows = [
        record(
            "motive",
            actor="Front",
            group="g1",
            type="political",
            strength="2",
            confidence="high",
        ),
        record(
            "motive",
            actor="Front",
            group="g1",
            type="economic",
            strength="4",
            confidence="low",
        ),
        record("motive", actor="Front", group="g2", type="identity", confidence="medium"),
    ]
    first, second = motive_map(rows, ON)
    assert (first.group, first.strength, first.confidence) == ("g1", 4, "low")
    assert first.by_type == {"economic": 4, "political": 2}
    assert (second.strength, second.measure.value) == (None, None)
    assert set(form("motive").field("type").choices) == {
        "political",
        "economic",
        "military",
        "identity",
    }


def test_speech_gives_trend_share_by_officials_and_the_three_types():
    events = [
        said(10, type="hate_speech", speaker="minister"),
        said(200, type="ideology"),
        said(300, type="hate_speech"),
        said(400, type="propaganda"),
    ]
    found = speech(events, ON, "g1")
    assert found.by_type == {"ideology": 1, "hate_speech": 2, "propaganda": 0}
    assert found.trend.value == 3 - 1
    assert found.official_share.value == pytest.approx(1 / 3)
    assert speech(events, ON, "g2").trend.value is None
    assert {"speaker", "reach", "group"} <= {f.name for f in form("speech_event").fields}


def test_a_burst_is_a_number_of_events_that_chance_hardly_explains():
    # no event in 180 days, then three: r = 0.5, p = 6/7 -> 1 - 0.92582 - 0.06613 - 0.00709 = 0.00096
    assert burst_probability(3, 0) == pytest.approx(0.00096, abs=2e-5)
    quiet = [said(40 + 30 * i) for i in range(6)]
    assert speech([said(5)] * 1 + [said(6), said(7)], ON).is_burst
    assert not speech([said(5), said(6)], ON).is_burst
    assert not speech([*quiet, said(5), said(6)], ON).is_burst
    many = [said(31 + i) for i in range(0, 180, 6)]  # five in each window
    assert not speech([*many, *(said(i) for i in range(7))], ON).is_burst
    assert speech([*many, *(said(i) for i in range(20))], ON).is_burst


def test_state_justification_counts_office_holders_alone_and_keeps_the_four_stances_apart():
    rows = [
        record("statement", stance="justify", issuer="minister", day="2026-06-01"),
        record("statement", stance="deny", issuer="head", day="2026-05-01"),
        record("statement", stance="condemn", issuer="legislator", day="2026-04-01"),
        record("statement", stance="silent", issuer="security", day="2026-03-01"),
        record("statement", stance="justify", issuer="media", day="2026-03-01"),
        record("statement", stance="justify", issuer="head", day="2020-03-01"),
    ]
    found = state_justification(rows, ON)
    assert found.stances == {"justify": 1, "deny": 1, "condemn": 1, "silent": 1}
    assert found.measure.value == 0.25
    assert state_justification([], ON).measure.value is None
