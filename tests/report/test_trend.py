"""What the last months are compared with, and when they tell nothing."""

from __future__ import annotations

from datetime import date

import pytest

from upstander.core.months import month_after
from upstander.lake.precedence import Heard
from upstander.report import history, trend


def series(deaths: list[int], *, provisional: bool = True) -> tuple[history.Month, ...]:
    first = date(2024, 6, 1)
    return tuple(
        history.Month(month_after(first, n), d, "ucdp_candidate", "one", provisional)
        for n, d in enumerate(deaths)
    )


def test_where_reporting_collapsed_no_falling_trend_is_told():
    months = series([9] * 21 + [0, 0, 0])
    told = trend.of(months, {}, Heard(()), "SDN")
    assert not told.comparable
    assert told.last is None
    assert told.sentence == (
        "Too little is reported to tell: no death is reported from March 2026 to May 2026, where 12 of the twelve months"
        " before had some. Either violence has ended, or nobody reports any more."
    )


@pytest.mark.parametrize(
    ("deaths", "provisional"),
    [
        ([9] * 21 + [0, 0, 1], True),
        ([9] * 21 + [0, 0, 0], False),
        ([0, 1] * 10 + [1, 0, 0, 0], True),
    ],
    ids=["a death is reported", "the months are consolidated", "quiet months are usual"],
)
def test_a_place_that_is_reported_has_its_trend(deaths: list[int], provisional: bool):
    months = series(deaths, provisional=provisional)
    assert trend.of(months, {}, Heard(()), "SDN").comparable
