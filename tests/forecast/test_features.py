"""Feature families: blind to the future, complete, and said in plain sentences."""

from dataclasses import replace

import numpy as np
import pytest

from upstander.core.plugins import load, names
from upstander.core.types import Family, YearInputs
from upstander.forecast.cases import (
    all_cases,
    at_risk_of_onset,
    outcomes,
    standing,
    target,
    years_since,
)

PACKAGE = "upstander.forecast.features"


def shuffled_after(known: YearInputs, year: int) -> YearInputs:
    """The same until ``year``; afterwards the places' rows are exchanged."""
    rng, later = np.random.default_rng(3), known.years > year
    order = rng.permutation(len(known.units))

    def mix(values: np.ndarray) -> np.ndarray:
        out = values.copy()
        out[:, later] = values[order][:, later]
        return out

    return replace(
        known,
        deaths={k: mix(v) for k, v in known.deaths.items()},
        months=mix(known.months),
        indicators={k: mix(v) for k, v in known.indicators.items()},
        bound={k: mix(v) for k, v in known.bound.items()},
    )


@pytest.mark.parametrize("name", names(PACKAGE))
def test_a_family_does_not_see_the_years_after(name: str, known: YearInputs) -> None:
    family = load(PACKAGE, name, Family)
    before = np.tile(known.years <= 2006, len(known.units))
    real, other = family.build(known), family.build(shuffled_after(known, 2006))
    np.testing.assert_array_equal(real.values[before], other.values[before])
    assert not np.array_equal(real.values, other.values, equal_nan=True)


@pytest.mark.parametrize("name", names(PACKAGE))
def test_a_family_has_one_row_a_country_year_and_no_infinity(
    name: str, known: YearInputs
) -> None:
    family = load(PACKAGE, name, Family)
    made = family.build(known)
    assert made.values.shape == (len(known.units) * len(known.years), len(made.names))
    assert len(set(made.names)) == len(made.names)
    assert not np.isinf(made.values).any()
    assert family.title
    assert family.citation


@pytest.mark.parametrize("name", names(PACKAGE))
def test_a_sentence_is_plain_dated_and_claims_no_cause(
    name: str, known: YearInputs
) -> None:
    for unit in known.units:
        text = load(PACKAGE, name, Family).sentence(known, unit)
        assert text.endswith(".")
        assert "nan" not in text.lower()
        words = set(text.lower().replace(",", " ").split())
        assert not words & {
            "will",
            "causes",
            "caused",
            "because",
            "leads",
            "drives",
            "safe",
            "due",
        }


def test_the_history_sentence_names_the_counts_of_two_years(known: YearInputs) -> None:
    unit = known.units[int(np.argmax(known.deaths["one_sided"][:, -1]))]
    u, text = (
        known.units.index(unit),
        load(PACKAGE, "history", Family).sentence(known, unit),
    )
    assert (
        f"ivilians killed deliberately (one-sided violence, UCDP): {known.deaths['one_sided'][u, -1]:,.0f} in 2015"
        in text
    )


def test_every_family_is_in_the_cases_with_its_name_before_the_feature(
    known: YearInputs,
) -> None:
    cases = all_cases(known)
    assert set(cases.families) == set(names(PACKAGE))
    assert all(
        f.startswith(f"{family}.")
        for f, family in zip(cases.features, cases.families, strict=True)
    )


def test_an_indicator_stands_with_its_lag_and_is_carried_three_years_at_most() -> None:
    values = np.array([[1.0, 2.0, np.nan, np.nan, np.nan, np.nan, np.nan]])
    np.testing.assert_array_equal(standing(values, 1), [[np.nan, 1, 2, 2, 2, 2, np.nan]])


def test_years_since_is_capped_and_zero_in_the_year_itself() -> None:
    happened = np.array([[False, True, False, False, False, False]])
    np.testing.assert_array_equal(years_since(happened, 3), [[3, 0, 1, 2, 3, 3]])


def test_hard_onset_asks_for_five_quiet_observed_years(known: YearInputs) -> None:
    quiet = np.array([[np.nan, 0, 24, 3, 0, 0, 30, 0]])
    np.testing.assert_array_equal(
        at_risk_of_onset(quiet), [[False] * 5 + [True, False, False]]
    )
    made = replace(
        known,
        units=("AAA",),
        years=np.arange(2000, 2008),
        deaths={"total": quiet, "one_sided": quiet},
    )
    found = outcomes(made, target("hard_onset"))[0]
    assert np.isnan(found[:5]).all()
    assert found[5] == 1
    assert np.isnan(found[6:]).all()


def test_a_surge_is_three_times_the_usual_and_at_least_a_hundred(known: YearInputs) -> None:
    killed = np.array([[0.0, 0, 0, 99, 100, 101, 400, 500]])
    made = replace(
        known,
        units=("AAA",),
        years=np.arange(2000, 2008),
        deaths={"total": killed, "one_sided": killed},
    )
    # 100 against a mean of 33 is a surge (3 x 33 = 99); 400 against 100 is; 500 against 200 is not.
    np.testing.assert_array_equal(
        outcomes(made, target("surge"))[0], [0, 0, 0, 1, 0, 1, 0, np.nan]
    )


def test_two_year_targets_count_both_years_together(known: YearInputs) -> None:
    killed = np.array([[0.0, 0, 15, 12, 0]])
    made = replace(
        known,
        units=("AAA",),
        years=np.arange(2000, 2005),
        deaths={"total": killed, "one_sided": killed},
    )
    np.testing.assert_array_equal(
        outcomes(made, target("one_sided_25_24m"))[0], [0, 1, 0, np.nan, np.nan]
    )


def test_the_real_counts_of_onsets_and_surges_are_71_each(shared) -> None:  # type: ignore[no-untyped-def]
    import csv

    path = shared / "ucdp" / "organizedviolencecy_v25_1.csv"
    if not path.is_file():
        pytest.skip("needs organizedviolencecy_v25_1.csv in the shared data")
    with path.open(newline="", encoding="utf-8") as lines:
        rows = [
            r
            for r in csv.DictReader(lines)
            if r["country_id_cy"] not in ("265", "315", "680")
        ]
    ids = sorted({r["country_id_cy"] for r in rows})
    total, killed = (np.full((len(ids), 36), np.nan) for _ in range(2))
    for r in rows:
        i, t = ids.index(r["country_id_cy"]), int(r["year_cy"]) - 1989
        total[i, t] = float(r["cumulative_total_deaths_in_orgvio_best_cy"])
        killed[i, t] = float(r["os_total_deaths_best_cy"])
    made = YearInputs(
        tuple(ids),
        {},
        np.arange(1989, 2025),
        {"total": total, "one_sided": killed},
        np.zeros((len(ids), 36, 12)),
        {},
        {},
        {},
        np.zeros((len(ids), len(ids)), dtype=bool),
    )
    base = (made.years >= 2003) & (made.years <= 2023)
    assert np.nansum(outcomes(made, target("hard_onset"))[:, base]) == 71
    assert np.nansum(outcomes(made, target("surge"))[:, base]) == 71
