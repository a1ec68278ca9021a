"""Rolling odds: blind to the future, in order for every place, the same from odds, paths and draws, and honest about width."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from upstander.forecast import known_months
from upstander.forecast.calibration import log_odds
from upstander.forecast.cases import target
from upstander.forecast.known_months import SoFar, Update
from upstander.forecast.rolling import odds, paths
from upstander.forecast.rolling.backtest import BASELINES, one_year
from upstander.forecast.rolling.chances import MODEL
from upstander.forecast.rolling.events import ESCALATION, EVENTS, HEADLINE, LEARNED, NEW
from upstander.forecast.rolling.features import Asked, Known, decayed
from upstander.forecast.rolling.months import Months, ahead, rolling
from upstander.forecast.rolling.odds import Models, last_year
from upstander.forecast.shapes import ByName

PLACES, YEARS = 40, 18  # from 1999 on


def made_up(seed: int = 3, years: int = YEARS) -> Months:
    """Places of which some are violent for years on end, with neighbours in a ring and one slow series."""
    rng = np.random.default_rng(seed)
    level = rng.gamma(0.4, 30, size=(PLACES, years)) * (rng.random((PLACES, years)) < 0.4)
    monthly = np.repeat(level, 12, axis=1)
    killed = rng.poisson(monthly * rng.gamma(0.5, 1.0, size=monthly.shape)).astype(float)
    battles = rng.poisson(np.repeat(level, 12, axis=1) * 2).astype(float)
    ring = np.roll(np.eye(PLACES, dtype=bool), 1, axis=1)
    units = tuple(f"A{n:02d}" for n in range(PLACES))
    return Months(
        units=units,
        names={u: u for u in units},
        first=date(1999, 1, 1),
        deaths={"state_based": battles, "non_state": killed * 0, "one_sided": killed},
        events=np.ceil(killed / 5),
        years=np.arange(1999, 1999 + years),
        slow=rng.normal(size=(PLACES, years, 1)),
        slow_names=("structure.log_population",),
        there=np.ones((PLACES, years), dtype=bool),
        neighbours=ring | ring.T,
    )


@pytest.fixture(scope="module")
def months() -> Months:
    return made_up()


@pytest.fixture(scope="module")
def known(months: Months) -> Known:
    return Known.of(months)


@pytest.fixture(scope="module")
def models(known: Known) -> Models:
    return odds.learn_all(known, seed=1)


@pytest.fixture(scope="module")
def today(known: Known) -> Asked:
    return known.at([known.months.count - 1])


@pytest.fixture(scope="module")
def settled(models: Models, today: Asked) -> ByName:
    return models.settled(models.scores(today.values), last_year(today))


def test_windows_are_sums_of_whole_months_and_unknown_where_they_are_not_over() -> None:
    values = np.arange(6.0)[None]
    assert rolling(values, 3)[0].tolist() == [0, 1, 3, 6, 9, 12]
    after = ahead(values, 2)[0]
    assert after[:4].tolist() == [3, 5, 7, 9]
    assert np.isnan(after[4:]).all()


def test_a_month_weighs_half_as_much_a_half_life_later() -> None:
    spike = np.zeros((1, 13))
    spike[0, 6] = 64.0
    path = decayed(spike, 6.0)[0] * np.cumsum(0.5 ** (np.arange(13) / 6))
    assert path[6] == pytest.approx(64.0)
    assert path[12] == pytest.approx(32.0)


def test_features_and_lessons_do_not_move_when_the_future_is_replaced(
    months: Months, known: Known
) -> None:
    at = 130
    rng = np.random.default_rng(0)
    noise = rng.poisson(500, size=months.killed.shape).astype(float)
    later = np.arange(months.count) > at
    other = replace(
        months,
        deaths={k: np.where(later, noise, v) for k, v in months.deaths.items()},
        events=np.where(later, noise, months.events),
    )
    before = known.at([at]).values
    assert np.array_equal(before, Known.of(other).at([at]).values)
    for event in EVENTS:
        usable = slice(None, at + 1 - event.months)
        ours, theirs = (event.outcomes(m)[:, usable] for m in (months, other))
        assert np.array_equal(ours, theirs, equal_nan=True)


def test_nested_events_and_windows_are_ordered_for_all_places(settled: ByName) -> None:
    for more, less in ((25, 100), (100, 1000)):
        for window in ("_3m", "_6m", ""):
            assert (
                settled[f"civilians_{more}{window}"]
                >= settled[f"civilians_{less}{window}"] - 1e-12
            ).all()
    for threshold in (25, 100, 1000):
        three, six, twelve = (
            settled[f"civilians_{threshold}{w}"] for w in ("_3m", "_6m", "")
        )
        assert (three <= six + 1e-12).all()
        assert (six <= twelve + 1e-12).all()
    assert (settled[ESCALATION.id] <= settled[HEADLINE.id] + 1e-12).all()
    assert all(((p > 0) & (p < 1)).all() for p in settled.values())


def test_odds_in_disorder_are_put_in_order_and_ordered_ones_left_alone() -> None:
    wrong = {"civilians_100": np.array([0.2]), "civilians_25": np.array([0.1])}
    right = {"civilians_100": np.array([0.1]), "civilians_25": np.array([0.2])}
    mended = odds.ordered(wrong)
    assert mended["civilians_25"] == mended["civilians_100"] == pytest.approx(0.15)
    assert odds.ordered(right) == right


def test_escalation_is_the_headline_where_the_last_year_was_quiet(
    settled: ByName, today: Asked
) -> None:
    quiet = last_year(today) <= 33
    assert quiet.any()
    assert np.array_equal(settled[ESCALATION.id][quiet], settled[HEADLINE.id][quiet])


def test_paths_and_draws_have_the_odds(
    models: Models, today: Asked, settled: ByName
) -> None:
    last = last_year(today)
    library = paths.Library.of(models.by_event[HEADLINE.id].lesson.rows)
    drawn = paths.agreeing(library, today, settled, last)
    draws = drawn.draws(np.random.default_rng(0))
    for event in (e for e in LEARNED if e.threshold < 1000 and e is not ESCALATION):
        shares = (draws[:, : event.months].sum(axis=1) >= event.threshold).mean(axis=1)
        for i, x in enumerate(last.tolist()):
            own = drawn.probability(i, event, x)
            assert own == pytest.approx(settled[event.id][i], abs=0.02)
            assert shares[i] == pytest.approx(
                own, abs=0.001 if event.months == 12 else 0.01
            )


def test_weights_meet_every_margin_that_can_be_met() -> None:
    hits = np.array([[True, True, False, False], [True, False, False, False]])
    weights = paths.raked(np.ones(4), hits, np.array([0.3, 0.1]))
    assert weights.sum() == pytest.approx(1)
    assert weights[:2].sum() == pytest.approx(0.3, abs=1e-6)
    assert weights[0] == pytest.approx(0.1, abs=1e-6)
    none = paths.raked(np.ones(4), np.zeros((1, 4), dtype=bool), np.array([0.5]))
    assert none.tolist() == [0.25] * 4


def test_no_path_is_longer_than_the_stated_bound(models: Models, today: Asked) -> None:
    long = np.full((2, 12), 100_000.0)
    shrunk = paths.bounded(long, 5_000.0)
    assert (shrunk.sum(axis=1) <= 5_000).all()
    assert paths.bounded(long, 1e9).sum() == long.sum()


def test_a_new_mass_killing_can_only_be_new_where_it_was_quiet(months: Months) -> None:
    outcome = NEW.outcomes(months)
    last = rolling(months.killed, 12)
    assert np.isnan(outcome[last >= 25]).all()
    at = np.argwhere(~np.isnan(outcome))
    assert len(at)
    for u, t in at[:: max(1, len(at) // 50)].tolist():
        assert outcome[u, t] == (months.killed[u, t + 1 : t + 13].sum() >= 100)


def test_the_spread_measures_something(models: Models, today: Asked) -> None:
    """Draws of resampled countries differ from place to place and event to event: no pseudo-count sets their width."""
    moved = odds.spread(models, today, np.random.default_rng(0))
    taught = {n: s for n, s in moved.items() if models.by_event[n].taught}
    width = {
        n: np.quantile(s, 0.95, 0) - np.quantile(s, 0.05, 0) for n, s in taught.items()
    }
    assert HEADLINE.id in width
    assert all((w > 0).all() for w in width.values())
    assert np.ptp(width[HEADLINE.id]) > 0.01


def test_looking_back_gives_every_model_an_answer_for_every_case(months: Months) -> None:
    found = one_year(months, 2014, seed=1)
    count = len(found["unit"])
    for model in (MODEL, *BASELINES):
        for event in EVENTS:
            p = found[f"p.{model}.{event.id}"]
            assert p.shape == (count,)
            assert ((p > 0) & (p < 1)).all()


def test_months_already_known_move_the_odds_and_none_known_leave_them() -> None:
    score = np.array([-3.0, -3.0])
    columns = np.log1p(np.array([[0.0, 0.0], [90.0, 10.0]]))
    assert Update().apply(score, columns).tolist() == score.tolist()
    rng = np.random.default_rng(1)
    x = rng.normal(-2, 1.5, 4000)
    deaths = np.where(rng.random(4000) < 0.1, rng.integers(1, 90, 4000), 0)
    cols = np.log1p(np.column_stack([deaths, deaths // 4]))
    happened = rng.random(4000) < 1 / (1 + np.exp(-(x + cols[:, 0])))
    update = known_months.learn(x, cols, happened.astype(float))
    after = update.apply(score, columns)
    assert after[1] > after[0] + 2


def test_what_the_known_months_alone_hold_is_reached(months: Months) -> None:
    base = 2014
    five = months.until((base + 1 - 1999) * 12 + 4)
    so_far = SoFar.of(five, base)
    assert so_far.count == 5
    goal = target("one_sided_25")
    level = {goal.id: np.full(PLACES, 25.0)}
    since = known_months.Today(so_far, np.arange(PLACES), base, level)
    killed = five.killed[:, -5:].sum(axis=1)
    assert np.array_equal(since.deaths(goal), killed)
    reached = since.is_reached(goal)
    assert 0 < reached.sum() < PLACES
    low = np.full(PLACES, -8.0)
    moved = since.moved(goal, Update(), {frozenset({"dynamics"}): low, frozenset(): low})
    own = moved[frozenset({"dynamics"})]
    assert np.allclose(own[reached], log_odds(np.array(known_months.REACHED)))
    assert (own[~reached] == -8.0).all()
    assert (moved[frozenset()] == -8.0).all()
    notes = [since.note(goal, i) for i in range(PLACES)]
    assert all((n is None) == (k == 0) for n, k in zip(notes, killed, strict=True))
    assert all("Already reached" in str(notes[i]) for i in np.flatnonzero(reached))
