"""Chances of totals over 3, 6 and 12 months: nested windows and thresholds never contradict each other."""

from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from upstander.core.types import Forecast, Panel
from upstander.forecast import totals
from upstander.forecast.targets import TOTAL_MONTHS, TOTAL_THRESHOLDS, month_after, total_id

UNITS = ("AFG", "BEL", "TCD")
HORIZONS = tuple(range(1, 13))


def made(seed: int, months: int = 65) -> tuple[Forecast, Panel]:
    rng = np.random.default_rng(seed)
    level = np.array([0.02, 3, 400])[:, None]
    deaths = rng.poisson(level * np.ones((3, months))).astype(float)
    periods = tuple(month_after(date(2020, 1, 1), m) for m in range(months))
    panel = Panel(UNITS, periods, deaths[..., None], ("fatalities",), date(2025, 6, 24))
    draws = rng.poisson(level[..., None] * np.ones((3, 12, 1000))).astype(np.int32)
    return Forecast("fatalities", "m", panel.as_of, UNITS, HORIZONS, draws), panel


@given(st.integers(0, 2**20))
@settings(max_examples=10, deadline=None)
def test_a_higher_threshold_or_a_shorter_window_is_never_more_probable(seed: int) -> None:
    rows = totals.rows(*made(seed), np.random.default_rng(seed)).to_pylist()
    p = {(r["unit"], r["target"]): r["probability"] for r in rows}
    assert len(p) == len(UNITS) * len(TOTAL_MONTHS) * len(TOTAL_THRESHOLDS)
    for unit in UNITS:
        grid = np.array([[p[unit, total_id(n, m)] for n in TOTAL_THRESHOLDS] for m in TOTAL_MONTHS])
        assert (np.diff(grid, axis=1) <= 0).all()
        assert (np.diff(grid, axis=0) >= 0).all()
        assert ((grid > 0) & (grid < 1)).all()


def test_a_window_is_named_by_its_months_and_holds_their_sum() -> None:
    forecast, panel = made(1)
    rows = {(r["unit"], r["target"]): r for r in totals.rows(forecast, panel, np.random.default_rng(1)).to_pylist()}
    three = rows["TCD", "total_1000_3m"]
    assert (three["first_month"], three["last_month"]) == (date(2025, 6, 1), date(2025, 8, 1))
    assert rows["TCD", "total_1000"]["last_month"] == date(2026, 5, 1)
    share = (forecast.draws[2, :3].sum(axis=0) >= 1000).mean()
    past = panel.values[:, 5:, 0].reshape(3, 20, 3).sum(axis=-1)
    assert three["base_rate"] == (past >= 1000).mean()
    assert three["probability"] == (share * 1000 + 2 * three["base_rate"]) / 1002
