"""The seven-column file of one year's Candidate events."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from upstander.core.errors import LeakageError, SourceChanged
from upstander.core.places import load
from upstander.core.tables import EVENT, VIOLENCE_MONTH
from upstander.lake import Lake
from upstander.sources.ucdp_candidate_extract import COLUMNS, SOURCE

Row = dict[str, str]
SAMPLE = "ucdp_candidate_extract.csv"


@pytest.fixture
def lines(samples: Path) -> list[Row]:
    with (samples / SAMPLE).open(encoding="utf-8", newline="") as raw:
        return list(csv.DictReader(raw))


def write(path: Path, rows: list[Row]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def refused(path: Path, folder: Path) -> str:
    """What is said when the file is refused; nothing is in the lake then."""
    lake = Lake(folder / "lake")
    with pytest.raises(SourceChanged) as error:  # noqa: PT012
        for snapshot in SOURCE.find(path):
            lake.keep("ucdp_candidate_extract", SOURCE, snapshot, load())
    assert [p.name for p in lake.root.rglob("*") if p.is_file()] in ([], [".lock"])
    assert path.name in str(error.value)
    return str(error.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"best": "-1"}, "fatalities_best is negative: -1"),
        ({"best": "x"}, "best should be a whole number: 'x'"),
        ({"country": "Atlantis"}, "Atlantis"),
        ({"country": ""}, "country is missing"),
        ({"type_of_violence": "0"}, "type_of_violence is not in the codebook"),
        ({"date": "2025-02-30"}, "date should be a day"),
        ({"date": ""}, "date is missing"),
        ({"id": ""}, "id is missing"),
    ],
)
def test_a_row_that_cannot_be_true_is_refused_by_its_line(change, said, lines, tmp_path):
    lines[2] = lines[2] | change
    told = refused(write(tmp_path / "candidate_2025_events.csv", lines), tmp_path)
    assert said in told
    assert "line 4" in told


def test_an_event_of_another_year_is_refused(lines, tmp_path):
    lines[2]["date"] = "2024-12-31"
    assert "2024 to 2025" in refused(
        write(tmp_path / "candidate_2025_events.csv", lines), tmp_path
    )


def test_two_events_of_one_number_are_refused(lines, tmp_path):
    lines[3]["id"] = lines[1]["id"]
    assert "line 5: repeats line 3" in refused(
        write(tmp_path / "candidate_2025_events.csv", lines), tmp_path
    )


@pytest.mark.parametrize("name", COLUMNS)
def test_a_file_without_a_column_is_refused_by_its_name(name, lines, tmp_path):
    without = [{k: v for k, v in row.items() if k != name} for row in lines]
    assert f"no column {name}" in refused(
        write(tmp_path / "candidate_2025_events.csv", without), tmp_path
    )


def test_a_file_cut_short_is_refused(samples, tmp_path):
    path = tmp_path / "candidate_2025_events.csv"
    path.write_bytes((samples / SAMPLE).read_bytes()[:-4])
    refused(path, tmp_path)


@pytest.fixture(scope="module")
def real(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Lake]:
    path, lake = (
        shared / "ucdp" / "candidate_2025_events.csv",
        Lake(tmp_path_factory.mktemp("candidate") / "lake"),
    )
    for snapshot in SOURCE.find(path):
        lake.keep("ucdp_candidate_extract", SOURCE, snapshot, load())
    return path, lake


@pytest.mark.slow
def test_the_real_years_country_months_equal_those_counted_by_hand(real):
    path, lake = real
    deaths: Counter[tuple[str, date, str]] = Counter()
    with path.open(encoding="utf-8-sig", newline="") as raw:
        for r in csv.DictReader(raw):
            day = date.fromisoformat(r["date"])
            kind = ("", "state_based_best", "non_state_best", "one_sided_best")[
                int(r["type_of_violence"])
            ]
            code = load().resolve(r["country"], "name", day).code
            deaths[code, day.replace(day=1), "fatalities_best"] += int(r["best"])
            deaths[code, day.replace(day=1), kind] += int(r["best"])
    rows = lake.read(VIOLENCE_MONTH, as_of=date(2026, 6, 24)).to_pylist()
    assert {(r["country"], r["month"]) for r in rows} == {k[:2] for k in deaths}
    for r in rows:
        for column in (
            "fatalities_best",
            "state_based_best",
            "non_state_best",
            "one_sided_best",
        ):
            assert r[column] == deaths[r["country"], r["month"], column]
        assert r["fatalities_low"] is None
    assert lake.read(EVENT, as_of=date(2026, 6, 24)).num_rows == 28_396


@pytest.mark.slow
def test_a_month_is_known_from_the_twentieth_of_the_next(real):
    _, lake = real
    with pytest.raises(LeakageError):
        lake.read(VIOLENCE_MONTH, as_of=date(2025, 2, 19))
    for day, last in (
        (date(2025, 2, 20), 1),
        (date(2025, 4, 19), 2),
        (date(2025, 4, 20), 3),
        (date(2026, 1, 20), 12),
    ):
        months = lake.read(VIOLENCE_MONTH, as_of=day)["month"].to_pylist()
        assert max(months) == date(2025, last, 1)
    kept = [p for p in (lake.root / "snapshots").rglob("*") if p.is_file()]
    assert len(kept) == 1  # one file, twelve releases
