"""Similar past cases: never the same episode, never the future, and what followed is what followed."""

import numpy as np

from upstander.core.types import YearInputs
from upstander.forecast.cases import all_cases
from upstander.forecast.similar import APART, COUNT, WEIGHTS, similar, weights


def test_five_cases_for_every_place_in_order_of_distance(known: YearInputs) -> None:
    rows = similar(all_cases(known), known).to_pylist()
    for unit in known.units:
        own = [r for r in rows if r["unit"] == unit]
        assert [r["rank"] for r in own] == list(range(1, COUNT + 1))
        assert [r["distance"] for r in own] == sorted(r["distance"] for r in own)


def test_a_place_is_not_compared_with_its_own_last_years(known: YearInputs) -> None:
    for r in similar(all_cases(known), known).to_pylist():
        if r["unit"] == r["case_unit"]:
            assert r["case_year"] <= known.years[-1] - APART


def test_one_war_does_not_fill_the_list(known: YearInputs) -> None:
    rows = similar(all_cases(known), known).to_pylist()
    for unit in known.units:
        own = [(r["case_unit"], r["case_year"]) for r in rows if r["unit"] == unit]
        assert len({case[0] for case in own}) == len(own), "each case is another place"


def test_what_followed_is_read_from_the_year_after(known: YearInputs) -> None:
    for r in similar(all_cases(known), known).to_pylist()[:50]:
        u, t = known.units.index(r["case_unit"]), int(r["case_year"] + 1 - known.years[0])
        assert r["one_sided_next"] == known.deaths["one_sided"][u, t]
        assert r["total_next"] == known.deaths["total"][u, t]


def test_weights_read_distances_as_standard_deviations() -> None:
    np.testing.assert_allclose((weights(tuple(WEIGHTS)) ** 2).sum(), 1)
