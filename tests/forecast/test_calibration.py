"""Calibration changes little without evidence, and nested events keep their order."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upstander.forecast.calibration import (
    FLOOR,
    Calibration,
    chance,
    learn,
    log_odds,
    monotone,
)

IDS = [f"one_sided_{t}{s}" for s in ("", "_24m") for t in (25, 100, 1000)]


def test_without_earlier_forecasts_calibration_changes_nothing() -> None:
    found = learn(np.zeros(0), np.zeros(0))
    assert found == Calibration()
    score = np.array([-3.0, 0.5])
    np.testing.assert_allclose(found.apply(score), score)


def test_calibration_mends_forecasts_that_are_twice_too_low() -> None:
    rng = np.random.default_rng(2)
    truth = rng.normal(-2, 1, 20000)
    happened = (rng.random(20000) < chance(truth)).astype(float)
    found = learn(truth - np.log(2), happened)
    before, after = (
        chance(truth - np.log(2)).sum(),
        chance(found.apply(truth - np.log(2))).sum(),
    )
    assert happened.sum() / before > 1.5
    assert happened.sum() / after == pytest.approx(1, abs=0.1)


def test_a_handful_of_events_moves_it_little() -> None:
    found = learn(np.full(30, -3.0), np.r_[np.ones(3), np.zeros(27)])
    assert abs(found.intercept) < 0.1
    assert abs(found.slope - 1) < 0.1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(1e-4, 0.9999), min_size=6, max_size=6))
def test_nested_probabilities_are_in_order_and_stay_in_range(values: list[float]) -> None:
    out = monotone({n: np.array([v]) for n, v in zip(IDS, values, strict=True)})
    for s in ("", "_24m"):
        assert (
            out[f"one_sided_25{s}"][0]
            >= out[f"one_sided_100{s}"][0]
            >= out[f"one_sided_1000{s}"][0]
        )
    for t in (25, 100, 1000):
        assert out[f"one_sided_{t}_24m"][0] >= out[f"one_sided_{t}"][0]
    assert all(min(values) - 1e-12 <= v[0] <= max(values) + 1e-12 for v in out.values())


def test_probabilities_already_in_order_are_left_as_they_are() -> None:
    given_ = {
        n: np.array([v]) for n, v in zip(IDS, (0.5, 0.3, 0.1, 0.6, 0.4, 0.2), strict=True)
    }
    out = monotone({**given_, "surge": np.array([0.9])})
    assert all(out[n][0] == pytest.approx(given_[n][0]) for n in IDS)
    assert out["surge"][0] == 0.9


def test_log_odds_are_held_inside_the_floor() -> None:
    np.testing.assert_allclose(chance(log_odds(np.array([0.0, 1.0]))), [FLOOR, 1 - FLOOR])
