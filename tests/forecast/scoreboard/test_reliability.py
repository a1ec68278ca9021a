"""Calibration by counting, against counts made by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstander.forecast.scoreboard.reliability import PIT_BINS, pit, reliability


def test_cases_are_counted_in_the_bin_of_what_was_said() -> None:
    rows = reliability(
        np.array([0.001, 0.3, 0.35, 0.9, 1.0]), np.array([0.0, 1.0, 0.0, 1.0, 1.0])
    )
    assert [(r["bin"], r["cases"], r["seen"]) for r in rows] == [
        ("under 0.5 %", 1, 0.0),
        ("20–40 %", 2, 0.5),
        ("80 % or more", 2, 1.0),
    ]
    assert rows[1]["said"] == pytest.approx(0.325)
    assert all(r["low"] < r["high"] for r in rows)
    assert 0 < rows[0]["high"] < 1, "none of one is not never"


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_every_case_is_in_one_bin(cases: list[tuple[float, bool]]) -> None:
    said, seen = (np.array([c[i] for c in cases], dtype=float) for i in (0, 1))
    rows = reliability(said, seen)
    assert sum(r["cases"] for r in rows) == len(cases)
    assert sum(r["cases"] * r["seen"] for r in rows) == pytest.approx(seen.sum())
    assert all(r["low"] <= r["seen"] + 1e-9 or r["seen"] == 0 for r in rows)


def test_outcomes_above_all_draws_fall_in_the_last_tenth_and_below_all_in_the_first() -> (
    None
):
    assert pit(np.array([1.0]), np.array([1.0])) == [0.0] * 9 + [1.0]
    assert pit(np.array([0.0]), np.array([0.0])) == [1.0] + [0.0] * 9


def test_an_outcome_that_half_the_draws_equal_is_spread_over_that_half() -> None:
    assert pit(np.array([0.2]), np.array([0.7])) == pytest.approx(
        [0, 0, 0.2, 0.2, 0.2, 0.2, 0.2, 0, 0, 0]
    )


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=40))
def test_the_tenths_add_up_to_all_outcomes(pairs: list[tuple[float, float]]) -> None:
    below, at = (np.array([f(p) for p in pairs]) for f in (min, max))
    found = pit(below, at)
    assert len(found) == PIT_BINS
    assert sum(found) == pytest.approx(1)
    assert min(found) >= -1e-12


def test_a_calibrated_forecast_is_flat() -> None:
    rng = np.random.default_rng(1)
    at = rng.random(200_00)
    assert pit(at, at) == pytest.approx([0.1] * 10, abs=0.01)
