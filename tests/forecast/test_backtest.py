"""Looking back without looking ahead."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from upstander.core import places as place_tables
from upstander.core.errors import ConfigError, LeakageError
from upstander.core.types import Panel
from upstander.forecast import backtest, judging
from upstander.forecast.targets import month_after
from upstander.lake import Lake, Release

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


def copy(day: date, last: date) -> Release:
    return Release(
        "s", day.isoformat(), day, "published", date(1989, 1, 1), last, None, "", 0, 1, "", "", "", "", "", 24, 0
    )


def test_a_month_is_read_from_its_last_copy_and_a_copy_that_lost_months_is_no_origin() -> None:
    copies = [
        copy(date(2024, 12, 21), date(2024, 11, 30)),
        copy(date(2025, 1, 21), date(2023, 12, 31)),
        copy(date(2025, 1, 22), date(2024, 11, 30)),
        copy(date(2025, 1, 26), date(2024, 12, 31)),
    ]
    assert backtest.dated_origins(copies) == {
        date(2024, 11, 1): date(2025, 1, 22),
        date(2024, 12, 1): date(2025, 1, 26),
    }


@pytest.mark.slow
def test_real_origins_use_each_dated_copy_as_it_stood(tmp_path: Path) -> None:
    """The numbers of conflictology are those published for these copies, whose 133 columns hold 132 places with deaths."""
    lake = Lake(tmp_path / "lake")
    lake.adopt(place_tables.BUNDLE)
    places = place_tables.load()
    if len(lake.releases(as_of=date.max, source="pace_country_month")) < 20:
        pytest.skip("this bundle does not hold the dated copies")
    names = ("conflictology", "exponential_climatology")
    runs = backtest.real_origins(lake, places, names, first=date(2010, 1, 1), seed=1)
    assert not any(r.hindcast for r in runs)
    assert all(r.forecast.as_of > r.origin for r in runs)
    exponential, own_year = judging.judge(runs, "conflictology", seed=1)
    assert (own_year.origins, own_year.places) == (21, 132)
    assert own_year.crps * 132 / 133 == pytest.approx(42.14, abs=0.01)
    assert own_year.ign * 132 / 133 == pytest.approx(1.345, abs=0.001)
    assert own_year.coverage == pytest.approx(0.754, abs=0.001)
    assert own_year.largest == ("ISR", "RUS", "UKR")
    assert exponential.ratio.value < 1
    without = judging.judge(runs, "conflictology", seed=1, without=[("IRN", date(2026, 1, 1))])
    assert without[1].crps < own_year.crps
