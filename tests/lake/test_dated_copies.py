"""The 25 dated copies of the real monthly file: what could be read on which day."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from upstander.core.errors import LeakageError
from upstander.core.places import load
from upstander.core.tables import VIOLENCE_MONTH
from upstander.core.types import Snapshot
from upstander.lake import Lake
from upstander.sources.pace_country_month import SOURCE

BAD = date(2025, 1, 21)  # this copy stops at 2023-12


@pytest.fixture(scope="module")
def copies(shared: Path) -> list[Snapshot]:
    found = list(SOURCE.find(shared / "ucdp" / "pace" / "vintages"))
    assert len(found) == 25
    return found


@pytest.fixture(scope="module")
def lake(copies: list[Snapshot], tmp_path_factory: pytest.TempPathFactory) -> Lake:
    made = Lake(tmp_path_factory.mktemp("copies") / "lake")
    for snapshot in copies:
        made.keep("pace_country_month", SOURCE, snapshot, load())
    return made


def told(lake: Lake, as_of: date) -> dict[tuple[str, date], int]:
    rows = lake.read(VIOLENCE_MONTH, as_of=as_of).to_pylist()
    return {(r["country"], r["month"]): r["fatalities_best"] for r in rows}


def whole(snapshot: Snapshot) -> dict[tuple[str, date], int]:
    rows = SOURCE.parse(snapshot, load()).to_pylist()
    return {(r["country"], r["month"]): r["fatalities_best"] for r in rows}


@pytest.mark.slow
def test_before_the_first_copy_nothing_was_known(lake):
    with pytest.raises(LeakageError, match="2024-01-26"):
        told(lake, date(2024, 1, 25))


@pytest.mark.slow
def test_between_two_copies_the_lake_tells_exactly_the_earlier_one(lake, copies):
    for this, after in zip(copies, [*copies[1:], None], strict=True):
        if this.known_at == BAD or (after and after.known_at == this.known_at):
            continue  # of the two copies of 2025-02-21 the second stands
        until = after.known_at - timedelta(days=1) if after else date(2026, 6, 24)
        expected = whole(this)
        assert told(lake, this.known_at) == expected, this.release
        assert told(lake, until) == expected, this.release


@pytest.mark.slow
def test_the_copy_that_stops_a_year_early_takes_nothing_of_2024_back(lake, copies):
    at = next(i for i, s in enumerate(copies) if s.known_at == BAD)
    before, bad = whole(copies[at - 1]), whole(copies[at])
    assert max(month for _, month in bad) == date(2023, 12, 1)
    year = {k: v for k, v in before.items() if k[1] >= date(2024, 1, 1)}
    assert year
    assert told(lake, BAD) == bad | year


@pytest.mark.slow
def test_25_copies_take_little_more_room_than_one(lake, copies):
    stored = sum(
        pq.read_metadata(f).num_rows for f in (lake.root / "tables").rglob("*.parquet")
    )
    full = sum(r.rows for r in lake.releases(as_of=date.max))
    assert stored < full / 8


@pytest.mark.slow
def test_the_world_sum_of_a_copy_equals_the_sum_of_its_cells(lake, copies):
    this = copies[10]
    with this.path.open(encoding="utf-8-sig", newline="") as raw:
        reader = csv.DictReader(raw)
        months = [n for n in reader.fieldnames or () if n]
        cells = sum(float(row[n]) for row in reader for n in months if _is_number(row[n]))
    assert sum(told(lake, this.known_at).values()) == cells


def _is_number(cell: str | None) -> bool:
    return bool(cell) and cell.replace(".", "", 1).isdigit()
