"""Base rates: how sure a share is, where the cases of one place are alike."""

from __future__ import annotations

import numpy as np
import pytest

from upstander.report.reference_classes import LEAST_CASES, Rung, interval

PLACES = np.repeat(np.arange(10), 20)


def test_places_that_are_each_always_or_never_tell_as_much_as_one_case_each():
    always = (PLACES < 3).astype(float)
    scattered = np.tile((np.arange(20) < 6).astype(float), 10)
    low, high = interval(PLACES, always)
    assert low < 0.15 < 0.5 < high, "ten places, not two hundred cases"
    low, high = interval(PLACES, scattered)
    assert low == pytest.approx(0.25, abs=0.01)
    assert high == pytest.approx(0.355, abs=0.01)


def test_none_in_many_is_not_never_and_a_place_alone_has_the_plain_interval():
    low, high = interval(PLACES, np.zeros(200))
    assert 0 <= low < 0.001 < high < 0.02
    own = interval(np.zeros(36, dtype=int), np.r_[np.ones(27), np.zeros(9)])
    assert own == pytest.approx((0.619, 0.852), abs=0.001)


def test_few_cases_are_told():
    assert Rung("here", "", LEAST_CASES - 1, 3).is_few
    assert not Rung("here", "", LEAST_CASES, 3).is_few
    assert Rung("here", "", 0, 0).share is None
