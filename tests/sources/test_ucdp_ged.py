"""UCDP's event files: the four formats, the columns, what cannot be true, and sums counted by hand."""

from __future__ import annotations

import csv
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from upstander.core.errors import SourceChanged, UpstanderError
from upstander.core.places import load
from upstander.core.tables import VIOLENCE_MONTH
from upstander.lake import Lake
from upstander.sources import ucdp_ged
from upstander.sources.ucdp_ged import SOURCE

Row = dict[str, str]
NAME = "GEDEvent_v23_0_10"
NUMBERS = (
    "id",
    "year",
    "type_of_violence",
    "country_id",
    "best",
    "low",
    "high",
    "deaths_civilians",
    "date_prec",
)
REAL = ("GEDEvent_v23_0_10.csv", "GEDEvent_v26_0_2.xlsx", "ged191_syria_events.parquet")


@pytest.fixture
def lines(samples: Path) -> list[Row]:
    with (samples / "ucdp_ged.csv").open(encoding="utf-8", newline="") as raw:
        return list(csv.DictReader(raw))


def write(path: Path, rows: list[Row]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def typed(row: Row) -> dict[str, object]:
    """A row with its numbers as numbers, as a workbook or a Parquet file has them."""
    return {k: None if v == "" else int(v) if k in NUMBERS else v for k, v in row.items()}


def write_as(ending: str, folder: Path, rows: list[Row]) -> Path:
    path = folder / f"{NAME}.{ending}"
    if ending == "csv":
        return write(path, rows)
    if ending == "zip":
        inner = write(folder / f"inside_{NAME}.csv", rows)
        with zipfile.ZipFile(path, "w") as archive:
            archive.write(inner, f"{NAME}.csv")
    elif ending == "xlsx":
        book = openpyxl.Workbook()
        book.active.append(list(rows[0]))
        for row in rows:
            book.active.append(list(typed(row).values()))
        book.save(path)
    else:
        pq.write_table(pa.Table.from_pylist([typed(r) for r in rows]), path)
    return path


def parsed(path: Path) -> pa.Table:
    [snapshot] = SOURCE.find(path)
    return SOURCE.table.check(SOURCE.parse(snapshot, load()))


@pytest.mark.parametrize("ending", ["zip", "xlsx", "parquet"])
def test_the_same_rows_in_another_format_are_the_same_events(ending, lines, tmp_path):
    expected = parsed(write_as("csv", tmp_path, lines))
    assert expected.num_rows == len(lines)
    assert parsed(write_as(ending, tmp_path, lines)).equals(expected)


@pytest.mark.parametrize("name", ucdp_ged.OPTIONAL)
def test_a_file_without_an_optional_column_is_read_and_the_column_is_not_known(
    name, lines, tmp_path
):
    without = [{k: v for k, v in row.items() if k != name} for row in lines]
    found = parsed(write(tmp_path / f"{NAME}.csv", without))
    column = found[ucdp_ged.OURS.get(name, name)]
    assert column.null_count == found.num_rows == len(lines)


@pytest.mark.parametrize("name", ucdp_ged.REQUIRED)
@pytest.mark.parametrize("renamed", [True, False])
def test_a_file_without_a_required_column_is_refused_by_its_name(
    name, renamed, lines, tmp_path
):
    changed = [
        {
            (f"{k}_new" if k == name else k): v
            for k, v in row.items()
            if renamed or k != name
        }
        for row in lines
    ]
    said = refused(write(tmp_path / f"{NAME}.csv", changed), tmp_path)
    assert f"no column {name}" in said


def refused(path: Path, folder: Path) -> str:
    """What is said when the file is refused; a lake that already held the sample is as before."""
    lake = Lake(folder / "lake")
    before = files(lake.root)
    with pytest.raises(SourceChanged) as error:  # noqa: PT012
        for snapshot in SOURCE.find(path):
            lake.keep("ucdp_ged", SOURCE, snapshot, load())
    assert files(lake.root) == before
    assert path.name in str(error.value)
    return str(error.value)


def files(root: Path) -> list[Path]:
    return [p for p in root.rglob("*") if p.is_file() and p.name != ".lock"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"best": "-1"}, "fatalities_best is negative: -1"),
        ({"deaths_civilians": "-3"}, "deaths_civilians is negative: -3"),
        ({"best": ""}, "the best estimate is missing"),
        ({"best": "many"}, "best should be a whole number: 'many'"),
        ({"year": "2022"}, "date_start is not in the row's year"),
        (
            {"date_start": "2023-10-09", "date_end": "2023-10-08"},
            "date_end is before date_start",
        ),
        ({"date_start": "2023-10-32 00:00:00.000"}, "date_start should be a day"),
        ({"date_start": ""}, "date_start is missing"),
        ({"date_end": ""}, "date_end is missing"),
        ({"type_of_violence": "4"}, "type_of_violence is not in the codebook (1, 2, 3): 4"),
        ({"type_of_violence": ""}, "type_of_violence is not in the codebook"),
        ({"country_id": "9999"}, "9999"),
        ({"country_id": ""}, "the country is missing"),
        ({"latitude": "91.5"}, "latitude is off the globe"),
        ({"longitude": "-181"}, "longitude is off the globe"),
        ({"id": ""}, "id is missing"),
    ],
)
def test_a_row_that_cannot_be_true_is_refused_by_its_line_and_value(
    change, said, lines, tmp_path
):
    lines[3] = lines[3] | change
    told = refused(write(tmp_path / f"{NAME}.csv", lines), tmp_path)
    assert said in told
    assert "line 5" in told
    assert ";" in told  # a remedy follows


def test_two_events_of_one_number_are_refused_by_both_lines(lines, tmp_path):
    lines[4]["id"] = lines[1]["id"]
    told = refused(write(tmp_path / f"{NAME}.csv", lines), tmp_path)
    assert "line 6: repeats line 3" in told


@pytest.mark.parametrize("ending", ["csv", "zip", "xlsx", "parquet"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.99])
def test_a_file_cut_short_is_refused(ending, share, lines, tmp_path):
    path = write_as(ending, tmp_path, lines)
    raw = path.read_bytes()
    path.write_bytes(raw[: int(len(raw) * share)])
    refused(path, tmp_path)


@pytest.mark.parametrize(
    ("is_", "named"),
    [("xlsx", "csv"), ("csv", "xlsx"), ("zip", "csv"), ("parquet", "xlsx")],
)
def test_content_that_is_not_what_the_name_says_is_refused(is_, named, lines, tmp_path):
    wrong = tmp_path / f"other.{named}"
    wrong.write_bytes(write_as(is_, tmp_path, lines).read_bytes())
    assert "not what its name says" in refused(wrong, tmp_path)


@pytest.mark.parametrize(
    "content", [b"", b"<!DOCTYPE html><html>Not found</html>", b"\x1f\x8b\x08abc", b"a\0b"]
)
def test_a_page_or_a_stump_is_refused(content, tmp_path):
    path = tmp_path / f"{NAME}.csv"
    path.write_bytes(content)
    refused(path, tmp_path)


def by_hand(path: Path) -> list[tuple[int, date, int, int]]:
    """(country_id, start day, type, best) of each row, read without our own reader."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as raw:
            rows: list[dict[str, object]] = [dict(r) for r in csv.DictReader(raw)]
    elif path.suffix == ".xlsx":
        head, *cells = openpyxl.load_workbook(path, read_only=True).active.iter_rows(
            values_only=True
        )
        rows = [dict(zip(head, row, strict=False)) for row in cells]
    else:
        rows = pq.read_table(
            path, columns=["country_id", "date_start", "type_of_violence", "best"]
        ).to_pylist()
    return [
        (
            int(float(str(r["country_id"]))),  # the Parquet file has 652.0
            date.fromisoformat(str(r["date_start"])[:10]),
            int(float(str(r["type_of_violence"]))),
            int(float(str(r["best"]))),
        )
        for r in rows
    ]


@pytest.mark.parametrize("name", REAL)
def test_a_real_files_country_months_equal_those_counted_by_hand(name, shared, tmp_path):
    path, places, lake = shared / "ucdp" / name, load(), Lake(tmp_path / "lake")
    [snapshot] = SOURCE.find(path)
    lake.keep("ucdp_ged", SOURCE, snapshot, places)
    deaths: Counter[tuple[str, date, str]] = Counter()
    events: Counter[tuple[str, date, str]] = Counter()
    for country, start, kind, best in by_hand(path):
        key = (places.resolve(country, "ucdp", start).code, start.replace(day=1))
        for column in ("all", ("", "state_based", "non_state", "one_sided")[kind]):
            deaths[(*key, column)] += best
            events[(*key, column)] += 1
    rows = lake.read(VIOLENCE_MONTH, as_of=snapshot.known_at, source="ucdp_ged").to_pylist()
    assert {(r["country"], r["month"]) for r in rows} == {k[:2] for k in deaths}
    for r in rows:
        key = (r["country"], r["month"])
        assert r["fatalities_best"] == deaths[(*key, "all")]
        for kind in ("state_based", "non_state", "one_sided"):
            assert (r[f"{kind}_best"], r[f"{kind}_events"]) == (
                deaths[(*key, kind)],
                events[(*key, kind)],
            )


@pytest.mark.parametrize(
    ("name", "release", "known", "first", "last", "places", "rows"),
    [
        (
            REAL[0],
            "23.0.10",
            date(2023, 11, 20),
            date(2023, 10, 1),
            date(2023, 10, 31),
            None,
            2391,
        ),
        (
            REAL[1],
            "26.0.2",
            date(2026, 3, 20),
            date(2026, 2, 1),
            date(2026, 2, 28),
            None,
            1298,
        ),
        (
            REAL[2],
            "19.1",
            date(2019, 12, 20),
            date(2016, 1, 1),
            date(2019, 11, 30),
            ("SYR",),
            16566,
        ),  # last event: 30 Nov
    ],
)
def test_a_real_file_covers_the_days_and_places_its_name_and_rows_say(
    name, release, known, first, last, places, rows, shared
):
    [found] = SOURCE.find(shared / "ucdp" / name)
    assert (found.release, found.known_at, found.basis) == (release, known, "assumed")
    assert (found.first, found.last, found.places) == (first, last, places)
    assert SOURCE.parse(found, load()).num_rows == rows


def test_an_unknown_country_code_is_said_with_the_nearest(lines, tmp_path):
    lines[0]["country_id"] = "7000"
    said = refused(write(tmp_path / f"{NAME}.csv", lines), tmp_path)
    assert "700" in said.replace("7000", "")


def test_every_refusal_is_an_error_of_ours(lines, tmp_path):
    (tmp_path / "nothing").mkdir()
    assert not list(SOURCE.find(tmp_path / "nothing"))
    with pytest.raises(UpstanderError, match="no such file"):
        list(SOURCE.find(tmp_path / "absent"))
