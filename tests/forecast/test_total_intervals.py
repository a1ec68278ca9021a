"""The interval of odds of all deaths is as wide as the members disagree, and as few months stand behind them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from upstander.core.plugins import load
from upstander.core.types import Array, Forecast, Model
from upstander.forecast import total_intervals
from upstander.forecast.pooling import MODELS
from upstander.forecast.total_intervals import Part

EVENT = (25.0, 3)


def member(share: float, weight: float = 1.0, cases: float | None = None) -> Part:
    """One place in which so many of the draws reach the event."""
    draws = np.zeros((1, 12, 1000), dtype=np.int32)
    draws[0, 0, : round(1000 * share)] = 25
    forecast = Forecast("fatalities", "m", date(2026, 6, 24), ("SDN",), range(1, 13), draws)
    return Part(forecast, np.array([weight]), cases)


def width(*parts: Part, point: float = 0.5) -> float:
    rng = np.random.default_rng(1)
    weight = total_intervals.weights(parts, rng)
    sample = total_intervals.sample(parts, weight, EVENT, np.array([point]), rng)
    low, high = np.quantile(sample, [0.05, 0.95])
    return float(high - low)


def test_members_that_disagree_give_a_wider_interval_than_members_that_agree():
    assert width(member(0.5), member(0.5)) < 0.06
    assert width(member(0.2), member(0.8)) > 0.4


def test_a_memory_of_few_months_that_speaks_alone_is_unsure():
    few = member(0.9, cases=12.0)
    silent = member(0.1, weight=0.0)
    assert width(few, silent, point=0.9) > 0.2
    assert width(member(0.9), silent, point=0.9) < 0.04


def test_a_dozen_calm_months_make_no_quiet_place_dangerous():
    parts = (member(0.001), member(0.0), member(0.0, cases=12.0))
    assert width(*parts, point=0.0005) < 0.01


def test_weights_add_up_and_nobody_counts_who_has_none():
    parts = (member(0.5, 1.0), member(0.5, 2.0), member(0.5, 0.0))
    weight = total_intervals.weights(parts, np.random.default_rng(2))
    np.testing.assert_allclose(weight.sum(axis=1), 1)
    assert (weight[:, 2] == 0).all()
    assert weight[:, 1].mean() == pytest.approx(2 / 3, abs=0.05)


def test_a_memory_tells_how_many_months_it_is_worth():
    of_memory = load(MODELS, "exponential_climatology_wide", Model)
    share: Array = np.mean(
        [0.5 ** (np.arange(240) / h) * (1 - 0.5 ** (1 / h)) for h in (3, 6)], axis=0
    )
    assert of_memory.cases == pytest.approx(1 / (share**2).sum(), rel=1e-6)
