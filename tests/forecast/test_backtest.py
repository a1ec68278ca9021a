"""Looking back without looking ahead."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from upstander.core.errors import ConfigError, LeakageError
from upstander.core.months import month_after
from upstander.core.types import Panel
from upstander.forecast import backtest
from upstander.lake import Release

HORIZONS = (1, 2, 3)


def made_up(months: int = 72) -> Panel:
    rng = np.random.default_rng(1)
    deaths = rng.poisson(rng.exponential(20, (6, 1)) * np.ones((6, months))).astype(float)
    periods = tuple(month_after(date(2015, 1, 1), m) for m in range(months))
    return Panel(
        tuple("ABCDEF"), periods, deaths[..., None], ("fatalities",), date(2021, 2, 1)
    )


PANEL = made_up()
ORIGIN = date(2019, 6, 1)


def test_a_panel_past_its_origin_is_leakage() -> None:
    with pytest.raises(LeakageError, match="after its origin"):
        backtest.checked(PANEL, ORIGIN, PANEL.as_of)


def test_a_panel_known_only_later_is_leakage() -> None:
    cut = replace(PANEL, periods=PANEL.periods[:54], values=PANEL.values[:, :54])
    with pytest.raises(LeakageError, match="forecast as of"):
        backtest.checked(cut, cut.periods[-1], date(2019, 7, 20))


def test_a_hindcast_says_so_and_holds_nothing_after_its_origin() -> None:
    known = backtest.cut(PANEL, ORIGIN, date(2019, 8, 1))
    assert known.hindcast
    assert (known.periods[-1], known.as_of) == (ORIGIN, date(2019, 8, 1))
    at = PANEL.periods.index(ORIGIN)
    assert np.array_equal(known.values, PANEL.values[:, : at + 1])
    assert np.array_equal(
        backtest.outcomes(PANEL, "fatalities", ORIGIN, HORIZONS),
        PANEL.values[:, at + 1 : at + 4, 0],
    )


def test_scores_do_not_cross_a_change_of_definition_or_the_end_of_the_data() -> None:
    definitions = tuple(
        "final" if p < date(2020, 2, 1) else "totals" for p in PANEL.periods
    )
    truth = backtest.outcomes(
        replace(PANEL, definitions=definitions), "fatalities", date(2019, 12, 1), HORIZONS
    )
    assert np.isnan(truth).tolist() == [[False, True, True]] * 6
    assert np.isnan(
        backtest.outcomes(PANEL, "fatalities", PANEL.periods[-1], HORIZONS)
    ).all()
    with pytest.raises(ConfigError, match="no month"):
        backtest.cut(PANEL, date(2030, 1, 1), date(2030, 2, 1))


def copy(day: date, last: date) -> Release:
    return Release(
        "s",
        day.isoformat(),
        day,
        "published",
        date(1989, 1, 1),
        last,
        None,
        "",
        0,
        1,
        "",
        "",
        "",
        "",
        "",
        24,
        0,
    )


def test_a_month_is_read_from_its_last_copy_and_a_copy_that_lost_months_is_no_origin() -> (
    None
):
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
