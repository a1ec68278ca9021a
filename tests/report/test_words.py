"""R04: no State is immune, nothing is certain, and what is not known is not zero."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstander.report import bands, words
from upstander.report.history import Year


@given(st.floats(0, 1))
def test_no_probability_reads_as_0_or_100_per_cent(p):
    text = words.percent(p).replace(words.NBSP, " ")
    assert text.endswith(" %")
    assert text not in ("0 %", "0.0 %", "100 %", "100.0 %")


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_higher_probability_never_reads_lower(a, b):
    def said(p):
        return float(words.percent(p).replace(words.NBSP, "").strip("<>%"))

    low, high = sorted((a, b))
    assert said(low) <= said(high)


def test_what_is_not_known_is_not_zero():
    assert (
        words.percent(None)
        == words.count(None)
        == words.times(None)
        == words.day(None)
        == "not known"
    )


def test_dates_ages_and_spans_read_as_people_write_them():
    assert words.day(date(2026, 6, 24)) == "24 June 2026"
    assert words.age(date(2026, 5, 31), date(2026, 6, 24)) == "24 days"
    assert words.span(date(2026, 1, 1), date(2026, 12, 1)) == "2026"
    assert words.span(date(2026, 6, 1), date(2027, 5, 1)) == "Jun 2026–May 2027"


def test_the_lowest_band_says_that_nobody_is_immune():
    lowest = bands.band(1e-9, 0.07, False)
    assert lowest is not None
    assert lowest.name == "lower, not immune"


@pytest.mark.parametrize(
    ("probability", "ongoing", "number"),
    [
        (0.6, True, 4),
        (0.01, True, 3),
        (0.22, False, 3),
        (0.2, False, 2),
        (0.07, False, 2),
        (0.06, False, 1),
        (0.01, False, 0),
    ],
)
def test_bands_follow_the_printed_rule(probability, ongoing, number):
    found = bands.band(probability, 0.07, ongoing)
    assert found is not None
    assert found.number == number


def test_ongoing_is_100_civilians_or_1000_deaths_and_unknown_stays_unknown():
    def year(state: int, civilians: int | None) -> Year:
        return Year(2025, state, 0, civilians, "s", "d", False)

    assert bands.is_ongoing(year(0, 100)) is True
    assert bands.is_ongoing(year(1_000, 0)) is True
    assert bands.is_ongoing(year(900, 99)) is False
    assert bands.is_ongoing(year(5_000, None)) is None
    assert bands.is_ongoing(None) is None
