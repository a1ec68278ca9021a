"""Looking back without looking ahead."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from upstander.core import places as place_tables
from upstander.core.errors import ConfigError, LeakageError
from upstander.core.types import Panel
from upstander.forecast import backtest
from upstander.forecast.targets import month_after
from upstander.lake import Lake

HORIZONS = (1, 2, 3)


def made_up(months: int = 72) -> Panel:
    rng = np.random.default_rng(1)
    deaths = rng.poisson(rng.exponential(20, (6, 1)) * np.ones((6, months))).astype(float)
    periods = tuple(month_after(date(2015, 1, 1), m) for m in range(months))
    return Panel(tuple("ABCDEF"), periods, deaths[..., None], ("fatalities",), date(2021, 2, 1))


PANEL = made_up()
ORIGINS = (date(2019, 6, 1), date(2019, 12, 1), date(2020, 6, 1))


def hindcast(*models: str, panel: Panel = PANEL) -> list[backtest.Run]:
    return backtest.hindcast(models, panel, "fatalities", HORIZONS, ORIGINS, seed=1)


def test_a_panel_past_its_origin_is_leakage() -> None:
    with pytest.raises(LeakageError, match="after its origin"):
        backtest.run("zero", PANEL, "fatalities", HORIZONS, origin=ORIGINS[0], as_of=PANEL.as_of,
                     truth=np.zeros((6, 3)), seed=1)  # fmt: skip


def test_a_panel_known_only_later_is_leakage() -> None:
    cut = replace(PANEL, periods=PANEL.periods[:54], values=PANEL.values[:, :54])
    with pytest.raises(LeakageError, match="forecast as of"):
        backtest.checked(cut, cut.periods[-1], date(2019, 7, 20))


def test_a_hindcast_says_so_and_is_scored_against_what_came() -> None:
    run = hindcast("zero")[0]
    assert run.hindcast
    at = PANEL.periods.index(ORIGINS[0])
    assert np.array_equal(run.truth, PANEL.values[:, at + 1 : at + 4, 0])
    assert np.allclose(run.crps, run.truth.mean(axis=1))  # zero's CRPS is the outcome itself


def test_changing_the_future_changes_no_forecast() -> None:
    later = PANEL.values.copy()
    later[:, PANEL.periods.index(ORIGINS[0]) + 1 :] += 999
    one = hindcast("exponential_climatology")[0]
    two = hindcast("exponential_climatology", panel=replace(PANEL, values=later))[0]
    assert np.array_equal(one.forecast.draws, two.forecast.draws)
    assert not np.array_equal(one.truth, two.truth)


def test_scores_do_not_cross_a_change_of_definition_or_the_end_of_the_data() -> None:
    definitions = tuple("final" if p < date(2020, 2, 1) else "totals" for p in PANEL.periods)
    truth = backtest.outcomes(replace(PANEL, definitions=definitions), "fatalities", date(2019, 12, 1), HORIZONS)
    assert np.isnan(truth).tolist() == [[False, True, True]] * 6
    assert np.isnan(backtest.outcomes(PANEL, "fatalities", PANEL.periods[-1], HORIZONS)).all()
    with pytest.raises(ConfigError, match="no month"):
        backtest.cut(PANEL, date(2030, 1, 1), date(2030, 2, 1))


def test_a_model_compared_with_itself_is_not_distinguishable_and_zero_is_worse() -> None:
    runs = hindcast("zero", "conflictology", "exponential_climatology")
    same = backtest.compare(runs, "conflictology", "conflictology", np.random.default_rng(1), block=1)
    assert (same.value, same.is_distinguishable) == (1, False)
    assert backtest.compare(runs, "zero", "conflictology", np.random.default_rng(1), block=1).value > 1
    with pytest.raises(ConfigError, match="not run"):
        backtest.compare(runs, "pool", "zero", np.random.default_rng(1))


def test_totals_are_covered_about_as_often_as_the_interval_promises() -> None:
    inside, of = (sum(x) for x in zip(*(r.covers_totals() for r in hindcast("climatology")), strict=True))
    assert of == 18
    assert inside >= 12


@pytest.mark.slow
def test_real_origins_use_each_dated_copy_as_it_stood(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    lake.adopt(place_tables.BUNDLE)
    places = place_tables.load()
    if len(lake.releases(as_of=date.max, source="pace_country_month")) < 20:
        pytest.skip("this bundle does not hold the dated copies")
    units = tuple(p.code for p in places.current(date(2026, 3, 1)) if p.booked_under is None)
    names = ("conflictology", "exponential_climatology")
    runs = backtest.real_origins(lake, places, names, units=units, first=date(2010, 1, 1), seed=1)
    assert len({r.origin for r in runs}) >= 18
    assert not any(r.hindcast for r in runs)
    assert all(r.forecast.as_of > r.origin for r in runs)
    assert backtest.compare(runs, names[1], names[0], np.random.default_rng(1)).value < 1
