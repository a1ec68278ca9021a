"""A model that is not clearly ahead of its baseline is shown, and never used for alerts."""

from math import nan

import pytest

from upstander.core.errors import NotQualified
from upstander.forecast.qualification import Verdict, is_let_in, judge, of, qualified
from upstander.forecast.scores import Gain


def verdict(target: str, model: str, found: Gain, kind: str = "Hindcast") -> Verdict:
    return judge(
        target,
        model,
        "baseline",
        "CRPS" if found.neutral else "log loss",
        kind,
        ("2020", "2024"),
        [found],
    )


GOOD = verdict("surge", "ensemble", Gain(0.01, 0.005, 0.02, 0))
WEAK = verdict("hard_onset", "ensemble", Gain(0.001, -0.01, 0.02, 0))
BAD = verdict("one_sided_100", "ensemble", Gain(-0.001, -0.01, 0.02, 0))


def test_a_model_that_beats_its_baseline_qualifies() -> None:
    assert qualified([BAD, GOOD], "surge", "ensemble") == (GOOD,)
    assert GOOD.distinguishable
    assert "beats baseline" in GOOD.words


def test_a_lead_that_may_be_chance_does_not_open_the_door_and_says_so() -> None:
    assert not WEAK.distinguishable
    assert WEAK.answer == "ahead, not clearly"
    with pytest.raises(NotQualified, match="not clearly ahead of baseline"):
        qualified([WEAK], "hard_onset", "ensemble")


def test_a_model_stays_inside_until_it_is_ahead_no_more() -> None:
    clear, weak, behind = (Gain(v, v - w, v + w, 0) for v, w in ((2, 1), (1, 3), (-1, 3)))
    assert is_let_in([clear])
    assert is_let_in([weak, clear, weak]), "one weak look does not close the door"
    assert not is_let_in([weak, weak])
    assert not is_let_in([clear, behind])
    assert not is_let_in([clear, behind, weak]), "outside, it has to be clear once more"
    assert not is_let_in([])
    assert not is_let_in([clear, Gain(nan, nan, nan, 0)]), "what is not known is no lead"
    stayed = judge(
        "surge", "m", "b", "log loss", "Hindcast", ("2010", "2024"), [clear, weak]
    )
    assert stayed.answer == "yes, from an earlier year"
    assert "still is ahead" in stayed.words


def test_of_ratios_the_lower_is_the_better() -> None:
    good, bad = Gain(0.9, 0.8, 0.95, 1), Gain(1.1, 1.05, 1.2, 1)
    assert is_let_in([good])
    assert not is_let_in([bad]), "clearly behind is not clearly ahead"


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
