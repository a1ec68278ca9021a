"""Reasons add up, exactly."""

import numpy as np

from upstander.forecast.explain import coalitions, fidelity, mixed, shapley, typical


def test_there_are_32_sets_of_five_families() -> None:
    assert len(set(coalitions("abcde"))) == 32


def test_contributions_add_up_to_the_difference_from_the_typical_place() -> None:
    rng = np.random.default_rng(1)
    table = {c: rng.normal(size=4) for c in coalitions("abcde")}
    shares = shapley("abcde", lambda own: table[own])
    np.testing.assert_allclose(
        sum(shares.values()), table[frozenset("abcde")] - table[frozenset()]
    )


def test_two_families_split_their_joint_effect_evenly() -> None:
    worth = {
        frozenset(): 0.0,
        frozenset("a"): 1.0,
        frozenset("b"): 0.0,
        frozenset("ab"): 3.0,
    }
    shares = shapley("ab", lambda own: np.array([worth[own]]))
    np.testing.assert_allclose([shares["a"][0], shares["b"][0]], [2.0, 1.0])


def test_a_family_that_changes_nothing_gets_nothing() -> None:
    shares = shapley("abc", lambda own: np.array([5.0 if "a" in own else 1.0]))
    assert shares["a"][0] == 4
    assert shares["b"][0] == 0
    assert shares["c"][0] == 0


def test_the_typical_place_is_the_median_of_what_is_known() -> None:
    values = np.array([[1.0, np.nan, np.nan], [3.0, 5.0, np.nan], [9.0, 7.0, np.nan]])
    np.testing.assert_array_equal(typical(values), [3, 6, np.nan])
    own = mixed(values, typical(values), ("a", "b", "b"), frozenset("a"))
    np.testing.assert_array_equal(own[0], [1, 6, np.nan])


def test_a_largest_reason_is_faithful_only_where_the_forecast_falls_with_it() -> None:
    # Place 1: a adds 2, always. Place 2: alone a adds 5, beside b it takes 1: its share is +2, yet dropping it raises.
    worth = {
        frozenset(): np.array([0.0, 0.0]),
        frozenset("a"): np.array([2.0, 5.0]),
        frozenset("b"): np.array([0.0, 3.0]),
        frozenset("ab"): np.array([2.0, 2.0]),
    }
    shares = shapley("ab", worth.__getitem__)
    np.testing.assert_allclose(shares["a"], [2, 2])
    assert fidelity("ab", worth.__getitem__, shares).tolist() == [True, False]
