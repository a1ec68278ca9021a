"""Past windows: counted by each event's own definition, without overlap, and within one way of counting."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from upstander.forecast import past_windows, targets
from upstander.forecast.past_windows import Monthly, Past
from upstander.forecast.rolling.months import Counts

YEARS = np.arange(1983, 1997)
SPOKE = ("final",) * 96 + (
    "candidate",
) * 5  # January 1989 to December 1996, then five months


def past(killed: np.ndarray, total: np.ndarray | None = None) -> Past:
    """One place, from (101,) deaths by month."""
    every = killed if total is None else total
    by_year = {"one_sided": _yearly(killed), "total": _yearly(every)}
    kinds = {"state_based": every - killed, "non_state": 0 * killed, "one_sided": killed}
    counts = Counts({k: v[None] for k, v in kinds.items()}, events=0 * killed[None])
    return Past(
        date(1997, 6, 20),
        ("AAA",),
        YEARS,
        by_year,
        Monthly(killed[None], SPOKE, counts),
        Monthly(every[None], SPOKE),
    )


def _yearly(months: np.ndarray) -> np.ndarray:
    sums = months[:96].reshape(8, 12).sum(axis=1)
    return np.concatenate([np.full(6, np.nan), sums])[None]


@pytest.fixture
def killed() -> np.ndarray:
    """Nobody, then 30 in each month of 1994, and 200 in a month that is provisional."""
    deaths = np.zeros(101)
    deaths[60:72] = 30.0
    deaths[98] = 200.0
    return deaths


@pytest.mark.parametrize(
    ("target", "count", "came"),
    [
        ("civilians_25_3m", 28, 4),
        ("civilians_100_6m", 14, 2),
        ("civilians_100", 7, 1),
        ("total_100_6m", 14, 2),
        ("one_sided_100", 7, 1),
        ("one_sided_100_24m", 3, 1),
        ("hard_onset", 7, 1),
        ("surge", 7, 1),
        ("new_mass_killing", 7, 1),
        ("escalation", 7, 1),
    ],
)
def test_windows_follow_each_other_and_end_where_counting_changes(
    killed, target, count, came
):
    found = past_windows.windows(past(killed), targets.get(target))
    assert len(found.first) == count
    assert np.nansum(found.came) == came
    assert max(found.first).year <= 1996, "provisional months are in no window"


def test_an_event_is_no_case_where_its_definition_rules_it_out(killed):
    after = past_windows.windows(past(killed), targets.NEW_MASS_KILLING)
    assert np.isnan(after.came[0, [f.year for f in after.first].index(1995)])
    onset = past_windows.windows(past(killed), targets.ONSET)
    known = [f.year for f, c in zip(onset.first, onset.came[0], strict=True) if c == c]
    assert known == [1994], "five observed years before, and quiet ones"


def test_a_surge_is_three_times_the_years_before_and_an_escalation_the_year_before():
    killed = np.zeros(101)
    killed[60:72], killed[72:84] = 10.0, 25.0  # 120 in 1994, 300 in 1995
    for target, year in (("surge", [1994, 1995]), ("escalation", [1994])):
        found = past_windows.windows(past(killed), targets.get(target))
        years = [f.year for f, c in zip(found.first, found.came[0], strict=True) if c == 1]
        assert years == year


def test_what_was_before_the_forecast_is_the_last_twelve_months_or_the_base_year(killed):
    recent = past_windows.windows(past(killed), targets.get("civilians_100_3m"))
    calendar = past_windows.windows(past(killed), targets.get("one_sided_100"))
    assert (recent.now[0], calendar.now[0]) == (200, 0)


def test_a_place_has_no_case_before_it_was_one(killed):
    held = past(killed)
    for values in held.yearly.values():
        values[0, :11] = np.nan  # a State from 1994 on
    found = past_windows.windows(held, targets.get("civilians_25_3m"))
    counted = [f.year for f, c in zip(found.first, found.came[0], strict=True) if c == c]
    assert min(counted) == 1995, "the twelve months before must be its own"


def test_windows_that_were_over_by_a_year(killed):
    found = past_windows.windows(past(killed), targets.get("one_sided_100_24m"))
    over = [f.year for f, o in zip(found.first, found.until(1994), strict=True) if o]
    assert over == [1991, 1993]


def test_nothing_is_counted_that_no_release_has_by_month(killed):
    held = past(killed)
    silent = Past(held.as_of, held.units, held.years, held.yearly, None, held.total)
    assert past_windows.windows(silent, targets.get("civilians_100_3m")) is None
    assert past_windows.windows(silent, targets.get("total_100_3m")) is not None
