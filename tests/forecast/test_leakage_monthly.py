"""No forecast and no feature knows the future: shuffling what came later changes nothing before it."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from upstander.core.months import month_after
from upstander.core.plugins import names
from upstander.core.types import Panel
from upstander.forecast import backtest, monthly_features
from upstander.forecast.pooling import drawn

MODELS = names("upstander.forecast.models")
HORIZONS = (1, 3)
MONTHS = 60


def panel(seed: int) -> Panel:
    """Twelve places, some at war, with a second column beside the deaths."""
    rng = np.random.default_rng(seed)
    level = np.array([0, 0, 0, 0.1, 0.5, 1, 3, 9, 30, 90, 300, 2000])[:, None]
    deaths = rng.negative_binomial(1, 1 / (1 + level * np.ones((12, MONTHS)))).astype(float)
    values = np.stack([deaths, rng.poisson(np.sqrt(deaths))], axis=-1).astype(float)
    periods = tuple(month_after(date(2015, 1, 1), m) for m in range(MONTHS))
    return Panel(
        tuple("ABCDEFGHIJKL"), periods, values, ("fatalities", "events"), date(2020, 2, 1)
    )


def shuffled_after(known: Panel, months: int, seed: int) -> Panel:
    """The panel with each series' values after the first ``months`` in another order, and larger."""
    values = known.values.copy()
    later = np.random.default_rng(seed).permuted(values[:, months:], axis=1)
    values[:, months:] = later * 7 + 1
    return replace(known, values=values)


@pytest.mark.parametrize("seen", [monthly_features.features, monthly_features.sequences])
@given(seed=st.integers(0, 2**20), months=st.integers(24, MONTHS - 1))
@settings(max_examples=25, deadline=None)
def test_no_monthly_feature_of_a_month_sees_a_later_one(
    seen: monthly_features.Seen, seed: int, months: int
) -> None:
    known = panel(seed)
    one, two = (
        seen(p, "fatalities")[:, :months]
        for p in (known, shuffled_after(known, months, seed))
    )
    assert np.array_equal(one, two)
    rows_one, rows_two = (
        monthly_features.now(
            backtest.cut(p, p.periods[months - 1], p.as_of),
            "fatalities",
            HORIZONS,
            seen=seen,
        )
        for p in (known, shuffled_after(known, months, seed))
    )
    assert all(np.array_equal(a, b) for a, b in zip(rows_one, rows_two, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
@given(seed=st.integers(0, 2**20), months=st.integers(40, MONTHS - 4))
@settings(
    max_examples=2, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
def test_no_model_forecasts_otherwise_when_the_future_is_shuffled(
    name: str, seed: int, months: int
) -> None:
    known = panel(seed)
    origin = known.periods[months - 1]
    given, other = known, shuffled_after(known, months, seed)
    one, two = (
        drawn([name], backtest.cut(p, origin, p.as_of), "fatalities", HORIZONS, (seed,))[
            name
        ]
        for p in (given, other)
    )
    assert one.draws.tobytes() == two.draws.tobytes()
    truth = [backtest.outcomes(p, "fatalities", origin, HORIZONS) for p in (given, other)]
    assert not np.array_equal(*truth)
