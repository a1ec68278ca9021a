"""What the models said of past years: the file is what the scoreboard judged, and nothing learned from later years."""

import numpy as np
import pytest

from upstander.core import places
from upstander.core.settings import Settings
from upstander.forecast import annual_backtest, past_odds, shipped
from upstander.forecast.annual_backtest import Origin
from upstander.forecast.scoreboard import assemble
from upstander.forecast.targets import YEARLY_HEADLINE


@pytest.fixture(scope="module")
def civilians(tmp_path_factory):
    """Civilians killed deliberately by place and year."""
    from upstander import pipeline
    from upstander.forecast.yearly_inputs import covered_units, inputs

    settings = Settings(home=tmp_path_factory.mktemp("past"))
    lake, known_places = pipeline.open_lake(settings)
    as_of = pipeline.day(settings)
    units = covered_units(lake, known_places, as_of)
    return inputs(lake, known_places, units, as_of=as_of)


def test_the_file_is_what_the_packaged_scoreboard_judged(civilians):
    odds = past_odds.held()
    last = annual_backtest.LAST
    row, year = {u: i for i, u in enumerate(civilians.units)}, int(civilians.years[0])
    judged = {k: p for k, p in odds.items() if k[1] <= last}
    killed = civilians.deaths["one_sided"]
    came = np.array([killed[row[u], y + 1 - year] >= 100 for u, y in judged])
    said = np.array(list(judged.values()))
    board = assemble.from_json(assemble.packaged().read_text("utf-8"), "packaged")
    [kept] = [
        r
        for t in board.tables
        if t.id == "annual.models"
        for r in t.rows
        if (r["target"], r["model"], r["universe"])
        == (YEARLY_HEADLINE, shipped.CHANCES, "all UCDP States")
    ]
    assert (len(said), came.sum()) == (kept["cases"], kept["events"])
    assert np.mean((said - came) ** 2) == pytest.approx(kept["brier"], abs=2e-6)


def test_every_place_and_year_is_one_of_those_looked_back_on():
    known = places.load()
    odds = past_odds.held()
    assert {code for code, _ in odds} <= set(known.places)
    assert min(year for _, year in odds) == annual_backtest.FIRST
    assert all(0 < p < 1 for p in odds.values())


def test_an_origin_learns_from_the_years_before_it_alone(civilians):
    """What came after the base year does not move what is said of it."""
    from dataclasses import replace

    from upstander.forecast.cases import all_cases, target, with_outcome

    cases = with_outcome(all_cases(civilians), civilians, target(YEARLY_HEADLINE))
    year = annual_backtest.FIRST
    train, _ = annual_backtest.split(cases, YEARLY_HEADLINE, year)
    other = replace(cases, outcome=np.where(cases.years >= year, 1.0, cases.outcome))
    same, _ = annual_backtest.split(other, YEARLY_HEADLINE, year)
    assert train.years.max() < year
    assert np.array_equal(train.outcome, same.outcome)


def test_the_file_says_place_year_and_probability():
    made = Origin(
        2003, ("AAA", "BBB"), {shipped.CHANCES: np.array([0.123456, 0.5])}, np.zeros(2)
    )
    assert past_odds.written([made]) == (
        "place,base_year,probability\nAAA,2003,0.1235\nBBB,2003,0.5\n"
    )
