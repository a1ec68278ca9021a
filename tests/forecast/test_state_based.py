"""The months ahead of state-based conflict, and VIEWS' way of writing them."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from upstander.core import places as place_tables
from upstander.core.errors import SourceChanged
from upstander.core.months import months_from_to
from upstander.forecast import state_based
from upstander.forecast.exchange import views_run
from upstander.forecast.state_based import Series
from upstander.forecast.state_based_run import day_of

CODES = ("COL", "GHA", "SDN", "SYR", "AND")


def made_up(months: int = 180) -> Series:
    """Places that fight for years on end, or never."""
    rng = np.random.default_rng(5)
    level = rng.gamma(0.6, 40, size=(len(CODES), months // 12 + 1))
    level *= rng.random(level.shape) < 0.5
    deaths = rng.poisson(np.repeat(level, 12, axis=1)[:, :months]).astype(float)
    periods = months_from_to(date(1989, 1, 1), date(2100, 1, 1))[:months]
    beside = np.zeros((len(CODES), len(CODES)))
    return Series(CODES, periods, deaths, deaths * 1.5, beside, date(2004, 2, 1), False)


def test_features_see_no_later_month() -> None:
    one = made_up()
    other = replace(one, deaths=one.deaths.copy(), total=one.total.copy())
    other.deaths[:, 150:] = 9_999.0
    other.total[:, 150:] = 9_999.0
    ours, theirs = (state_based.features(s)[:, 149] for s in (one, other))
    assert np.array_equal(ours, theirs)
    assert not np.array_equal(*(state_based.features(s)[:, 150] for s in (one, other)))


def test_chances_are_probabilities_and_rise_with_war() -> None:
    of = made_up()
    p = state_based.chances(of, (1, 6))
    assert p.shape == (len(CODES), 2)
    assert ((p > 0) & (p < 1)).all()
    fighting = of.deaths[:, -6:].min(axis=1) >= 25
    calm = of.deaths[:, -24:].max(axis=1) == 0
    if fighting.any() and calm.any():
        assert p[fighting, 0].min() > p[calm, 0].max()
    share = state_based.persistence(of, (1, 2))
    assert share[:, 0].tolist() == (of.deaths[:, -12:] >= 25).mean(axis=1).tolist()


def test_a_run_that_was_written_reads_back_and_says_what_it_was_made_from(
    tmp_path: Path,
) -> None:
    places = place_tables.load()
    of = made_up()
    p = np.linspace(0.01, 0.99, 10).reshape(len(CODES), 2)
    for series, word in (
        (of, "as published on 2004-02-01"),
        (replace(of, hindcast=True), "hindcast"),
    ):
        text = views_run.text(series, p, p * 100, places)
        file = tmp_path / "run.csv"
        file.write_text(text, encoding="utf-8")
        run = views_run.read(file, places)
        assert run.origin == of.periods[-1]
        assert "AND" not in {unit for unit, _ in run.chances}
        assert len(run.chances) == 2 * (len(CODES) - 1)
        first = run.origin.replace(month=1, year=run.origin.year + 1)
        assert run.chances["COL", first] == pytest.approx(p[0, 0], abs=1e-4)
        assert run.means["SYR", first] == pytest.approx(100 * p[3, 0], abs=1e-2)
        lines = text.splitlines()
        assert all(word in line for line in lines[1:])
        assert lines[1].split(",")[1:4] == ["289", "Colombia", "100"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("isoab,year,month,main_dich,main_mean\nCOL,2025,8,1.2,3\n", "line 2: main_dich"),
        ("isoab,year,month,main_mean\nCOL,2025,8,3\n", "main_dich"),
        ("isoab,year,month,main_dich,main_mean\nCOL,2025,x,0.2,3\n", "line 2: month"),
        ("isoab,year,month,main_dich,main_mean\nCOL,2025,8,,3\n", "line 2: main_dich"),
        ("isoab,year,month,main_dich,main_mean\nXQZ,2025,8,.2,3\n", "line 2: .*XQZ"),
        ("isoab,year,month,main_dich,main_mean\n", "no rows"),
        ("isoab,year,month,main_dich,main_mean\nCOL,2025,8,.2,3", "line"),
    ],
)
def test_a_file_that_is_no_run_is_refused_by_line(
    text: str, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "run.csv"
    file.write_text(text)
    with pytest.raises(SourceChanged, match=said):
        views_run.read(file, place_tables.load())


def test_views_own_run_is_read_as_published(shared: Path) -> None:
    file = shared / "benchmarks/views/run_format_fatalities002_2025_07_t01_cm_sample.csv"
    if not file.is_file():
        pytest.skip("VIEWS' run is not among the shared data")
    run = views_run.read(file, place_tables.load())
    assert run.origin == date(2025, 7, 1)
    assert run.chances["COL", date(2025, 8, 1)] == pytest.approx(0.3896)
    assert run.means["SYR", date(2025, 9, 1)] == pytest.approx(931.3706)
    assert len(run.chances) == 16
    assert set(file.read_text("utf-8").splitlines()[0].split(",")) < set(views_run.COLUMNS)


def test_a_run_is_made_at_the_end_of_the_month_after_its_data() -> None:
    assert day_of(date(2025, 7, 1)) == date(2025, 8, 31)
    assert day_of(date(2025, 12, 1)) == date(2026, 1, 31)
