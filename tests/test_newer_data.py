"""What is fetched is used: the clock leaves the bundle's day, and the pages and the forecast's months reach further."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.web.people import Office

from upstander import pipeline
from upstander.core import places as place_tables
from upstander.core.clock import Clock, demonstration_note
from upstander.core.places import BUNDLE
from upstander.core.settings import Settings
from upstander.forecast import panel
from upstander.lake.as_of import AsOf
from upstander.web.app import make

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
]
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def june(folder: Path) -> Path:
    """Candidate events of June 2026 in UCDP's own columns: one in each of sixty countries, 900 killed in Sudan."""
    day, places = date(2026, 6, 15), place_tables.load()
    codes = pq.read_table(BUNDLE / "place_code.parquet").to_pylist()
    ucdp = {c["place"]: c["value"] for c in codes if c["scheme"] == "ucdp"}
    members = [p for p in places.current(day) if p.kind == "member" and p.code in ucdp]
    chosen = [*[p for p in members if p.code != "SDN"][:60], places.get("SDN")]
    wanted = [(p.name, ucdp[p.code], 900 if p.code == "SDN" else 1) for p in chosen]
    file = folder / "GEDEvent_v26_0_6.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(HEAD)
        for number, (name, code, deaths) in enumerate(wanted):
            at = day.isoformat()
            writer.writerow([number, 2026, 3, name, code, at, at, deaths, deaths, deaths])
    return file


def test_before_anything_newer_is_brought_in_the_demonstration_says_its_true_age(
    tmp_path: Path,
) -> None:
    clock = pipeline.clock(Settings(home=tmp_path), now=lambda: NOW)
    assert (clock.day, clock.is_demonstration) == (date(2026, 6, 24), True)
    assert "24 June 2026" in demonstration_note(clock)
    assert "156 days ago" in demonstration_note(clock)
    chosen = pipeline.clock(Settings(home=tmp_path, as_of=date(2026, 5, 1)))
    assert demonstration_note(chosen) == ""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    settings = Settings(home=tmp_path / "home")
    file = str(june(tmp_path))
    pipeline.fetch(settings, "ucdp_ged", file, today=NOW.date(), despite_fall=True)
    return tmp_path / "home"


def test_a_later_month_that_was_fetched_stands_on_the_page_and_in_the_next_forecast(
    home: Path,
) -> None:
    settings = Settings(home=home, url="http://127.0.0.1")
    clock = pipeline.clock(settings, now=lambda: NOW)
    assert clock == Clock(NOW.date(), now=clock.now)
    lake, _ = pipeline.open_lake(settings)
    assert panel.last_month(AsOf(lake, clock.day), as_of=clock.day) == date(2026, 6, 1)
    client = Office(make(settings, clock)).client()
    page = client.get("/countries/SDN").text
    assert "Demonstration" not in page
    assert "27 November 2026" in page
    assert ">June 2026</th><td" in page
    assert ">900</td>" in page
    earlier = client.get("/countries/SDN?as_of=2026-06-24").text
    assert ">900</td>" not in earlier
