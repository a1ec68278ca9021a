"""R04: no State is immune, nothing is certain, and what is not known is not zero."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstander.core.months import month_after
from upstander.report import bands, history, words


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


def test_mass_violence_is_100_civilians_or_1000_deaths_and_unknown_stays_unknown():
    assert history.is_mass_violence(100, 100) is True
    assert history.is_mass_violence(1_000, 0) is True
    assert history.is_mass_violence(1_000, None) is True
    assert history.is_mass_violence(999, 99) is False
    assert history.is_mass_violence(999, None) is None
    assert history.is_mass_violence(None, None) is None


def test_ongoing_looks_at_the_last_twelve_months_and_says_since_when():
    def month(n: int, civilians: int | None) -> history.Month:
        at = month_after(date(2024, 1, 1), n)
        return history.Month(at, civilians or 0, "s", "d", n > 20, one_sided=civilians)

    quiet = [month(n, 2) for n in range(24)]
    killed = [*quiet[:18], month(18, 500), *quiet[19:]]
    late = history.last_twelve(killed)
    assert late is not None
    assert (late.one_sided, late.total, late.is_provisional) == (522, 522, True)
    assert late.since == date(2025, 7, 1)
    calm = history.last_twelve(quiet)
    assert calm is not None
    assert (calm.one_sided, calm.since) == (24, None)
    untyped = history.last_twelve([*killed[:-1], month(23, None)])
    assert untyped is not None
    assert untyped.one_sided is None
    assert history.last_twelve(quiet[:11]) is None
