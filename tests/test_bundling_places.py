"""The place tables against every shared data file: each name and code a publisher writes must find its place."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from upstander.bundling import geography
from upstander.bundling.borders import joined, without
from upstander.bundling.place_rows import Code, refuse_overlap
from upstander.core import places
from upstander.core.places import FILES, Places

# What the files hold beside places: aggregates, people without a State, organisations, typing errors.
WORLD_BANK = set(
    "AFE AFW ARB CEB CSS EAP EAR EAS ECA ECS EMU EUU FCS HPC IBD IBT IDA IDB IDX LAC LCN LDC LMY LTE MEA MIC MNA "  # noqa: SIM905
    "NAC OED OSS PRE PSS PST SAS SSA SSF SST TEA TEC TLA TMN TSA TSS WLD".split()
)
AGGREGATES = {
    "covariates/wdi_1960_2024.csv:iso3c": WORLD_BANK,
    "covariates/population_un_1950_2100.csv:Code": {
        *(
            f"OWID_{c}"
            for c in [
                "AFR",
                "ASI",
                "EUR",
                "HIC",
                "LIC",
                "LMC",
                "NAM",
                "OCE",
                "SAM",
                "UMC",
                "WRL",
            ]
        ),
        *(f"UN_{c}" for c in ["AFR", "ASI", "EUR", "LAC", "NAM", "OCE"]),
    },
    "unhcr": {"STA", "UKN", "UNK", "XXA"},
    "treaties/status_2022:iso2": {"S"},  # South Sudan, cut short in hr_status_op_crc_ic.csv
    "treaties/acts_2015": {
        "Andean Community",
        "Caribbean Community",
        "Common Market for Eastern and Southern Africa",
        "Council of Europe",
        "East African Community",
        "Economic Community of West African States",
        "Eurasian Economic Community",
        "European Union",
        "Food and Agriculture Organization of the United Nations",
        "International Atomic Energy Agency",
        "International Civil Aviation Organization",
        "International Criminal Police Organization",
        "International Labour Organisation",
        "International Maritime Organization",
        "International Telecommunication Union",
        "Organisation for the Prohibition of Chemical Weapons",
        "Organization of African Unity",
        "Preparatory Commission for the Comprehensive Nuclear-Test-Ban Treaty Organization",
        "Southern African Development Community",
        "United Nations",
        "United Nations Educational Scientific and Cultural Organization",
        "United Nations Industrial Development Organization",
        "Universal Postal Union",
        "West African Economic and Monetary Union",
        "World Health Organization",
        "World Intellectual Property Organization",
        "World Meteorological Organization",
    },
}

# File, column, scheme, column of the year (or the year itself).
COLUMNS = [
    ("ucdp/organizedviolencecy_v25_1.csv", "country_id_cy", "ucdp", "year_cy"),
    ("ucdp/organizedviolencecy_v25_1.csv", "country_cy", "name", "year_cy"),
    ("ucdp/ged251_country_month.csv", "iso3", "iso3", "year"),
    ("ucdp/candidate_2025_events.csv", "country", "name", "2025"),
    ("ucdp/GEDEvent_v23_0_10.csv", "country", "name", "year"),
    ("ucdp/GEDEvent_v23_0_10.csv", "country_id", "ucdp", "year"),
    ("ucdp/ged191_syria_events.parquet", "country", "name", "year"),
    ("vdem/vdem_v15_headline_indices_1960_2024.csv", "country_id", "vdem", "year"),
    ("vdem/vdem_v15_headline_indices_1960_2024.csv", "country_name", "name", "year"),
    ("vdem/vdem_v14_six_indices_1948_2023.parquet", "country_id", "vdem", "year"),
    ("vdem/vdem_v14_six_indices_1948_2023.parquet", "country_text_id", "vdem", "year"),
    ("vdem/vdem_v14_six_indices_1948_2023.parquet", "country_name", "name", "year"),
    ("vdem/vdem_v14_six_indices_1948_2023.parquet", "gwcode", "gw", "year"),
    ("vdem/vdem_v15_subset_1934_2024.parquet", "COWcode", "cow", "year"),
    ("vdem/vdem_v15_subset_1934_2024.parquet", "country_name", "name", "year"),
    ("vdem/vdem_v12_country_year_1970_2021.parquet", "gwcode", "gw", "year"),
    ("covariates/powell_thyne_coups_1950_2025.csv", "gwcode", "gw", "year"),
    ("covariates/gdp_gw_1950_2024.csv", "gwcode", "gw", "year"),
    ("covariates/coups_1945_2024.csv", "ccode", "cow", "year"),
    ("covariates/coups_1945_2024.csv", "country", "name", "year"),
    ("covariates/epr_1946_2020.csv", "countries_gwid", "gw", "year"),
    ("covariates/epr_1946_2020.csv", "countryname", "name", "year"),
    ("covariates/wdi_1960_2024.csv", "iso3c", "iso3", "year"),
    ("covariates/wdi_1960_2024.csv", "ccode", "cow", "year"),
    ("covariates/un_infant_mortality_1950_2024.csv", "iso3c", "iso3", "year"),
    ("covariates/un_infant_mortality_1950_2024.csv", "ccode", "cow", "year"),
    ("covariates/population_un_1950_2100.csv", "Code", "iso3", "Year"),
]


@pytest.fixture(scope="module")
def built(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Places:
    """The places built now from the shared folder."""
    folder = tmp_path_factory.mktemp("bundle")
    geography.build(shared, folder)
    return places.load(folder)


def _pairs(file: Path, column: str, year: str) -> set[tuple[str, int]]:
    """Distinct (value, year) of a file; empty cells and NA are not values."""
    if file.suffix == ".parquet":
        wanted = [column, year]
        rows = (
            pq.read_table(file, columns=wanted).group_by(wanted).aggregate([]).to_pylist()
        )
    else:
        with file.open(encoding="utf-8-sig", newline="") as text:
            rows = list(csv.DictReader(text))
    named = ((row[column], row.get(year, year)) for row in rows)
    return {
        (str(value), int(float(when)))
        for value, when in named
        if value not in (None, "", "NA")
    }


def _unknown(built: Places, pairs: set[tuple[str, int]], scheme: str) -> set[str]:
    lost = set()
    for value, year in pairs:
        try:
            built.resolve(value, scheme, date(year, 12, 31))
        except places.UnknownPlace:
            lost.add(value)
    return lost


@pytest.mark.parametrize(("file", "column", "scheme", "year"), COLUMNS)
def test_every_code_and_name_of_a_file_resolves_in_its_year(
    shared: Path, built: Places, file: str, column: str, scheme: str, year: str
) -> None:
    pairs = _pairs(shared / file, column, year)
    assert pairs
    assert _unknown(built, pairs, scheme) == AGGREGATES.get(f"{file}:{column}", set())


def test_every_header_of_every_dated_monthly_copy_resolves(
    shared: Path, built: Places
) -> None:
    files = sorted((shared / "ucdp" / "pace").rglob("*.csv"))
    assert len(files) == 27
    for file in files:
        with file.open(encoding="utf-8", newline="") as text:
            header = [
                h for h in next(csv.reader(text)) if h and not h.startswith("Unnamed")
            ]
        codes = [built.resolve(h, "name", date(2024, 12, 31)).code for h in header]
        assert len(set(codes)) == len(codes) > 100, file.name


def test_every_refugee_code_and_name_resolves_to_one_place(
    shared: Path, built: Places
) -> None:
    for name in ("population", "flows", "idmc", "unrwa"):
        table = pq.read_table(shared / "covariates" / f"unhcr_{name}.parquet")
        for side in ("coo", "coa"):
            columns = [side, f"{side}_iso", f"{side}_name"]
            for row in table.group_by(columns).aggregate([]).to_pylist():
                if row[side] in AGGREGATES["unhcr"]:
                    continue
                schemes = zip(("unhcr", "iso3", "name"), columns, strict=True)
                found = {
                    built.resolve(row[c], s, date(2025, 12, 31)).code
                    for s, c in schemes
                    if row[c]
                }
                assert len(found) == 1, row


def test_every_participant_in_a_treaty_resolves_or_is_an_organisation(
    shared: Path, built: Places
) -> None:
    lost = set()
    for file in sorted((shared / "treaties" / "acts_2015").glob("*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as text:
            rows = list(csv.DictReader(text))
        names = {row["Participant"] for row in rows if row.get("Participant")}
        lost |= _unknown(built, {(name, 2014) for name in names}, "name")
    assert lost == AGGREGATES["treaties/acts_2015"]


def _status(shared: Path) -> Iterator[dict[str, str]]:
    for file in sorted((shared / "treaties" / "status_2022").glob("*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as text:
            yield from csv.DictReader(text)


def test_every_state_of_the_treaty_status_files_resolves_alike_by_code_and_name(
    shared: Path, built: Places
) -> None:
    for row in _status(shared):
        by_name = built.resolve(row["member"], "name", date(2022, 8, 31)).code
        if row["iso2"] not in AGGREGATES["treaties/status_2022:iso2"]:
            assert built.resolve(row["iso2"], "iso2", date(2022, 8, 31)).code == by_name


def test_the_members_are_those_of_the_treaty_status_files(
    shared: Path, built: Places
) -> None:
    seen = {
        built.resolve(row["member"], "name", date(2022, 8, 31)).code
        for row in _status(shared)
    }
    members = {p.code for p in built.current(date(2022, 8, 31)) if p.kind == "member"}
    assert seen - {"MSR"} == members  # one file lists Montserrat, no State, beside them
    assert len(members) == 193


def test_ucdp_number_and_name_of_a_country_year_agree(shared: Path, built: Places) -> None:
    with (shared / "ucdp" / "organizedviolencecy_v25_1.csv").open(
        encoding="utf-8", newline=""
    ) as text:
        pairs = {(row["country_id_cy"], row["country_cy"]) for row in csv.DictReader(text)}
    day = date(2024, 12, 31)
    assert all(
        built.resolve(n, "ucdp", day) == built.resolve(name, "name", day)
        for n, name in pairs
    )
    assert len({built.resolve(n, "ucdp", day).code for n, _ in pairs}) == 199


def test_world_bank_numbers_and_iso_codes_carry_the_same_series(
    shared: Path, built: Places
) -> None:
    for pair in _both(shared / "covariates" / "wdi_1960_2024.csv"):
        iso, number, year = pair
        assert built.resolve(number, "cow", date(year, 12, 31)).unit == iso, pair


def _both(file: Path) -> set[tuple[str, str, int]]:
    with file.open(encoding="utf-8", newline="") as text:
        return {
            (r["iso3c"], r["ccode"], int(r["year"]))
            for r in csv.DictReader(text)
            if r["ccode"]
        }


def test_building_twice_gives_the_bytes_of_the_bundle(
    shared: Path, built: Places, tmp_path: Path
) -> None:
    geography.build(shared, tmp_path)
    for name in FILES:
        again = (tmp_path / f"{name}.parquet").read_bytes()
        assert again == (built.folder / f"{name}.parquet").read_bytes()
        assert pq.read_table(tmp_path / f"{name}.parquet").equals(
            pq.read_table(places.BUNDLE / f"{name}.parquet")
        )
    assert sum((tmp_path / f"{name}.parquet").stat().st_size for name in FILES) < 400_000


def test_a_code_of_two_places_on_one_day_stops_the_build() -> None:
    with pytest.raises(ValueError, match="two places on one day"):
        refuse_overlap(
            [
                Code("YUG", "gw", "345", None, date(1992, 4, 27)),
                Code("SRB", "gw", "345", date(1992, 4, 27), None),
            ]
        )


def test_spells_join_across_a_month_and_are_cut_where_another_holds() -> None:
    one, two = (date(1945, 1, 1), date(1950, 6, 1)), (date(1950, 7, 1), date(1960, 1, 1))
    assert joined([two, one]) == [(one[0], two[1])]
    assert without([(date(1940, 1, 1), date(1970, 1, 1))], [two]) == [
        (date(1940, 1, 1), date(1950, 6, 30)),
        (date(1960, 1, 2), date(1970, 1, 1)),
    ]
