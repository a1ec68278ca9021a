"""Scores of single cases: worked by hand, and blind where nothing is known."""

import numpy as np
import pytest

from upstander.forecast import per_case, scores

DRAWS = np.array([[[0, 0, 4, 4], [1, 2, 3, 4]]])


def test_one_case_worked_by_hand() -> None:
    found = per_case.measure(DRAWS, np.array([[4.0, np.nan]]))
    # CRPS: mean |x - y| = 2, half the mean distance between two draws = 1
    assert found.crps[0, 0] == pytest.approx(1)
    assert (found.pit_low[0, 0], found.pit_high[0, 0]) == (0.5, 1)
    assert found.covered[0, 0] == 1
    assert found.ign[0, 0] == pytest.approx(-np.log2(501 / 1011))
    assert np.isnan(found.crps[0, 1])
    assert np.isnan(found.pit_high[0, 1])


def test_the_cases_are_those_of_the_scores_module() -> None:
    rng = np.random.default_rng(1)
    draws, outcome = rng.poisson(9, (5, 3, 1000)), rng.poisson(9, (5, 3)).astype(float)
    found = per_case.measure(draws, outcome)
    assert np.allclose(found.crps, scores.crps(draws, outcome))
    assert np.allclose(found.mis, scores.mis(draws, outcome))
    assert (found.pit_low <= found.pit_high).all()
