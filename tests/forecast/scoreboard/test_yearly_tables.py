"""Yearly probabilities judged: against numbers worked by hand and other implementations."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstander.core.types import YearInputs
from upstander.forecast import annual_backtest, scores
from upstander.forecast.cases import all_cases, target, with_outcome
from upstander.forecast.scoreboard import ablation, reseeding, year_study, yearly_tables
from upstander.forecast.scoreboard.year_study import YearStudy


def study(**chances: list[float]) -> YearStudy:
    """Two places in two years; one event a year."""
    p = {m: np.array(v) for m, v in chances.items()}
    return YearStudy(
        task="annual",
        kind="Hindcast",
        target="surge",
        what="made up",
        units=np.array(["A", "B", "A", "B"]),
        years=np.array([2000, 2000, 2001, 2001]),
        chances=p,
        outcome=np.array([1.0, 0, 0, 1]),
        groups={"region": np.array(["N", "S", "N", "S"])},
        baselines=("reference",),
        reference="reference",
        seed=1,
    )


GOOD = study(reference=[0.5, 0.5, 0.5, 0.5], sharp=[0.8, 0.2, 0.2, 0.8])


def test_log_loss_saved_worked_by_hand() -> None:
    found = year_study.saved(GOOD, "sharp", "reference", GOOD.weights())
    assert found.value == pytest.approx(np.log(0.8) - np.log(0.5))
    assert found.low == pytest.approx(found.value), (
        "every case saves the same, so every resample does"
    )
    assert found.is_distinguishable
    assert not year_study.saved(
        GOOD, "reference", "reference", GOOD.weights()
    ).is_distinguishable


def test_recall_counts_the_first_places_of_each_year() -> None:
    assert year_study.recall(GOOD, "sharp", 1) == 1
    assert year_study.recall(study(reference=[0.1, 0.9, 0.1, 0.9]), "reference", 1) == 0.5


def test_auc_within_years_looks_at_one_year_at_a_time() -> None:
    drifting = study(reference=[0.2, 0.1, 0.8, 0.9])
    assert year_study.within_year_auc(drifting, "reference") == 1
    assert scores.auc(drifting.chances["reference"], drifting.outcome) < 1


@given(
    st.lists(
        st.tuples(st.sampled_from([0.1, 0.2, 0.5, 0.9]), st.booleans()),
        min_size=2,
        max_size=30,
    )
)
def test_precision_without_weights_is_average_precision(
    cases: list[tuple[float, bool]],
) -> None:
    p, y = (np.array([c[i] for c in cases], dtype=float) for i in (0, 1))
    found = year_study.weighted_precision(p, y, np.ones((1, len(p))))[0]
    if y.sum():
        assert found == pytest.approx(scores.average_precision(p, y))
    else:
        assert np.isnan(found)


def test_a_case_drawn_twice_counts_as_two() -> None:
    p, y = np.array([0.9, 0.8, 0.7]), np.array([1.0, 0, 1])
    twice = year_study.weighted_precision(p, y, np.array([[1.0, 1, 2]]))[0]
    assert twice == pytest.approx(
        scores.average_precision(np.append(p, 0.7), np.append(y, 1))
    )


def test_tables_show_every_model_and_put_the_best_first() -> None:
    table = yearly_tables.models([GOOD], "made up")
    assert [r["model"] for r in table.rows] == ["sharp", "reference"]
    assert table.rows[0]["log_loss_saved"]["verdict"] == "better"
    assert table.rows[1]["log_loss_saved"] is None
    assert table.rows[0]["observed_over_expected"] == pytest.approx(1)
    split = yearly_tables.parts([GOOD], "sharp")
    assert [(r["of"], r["cases"], r["events"]) for r in split.rows] == [
        ("N", 2, 1),
        ("S", 2, 1),
    ]
    pairs = yearly_tables.pairs([GOOD], "sharp")
    assert [r["baseline"] for r in pairs.rows] == ["reference"]


def test_the_biggest_miss_comes_first_with_its_rank() -> None:
    table = yearly_tables.misses(
        [study(reference=[0.01, 0.9, 0.2, 0.8])], "reference", lambda s, i: ("A", "x", "y")
    )
    assert (table.rows[0]["year"], table.rows[0]["rank"]) == (2000, "2 of 2")
    assert table.rows[0]["log_loss"] == pytest.approx(-np.log(0.01))


def test_rank_shifts_worked_by_hand() -> None:
    found = reseeding.shifts(np.array([[3.0, 2, 1, 0], [2.0, 3, 1, 0], [0.0, 2, 3, 1]]))
    # ranks: 1 2 3 4; then 2 1 3 4 (shifts 1 1 0 0); then 4 2 1 3 (shifts 3 0 2 1)
    assert found["largest"] == 3
    assert found["mean"] == pytest.approx(8 / 8)


def test_a_family_left_out_is_out_with_the_own_frequency(known: YearInputs) -> None:
    cases = with_outcome(all_cases(known), known, target("one_sided_100"))
    left = ablation.without(cases, "history")
    assert "history" in cases.families
    assert "history" not in left.families
    assert left.values.shape[1] == len(left.features) == len(left.families)
    whole = ablation.one_origin(cases, "one_sided_100", 2010, 1)["p"]
    assert np.allclose(
        whole, annual_backtest.origin(cases, "one_sided_100", 2010, 1).chances["ensemble"]
    ), "the table compares with the back-test's own ensemble"
    again = ablation.one_origin(left, "one_sided_100", 2010, 1)["p"]
    assert np.array_equal(again, ablation.one_origin(left, "one_sided_100", 2010, 1)["p"])
    assert ((again > 0) & (again < 1)).all()


def test_blocks_of_time_are_drawn_beside_countries_and_widen_the_interval() -> None:
    """Where a whole year is good or bad for every place, drawing countries alone takes the gain for surer than it is."""
    rng = np.random.default_rng(2)
    years = np.repeat(np.arange(2000, 2010), 60)
    units = np.tile(np.array([f"U{n}" for n in range(60)]), 10)
    outcome = (rng.random(600) < 0.3).astype(float)
    is_good = np.repeat(rng.random(10) < 0.6, 60)
    model = np.where(is_good == (outcome == 1), 0.8, 0.2)
    alone = YearStudy(
        task="t",
        kind="Hindcast",
        target="one_sided_100",
        what="",
        units=units,
        years=years,
        chances={"m": model, "base": np.full(600, 0.3)},
        outcome=outcome,
        groups={},
        baselines=("base",),
        reference="base",
        seed=1,
    )
    both = replace(alone, blocks=years)
    one, two = (year_study.saved(s, "m", "base", s.weights()) for s in (alone, both))
    assert one.value == two.value
    assert two.high - two.low > 1.5 * (one.high - one.low)
    assert both.cut(years > 2004).blocks.tolist() == years[years > 2004].tolist()  # type: ignore[union-attr]
