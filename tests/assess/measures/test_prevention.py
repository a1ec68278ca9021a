"""Factor 5: capacity, participation, civic space, institutions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.assess.made_up import ON, record

from upstander.assess.measures.prevention import (
    Reading,
    civic_space,
    institutions,
    participation_gaps,
    preventive_capacity,
)


def test_capacity_is_the_mean_of_regime_and_capacity_each_the_mean_of_what_is_known():
    readings = [
        Reading("polyarchy", "regime", 0.2, (0, 1), 2025, "V-Dem"),
        Reading("liberties", "regime", 0.4, (0, 1), 2025, "V-Dem"),
        Reading("infant deaths", "capacity", 40, (100, 0), 2024, "UN"),
        Reading("services", "capacity", None, (0, 1), 2024, "WB"),
    ]
    found = preventive_capacity(readings)
    assert found.value == pytest.approx((0.3 + 0.6) / 2)
    assert "Not known: services" in found.words
    assert preventive_capacity(readings[3:]).value is None


def test_the_participation_gap_is_share_of_the_population_less_share_there():
    rows = [
        record(
            "participation",
            sphere="cabinet",
            day="2020-01-01",
            group="g1",
            total=20,
            of_group=5,
            population_share=30,
        ),
        record(
            "participation",
            sphere="cabinet",
            day="2026-01-01",
            group="g1",
            total=20,
            of_group=2,
            population_share=30,
        ),
        record(
            "participation",
            sphere="vote",
            day="2026-01-01",
            group="g1",
            total=100,
            of_group=40,
            population_share=30,
        ),
        record("participation", sphere="vote", day="2026-01-01", total=100),
    ]
    assert [(g.sphere, g.gap.value) for g in participation_gaps(rows, ON)] == [
        ("cabinet", 20),
        ("vote", -10),
    ]


def test_civic_space_is_a_trend_of_weighted_events():
    rows = [
        record("civic_space", direction="narrows", weight="3", day="2026-05-01"),
        record("civic_space", direction="widens", weight="1", day="2026-02-01"),
        record("civic_space", direction="widens", weight="2", day="2025-02-01"),
    ]
    assert civic_space(rows, ON).value == (-3 + 1) - 2
    assert "narrows" in civic_space(rows, ON).words
    assert civic_space([], ON).value is None


def body(kind, exists="yes", **given):
    return record("institution", kind=kind, exists=exists, **given)


def test_three_kinds_of_institution_have_a_sub_score_each():
    rows = [
        body("judicial", independence="2", resources="3", credibility="1"),  # 6/12 = 0.5
        body("judicial", "paper", independence="4"),  # 0.5 x 1
        body("human_rights", "no"),  # 0
        body("human_rights", "yes"),  # nothing judged
    ]
    judicial, rights, security = institutions(rows, ON, None)
    assert (judicial.score.value, rights.score.value, security.score.value) == (
        0.5,
        0.0,
        None,
    )
    assert "1 on record not judged" in rights.score.words
    assert judicial.adjusted.value is None
    assert "not known" in judicial.adjusted.words


def test_the_rule_of_law_multiplies_and_both_scores_and_the_reason_are_shown():
    judicial = institutions([body("judicial", independence="4")], ON, 0.25)[0]
    assert (judicial.score.value, judicial.adjusted.value) == (1.0, 0.25)
    assert "1.00 x rule of law 0.25 = 0.25" in judicial.adjusted.words
    with pytest.raises(ValueError, match="outside 0 to 1"):
        institutions([], ON, 1.5)


@given(st.floats(0, 1), st.sampled_from("01234"))
def test_the_rule_of_law_never_raises_a_score(index, level):
    found = institutions([body("security", credibility=level)], ON, index)[2]
    assert found.adjusted.value <= found.score.value
