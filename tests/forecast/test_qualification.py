"""A model that does not beat its baseline is shown, and never used for alerts."""

import pytest

from upstander.core.errors import NotQualified
from upstander.forecast.qualification import Verdict, judge, of, qualified
from upstander.forecast.scores import Gain


def verdict(target: str, model: str, found: Gain, kind: str = "Hindcast") -> Verdict:
    return judge(
        target,
        model,
        "baseline",
        "CRPS" if found.neutral else "log loss",
        kind,
        ("2020", "2024"),
        found,
    )


GOOD = verdict("surge", "ensemble", Gain(0.01, 0.005, 0.02, 0))
WEAK = verdict("hard_onset", "ensemble", Gain(0.001, -0.01, 0.02, 0))
BAD = verdict("one_sided_100", "ensemble", Gain(-0.001, -0.01, 0.02, 0))


def test_a_model_that_beats_its_baseline_qualifies() -> None:
    assert qualified([BAD, GOOD], "surge", "ensemble") == (GOOD,)
    assert GOOD.distinguishable
    assert "beats baseline" in GOOD.words


def test_a_gain_that_is_not_distinguishable_says_so() -> None:
    assert qualified([WEAK], "hard_onset", "ensemble") == (WEAK,)
    assert not WEAK.distinguishable
    assert "not distinguishable" in WEAK.words


def test_a_model_that_does_not_is_refused_with_the_figures() -> None:
    with pytest.raises(
        NotQualified, match=r"one_sided_100.*not qualified for alerts.*-0\.001"
    ):
        qualified([BAD, GOOD], "one_sided_100", "ensemble")


def test_a_model_never_judged_is_refused() -> None:
    with pytest.raises(NotQualified, match="never judged"):
        qualified([GOOD], "surge", "another")


def test_monthly_sums_stand_or_fall_with_the_draws_in_every_way_of_looking_back() -> None:
    hindcast = verdict("fatalities", "pool", Gain(0.9, 0.8, 0.95, 1))
    real = verdict("fatalities", "pool", Gain(1.02, 0.9, 1.1, 1), "Real origins")
    assert qualified([hindcast], "total_1000", "pool") == (hindcast,)
    assert of([hindcast, real], "total_25", "pool") == (hindcast, real)
    with pytest.raises(NotQualified, match="real origins"):
        qualified([hindcast, real], "total_1000", "pool")
