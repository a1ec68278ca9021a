"""What is kept of a forecast, and how models are compared, against numbers worked by hand."""

from dataclasses import replace

import numpy as np
import pytest

from upstander.forecast.scoreboard.board import gain
from upstander.forecast.scoreboard.cell_scores import (
    Study,
    compare,
    largest,
    marks,
    stacked,
)

UNITS, ORIGINS = ("AAA", "BBB", "CCC", "DDD"), ("2020", "2021", "2022")


def study(errors: dict[str, float], truth: float = 10.0) -> Study:
    """Models that miss every case by a fixed number of deaths; the first unit's cases are ten times as large."""
    rng = np.random.default_rng(1)
    size = np.array([10.0, 1.0, 1.0, 1.0])[:, None]
    made = {}
    for name, error in errors.items():
        found = []
        for _ in ORIGINS:
            outcome = np.round(truth * size * np.ones((4, 2)))
            draws = outcome[..., None] + np.round(error * size)[..., None] * np.ones(1000)
            found.append(marks(draws.astype(int), outcome))
        made[name] = stacked(found)
    shape = (4, 3)
    return Study(
        task="made_up",
        kind="Hindcast",
        what="made up",
        target="fatalities",
        units=UNITS,
        names=UNITS,
        origins=ORIGINS,
        months=tuple((f"{o}-01", f"{o}-02") for o in ORIGINS),
        horizons=(1, 2),
        marks=made,
        groups={
            "region": np.array([["North"] * 3, ["North"] * 3, ["South"] * 3, ["South"] * 3])
        },
        quiet=np.array([[False] * 3, [True] * 3, [True] * 3, [True] * 3]),
        before=rng.integers(0, 9, shape).astype(float),
        judged=np.ones((4, 2, 3), dtype=bool),
        baselines=("reference",),
        reference="reference",
        combine="ratio",
        blocks=(0, 1, 2),
        ships=True,
        seed=1,
    )


def test_marks_of_a_forecast_worked_by_hand() -> None:
    draws = np.array([[[0, 0, 1, 3], [5, 5, 5, 5]]])
    got = marks(draws, np.array([[1.0, 5.0]]))
    # CRPS of 0, 0, 1, 3 against 1: mean |x - y| = 1; half the mean of |x - x'| = (16 + 4) / 32 = .625
    assert got["crps"][0].tolist() == pytest.approx([1 - 0.625, 0])
    assert got["pit_low"][0].tolist() == [0.5, 0.0]
    assert got["pit_high"][0].tolist() == [0.75, 1.0]
    assert got["exceed"][0, :, 0].tolist() == [0.5, 1.0]
    assert got["exceed"][0, :, 1].tolist() == [0.0, 0.0]
    assert got["covered"].tolist() == [[1.0, 1.0]]
    assert got["total_covered"].tolist() == [1.0]  # 6 lies in 5, 5, 6, 8


def test_an_unknown_outcome_has_no_score() -> None:
    with pytest.raises(ValueError, match="NaN"):
        marks(np.zeros((1, 1, 4), dtype=int), np.array([[np.nan]]))


def test_a_model_that_misses_by_half_as_much_has_half_the_score() -> None:
    made = study({"reference": 4.0, "half": 2.0, "same": 4.0})
    found = compare(made, "half", "reference", "crps")
    assert (found.value, found.low, found.high) == pytest.approx((0.5, 0.5, 0.5))
    assert gain(found)["verdict"] == "better"
    assert (
        gain(compare(made, "same", "reference", "crps"))["verdict"] == "not distinguishable"
    )
    assert (
        gain(
            compare(study({"reference": 2.0, "worse": 3.0}), "worse", "reference", "crps")
        )["verdict"]
        == "worse"
    )
    assert made.models[0] == "half"


def test_the_largest_contributor_is_found_and_can_be_left_out() -> None:
    made = study({"reference": 4.0})
    assert largest(made, 1) == ("AAA",)
    rest = made.without(("AAA",))
    assert made.mean("reference", "crps") == pytest.approx(4 * 13 / 4)
    assert rest.mean("reference", "crps") == pytest.approx(4)
    assert rest.per_window("reference", "crps").shape == (3, 3)


def test_a_case_that_does_not_count_is_left_out_of_mean_and_comparison() -> None:
    made = study({"reference": 4.0, "half": 2.0})
    judged = made.judged.copy()
    judged[0, 0, 0] = False
    some = replace(made, judged=judged)
    assert some.count(np.ones_like(judged)) == 4 * 2 * 3 - 1
    assert some.per_window("half", "crps").shape == (4, 3), (
        "the unit still has a month in that origin"
    )
    judged[0, :, 0] = False
    assert replace(made, judged=judged).per_window("half", "crps").shape == (3, 3), (
        "now it has none"
    )
