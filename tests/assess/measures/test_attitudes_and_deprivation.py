"""Perceptions that justify violence, and economic deprivation counted and felt: worked by hand."""

from datetime import timedelta

import pytest
from tests.assess.made_up import ON, record

from upstander.assess.measures.attitudes import perception
from upstander.assess.measures.deprivation import deprivation
from upstander.records.forms import FormError


def days_ago(days):
    return (ON - timedelta(days=days)).isoformat()


def attitude(days, level="2", type="leader", **given):
    return record(
        "attitude", group="group1", day=days_ago(days), level=level, type=type, **given
    )


def test_the_strongest_recent_perception_and_the_trend_of_statements_and_no_discrimination_in_it():
    held = [
        attitude(10, "3"),
        attitude(40),
        attitude(400, "1"),
        attitude(2000, "4"),
        record("discrimination", group="group1"),
    ]
    seen = perception(held, "group1", ON)
    assert (seen.strongest.value, seen.trend.value) == (3, 1)
    assert seen.trend.words == "2 statements in the last year, 1 in the year before."
    assert perception(held, "group2", ON).strongest.value is None
    assert (
        perception(
            [record("discrimination", group="group1", practice="4")], "group1", ON
        ).strongest.value
        is None
    )


def test_a_survey_says_how_many_of_whom():
    survey = attitude(
        30, type="survey", share=31.5, asked_of="adults of the north, 1,200 answers"
    )
    assert (
        "Surveys: 31.5 % of adults of the north"
        in perception([survey], "group1", ON).strongest.words
    )
    assert perception([survey], "group1", ON).trend.value is None, (
        "a survey is no statement"
    )
    with pytest.raises(FormError) as told:
        attitude(30, type="survey")
    assert set(told.value.faults) == {"share", "asked_of"}


def lack(days, actual=None, perceived=None, **given):
    levels = {
        k: v for k, v in (("actual", actual), ("perceived", perceived)) if v is not None
    }
    return record("deprivation", day=days_ago(days), sphere="water", **levels, **given)


def test_deprivation_is_shown_counted_and_felt_with_the_gap_and_the_change():
    seen = deprivation([lack(10, "2", "4"), lack(500, "1"), lack(5000, "4", "4")], ON)
    assert (seen.actual.value, seen.perceived.value, seen.gap.value, seen.trend.value) == (
        2,
        4,
        2,
        1,
    )
    assert seen.gap.words == "Felt more than it is counted."
    nothing = deprivation([], ON)
    assert {
        m.value for m in (nothing.actual, nothing.perceived, nothing.gap, nothing.trend)
    } == {None}
