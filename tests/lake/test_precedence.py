"""Which release speaks for a month: every kind over every other, and page and forecast say the same."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.forecast.test_panel import month, source

from upstander import pipeline
from upstander.core import arrival
from upstander.core import places as place_tables
from upstander.core.errors import SourceChanged
from upstander.core.places import Places
from upstander.core.settings import Settings
from upstander.core.tables import VIOLENCE_MONTH
from upstander.core.types import CANDIDATE, EXTRACT, Snapshot
from upstander.forecast import panel
from upstander.lake import Lake, precedence
from upstander.lake.precedence import Heard
from upstander.report import history
from upstander.sources.ucdp_ged import SOURCE as GED

BROUGHT = date(2026, 11, 27)
MAY = date(2024, 5, 1)
HEAD = [
    "id",
    "year",
    "type_of_violence",
    "country",
    "country_id",
    "date_start",
    "date_end",
    "best",
    "low",
    "high",
    "where_prec",
    "date_prec",
]
BEFORE_26_1 = date(2026, 6, 7)
SUDAN, YEMEN = ("Sudan", 625), ("Yemen (North Yemen)", 678)
# (source, kind): the day the made-up release of May 2024 was known, and the deaths it counts there
KINDS: dict[tuple[str, str], tuple[date, int]] = {
    ("ucdp_ged", ""): (date(2025, 6, 15), 100),
    ("ucdp_country_month", ""): (date(2025, 6, 14), 101),
    ("ucdp_country_month_by_type", ""): (date(2025, 6, 13), 102),
    ("ucdp_ged", CANDIDATE): (
        date(2026, 1, 20),
        70,
    ),  # known last of all: it must not speak for that
    ("ucdp_candidate_extract", ""): (date(2024, 6, 20), 71),
    ("ucdp_country_month_by_type", CANDIDATE): (date(2024, 6, 19), 72),
    ("pace_country_month", ""): (date(2026, 2, 24), 40),
    ("ucdp_ged", EXTRACT): (date(2026, 3, 1), 5),
    ("ucdp_country_month", EXTRACT): (date(2026, 4, 1), 6),
}


@pytest.fixture(scope="module")
def places() -> Places:
    return place_tables.load()


def events(path: Path, *rows: tuple[int, tuple[str, int], str, int]) -> Path:
    """A file in UCDP's own format of (id, country, day, deaths)."""
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(HEAD)
        for number, (name, code), day, deaths in rows:
            writer.writerow(
                [number, day[:4], 3, name, code, day, day, deaths, deaths, deaths, 1, 1]
            )
    return path


def fetched(home: Path, name: str, file: Path, **more: Any) -> None:
    pipeline.fetch(Settings(home=home), name, str(file), today=BROUGHT, **more)


def keep(lake: Lake, places: Places, folder: Path, voice: tuple[str, str]) -> None:
    """One release of the voice, of May 2024 in Sudan."""
    known, deaths = KINDS[voice]
    typed = {"state_based_best": 0, "non_state_best": 0, "one_sided_best": deaths}
    file = folder / f"{'-'.join(voice)}.csv"
    file.write_text(f"{voice} {deaths}")
    snapshot = Snapshot(
        file, "made up", known, "published", MAY, date(2024, 5, 31), kind=voice[1]
    )
    lake.keep(
        voice[0],
        source(VIOLENCE_MONTH, [month("SDN", 2024, 5, deaths, **typed)], 30),
        snapshot,
        places,
    )


def said(
    lake: Lake, places: Places, month: date, code: str = "SDN", as_of: date = BROUGHT
) -> tuple[int, int, str]:
    """The deaths on the page and in the forecast's input, and the definition the page names."""
    rows = [
        r
        for r in lake.read(VIOLENCE_MONTH, as_of=as_of).to_pylist()
        if r["country"] == code
    ]
    [on_page] = [
        m
        for m in history.months(rows, Heard(lake.releases(as_of=as_of)), code)
        if m.month == month
    ]
    read = panel.monthly(lake, places, units=(code,), first=month, last=month, as_of=as_of)
    return on_page.deaths, int(read.values.item()), on_page.definition


@pytest.mark.parametrize(
    "pair",
    list(permutations(KINDS, 2)),
    ids=lambda p: " over ".join(":".join(v) for v in p),
)
def test_any_release_over_any_other_says_the_same_on_the_page_and_in_the_forecast(
    pair, places, tmp_path
):
    lake = Lake(tmp_path / "lake")
    for voice in pair:
        keep(lake, places, tmp_path, voice)
    by_name = {(v.source, v.kind): v for v in precedence.VOICES}
    best = min(pair, key=lambda v: (by_name[v].rank, -KINDS[v][0].toordinal()))
    deaths = KINDS[best][1]
    assert said(lake, places, MAY) == (deaths, deaths, by_name[best].definition)


def test_a_candidate_release_over_final_months_changes_nothing(shared, places, tmp_path):
    pipeline.fetch(
        Settings(home=tmp_path),
        "ucdp_ged",
        str(shared / "ucdp" / "GEDEvent_v23_0_10.csv"),
        today=BROUGHT,
    )
    lake, _ = pipeline.open_lake(Settings(home=tmp_path))
    for code in ("UKR", "SDN", "PSE", "ISR"):
        page, forecast, definition = said(
            lake, places, date(2023, 10, 1), "ISR" if code == "PSE" else code
        )
        assert page == forecast, code
        assert definition == "UCDP GED, by start month"
    rows = [
        r
        for r in lake.read(VIOLENCE_MONTH, as_of=BEFORE_26_1).to_pylist()
        if r["country"] == "UKR"
    ]
    year = [
        m
        for m in history.months(rows, Heard(lake.releases(as_of=BEFORE_26_1)), "UKR")
        if m.month.year == 2023
    ]
    assert year[9].deaths == 9_658
    assert not any(m.provisional for m in year)


def test_an_extract_under_any_name_takes_no_releases_place_and_says_what_it_is(
    places, tmp_path
):
    before, _ = pipeline.open_lake(Settings(home=tmp_path))
    may = date(2025, 5, 1)
    expected = [said(before, places, may, code) for code in ("UKR", "SDN")]
    rows = ((2, SUDAN, "2025-05-06", 50), (9, YEMEN, "2025-05-31", 1))
    for name in (
        "candidate_renamed.csv",
        "GEDEvent_v25.0.5.csv",
        "GEDEvent_v25_0_5.csv",
        "GEDEvent_v26_1.csv",
    ):
        kept = pipeline.fetch(
            Settings(home=tmp_path),
            "ucdp_ged",
            str(events(tmp_path / name, *rows)),
            today=BROUGHT,
        )
        assert "extract of SDN, YEM" in kept[0].taken_for
    lake, _ = pipeline.open_lake(Settings(home=tmp_path))
    assert [said(lake, places, may, code) for code in ("UKR", "SDN")] == expected


def test_two_countries_of_june_are_not_peace_everywhere_else(places, tmp_path):
    file = events(
        tmp_path / "mine.csv", (1, SUDAN, "2026-06-06", 5), (2, YEMEN, "2026-06-09", 1)
    )
    fetched(tmp_path, "ucdp_ged", file)
    lake, _ = pipeline.open_lake(Settings(home=tmp_path))
    assert panel.last_month(lake, as_of=BROUGHT) == date(2026, 5, 1)
    with pytest.raises(SourceChanged, match="countries with deaths, usually"):
        fetched(
            tmp_path,
            "ucdp_ged",
            file,
            said=arrival.said(None, "world", "2026-06-01..2026-06-30"),
        )
    fetched(
        tmp_path,
        "ucdp_ged",
        file,
        said=arrival.said("2026-07-20", "SDN,Yemen", "2026-06-01..2026-06-30"),
    )
    june: Any = {
        "first": date(2026, 6, 1),
        "last": date(2026, 6, 1),
        "as_of": date(2026, 7, 25),
    }
    assert panel.monthly(lake, places, units=("SDN",), **june).values.item() == 5


def test_a_release_in_which_a_whole_region_falls_to_nothing_is_refused_with_the_figures(
    shared, places, tmp_path
):
    with (shared / "ucdp" / "GEDEvent_v23_0_10.csv").open(
        encoding="utf-8-sig", newline=""
    ) as raw:
        rows = list(csv.DictReader(raw))
    asia = {place.code for place in places.places.values() if place.region == "Asia"}
    kept = [
        r
        for r in rows
        if places.resolve(int(r["country_id"]), "ucdp", MAY).code not in asia
    ]
    file = tmp_path / "GEDEvent_v23_0_10.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(kept)
    with pytest.raises(
        SourceChanged, match=r"Asia has 0 deaths, usually [\d,]+ a month.*--covers"
    ):
        fetched(tmp_path / "home", "ucdp_ged", file)
    fetched(tmp_path / "home", "ucdp_ged", file, despite_fall=True)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_an_event_that_moves_to_another_month_leaves_the_first_one(order, places, tmp_path):
    march = events(
        tmp_path / "GEDEvent_v25_0_3.csv",
        (2, SUDAN, "2025-03-06", 5),
        (9, YEMEN, "2025-03-31", 700),
    )
    april = events(
        tmp_path / "GEDEvent_v25_0_4.csv",
        (3, SUDAN, "2025-04-05", 1),
        (9, YEMEN, "2025-04-01", 700),
    )
    lake = Lake(tmp_path / "lake")
    for n in order:
        [snapshot] = GED.find((march, april)[n])
        lake.keep("ucdp_ged", GED, snapshot, places)
    rows = lake.read(VIOLENCE_MONTH, as_of=date(2025, 6, 1), source="ucdp_ged").to_pylist()
    assert {(r["country"], r["month"].month): r["fatalities_best"] for r in rows} == {
        ("SDN", 3): 5,
        ("SDN", 4): 1,
        ("YEM", 4): 700,
    }
    before = lake.read(
        VIOLENCE_MONTH, as_of=date(2025, 4, 30), source="ucdp_ged"
    ).to_pylist()
    assert {(r["country"], r["month"].month): r["fatalities_best"] for r in before} == {
        ("SDN", 3): 5,
        ("YEM", 3): 700,
    }


def test_the_lake_refuses_a_row_later_than_its_release_was_known(places, tmp_path):
    file = tmp_path / "late.csv"
    file.write_text("late")
    snapshot = Snapshot(
        file, "1", date(2024, 4, 20), "published", date(2024, 1, 1), date(2024, 12, 31)
    )
    late = source(VIOLENCE_MONTH, [month("SDN", 2024, 5, 1)], 30)
    with pytest.raises(
        SourceChanged,
        match=r"late\.csv: month 2024-05-01 \(country SDN.*later than 2024-04-20",
    ):
        Lake(tmp_path / "lake").keep("anything", late, snapshot, places)
    assert Lake(tmp_path / "lake").releases(as_of=date.max) == ()
    Lake(tmp_path / "lake").keep(
        "anything", late, replace(snapshot, known_at=date(2024, 5, 1)), places
    )


def test_a_year_counts_alike_on_the_page_and_in_the_forecast(places, tmp_path):
    lake, _ = pipeline.open_lake(Settings(home=tmp_path))
    as_of = place_tables.bundle_date()
    rows, releases = (
        lake.read(VIOLENCE_MONTH, as_of=as_of).to_pylist(),
        lake.releases(as_of=as_of),
    )
    codes = ("ARG", "ECU", "LBY", "MEX", "SDN", "UKR")
    year = date(2025, 1, 1)
    read = panel.yearly(lake, places, units=codes, first=year, last=year, as_of=as_of)
    for n, code in enumerate(codes):
        [shown] = [
            y
            for y in history.years(
                [], [r for r in rows if r["country"] == code], Heard(releases), code
            )
            if y.year == 2025
        ]
        kinds = [shown.state_based, shown.non_state, shown.one_sided]
        assert np.array_equal(read.values[n, 0, 1:4], kinds), code
