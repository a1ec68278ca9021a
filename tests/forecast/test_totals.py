"""Chances of totals over 3, 6 and 12 months: nested windows and thresholds never contradict each other."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upstander.core.forecast_tables import FORECAST_CHANCE
from upstander.core.months import month_after
from upstander.core.types import Forecast, Panel, YearInputs
from upstander.forecast import totals, unmodelled
from upstander.forecast.targets import TOTAL_MONTHS, TOTAL_THRESHOLDS, get, total_id

UNITS = ("AFG", "BEL", "TCD")
HORIZONS = tuple(range(1, 13))


def made(seed: int, months: int = 65) -> tuple[Forecast, Panel]:
    rng = np.random.default_rng(seed)
    level = np.array([0.02, 3, 400])[:, None]
    deaths = rng.poisson(level * np.ones((3, months))).astype(float)
    periods = tuple(month_after(date(2020, 1, 1), m) for m in range(months))
    panel = Panel(UNITS, periods, deaths[..., None], ("fatalities",), date(2025, 6, 24))
    draws = rng.poisson(level[..., None] * np.ones((3, 12, 1000))).astype(np.int32)
    return Forecast("fatalities", "m", panel.as_of, UNITS, HORIZONS, draws), panel


@given(st.integers(0, 2**20))
@settings(max_examples=10, deadline=None)
def test_a_higher_threshold_or_a_shorter_window_is_never_more_probable(seed: int) -> None:
    rows = totals.rows(*made(seed), np.random.default_rng(seed)).to_pylist()
    p = {(r["unit"], r["target"]): r["probability"] for r in rows}
    assert len(p) == len(UNITS) * len(TOTAL_MONTHS) * len(TOTAL_THRESHOLDS)
    for unit in UNITS:
        grid = np.array(
            [[p[unit, total_id(n, m)] for n in TOTAL_THRESHOLDS] for m in TOTAL_MONTHS]
        )
        assert (np.diff(grid, axis=1) <= 0).all()
        assert (np.diff(grid, axis=0) >= 0).all()
        assert ((grid > 0) & (grid < 1)).all()


def test_a_window_is_named_by_its_months_and_holds_their_sum() -> None:
    forecast, panel = made(1)
    rows = {
        (r["unit"], r["target"]): r
        for r in totals.rows(forecast, panel, np.random.default_rng(1)).to_pylist()
    }
    three = rows["TCD", "total_1000_3m"]
    assert (three["first_month"], three["last_month"]) == (
        date(2025, 6, 1),
        date(2025, 8, 1),
    )
    assert rows["TCD", "total_1000"]["last_month"] == date(2026, 5, 1)
    share = (forecast.draws[2, :3].sum(axis=0) >= 1000).mean()
    past = panel.values[:, 5:, 0].reshape(3, 20, 3).sum(axis=-1)
    assert three["base_rate"] == (past >= 1000).mean()
    assert three["probability"] == (share * 1000 + 2 * three["base_rate"]) / 1002


def test_the_window_begins_in_the_month_after_the_last_one_whatever_its_length() -> None:
    forecast, panel = made(2)
    ends = {}
    for r in totals.rows(forecast, panel, np.random.default_rng(2)).to_pylist():
        assert r["first_month"] == date(2025, 6, 1)
        ends[r["target"]] = r["last_month"]
    assert [ends[total_id(25, m)] for m in (3, 6, 12)] == [
        date(2025, 8, 1),
        date(2025, 11, 1),
        date(2026, 5, 1),
    ]


def test_a_sum_exactly_at_the_threshold_reaches_it_in_the_draws_and_in_the_past() -> None:
    periods = tuple(month_after(date(2020, 1, 1), m) for m in range(24))
    deaths = np.zeros((1, 24, 1))
    deaths[0, 0], deaths[0, 12] = 25, 24  # one year of exactly 25 deaths, one of 24
    panel = Panel(("AFG",), periods, deaths, ("fatalities",), date(2025, 6, 24))
    draws = np.zeros((1, 12, 4), dtype=np.int32)
    draws[0, 11] = (24, 25, 25, 26)  # only in the twelfth month
    forecast = Forecast("fatalities", "m", panel.as_of, ("AFG",), HORIZONS, draws)
    rows = {
        r["target"]: r
        for r in totals.rows(forecast, panel, np.random.default_rng(1)).to_pylist()
    }
    assert rows["total_25"]["base_rate"] == 0.5
    assert rows["total_25"]["probability"] == (0.75 * 4 + 2 * 0.5) / 6
    assert rows["total_25_6m"]["base_rate"] == 0.25
    assert rows["total_25_6m"]["probability"] == (0 * 4 + 2 * 0.25) / 6
    assert rows["total_1_3m"]["base_rate"] == 2 / 8


def test_the_interval_is_the_middle_90_per_cent_of_resampled_draws_and_holds_the_point() -> (
    None
):
    forecast, panel = made(3)
    row = {
        (r["unit"], r["target"]): r
        for r in totals.rows(forecast, panel, np.random.default_rng(3)).to_pylist()
    }
    exact = forecast.draws[:, :3].sum(axis=1)
    rng = np.random.default_rng(3)
    rng.standard_gamma(1.0, size=(400, 1, 3))  # of the members' weights: there is one
    for threshold in TOTAL_THRESHOLDS:
        happened = (exact >= threshold).sum(axis=-1)
        sample = rng.beta(happened + 0.5, 1000 - happened + 0.5, size=(400, 3))
        low, high = np.quantile(sample, [0.05, 0.95], axis=0)
        for u, unit in enumerate(UNITS):
            own = row[unit, total_id(threshold, 3)]
            assert own["low"] == pytest.approx(max(min(low[u], own["probability"]), 1e-6))
            assert own["high"] == pytest.approx(
                min(max(high[u], own["probability"]), 1 - 1e-6)
            )
            assert 1e-6 <= own["low"] <= own["probability"] <= own["high"] <= 1 - 1e-6


def test_the_rank_is_of_the_probability_and_its_range_is_of_the_samples() -> None:
    forecast, panel = made(4)
    rows = [
        r
        for r in totals.rows(forecast, panel, np.random.default_rng(4)).to_pylist()
        if r["target"] == "total_25"
    ]
    assert {r["unit"]: r["rank"] for r in rows} == {"TCD": 1, "BEL": 2, "AFG": 3}
    assert [r["probability"] for r in sorted(rows, key=lambda r: r["rank"])] == sorted(
        (r["probability"] for r in rows), reverse=True
    )
    afg, bel, tcd = rows
    assert (afg["rank_low"], afg["rank_high"]) == (3, 3)
    # they lie apart in nearly all samples; where places lie close, see the range of ranks below
    assert (tcd["rank_low"], tcd["rank_high"]) == (1, 1)
    assert (bel["rank_low"], bel["rank_high"]) == (2, 2)
    assert {(r["model"], r["basis"], r["note"]) for r in rows} == {("m", "model", None)}


def test_only_months_of_the_first_definition_count_in_the_base_rate() -> None:
    periods = tuple(month_after(date(2020, 1, 1), m) for m in range(36))
    deaths = np.zeros((1, 36, 1))
    deaths[0, 24:] = 100  # counted otherwise in the last year
    definitions = ("GED",) * 24 + ("Candidate",) * 12
    panel = Panel(
        ("AFG",),
        periods,
        deaths,
        ("fatalities",),
        date(2023, 6, 24),
        definitions=definitions,
    )
    forecast = Forecast(
        "fatalities",
        "m",
        panel.as_of,
        ("AFG",),
        HORIZONS,
        np.zeros((1, 12, 10), dtype=np.int32),
    )
    rows = {
        r["target"]: r
        for r in totals.rows(forecast, panel, np.random.default_rng(1)).to_pylist()
    }
    assert rows["total_25"]["base_rate"] == 0
    assert rows["total_25"]["first_month"] == date(2023, 1, 1)


def test_what_always_came_is_not_certain_and_what_never_came_not_impossible() -> None:
    periods = tuple(month_after(date(2020, 1, 1), m) for m in range(24))
    deaths = np.stack([np.full((24, 1), 2000.0), np.full((24, 1), 2000.0)])
    panel = Panel(("AFG", "BEL"), periods, deaths, ("fatalities",), date(2022, 6, 24))
    draws = np.stack([np.full((12, 10), 2000), np.full((12, 10), 2000)]).astype(np.int32)
    forecast = Forecast("fatalities", "m", panel.as_of, ("AFG", "BEL"), HORIZONS, draws)
    for row in totals.rows(forecast, panel, np.random.default_rng(1)).to_pylist():
        assert row["base_rate"] == 1
        assert row["probability"] == row["high"] == 1 - 1e-6
    calm = Panel(("AFG", "BEL"), periods, 0 * deaths, ("fatalities",), date(2022, 6, 24))
    never = Forecast("fatalities", "m", panel.as_of, ("AFG", "BEL"), HORIZONS, 0 * draws)
    for row in totals.rows(never, calm, np.random.default_rng(1)).to_pylist():
        assert row["base_rate"] == 0
        assert row["probability"] == 1e-6
        assert 1e-6 <= row["low"] <= 1e-6 < row["high"] < 1


def test_the_end_of_an_interval_is_never_certainty_however_many_the_draws() -> None:
    periods = tuple(month_after(date(2020, 1, 1), m) for m in range(24))
    panel = Panel(
        ("AFG",), periods, np.full((1, 24, 1), 2000.0), ("fatalities",), date(2022, 6, 24)
    )
    draws = np.full((1, 12, 400_000), 2000, dtype=np.int32)
    forecast = Forecast("fatalities", "m", panel.as_of, ("AFG",), HORIZONS, draws)
    assert {
        r["high"]
        for r in totals.rows(forecast, panel, np.random.default_rng(1)).to_pylist()
    } == {1 - 1e-6}


def test_two_pseudo_draws_stand_at_the_base_rate() -> None:
    forecast, panel = made(6)
    for row in totals.rows(forecast, panel, np.random.default_rng(6)).to_pylist():
        months = {"3m": 3, "6m": 6}.get(row["target"].rsplit("_", 1)[1], 12)
        threshold = int(row["target"].split("_")[1])
        u = UNITS.index(row["unit"])
        share = float((forecast.draws[u, :months].sum(axis=0) >= threshold).mean())
        expected = (share * 1000 + 2 * row["base_rate"]) / 1002
        assert row["probability"] == pytest.approx(
            min(max(expected, 1e-6), 1 - 1e-6), abs=1e-12
        )


def test_a_quiet_share_is_of_the_windows_that_begin_in_the_year_after_a_quiet_one_and_counts_the_threshold_itself() -> (
    None
):
    periods = tuple(month_after(date(2020, 1, 1), m) for m in range(48))
    deaths = np.zeros((1, 48, 1))
    deaths[0, 12], deaths[0, 24], deaths[0, 36] = (
        25,
        24,
        400,
    )  # January of 2021, 2022 and 2023
    panel = Panel(("AFG",), periods, deaths, ("fatalities",), date(2024, 6, 24))
    target = get("total_25")
    share_of = unmodelled.observed_share
    assert totals.quiet_share(panel, target, {("AFG", 2020)}) == share_of(
        1, 1
    )  # the window of 2021 holds just 25
    assert totals.quiet_share(panel, target, {("AFG", 2021)}) == share_of(0, 1)
    assert totals.quiet_share(panel, target, {("AFG", 2019), ("BEL", 2022)}) == share_of(
        0, 1
    )
    assert totals.quiet_share(panel, target, {("AFG", 2022)}) == share_of(1, 1)
    assert totals.quiet_share(
        panel, get("total_25_3m"), {("AFG", 2020), ("AFG", 2021)}
    ) == share_of(1, 8)


def test_the_range_of_ranks_holds_90_per_cent_of_the_samples() -> None:
    """Forty places whose probabilities lie close together: the range is of the ranks that the samples take."""
    units = tuple(f"U{n:02d}" for n in range(40))
    periods = tuple(month_after(date(2020, 1, 1), m) for m in range(24))
    panel = Panel(units, periods, np.ones((40, 24, 1)), ("fatalities",), date(2022, 6, 24))
    draws = np.zeros((40, 12, 1000), dtype=np.int32)
    for n in range(40):
        draws[n, 0, : 300 + 10 * n] = 30
    forecast = Forecast("fatalities", "m", panel.as_of, units, HORIZONS, draws)
    rows = {
        r["unit"]: r
        for r in totals.rows(forecast, panel, np.random.default_rng(9)).to_pylist()
        if r["target"] == "total_25_3m"
    }
    rng = np.random.default_rng(9)
    rng.standard_gamma(1.0, size=(400, 1, 40))
    for threshold in (
        1,
        25,
    ):  # the stream of the windows of three months, threshold by threshold
        happened = (draws[:, :3].sum(axis=1) >= threshold).sum(axis=-1)
        sample = rng.beta(happened + 0.5, 1000 - happened + 0.5, size=(400, 40))
    order = (
        np.argsort(np.argsort(-sample, axis=1, kind="stable"), axis=1, kind="stable") + 1
    )
    low = np.quantile(order, 0.05, axis=0, method="lower")
    high = np.quantile(order, 0.95, axis=0, method="higher")
    for n, unit in enumerate(units):
        assert rows[unit]["rank_low"] == min(low[n], rows[unit]["rank"])
        assert rows[unit]["rank_high"] == max(high[n], rows[unit]["rank"])


# Places without a model


class World:
    """What is asked of places: under whom a place's deaths are booked."""

    def get(self, code: str) -> object:
        return type(
            "Place",
            (),
            {"code": code, "booked_under": {"PSE": "TCD", "GUM": "TCD"}.get(code)},
        )()


def everyone(
    quiet: set[tuple[str, int]], seed: int = 5
) -> tuple[dict[tuple[str, str], dict], Panel]:
    forecast, panel = made(seed, months=60)
    own = totals.rows(forecast, panel, np.random.default_rng(seed))
    like = {**own.to_pylist()[0], "target": "one_sided_100"}
    basis = {
        **dict.fromkeys(UNITS, "model"),
        "PSE": "booked",
        "GUM": "no_data",
        "MYT": "no_data",
    }
    annual = [
        {**like, "unit": u, "basis": b, "note": None if b == "model" else f"why {b}"}
        for u, b in basis.items()
    ]
    table = pa.Table.from_pylist(annual, schema=FORECAST_CHANCE.schema)
    rows = totals.for_everyone(own, table, World(), panel, quiet).to_pylist()  # type: ignore[arg-type]
    return {(r["unit"], r["target"]): r for r in rows}, panel


def test_a_place_without_data_shows_the_share_of_small_quiet_places_and_says_so() -> None:
    quiet = {
        ("AFG", 2020),
        ("AFG", 2021),
        ("BEL", 2022),
    }  # windows of 2021 and 2022, and Belgium's of 2023
    rows, panel = everyone(quiet)
    assert len(rows) == 6 * len(TOTAL_MONTHS) * len(TOTAL_THRESHOLDS)
    deaths = panel.column("fatalities")
    for months in TOTAL_MONTHS:
        at = [deaths[0, 12:24], deaths[0, 24:36], deaths[1, 36:48]]
        sums = np.concatenate([part.reshape(-1, months).sum(axis=1) for part in at])
        for threshold in TOTAL_THRESHOLDS:
            row = rows["GUM", total_id(threshold, months)]
            events = int((sums >= threshold).sum())
            assert row["probability"] == min((events + 0.5) / (len(sums) + 1), 0.5)
            assert row["low"] < row["probability"] or row["probability"] == 0.5
            assert (row["basis"], row["note"]) == ("no_data", "why no_data")
            assert (
                row["probability"]
                == rows["MYT", total_id(threshold, months)]["probability"]
            )


def test_a_booked_place_shows_its_hosts_figure_and_all_are_ranked_together() -> None:
    rows, _ = everyone({("AFG", 2020), ("AFG", 2021)})
    for months in TOTAL_MONTHS:
        for threshold in TOTAL_THRESHOLDS:
            target = total_id(threshold, months)
            own = {unit: row for (unit, t), row in rows.items() if t == target}
            assert own["PSE"]["probability"] == own["TCD"]["probability"]
            assert (own["PSE"]["basis"], own["PSE"]["note"]) == ("booked", "why booked")
            assert sorted(r["rank"] for r in own.values()) == [1, 2, 3, 4, 5, 6]
            in_order = sorted(own.values(), key=lambda r: r["rank"])
            assert all(a["probability"] >= b["probability"] for a, b in pairwise(in_order))
            assert all(
                1 <= r["rank_low"] <= r["rank"] <= r["rank_high"] <= 6 for r in own.values()
            )
            for unit in ("GUM", "MYT"):
                row, chance = own[unit], [r["probability"] for r in own.values()]
                assert row["rank_low"] == min(
                    row["rank"], 1 + sum(p > row["high"] for p in chance)
                )
                assert row["rank_high"] == max(
                    row["rank"], sum(p >= row["low"] for p in chance)
                )


def test_small_and_quiet_at_its_borders(known: YearInputs) -> None:
    people = np.full(known.deaths["total"].shape, 1e5)
    total = np.zeros_like(people)
    total[1, -1], total[2, -11], total[3, -10], total[4, -1], total[5, -1] = (
        25,
        25,
        25,
        24,
        np.nan,
    )
    people[0] = 1e6
    inputs = replace(
        known,
        deaths={**known.deaths, "total": total},
        indicators={"un_population_total": people},
    )
    found = unmodelled.small_and_quiet(inputs)[:7, -1]
    assert found.tolist() == [False, False, True, False, True, False, True]


def test_the_share_of_none_in_many_is_not_never_and_its_interval_holds_it() -> None:
    share, low, high = unmodelled.observed_share(0, 99)
    assert share == 0.005
    assert 0 < low < share < high < 0.05
    assert unmodelled.observed_share(99, 99) == (
        0.5,
        0.5,
        0.5,
    )  # a share above half says nothing of such places
    share, low, high = unmodelled.observed_share(10, 99)
    assert (share, round(low, 3), round(high, 3)) == (0.105, 0.06, 0.159)
    assert unmodelled.observed_share(0, 10**6)[:2] == (1e-4, 1e-4)


def test_a_modelled_places_range_moves_by_those_that_came_in_above_it() -> None:
    def row(
        unit: str, p: float, rank: int, low: int, high: int, basis: str = "model"
    ) -> dict:
        return {
            "unit": unit,
            "target": "t",
            "probability": p,
            "low": p / 2,
            "high": 2 * p,
            "rank": rank,
            "rank_low": low,
            "rank_high": high,
            "basis": basis,
        }

    rows = [
        row("A", 0.5, 1, 1, 1),
        row("B", 0.1, 2, 2, 3),
        row("C", 0.05, 3, 2, 3),
        row("N", 0.2, 1, 1, 1, "no_data"),
    ]
    found = {
        r["unit"]: (r["rank"], r["rank_low"], r["rank_high"])
        for r in unmodelled.ranked_together(rows)
    }
    assert found == {"A": (1, 1, 1), "N": (2, 2, 3), "B": (3, 3, 4), "C": (4, 3, 4)}
