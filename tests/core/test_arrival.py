"""When a file was known and what it covers: the file's own word, its bringer's, or the day it came; never a guess."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from upstander import pipeline
from upstander.core import arrival
from upstander.core import places as place_tables
from upstander.core.errors import ConfigError, SourceChanged
from upstander.core.places import Places
from upstander.core.settings import Settings
from upstander.core.tables import INDICATOR_YEAR
from upstander.lake import Release

BROUGHT = date(2026, 11, 27)
ACTS = ["Participant", "Signature", "Accession(a), Succession(d), Ratification"]


@pytest.fixture(scope="module")
def places() -> Places:
    return place_tables.load()


def members(places: Places) -> list[str]:
    return [p.code for p in places.places.values() if p.kind == "member"]


@pytest.fixture
def cut_of_wdi(places: Places, tmp_path: Path) -> Path:
    """Today's revision, cut to the years before 2015."""
    head = "country iso2c iso3c year wdi.trade.new wdi.gdppc.new wdi.gdppcgrow.new wdi.popsize.new wdi.imrate.new"
    file = tmp_path / "wdi_1960_2014.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(head.split())
        for code in members(places):
            for year in range(1960, 2015):
                writer.writerow(
                    [
                        places.get(code).name,
                        "",
                        code,
                        year,
                        50,
                        1000 + year,
                        1.5,
                        10**6 + year,
                        30,
                    ]
                )
    return file


@pytest.fixture
def sheet(places: Places, tmp_path: Path) -> Path:
    """The genocide convention's sheet with an act of 2022."""
    file = tmp_path / "4-1.csv"
    old = [
        c for c in members(places) if (places.get(c).start or date.min) < date(1945, 1, 1)
    ][:60]
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(ACTS)
        for code in old:
            writer.writerow([places.get(code).name, "", "14 Mar 1950 a"])
        writer.writerow(["Zambia", "", "20 Apr 2022 a"])
    return file


def fetched(
    home: Path, name: str, file: Path, known_on: str | None = None, days: str | None = None
) -> Release:
    by = arrival.said(known_on, None, days)
    [kept] = pipeline.fetch(Settings(home=home), name, str(file), said=by, today=BROUGHT)
    return kept


def test_a_cut_of_todays_revision_is_no_vintage(cut_of_wdi, tmp_path):
    kept = fetched(tmp_path, "wdi", cut_of_wdi)
    assert (kept.known_at, kept.basis) == (BROUGHT, "brought")
    lake, _ = pipeline.open_lake(Settings(home=tmp_path))
    rows = lake.read(INDICATOR_YEAR, as_of=date(2025, 7, 1), source="wdi")
    assert set(rows["release"].to_pylist()) == {"2025-07-01"}  # the bundle's, not the cut's


def test_a_sheet_of_treaty_acts_says_no_day_and_the_lake_holds_its_bringer_to_it(
    sheet, tmp_path
):
    assert fetched(tmp_path, "un_treaties", sheet).known_at == BROUGHT
    with pytest.raises(SourceChanged, match=r"4-1\.csv.*2022-04-20"):
        fetched(tmp_path, "un_treaties", sheet, "2015-03-31")
    given = fetched(tmp_path, "un_treaties", sheet, "2022-05-01")
    assert (given.known_at, given.basis) == (date(2022, 5, 1), "given")


def test_the_same_file_brought_again_is_kept_once(cut_of_wdi, tmp_path):
    first = fetched(tmp_path, "wdi", cut_of_wdi)
    [again] = pipeline.fetch(
        Settings(home=tmp_path), "wdi", str(cut_of_wdi), today=date(2026, 12, 24)
    )
    assert again == first


def test_the_bundles_files_are_known_by_their_bytes_and_a_cut_of_one_is_not(
    shared, tmp_path
):
    whole = shared / "covariates" / "wdi_1960_2024.csv"
    assert arrival.dated(whole) == (date(2025, 7, 1), "assumed")
    cut = tmp_path / whole.name
    cut.write_bytes(b"".join(whole.read_bytes().splitlines(keepends=True)[:100]))
    assert arrival.dated(cut)[0] is None


@pytest.mark.parametrize(
    ("known_on", "covers", "days", "said"),
    [
        ("yesterday", None, None, "--known-on"),
        (None, " , ", None, "--covers"),
        (None, None, "2026-06", "--days"),
        (None, None, "2026-06-30..2026-06-01", "ends before it begins"),
    ],
)
def test_what_a_bringer_says_in_no_known_form_is_refused_by_the_option(
    known_on, covers, days, said
):
    with pytest.raises(ConfigError, match=said):
        arrival.said(known_on, covers, days)


def test_a_day_to_come_is_no_day_a_file_was_known(cut_of_wdi, tmp_path):
    with pytest.raises(ConfigError, match="after today"):
        fetched(tmp_path, "wdi", cut_of_wdi, "2027-01-01")


def test_the_command_says_what_a_file_of_another_name_was_taken_for(upstander, tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text(
        "id,year,type_of_violence,country,country_id,date_start,date_end,best,low,high\n"
        "1,2026,3,Sudan,625,2026-06-06,2026-06-06,5,5,5\n"
    )
    done = upstander(
        "fetch",
        "ucdp_ged",
        "--from",
        file,
        "--home",
        tmp_path / "home",
        "--format",
        "json",
        "--known-on",
        "2026-07-20",
        "--days",
        "2026-06-01..2026-06-30",
    )
    assert done.returncode == 0, done.stderr
    [row] = json.loads(done.stdout)["rows"]
    assert (row["known_at"], row["basis"], row["places"], row["kind"]) == (
        "2026-07-20",
        "given",
        "SDN",
        "extract",
    )
    assert (row["first"], row["last"]) == ("2026-06-01", "2026-06-30")
    assert "taken for an extract of SDN" in done.stderr
    wrong = upstander(
        "fetch",
        "ucdp_ged",
        "--from",
        file,
        "--home",
        tmp_path / "home",
        "--covers",
        "Atlantis",
    )
    assert wrong.returncode == 2
    assert "Traceback" not in wrong.stderr
