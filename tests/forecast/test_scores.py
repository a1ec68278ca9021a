"""Scores against numbers worked by hand, another implementation, and their own properties."""

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from upstander.forecast import scores

COUNTS = st.integers(0, 5000).map(float)


def test_crps_worked_by_hand() -> None:
    # draws 0 and 4, outcome 1: mean distance 2, half the mean distance between draws (0+4+4+0)/8 = 1
    assert scores.crps(np.array([[4, 0]]), np.array([1])).tolist() == [1.0]


def test_crps_equals_the_reference_implementation() -> None:
    import scoringrules

    rng = np.random.default_rng(3)
    draws, outcome = (
        rng.negative_binomial(1, 0.01, (40, 60)),
        rng.negative_binomial(1, 0.01, 40),
    )
    expected = scoringrules.crps_ensemble(
        outcome.astype(float), draws.astype(float), estimator="qd"
    )
    assert np.allclose(scores.crps(draws, outcome), expected)


@settings(max_examples=60, deadline=None)
@given(
    arrays(float, (3, 7), elements=COUNTS),
    arrays(float, 3, elements=COUNTS),
    st.integers(1, 50),
)
def test_crps_is_never_negative_and_ignores_order_shift_and_repetition(
    draws: Any, outcome: Any, shift: int
) -> None:
    score = scores.crps(draws, outcome)
    assert (score >= -1e-9).all()
    assert np.allclose(
        score, scores.crps(draws[:, ::-1] + shift, outcome + shift), atol=1e-8
    )
    assert np.allclose(score, scores.crps(np.tile(draws, 3), outcome), atol=1e-8)


def test_crps_is_zero_only_for_draws_that_all_equal_the_outcome() -> None:
    # the processor's own matrix product adds in its own order, and so rounds in its own way
    for score in (scores.crps, scores.crps_log):
        assert abs(score(np.full((1, 5), 7), np.array([7]))[0]) < 1e-12


@pytest.mark.parametrize(
    "score", [scores.crps, scores.crps_log, scores.mis, scores.coverage]
)
def test_a_score_over_a_gap_is_refused(score: Any) -> None:
    with pytest.raises(ValueError, match="NaN"):
        score(np.array([[1.0, np.nan]]), np.array([1.0]))
    with pytest.raises(ValueError, match="fit"):
        score(np.zeros((2, 5)), np.zeros(3))


def test_bins_are_those_of_the_challenge() -> None:
    ends = [
        0,
        1,
        2,
        3,
        5,
        6,
        10,
        11,
        25,
        26,
        50,
        51,
        100,
        101,
        250,
        251,
        500,
        501,
        1000,
        1001,
    ]
    assert scores.bin_of(np.array(ends)).tolist() == [
        0,
        1,
        1,
        2,
        2,
        3,
        3,
        4,
        4,
        5,
        5,
        6,
        6,
        7,
        7,
        8,
        8,
        9,
        9,
        10,
    ]


def test_ignorance_worked_by_hand_with_one_pseudo_draw_a_bin() -> None:
    draws = np.r_[np.zeros(500), np.full(500, 7)][None]
    assert scores.ign(draws, np.array([0]))[0] == pytest.approx(-np.log2(501 / 1011))
    assert scores.ign(draws, np.array([2000]))[0] == pytest.approx(-np.log2(1 / 1011))
    with pytest.raises(ValueError, match="1000 draws"):
        scores.ign(np.zeros((1, 12)), np.array([0]))


def test_interval_score_worked_by_hand() -> None:
    draws = np.arange(101.0)[None]  # linear quantiles: 5 and 95
    assert scores.mis(draws, np.array([50]))[0] == pytest.approx(90)
    assert scores.mis(draws, np.array([97]))[0] == pytest.approx(90 + 2 / 0.1 * 2)
    assert scores.mis(draws, np.array([0]))[0] == pytest.approx(90 + 2 / 0.1 * 5)
    assert scores.coverage(np.tile(draws, (3, 1)), np.array([5, 95, 96])).tolist() == [
        1,
        1,
        0,
    ]


def test_yes_no_scores_worked_by_hand() -> None:
    p, y = np.array([0.8, 0.2, 0.2, 0.6]), np.array([1, 0, 1, 0])
    assert scores.brier(p, y).mean() == pytest.approx((0.04 + 0.04 + 0.64 + 0.36) / 4)
    assert scores.log_loss(p, y)[0] == pytest.approx(-np.log(0.8))
    assert scores.auc(p, y) == pytest.approx(
        (2 + 0.5) / 4
    )  # .8 beats both; .2 ties one and loses one
    assert scores.average_precision(p, y) == pytest.approx(0.5 * 1 + 0.5 * 2 / 4)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_yes_no_scores_equal_scikit_learn(seed: int) -> None:
    from sklearn.metrics import average_precision_score, roc_auc_score

    rng = np.random.default_rng(seed)
    p, y = rng.integers(0, 8, 50) / 8, rng.integers(0, 2, 50)
    y[:2] = 0, 1
    assert scores.auc(p, y) == pytest.approx(roc_auc_score(y, p))
    assert scores.average_precision(p, y) == pytest.approx(average_precision_score(y, p))


def test_yes_no_scores_refuse_what_is_no_probability() -> None:
    with pytest.raises(ValueError, match=r"0\.\.1"):
        scores.brier(np.array([1.2]), np.array([1]))
    with pytest.raises(ValueError, match="both kinds"):
        scores.auc(np.array([0.2]), np.array([1]))
    with pytest.raises(ValueError, match="happened"):
        scores.average_precision(np.array([0.2]), np.array([0]))


def test_a_model_that_equals_its_baseline_is_not_distinguishable() -> None:
    table = np.random.default_rng(1).exponential(5, (30, 6))
    for kind in ("ratio", "geometric", "difference"):
        gain = scores.bootstrap(
            table, table, np.random.default_rng(2), kind=kind, rounds=50
        )
        assert gain.value == pytest.approx(gain.neutral)
        assert not gain.is_distinguishable
        assert "not distinguishable" in gain.words


def test_a_model_better_everywhere_is_distinguishable_and_the_value_is_the_ratio_of_means() -> (
    None
):
    table = np.random.default_rng(1).exponential(5, (30, 6))
    gain = scores.bootstrap(
        table * 0.8, table, np.random.default_rng(2), rounds=100, blocks=(0, 0, 0, 1, 1, 1)
    )
    assert gain.value == pytest.approx(0.8)
    assert gain.is_distinguishable
    assert gain.words == "0.800 [0.800, 0.800]"


def test_one_country_alone_can_make_a_gain_not_distinguishable() -> None:
    base = np.ones((40, 6))
    ours = base.copy()
    ours[0] -= 0.99  # the gain is all in one country
    assert not scores.bootstrap(
        ours, base, np.random.default_rng(2), rounds=300
    ).is_distinguishable


def test_too_many_draws_are_not_cut_in_silence() -> None:
    with pytest.raises(ValueError, match="more than"):
        scores.repeated(np.zeros((1, 1001)))


def test_a_ratio_without_a_base_is_not_known_and_distinguishes_nothing() -> None:
    ours, base = np.ones((4, 3)), np.ones((4, 3))
    base[:, 1] = 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gain = scores.bootstrap(
            ours,
            base,
            np.random.default_rng(1),
            rounds=50,
            kind="geometric",
            blocks=(0, 0, 0),
        )
    assert np.isnan([gain.value, gain.low, gain.high]).all()
    assert not gain.is_distinguishable
