"""How complete first reports are: told from months that have both counts, and from nothing else."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date

import pytest

from upstander.core import places as place_tables
from upstander.report import as_json, as_of_data, completeness, situation


@pytest.fixture(scope="module")
def data(lake) -> as_of_data.Known:
    return as_of_data.read(lake, place_tables.load(), None, as_of=date(2026, 6, 24))


def test_the_ratios_are_those_of_the_publishers_own_files(data, shared) -> None:
    printed = _first_prints(shared)
    final = _consolidated(shared)
    found = completeness.of_region(data, "Africa", civilians=False)
    assert found is not None
    ratios = [final[m] / printed[m] for m in range(1, 13)]
    assert found.low == pytest.approx(min(ratios))
    assert found.high == pytest.approx(max(ratios))
    assert found.whole == pytest.approx(sum(final.values()) / sum(printed.values()))
    assert found.months == 12


def _in_africa(code: str) -> bool:
    return place_tables.load().get(code).region == "Africa"


def _first_prints(shared) -> Counter[int]:
    places, sums = place_tables.load(), Counter[int]()
    with (shared / "ucdp" / "candidate_2025_events.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            day = date.fromisoformat(row["date"])
            if _in_africa(places.resolve(row["country"], "name", day).code):
                sums[day.month] += int(row["best"])
    return sums


def _consolidated(shared) -> Counter[int]:
    places, sums = place_tables.load(), Counter[int]()
    file = shared / "ucdp" / "ged261_country_month_by_type.csv"
    with file.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            day = date(int(row["year"]), int(row["month"]), 1)
            if day.year == 2025 and _in_africa(places.resolve(row["gwno"], "gw", day).code):
                deaths = (int(row[f"{kind}_deaths"]) for kind in ("sb", "ns", "os"))
                sums[day.month] += sum(deaths)
    return sums


def test_the_page_and_its_twin_say_it_beside_provisional_figures(data) -> None:
    sudan = situation.situation(data, "SDN")
    civilians, total = sudan.completeness
    assert civilians.said(first=True).startswith("First reports are revised: in Africa")
    assert total.said(first=False).startswith("Of deaths of all types they had 0.8 to 8.8")
    assert "the deaths first printed" in total.said(first=True)
    assert len(as_json.situation(sudan)["completeness"]) == 2


def test_too_few_months_tell_nothing_and_an_earlier_day_knows_no_consolidated_ones(
    data, lake
) -> None:
    assert completeness.of_region(data, "Oceania", civilians=True) is None
    before = as_of_data.read(lake, place_tables.load(), None, as_of=date(2026, 5, 1))
    assert completeness.of_region(before, "Africa", civilians=True) is None
