"""What is displayed and modelled: never a zero that the publisher did not print, and no actor before it is named."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date

import pyarrow.parquet as pq
import pytest

from upstander import pipeline
from upstander.core import places as place_tables
from upstander.core.settings import Settings
from upstander.forecast import panel
from upstander.forecast.features import structure
from upstander.lake.derive import PLACEHOLDER
from upstander.report import as_json, as_of_data, drivers, situation
from upstander.report.as_of_data import Known

DISPLACED = {
    "PSE": 2_035_000,
    "BGD": 583_000,
    "IND": 530_000,
    "PAK": 269_000,
    "KEN": 10_000,
    "SDN": 9_117_000,
}
UNNAMED = {
    "LBY": (1, 60),
    "ECU": (0, 31),
    "ARG": (41, 70),
    "MEX": (75, 214),
    "SDN": (6_230, 0),
}


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Known:
    lake, places = pipeline.open_lake(Settings(home=tmp_path_factory.mktemp("home")))
    return as_of_data.read(lake, places, None, as_of=place_tables.bundle_date())


@pytest.fixture(scope="module")
def first_prints(tmp_path_factory: pytest.TempPathFactory) -> Known:
    """A day before the consolidated release of 2025: its first prints still speak."""
    lake, places = pipeline.open_lake(Settings(home=tmp_path_factory.mktemp("home")))
    return as_of_data.read(lake, places, None, as_of=date(2026, 6, 7))


@pytest.mark.parametrize("code", DISPLACED)
def test_people_displaced_inside_are_those_of_the_series_that_counts_them_and_it_is_named(
    code, held
):
    page = as_json.situation(situation.situation(held, code))
    [shown] = [
        d for d in page["drivers"] if d["label"].startswith("Displaced inside the country")
    ]
    assert (shown["value"], shown["year"]) == (DISPLACED[code], 2025)
    assert shown["label"].endswith("(by IDMC)")


def test_the_models_series_is_the_one_that_is_displayed():
    assert structure.DISPLACED["displaced_within"] == ("displaced_within",)


@pytest.mark.parametrize(
    "indicator", [m.indicator for m in drivers.MEASURES if m.source == "unhcr"]
)
def test_no_displayed_or_modelled_zero_of_displacement_is_a_fillers(
    indicator, held, shared
):
    """A zero stands only where the publisher has a line of that side and year, and for people it counts everywhere."""
    raw = pq.read_table(shared / "covariates" / "unhcr_population.parquet").to_pylist()
    lines = {(r["coo_iso"], int(r["year"])) for r in raw}
    zeros = [
        (c, y) for c, values in held.series(indicator).items() for y, v in values if v == 0
    ]
    if indicator == "displaced_within":
        assert zeros == []
    assert set(zeros) <= lines


@pytest.mark.parametrize("indicator", ["unhcr_idps", "unhcr_idmc_displaced"])
def test_no_zero_of_internal_displacement_is_kept(indicator, held):
    rows = held.rows_of(indicator)
    assert rows.num_rows > 300
    assert 0 not in rows["value"].to_pylist()


@pytest.mark.parametrize("code", UNNAMED)
def test_actors_that_are_not_yet_named_count_in_no_type_and_the_page_says_so(
    code, first_prints
):
    named, unnamed = UNNAMED[code]
    page = as_json.situation(situation.situation(first_prints, code))
    [year] = [y for y in page["years"] if y["year"] == 2025]
    assert (year["one_sided"], year["unnamed"]) == (named, unnamed)
    assert ("not yet named" in year["definition"]) == bool(unnamed)


def test_every_place_keeps_its_total_and_the_forecast_reads_what_the_page_says(
    first_prints, shared, tmp_path
):
    lake, places = pipeline.open_lake(Settings(home=tmp_path))
    deaths: Counter[str] = Counter()
    placeholders: Counter[str] = Counter()
    with (shared / "ucdp" / "candidate_2025_events.csv").open(
        encoding="utf-8", newline=""
    ) as text:
        for row in csv.DictReader(text):
            code = places.unit(
                places.resolve(row["country"], "name", date.fromisoformat(row["date"])).code
            )
            deaths[code] += int(row["best"])
            if row["type_of_violence"] == "3" and row["conflict_name"].startswith(
                PLACEHOLDER
            ):
                placeholders[code] += int(row["best"])
    units = tuple(sorted(deaths))
    year = date(2025, 1, 1)
    read = panel.yearly(
        lake, places, units=units, first=year, last=year, as_of=first_prints.as_of
    )
    for n, code in enumerate(units):
        [shown] = [
            y for y in situation.situation(first_prints, code).years if y.year == 2025
        ]
        assert (shown.total, shown.unnamed) == (deaths[code], placeholders[code]), code
        of_forecast = dict(zip(read.features, read.values[n, 0], strict=True))
        assert (of_forecast["total"], of_forecast["one_sided"]) == (
            deaths[code],
            shown.one_sided,
        ), code
    assert sum(placeholders.values()) > 1_000
