"""No forecast sees the future: whatever is shuffled after the base year, features and forecasts stay to the bit."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from upstander.core.plugins import load_all
from upstander.core.types import Array, Family, YearInputs
from upstander.forecast.annual_backtest import origin
from upstander.forecast.cases import (
    TARGETS,
    all_cases,
    known_before,
    select,
    target,
    with_outcome,
)

FAMILIES = load_all("upstander.forecast.features", Family)
YEARS = st.integers(1998, 2012)
SEEDS = st.integers(0, 2**31)


def shuffled(
    known: YearInputs, after: int, seed: int, only: str | None = None
) -> YearInputs:
    """The inputs with the values of every series (or of one) after a year dealt anew among places and years."""
    rng, later = np.random.default_rng(seed), known.years > after

    def deal(name: str, values: Array) -> Array:
        if only not in (None, name):
            return values
        out = values.copy()
        block = out[:, later]
        out[:, later] = rng.permutation(block.reshape(-1, *values.shape[2:])).reshape(
            block.shape
        )
        return out

    return replace(
        known,
        deaths={k: deal(k, v) for k, v in known.deaths.items()},
        months=deal("months", known.months),
        indicators={k: deal(k, v) for k, v in known.indicators.items()},
        bound={k: deal(k, v) for k, v in known.bound.items()},
    )


def series(known: YearInputs) -> list[str]:
    return [*known.deaths, "months", *known.indicators, *known.bound]


@pytest.mark.parametrize("family", sorted(FAMILIES))
@given(year=YEARS, seed=SEEDS, data=st.data())
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_family_of_features_sees_the_future_of_any_series(
    known: YearInputs, family: str, year: int, seed: int, data: st.DataObject
) -> None:
    only = data.draw(st.sampled_from([None, *series(known)]))
    other = shuffled(known, year, seed, only)
    mine = {family: FAMILIES[family]}
    before, after = all_cases(known, mine), all_cases(other, mine)
    rows = before.years <= year
    np.testing.assert_array_equal(before.values[rows], after.values[rows])


def test_the_shuffle_does_change_the_future(known: YearInputs) -> None:
    before, after = all_cases(known), all_cases(shuffled(known, 2005, 1))
    rows = before.years > 2005
    assert not np.array_equal(before.values[rows], after.values[rows], equal_nan=True)


@given(year=YEARS, seed=SEEDS)
@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_outcome_is_learned_before_it_is_complete(
    known: YearInputs, year: int, seed: int
) -> None:
    other = shuffled(known, year, seed)
    for goal in TARGETS:
        found = []
        for inputs in (known, other):
            cases = with_outcome(all_cases(inputs), inputs, goal)
            train = select(cases, known_before(cases, year, goal))
            found.append((train.values, train.outcome, train.milder))
        for one, two in zip(*found, strict=True):
            np.testing.assert_array_equal(one, two)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["one_sided_100", "hard_onset", "surge", "one_sided_25_24m"]
)
@given(year=YEARS, seed=SEEDS)
@settings(
    max_examples=2,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_shuffling_the_future_changes_no_classifiers_forecast(
    known: YearInputs, name: str, year: int, seed: int
) -> None:
    goal, found = target(name), []
    for inputs in (known, shuffled(known, year, seed)):
        cases = with_outcome(all_cases(inputs), inputs, goal)
        cases = replace(
            cases, outcome=np.where(cases.years == year, 0.0, cases.outcome)
        )  # ask of every place
        found.append(origin(cases, name, year, 7).chances)
    assert set(found[0]) == set(found[1])
    for model, p in found[0].items():
        np.testing.assert_array_equal(p, found[1][model], err_msg=model)
