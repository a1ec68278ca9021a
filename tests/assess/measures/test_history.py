"""Factor 1 against numbers worked by hand."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.assess.made_up import ON, record

from upstander.assess.measures.history import (
    MEANS,
    compounded,
    discrimination_grid,
    exclusion,
    harm_history,
    harm_weight,
    unaddressed_past,
)
from upstander.records.forms import form


def harm(gravity="4", since="2011-07-01", **given):
    return record("harm", group="g1", gravity=gravity, since=since, **given)


def test_a_group_has_a_neutral_label_its_own_label_and_aliases_and_no_persons():
    body = record(
        "group",
        neutral_label="River people",
        self_identification="Wa Mto",
        aliases="Mto\nRiverines",
        basis="ethnic",
    ).body
    assert (body["neutral_label"], body["self_identification"], body["aliases"]) == (
        "River people",
        "Wa Mto",
        "Mto\nRiverines",
    )
    assert "never persons" in form("group").help


def test_harm_history_halves_in_fifteen_years_and_never_falls_below_a_quarter():
    old = harm(since="1944-01-01")  # 82 years: 2^-5.5 would be 0.02, the floor holds
    half = harm(since="2011-07-01")  # 14.998 years
    light = harm(gravity="1", since="2026-06-30")
    assert harm_weight(old, ON) == 0.25
    assert harm_weight(half, ON) == pytest.approx(0.5, abs=1e-3)
    assert harm_weight(light, ON) == 0.25
    found = harm_history([old, half, light, harm(since="2027-01-01")], "g1", ON)
    assert found.value == pytest.approx(1.0, abs=1e-3)
    assert found.rests_on == tuple(sorted(r.id for r in (old, half, light)))


def test_a_harm_that_goes_on_does_not_decay_and_another_groups_harm_does_not_count():
    assert harm_weight(harm(since="1990-01-01", goes_on="yes"), ON) == 1
    assert harm_weight(harm(since="1990-01-01", until="2026-06-30"), ON) == 1
    assert harm_history([harm()], "g2", ON).value is None
    assert harm_history([], "g1", ON).words.startswith("Not assessed")


@given(st.dates(date(1850, 1, 1), ON), st.dates(date(1850, 1, 1), ON))
def test_the_longer_ago_the_less_it_weighs_and_it_stays_between_the_floor_and_one(a, b):
    first, second = (harm_weight(harm(since=d.isoformat()), ON) for d in sorted((a, b)))
    assert 0.25 <= first <= second <= 1


def test_the_unaddressed_past_is_harm_times_one_minus_coverage_and_names_what_is_missing():
    done = harm(since="2026-06-30")
    remedies = [
        record("remedy", harm=done.id, means="accountability", coverage="4"),
        record("remedy", harm=done.id, means="reparations", coverage="2"),
        record("remedy", harm=done.id, means="security_reform", coverage="0"),
    ]
    found = unaddressed_past([done, *remedies], "g1", ON)
    assert found.measure.value == pytest.approx(
        1 - 6 / 20
    )  # coverage (4 + 2 + 0 + 0 + 0) of 20
    assert found.measure.low == pytest.approx(
        1 - 14 / 20
    )  # the two without a record counted as complete
    assert found.rows[0].missing == ("security_reform", "judicial_reform", "reconciliation")
    assert found.options == ("A5", "A6", "C5")
    assert set(found.measure.rests_on) == {done.id, *(r.id for r in remedies)}
    nothing = unaddressed_past([done], "g1", ON)
    assert nothing.options == ("A4", "A5", "A6", "C5")
    assert nothing.measure.value == 1
    complete = [record("remedy", harm=done.id, means=m, coverage="4") for m in MEANS]
    assert unaddressed_past([done, *complete], "g1", ON).measure.value == pytest.approx(0)
    assert unaddressed_past([done, *complete], "g1", ON).options == ()


def test_the_grid_keeps_law_and_practice_apart_and_gives_most_spread_and_gender():
    rows = [
        record("discrimination", group="g1", form="political", law="1", practice="3"),
        record("discrimination", group="g1", form="gender", practice="2"),
        record("discrimination", group="g1", form="social", law="0", practice="1"),
    ]
    grid = discrimination_grid(rows, "g1", ON)
    assert grid.cells == {
        "political": (1, 3),
        "social": (0, 1),
        "economic": (None, None),
        "gender": (None, 2),
    }
    assert (grid.most.value, grid.spread.value, grid.meets_gender) == (3, 2, True)
    assert grid.not_assessed == ("economic",)
    assert not discrimination_grid(rows[:1], "g1", ON).meets_gender
    women = record(
        "discrimination", group="g1", form="economic", practice="3", hits="women;girls"
    )
    assert discrimination_grid([women], "g1", ON).meets_gender
    assert discrimination_grid([], "g1", ON).most.value is None
    ended = record(
        "discrimination",
        group="g1",
        form="political",
        practice="4",
        since="2000-01-01",
        until="2001-01-01",
    )
    assert discrimination_grid([ended], "g1", ON).most.value is None


@pytest.mark.parametrize(
    ("discriminated", "excluded", "rated", "after", "flag"),
    [
        ("3", "3", 2, 3, True),
        ("4", "3", 4, 4, True),
        ("2", "4", 2, 2, False),
        ("3", "2", 2, 2, False),
        ("3", None, 2, 2, False),
        ("4", "4", None, None, True),
    ],
)
def test_strong_discrimination_and_strong_exclusion_together_raise_the_factor_one_band(
    discriminated, excluded, rated, after, flag
):
    grid = discrimination_grid(
        [record("discrimination", group="g1", form="social", practice=discriminated)],
        "g1",
        ON,
    )
    kept_out = exclusion(
        [record("exclusion", group="g1", sphere="citizenship", level=excluded)], "g1", ON
    )
    found = compounded(rated, grid, kept_out)
    assert (found.before, found.after, found.compounded) == (rated, after, flag)
    assert ("Compounded" in found.words) == flag
    assert set(kept_out.spheres) == {"power", "jobs", "services", "citizenship"}
