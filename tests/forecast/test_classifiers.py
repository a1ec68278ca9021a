"""Every classifier, because its file exists: shape, range, repeatability, gaps; and the baselines by hand."""

from dataclasses import replace

import numpy as np
import pytest

from upstander.core.plugins import load, names
from upstander.core.types import Array, Cases, Classifier, YearInputs
from upstander.forecast.calibration import chance, log_odds
from upstander.forecast.cases import (
    all_cases,
    known_before,
    own_frequency,
    select,
    target,
    with_outcome,
)

PACKAGE = "upstander.forecast.classifiers"


@pytest.fixture(scope="module")
def train(known: YearInputs) -> Cases:
    goal = target("one_sided_100")
    cases = with_outcome(all_cases(known), known, goal)
    return select(cases, known_before(cases, 2012, goal))


@pytest.mark.parametrize("name", names(PACKAGE))
def test_every_classifier_gives_a_repeatable_chance_inside_0_and_1(
    name: str, train: Cases
) -> None:
    classifier = load(PACKAGE, name, Classifier)
    first = classifier.fit(train, np.random.default_rng(5)).probability(train.values)
    again = classifier.fit(train, np.random.default_rng(5)).probability(train.values)
    assert first.shape == (len(train.units),)
    assert ((first >= 0) & (first <= 1)).all()
    np.testing.assert_array_equal(first, again)
    assert classifier.title
    assert classifier.citation


@pytest.mark.parametrize("name", names(PACKAGE))
def test_every_classifier_answers_for_a_place_of_which_nothing_is_known(
    name: str, train: Cases
) -> None:
    empty = np.full((2, train.values.shape[1]), np.nan)
    empty[:, -1] = -3.0  # its own frequency is always known, if only as the share of all
    p = (
        load(PACKAGE, name, Classifier)
        .fit(train, np.random.default_rng(5))
        .probability(empty)
    )
    assert np.isfinite(p).all()


def test_learned_members_rank_the_violent_above_the_quiet(train: Cases) -> None:
    from upstander.forecast.scores import auc

    p = (
        load(PACKAGE, "ensemble", Classifier)
        .fit(train, np.random.default_rng(5))
        .probability(train.values)
    )
    assert auc(p, train.outcome) > 0.9


def test_climatology_is_the_share_with_half_a_case_on_each_side(train: Cases) -> None:
    p = (
        load(PACKAGE, "climatology", Classifier)
        .fit(train, np.random.default_rng(5))
        .probability(train.values[:1])
    )
    assert p[0] == pytest.approx((train.outcome.sum() + 0.5) / (len(train.outcome) + 1))


def test_own_frequency_counts_an_outcome_only_once_its_years_are_over() -> None:
    outcome = np.array([[1.0, 0.0, 1.0, np.nan], [0.0, 0.0, 0.0, np.nan]])
    found = own_frequency(outcome, 1, weight=5.0)
    # In the third year two outcomes of each place are over: 1 hit of 2 here, 0 of 2 there, 1 of 4 in all.
    everyone = (1 + 1) / (4 + 50)
    np.testing.assert_allclose(found[:, 2], [(1 + 5 * everyone) / 7, 5 * everyone / 7])


def test_baselines_are_marked_and_the_ensemble_holds_none_of_them() -> None:
    from upstander.forecast.classifiers.ensemble import MEMBERS

    baselines = {n for n in names(PACKAGE) if load(PACKAGE, n, Classifier).baseline}
    assert baselines == {
        "climatology",
        "own_country_frequency",
        "four_variable_logit",
        "conflict_history_logit",
    }
    assert not baselines & set(MEMBERS)


def test_a_milder_event_teaches_each_member_and_keeps_the_level(train: Cases) -> None:
    from upstander.forecast.classifiers.ensemble import LEVEL_STEP, fit

    assert train.milder is not None
    assert (train.milder >= train.outcome).all()
    assert train.milder.sum() > train.outcome.sum()
    made = fit(train, np.random.default_rng(5))
    taught = made.members["ridge_logit"]
    assert taught.mild is not None
    assert taught.shift < 0
    values = train.values[::LEVEL_STEP]
    moved = chance(log_odds(taught.mild.probability(values)) + taught.shift)
    assert moved.sum() == pytest.approx(taught.own.probability(values).sum())


def test_members_that_draw_random_numbers_say_so_and_are_averaged(train: Cases) -> None:
    from upstander.forecast.classifiers.ensemble import Averaged, trained

    def asked(member: Classifier, seed: int) -> Array:
        return member.fit(train, np.random.default_rng(seed)).probability(train.values)

    members = {n: load(PACKAGE, n, Classifier) for n in names(PACKAGE) if n != "ensemble"}
    drawing = {
        n for n, m in members.items() if not np.array_equal(asked(m, 5), asked(m, 6))
    }
    assert drawing == {n for n, m in members.items() if m.prepare}
    made = trained(members["gradient_boosting"], train, np.random.default_rng(5), repeats=2)
    assert isinstance(made, Averaged)
    both = np.stack([one.probability(train.values) for one in made.each])
    assert not np.array_equal(both[0], both[1])
    np.testing.assert_allclose(made.probability(train.values), both.mean(axis=0))


@pytest.mark.parametrize(("events", "width"), [(15, 97), (30, 49), (200, 10), (1, 150)])
def test_the_width_of_nearest_cases_reaches_one_or_two_events(
    events: int, width: int, train: Cases
) -> None:
    from upstander.forecast.classifiers.nearest_cases import Nearest

    some = select(train, np.arange(1000) % len(train.units))
    outcome = (np.arange(1000) < events).astype(float)
    made = load(PACKAGE, "nearest_cases", Classifier).fit(
        replace(some, outcome=outcome), np.random.default_rng(5)
    )
    # By hand: 1.5 over (15 + 1/2) / 1,001, and so on, held between 10 and 150.
    assert isinstance(made, Nearest)
    assert made.near == width


def test_without_enough_milder_events_the_event_alone_teaches(train: Cases) -> None:
    from upstander.forecast.classifiers.ensemble import fit

    rare = replace(train, milder=np.full(len(train.units), np.nan))
    plain = fit(rare, np.random.default_rng(5), ("ridge_logit",))
    np.testing.assert_allclose(
        plain.probability(train.values),
        plain.members["ridge_logit"].own.probability(train.values),
    )


@pytest.mark.parametrize(
    "name",
    ["extra_trees", "gradient_boosting", "random_forest", "ridge_logit", "spline_logit"],
)
def test_cases_weigh_in_training_as_much_as_they_count(name: str, train: Cases) -> None:
    events = train.outcome == 1
    heavy = replace(train, weight=np.where(events, 10.0, 1.0))
    member = load(PACKAGE, name, Classifier)
    plain, weighted = (
        member.fit(c, np.random.default_rng(5)).probability(train.values).mean()
        for c in (train, heavy)
    )
    assert weighted > 1.2 * plain
