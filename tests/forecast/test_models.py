"""Every draw model in the folder: shape, repeatability, blindness to the future, paths."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from upstander.core.errors import NotCovered
from upstander.core.months import month_after
from upstander.core.plugins import load, names
from upstander.core.types import Model, Panel
from upstander.forecast import bin_draws, drawing, monthly_features
from upstander.forecast.models import regime_pool

MODELS = "upstander.forecast.models"
HORIZONS = (1, 2, 3, 6)


def made_up(units: int = 24, months: int = 150, seed: int = 5) -> Panel:
    """Quiet countries, a few wars that come and go, and one State that began late."""
    rng = np.random.default_rng(seed)
    level = np.cumsum(rng.normal(0, 0.4, (units, months)), axis=1) + rng.normal(
        -1, 2, (units, 1)
    )
    deaths = rng.poisson(np.where(level > 0, np.exp(np.minimum(level, 7)), 0)).astype(float)
    deaths[:4] = 0
    deaths[5, :40] = np.nan
    periods = tuple(month_after(date(2010, 1, 1), m) for m in range(months))
    codes = tuple(f"A{n:02d}" for n in range(units))
    return Panel(codes, periods, deaths[..., None], ("fatalities",), date(2022, 8, 1))


PANEL = made_up()


@pytest.mark.parametrize("name", names(MODELS))
def test_a_model_gives_every_unit_whole_draws_and_repeats_itself(name: str) -> None:
    model = load(MODELS, name, Model)
    one, two = (
        model.fit(PANEL, "fatalities", HORIZONS, rng).predict(PANEL, HORIZONS, rng)
        for rng in (np.random.default_rng(9), np.random.default_rng(9))
    )
    assert one.draws.shape[:2] == (len(PANEL.units), len(HORIZONS))
    assert one.draws.shape[2] == (12 if name == "conflictology" else drawing.DRAWS)
    assert one.draws.dtype == np.int32
    assert one.draws.min() >= 0
    assert (one.model, one.units, one.as_of) == (name, PANEL.units, PANEL.as_of)
    assert np.array_equal(one.draws, two.draws)


def test_rows_to_learn_from_end_with_the_panel_and_begin_with_the_state() -> None:
    rows = monthly_features.rows(PANEL, "fatalities", HORIZONS, np.random.default_rng(1))
    assert not np.isnan(rows.values).any()
    assert set(rows.values[:, -1]) == set(HORIZONS)
    known = 150 - 40 - monthly_features.LEAST_HISTORY + 1
    assert (rows.unit == 5).sum() <= 2 * known


def test_windowed_sums_and_decay_worked_by_hand() -> None:
    series = np.array([[1.0, 2.0, 4.0]])
    assert monthly_features._windowed(series, 2).tolist() == [[1, 3, 6]]
    assert monthly_features.decayed(series, 1.0)[0].tolist() == pytest.approx(
        [1, (2 + 0.5) / 1.5, (4 + 1 + 0.25) / 1.75]
    )
    assert monthly_features._months_since(series >= 2)[0, 1:].tolist() == [0, 0]


def test_a_sequence_holds_the_last_two_years_month_by_month_and_the_shares_of_months_above_each_bin() -> (
    None
):
    panel = made_up()
    series = np.nan_to_num(panel.column("fatalities"))
    found = monthly_features.sequences(panel, "fatalities")[
        ..., monthly_features.features(panel, "fatalities").shape[-1] :
    ]
    lags = monthly_features.LAGS - 1
    assert found[7, -1, :lags].tolist() == np.log1p(series[7, -2 : -2 - lags : -1]).tolist()
    any_deaths = monthly_features.decayed(
        (series > 0).astype(float), monthly_features.SHARES[0]
    )
    assert found[7, -1, lags] == any_deaths[7, -1]
    assert found.shape[-1] == lags + 9 * len(monthly_features.SHARES)


def test_a_network_keeps_what_is_far_beyond_the_past_within_what_was_seen() -> None:
    """A war a thousand times the largest ever: the draws are outcomes that occurred, not a line run on."""
    values = PANEL.values.copy()
    values[3, -12:] = PANEL.values[~np.isnan(PANEL.values)].max() * 1000
    model = load(MODELS, "neural_bins", Model)
    fitted = model.fit(PANEL, "fatalities", HORIZONS, np.random.default_rng(1))
    draws = fitted.predict(
        replace(PANEL, values=values), HORIZONS, np.random.default_rng(1)
    ).draws
    assert draws[3].max() <= np.nanmax(PANEL.values)
    assert np.median(draws[3]) > np.median(draws[0])


def test_past_outcomes_of_a_bin_stand_for_it_and_near_ones_for_the_open_top() -> None:
    outcomes = np.concatenate([[0, 1, 2, 40, 60], np.arange(1001, 3001)]).astype(float)
    past = bin_draws.past(outcomes)
    assert [o.tolist() for o in past.outcomes[:3]] == [
        [0],
        [1, 2],
        [3],
    ]  # a bin never seen: its lower end
    chances = np.zeros((2, 11))
    chances[0, 1], chances[1, 10] = 1, 1
    draws = past.draw(chances, np.array([0.5, 2900.0]), np.random.default_rng(1))
    assert set(draws[0]) == {1, 2}
    assert draws[1].min() >= 3000 - bin_draws.NEAREST


def test_a_gap_in_the_history_is_refused() -> None:
    values = PANEL.values.copy()
    values[7, 60] = np.nan
    with pytest.raises(ValueError, match="gaps"):
        drawing.history(replace(PANEL, values=values), "fatalities")
    values[7, 60] = -1
    with pytest.raises(ValueError, match="negative"):
        drawing.history(replace(PANEL, values=values), "fatalities")


def test_conflictology_needs_twelve_known_months() -> None:
    values = PANEL.values.copy()
    values[5, :145] = np.nan
    panel = replace(PANEL, values=values)
    fitted = load(MODELS, "conflictology", Model).fit(
        PANEL, "fatalities", HORIZONS, np.random.default_rng(1)
    )
    with pytest.raises(NotCovered, match="12 known months"):
        fitted.predict(panel, HORIZONS, np.random.default_rng(1))


def test_coupling_keeps_each_horizons_draws_and_makes_neighbouring_months_alike() -> None:
    rng = np.random.default_rng(1)
    draws = rng.exponential(10, (3, 4, 1000))
    gap = np.abs(np.subtract.outer(range(4), range(4)))
    paths = drawing.couple(draws, 0.8**gap, rng)
    assert np.array_equal(np.sort(paths, axis=-1), np.sort(draws, axis=-1))
    assert np.corrcoef(paths[0, 0], paths[0, 1])[0, 1] > 0.5
    assert paths.sum(axis=1).std() > 1.3 * draws.sum(axis=1).std()


def test_systematic_draws_give_each_value_its_share_to_within_one() -> None:
    values = np.array([[10.0, 20.0, 30.0], [np.nan, 5.0, 6.0]])
    drawn = drawing.from_weights(
        values, np.array([0.5, 0.3, 0.2]), 1000, np.random.default_rng(1)
    )
    assert [
        abs((drawn[0] == v).sum() - n) <= 1 for v, n in ((10, 500), (20, 300), (30, 200))
    ] == [True] * 3
    assert abs((drawn[1] == 5).sum() - 600) <= 1


def test_the_lognormal_factor_keeps_the_mean() -> None:
    spread = drawing.lognormal_spread(
        np.full(200_000, 100.0), 0.3, np.random.default_rng(1)
    )
    assert spread.mean() == pytest.approx(100, rel=0.01)


def test_a_pool_holds_each_members_draws_by_its_weight_in_that_unit() -> None:
    members = [np.full((2, 1, 1000), v, dtype=np.int32) for v in (1, 2, 3, 4)]
    weights = np.array([[1, 1, 1, 1], [0, 0, 1, 3.0]])
    pooled = drawing.pooled(members, weights, 1000, np.random.default_rng(1))
    assert np.bincount(pooled[0].ravel()).tolist() == [0, 250, 250, 250, 250]
    assert np.bincount(pooled[1].ravel()).tolist() == [0, 0, 0, 250, 750]


def test_memory_has_half_the_weight_from_some_deaths_on_and_all_of_it_in_an_established_war() -> (
    None
):
    values = np.zeros((4, 24, 1))
    values[:, -12:, 0] = np.array([24, 25, 199, 200])[:, None]
    values[3, :-6, 0] = np.nan
    periods = tuple(month_after(date(2020, 1, 1), m) for m in range(24))
    panel = Panel(tuple("ABCD"), periods, values, ("fatalities",), date(2022, 2, 1))
    weights = regime_pool.weights(panel, "fatalities")
    wide = regime_pool.MEMBERS.index("exponential_climatology_wide")
    assert (weights[:, wide] / weights.sum(axis=1)) == pytest.approx([1 / 3, 0.5, 0.5, 1])


def test_one_spike_in_a_year_makes_no_war() -> None:
    """Iran, June 2025 to May 2026: a month of 19,887 deaths and one of 3,350 between quiet ones."""
    year = [20.0, 35, 3, 3, 1, 0, 5, 19_887, 3_350, 166, 127, 26]
    war = [400.0] * 12
    begun = [0.0] * 9 + [900, 1_200, 1_100]
    assert regime_pool.level(np.array([year, war, begun])) == pytest.approx(
        [127, 400, 3_200 / 12]
    )


def test_no_draw_is_above_the_stated_bound() -> None:
    """A place that never saw a death a month is held to 10,000, one that saw 30,000 to 150,000."""
    values = np.zeros((2, 24, 1))
    values[1, 5, 0] = 30_000
    periods = tuple(month_after(date(2020, 1, 1), m) for m in range(24))
    panel = Panel(("A", "B"), periods, values, ("fatalities",), date(2022, 2, 1))
    draws = np.full((2, 3, 4), 741_096)
    held = drawing.bounded(panel, "fatalities", draws)
    assert held[0].max() == 10_000
    assert held[1].max() == 150_000
    few = np.full((2, 3, 4), 999)
    assert (drawing.bounded(panel, "fatalities", few) == few).all()
