"""Country-year indicators: the samples by hand, the real files recomputed apart."""

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from upstander.core.plugins import load
from upstander.core.types import Source

PLAIN = ("wdi", "un_infant_mortality", "gdp_gw", "un_population", "unhcr", "coups", "vdem")


def value(rows: pa.Table, country: str, year: int, indicator: str) -> Any:
    found = [
        r["value"]
        for r in rows.to_pylist()
        if (r["country"], r["year"], r["indicator"]) == (country, year, indicator)
    ]
    assert len(found) < 2
    return found[0] if found else None


def one(rows: pa.Table, indicator: str) -> pa.Table:
    return rows.filter(pc.equal(rows["indicator"], indicator))


@pytest.mark.parametrize("name", PLAIN)
def test_a_sample_gives_rows_of_its_own_prefix_sorted_by_key(name, samples, read):
    rows = read(name, samples / f"{name}.csv")
    keys = [(r["country"], r["year"], r["indicator"]) for r in rows.to_pylist()]
    assert keys
    prefixes = {
        "vdem": "vdem_",
        "wdi": "wdi_",
        "coups": "coups_",
        "unhcr": "unhcr_",
        "gdp_gw": "gdp_gw_",
    }
    assert all(key[2].startswith(prefixes.get(name, "un_")) for key in keys)
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("name", PLAIN)
def test_every_release_has_its_rule_for_when_it_was_known(name, shared):
    for found in load("upstander.sources", name, Source).find(shared):
        assert found.basis == "assumed"
        assert (
            found.last < found.known_at or name == "un_population"
        )  # projections reach past the release


def test_known_days_follow_the_rules_of_the_data_folder(shared):
    known = {
        (name, s.release): s.known_at
        for name in PLAIN
        for s in load("upstander.sources", name, Source).find(shared)
    }
    assert known == {
        ("wdi", "2025-07-01"): date(2025, 7, 1),
        ("un_infant_mortality", "2025-07-01"): date(2025, 7, 1),
        ("gdp_gw", "2025-07-01"): date(2025, 7, 1),
        ("un_population", "WPP 2024"): date(2025, 7, 1),
        ("unhcr", "2025-population"): date(2026, 6, 15),
        ("unhcr", "2025-flows"): date(2026, 6, 15),
        ("unhcr", "2025-idmc"): date(2026, 6, 15),
        ("coups", "2024-any"): date(2025, 1, 31),
        ("coups", "2025-powell_thyne"): date(2026, 1, 31),
        ("vdem", "12-extract"): date(2022, 3, 31),
        ("vdem", "14-six"): date(2024, 3, 31),
        ("vdem", "15-headline"): date(2025, 3, 31),
        ("vdem", "15-subset"): date(2025, 3, 31),
    }


def test_missing_infant_mortality_of_2024_has_no_row_and_is_not_zero(samples, read):
    rows = read("wdi", samples / "wdi.csv")
    assert value(rows, "SDN", 2024, "wdi_infant_mortality_per_1000") is None
    assert value(rows, "SDN", 2023, "wdi_infant_mortality_per_1000") > 0
    assert value(rows, "SDN", 2024, "wdi_population") > 4e7


def test_aggregates_are_left_out_and_namibia_is_not(samples, read):
    assert set(read("wdi", samples / "wdi.csv")["country"].to_pylist()) == {
        "NAM",
        "PSE",
        "SDN",
        "SSD",
        "XKX",
    }
    assert set(
        read("un_population", samples / "un_population.csv")["country"].to_pylist()
    ) == {
        "SDN",
        "XKX",
    }


def test_an_aggregate_nobody_declared_is_an_error(samples, tmp_path, read):
    from upstander.core.errors import SourceChanged

    file = tmp_path / "wdi.csv"
    file.write_text(
        (samples / "wdi.csv").read_text("utf-8").replace("World,1W,WLD", "Galaxy,1W,GXY"),
        "utf-8",
    )
    with pytest.raises(SourceChanged, match=r"wdi\.csv, line \d+: .*GXY"):
        read("wdi", file)


def test_every_real_world_bank_value_of_a_place_arrives(shared, read_all):
    from upstander.sources.wdi import AGGREGATES, COLUMNS, NOT_PLACES

    rows = read_all("wdi")["2025-07-01"]
    with (shared / "covariates" / "wdi_1960_2024.csv").open(
        encoding="utf-8", newline=""
    ) as text:
        raw = [
            r
            for r in csv.DictReader(text)
            if r["iso3c"] and r["iso3c"] not in AGGREGATES | NOT_PLACES
        ]
    for ours, theirs in COLUMNS.items():
        given = [float(r[theirs]) for r in raw if r[theirs]]
        got = one(rows, ours)
        assert got.num_rows == len(given)
        assert pc.sum(got["value"]).as_py() == pytest.approx(sum(given), rel=1e-12)


def test_estimates_and_projections_of_population_never_share_a_year(read_all):
    rows = read_all("un_population")["WPP 2024"]
    total, projected = (
        one(rows, f"un_population_{kind}") for kind in ("total", "projected")
    )
    assert pc.max(total["year"]).as_py() == 2023
    assert pc.min_max(projected["year"]).as_py() == {"min": 2024, "max": 2100}
    assert len(set(total["country"].to_pylist())) == 237
    world = sum(r["value"] for r in total.to_pylist() if r["year"] == 2023)
    assert world == pytest.approx(
        8.09e9, rel=0.005
    )  # the sum of the places is the file's World to half a percent


def test_infant_mortality_of_every_real_row_arrives(shared, read_all):
    rows = read_all("un_infant_mortality")["2025-07-01"]
    with (shared / "covariates" / "un_infant_mortality_1950_2024.csv").open(
        encoding="utf-8", newline=""
    ) as text:
        rates = [float(r["un_imr"]) for r in csv.DictReader(text)]
    assert rows.num_rows == len(rates) == 17_775
    assert pc.sum(rows["value"]).as_py() == pytest.approx(sum(rates))


def test_the_impossible_income_of_south_sudan_in_2024_has_no_row(samples, read):
    rows = read("gdp_gw", samples / "gdp_gw.csv")
    assert value(rows, "SSD", 2024, "gdp_gw_per_capita_usd") is None
    assert value(rows, "SSD", 2024, "gdp_gw_per_capita_growth_percent") is None
    assert value(rows, "SSD", 2023, "gdp_gw_per_capita_usd") > 0


def test_another_negative_income_is_an_error(samples, tmp_path, read):
    from upstander.core.errors import SourceChanged

    file = tmp_path / "gdp_gw.csv"
    file.write_text(
        (samples / "gdp_gw.csv").read_text("utf-8").replace("\n626,2024", "\n626,2022"),
        "utf-8",
    )
    with pytest.raises(SourceChanged, match=r"GDP per head is negative: -10\.09"):
        read("gdp_gw", file)


def test_displaced_people_are_summed_by_origin_and_asylum_without_people_of_no_country(
    shared, read_all
):
    rows = read_all("unhcr")["2025-population"]
    raw = pq.read_table(shared / "covariates" / "unhcr_population.parquet").to_pylist()
    want: dict[tuple[str, str], float] = defaultdict(float)
    for r in raw:
        if r["year"] == 2024:
            want[r["coo_iso"], "unhcr_refugees_origin"] += r["refugees"]
            want[r["coo_iso"], "unhcr_idps"] += r["idps"]
            want[r["coa_iso"], "unhcr_refugees_asylum"] += r["refugees"]
    for country, indicator in [
        ("SDN", "unhcr_refugees_origin"),
        ("SDN", "unhcr_idps"),
        ("TCD", "unhcr_refugees_asylum"),
    ]:
        assert value(rows, country, 2024, indicator) == want[country, indicator] > 500_000
    of_no_country = {"UNK", "UKN", "XXA", "STA", "TIB", "AB9"}
    assert not of_no_country & set(rows["country"].to_pylist())


def test_a_country_nobody_was_recorded_from_has_no_row(read_all):
    rows = read_all("unhcr")["2025-flows"]
    assert value(rows, "SDN", 2024, "unhcr_newly_fled_origin") > 500_000
    assert value(rows, "ISL", 2024, "unhcr_newly_fled_origin") is None


def test_the_table_of_the_relief_agency_is_refused(shared, tmp_path, read):
    from upstander.core.errors import SourceChanged

    with pytest.raises(
        SourceChanged, match="stand under another one: is this UNRWA's table"
    ):
        read("unhcr", shared / "covariates" / "unhcr_unrwa.parquet")


def test_coups_of_2025_are_two(read_all):
    rows = one(read_all("coups")["2025-powell_thyne"], "coups_successes")
    assert {r["country"] for r in rows.to_pylist() if r["year"] == 2025 and r["value"]} == {
        "GNB",
        "MDG",
    }


def test_every_coup_attempt_of_the_file_arrives(shared, read_all):
    rows = one(read_all("coups")["2025-powell_thyne"], "coups_attempts")
    with (shared / "covariates" / "powell_thyne_coups_1950_2025.csv").open(
        encoding="utf-8", newline=""
    ) as text:
        raw = list(csv.DictReader(text))
    assert rows.num_rows == len(raw) == 12_384
    assert pc.sum(rows["value"]).as_py() == sum(int(r["pt_attempt_num"]) for r in raw)


def test_vdem_keeps_three_decimals_and_years_from_1980(samples, read):
    rows = read("vdem", samples / "vdem.csv")
    assert value(rows, "MEX", 2023, "vdem_v2x_egaldem") == 0.227
    assert value(rows, "MEX", 2024, "vdem_v2x_libdem") is None
    assert pc.min(rows["year"]).as_py() == 2023


def test_the_four_vdem_extracts_hold_forty_indicators_of_their_own(read_all):
    tables = read_all("vdem")
    held = {release: set(rows["indicator"].to_pylist()) for release, rows in tables.items()}
    assert {release: len(names) for release, names in held.items()} == {
        "12-extract": 18,
        "14-six": 6,
        "15-headline": 3,
        "15-subset": 13,
    }
    assert len(set.union(*held.values())) == 40


def test_vdem_values_equal_the_files(shared, read_all):
    raw = pq.read_table(
        shared / "vdem" / "vdem_v12_country_year_1970_2021.parquet"
    ).to_pylist()
    [sudan] = [r for r in raw if r["gwcode"] == 625 and r["year"] == 2003]
    rows = read_all("vdem")["12-extract"]
    assert value(rows, "SDN", 2003, "vdem_v2x_clphy") == pytest.approx(
        sudan["lag0_v2x_clphy"], abs=0.0005
    )
    wanted = sum(round(r["lag0_v2x_clphy"], 3) for r in raw if r["year"] >= 1980)
    assert pc.sum(one(rows, "vdem_v2x_clphy")["value"]).as_py() == pytest.approx(wanted)


def test_a_file_is_found_in_any_folder_and_the_codebook_is_passed_over(
    shared, tmp_path: Path
):
    source = load("upstander.sources", "vdem", Source)
    assert [s.path.name for s in source.find(shared / "vdem")] == [
        s.path.name for s in source.find(shared)
    ]
    assert list(source.find(tmp_path)) == []
