"""What publishers and people's programs really write: read as it stands, or named with the way to a table."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from upstander.core import arrival
from upstander.core.errors import SourceChanged
from upstander.core.places import Places
from upstander.core.plugins import load
from upstander.core.types import Snapshot, Source
from upstander.lake import Lake

BROUGHT = date(2026, 11, 27)
NAME = "GEDEvent_v25_0_5"
EVENT = {
    "id": 1,
    "year": 2025,
    "type_of_violence": 3,
    "country": "Sudan",
    "country_id": 625,
    "date_start": "2025-05-03",
    "date_end": "2025-05-03",
    "best": 3,
    "low": 3,
    "high": 3,
    "where_prec": 1,
    "date_prec": 1,
    "side_a": "Group, A",
}
YEMEN = EVENT | {
    "id": 2,
    "country": "Yemen (North Yemen)",
    "country_id": 678,
    "best": 7,
    "high": 9,
}


def text(rows: list[dict[str, Any]], separator: str = ",", above: str = "") -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=separator, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return above + out.getvalue()


def zipped(path: Path, **members: str | bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__dot__", "."), content)
    return path


def settled(name: str, file: Path, places: Places, **said: str) -> tuple[Source, Snapshot]:
    source = load("upstander.sources", name, Source)
    [snapshot] = source.find(file)
    by = arrival.said(said.get("known_on"), said.get("covers"), said.get("days"))
    return source, arrival.settled(
        snapshot, by, places, today=BROUGHT, projects=source.projects
    )


def kept(name: str, file: Path, places: Places, **said: str) -> pa.Table:
    """The rows of the file, brought into an empty lake."""
    source, snapshot = settled(name, file, places, **said)
    lake = Lake(file.parent / "lake")
    lake.keep(name, source, snapshot, places)
    return lake.read(source.table, as_of=BROUGHT, source=name)


PLAIN = text([EVENT, YEMEN])
PAGE = {"TotalCount": 2, "TotalPages": 2, "NextPageUrl": "more"}
ONE, TWO = PAGE | {"Result": [EVENT]}, PAGE | {"Result": [YEMEN], "NextPageUrl": ""}


def as_json(*pages: Any) -> bytes:
    return json.dumps(pages if len(pages) > 1 else pages[0]).encode()


READ: dict[str, tuple[str, bytes]] = {
    "semicolons": (f"{NAME}.csv", text([EVENT, YEMEN], ";").encode()),
    "tabs": (f"{NAME}.csv", text([EVENT, YEMEN], "\t").encode()),
    "bars": (f"{NAME}.txt", text([EVENT, YEMEN], "|").encode()),
    "sep line": (f"{NAME}.csv", text([EVENT, YEMEN], above="sep=,\n").encode()),
    "sep line of semicolons": (
        f"{NAME}.csv",
        text([EVENT, YEMEN], ";", above='"sep=;"\n').encode("utf-8-sig"),
    ),
    "UTF-16 little": (f"{NAME}.csv", PLAIN.encode("utf-16")),
    "UTF-16 big with tabs": (
        f"{NAME}.csv",
        b"\xfe\xff" + text([EVENT, YEMEN], "\t").encode("utf-16-be"),
    ),
    "pages in one list": ("gedevents_25.0.5.json", as_json(ONE, TWO)),
    "a page a line": ("gedevents_25.0.5.json", as_json(ONE) + b"\n" + as_json(TWO) + b"\n"),
    "one page": (
        "gedevents_25.0.5.json",
        as_json({"TotalCount": 2, "TotalPages": 1, "Result": [EVENT, YEMEN]}),
    ),
    "text for numbers in pages": (
        "gedevents_25.0.5.json",
        as_json(
            {
                "TotalCount": 2,
                "Result": [EVENT | {"year": "2025"}, YEMEN | {"year": "2025", "low": None}],
            }
        ),
    ),
}


@pytest.mark.parametrize("case", READ)
def test_a_table_is_read_whatever_program_wrote_it(case, places, tmp_path):
    name, content = READ[case]
    file = tmp_path / name
    file.write_bytes(content)
    rows = kept("ucdp_ged", file, places).to_pylist()
    assert [(r["country"], r["fatalities_best"], r["side_a"]) for r in rows] == [
        ("SDN", 3, "Group, A"),
        ("YEM", 7, "Group, A"),
    ]
    assert rows[0]["release"] == "25.0.5"


@pytest.mark.parametrize(
    "beside",
    [
        "Readme.txt",
        "__MACOSX/._GEDEvent_v25_0_5.csv",
        ".DS_Store",
        "codebook.pdf",
        "LICENSE.txt",
        "Metadata_Country.csv",
    ],
)
def test_one_table_in_an_archive_is_one_table_whatever_lies_beside_it(
    beside, places, tmp_path
):
    file = zipped(tmp_path / "ged.zip", **{f"{NAME}.csv": PLAIN, beside: b"\0\5\x16\7x"})
    assert kept("ucdp_ged", file, places).num_rows == 2


def test_pages_in_an_archive_are_read_together(places, tmp_path):
    file = zipped(
        tmp_path / "gedevents_25.0.5.zip",
        **{"page1.json": as_json(ONE), "page2.json": as_json(TWO)},
    )
    assert kept("ucdp_ged", file, places).num_rows == 2


def test_a_column_missing_from_pages_in_an_archive_is_named_as_in_any_other_file(
    places, tmp_path
):
    less = as_json(
        {
            "TotalCount": 1,
            "TotalPages": 1,
            "Result": [{k: v for k, v in EVENT.items() if k != "best"}],
        }
    )
    file = zipped(tmp_path / "gedevents_25.0.5.zip", **{"page1.json": less})
    with pytest.raises(
        SourceChanged, match=r"gedevents_25\.0\.5\.zip, line 1: no column best"
    ):
        kept("ucdp_ged", file, places)


R_FILE, OLD_EXCEL = b"RDX3\nmade up\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
FAULTS: dict[str, tuple[str, bytes, str]] = {
    "R, packed": (
        "GEDEvent_v25_1.rds",
        gzip.compress(R_FILE),
        r"is an R data file; in R: write\.csv",
    ),
    "R, one object": (
        "a.rds",
        gzip.compress(b"X\n\0\0\0\3made up"),
        r'is an R data file; .*readRDS\("a\.rds"\)',
    ),
    "gzip": ("a.csv.gz", gzip.compress(PLAIN.encode()), "is gzip; unpack it first"),
    "old Excel": ("a.xls", OLD_EXCEL, r"old Excel workbook \(\.xls\); .*\.xlsx"),
    "Stata": ("a.dta", b"<stata_dta><header>", "is a Stata file; .*csv"),
    "SPSS": ("a.sav", b"$FL2@(#)", "is an SPSS file; .*csv"),
    "PDF": ("a.pdf", b"%PDF-1.7", "is a PDF"),
    "UTF-16 without its mark": (
        "a.csv",
        PLAIN.encode("utf-16-le"),
        "UTF-16 text without its mark; save it as UTF-8",
    ),
    "page 1 of 2": (
        "gedevents_25.0.5.json",
        as_json(ONE),
        r"holds 1 of 2 pages; .*one zip",
    ),
    "rows missing": (
        "gedevents_25.0.5.json",
        as_json({"TotalCount": 5, "TotalPages": 1, "Result": [EVENT]}),
        "holds 1 rows, its pages say 5",
    ),
    "cut JSON": ("gedevents_25.0.5.json", as_json(ONE)[:-9], "is not whole JSON"),
    "JSON of something else": ("gedevents_25.0.5.json", b'{"a": [1, 2]}', "no column"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_what_is_no_table_is_named_with_the_way_to_one(case, places, tmp_path):
    name, content, said = FAULTS[case]
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(SourceChanged, match=said):
        kept("ucdp_ged", file, places)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"date_end": "2205-05-30"}, "line 3: date_end is after 2025-06-20.*2205"),
        (
            {"where_prec": 9},
            r"line 3: where_precision is not in the codebook \(1 to 7\): 9",
        ),
        ({"where_prec": 0}, r"line 3: where_precision is not in the codebook"),
        ({"date_prec": 8}, r"line 3: date_precision is not in the codebook \(1 to 5\): 8"),
        (
            {"country": "Sudan"},
            "line 3: name and code of the country disagree: 'Sudan against YEM'",
        ),
    ],
)
def test_bounds_hold_on_both_ends_and_name_and_code_of_a_country_agree(
    change, said, places, tmp_path
):
    file = tmp_path / f"{NAME}.csv"
    file.write_text(text([EVENT, YEMEN | change]))
    with pytest.raises(SourceChanged, match=said):
        kept("ucdp_ged", file, places)


@pytest.mark.parametrize(
    ("name", "release", "known", "first", "last"),
    [
        (
            "GEDEvent_v25_01_25_06.csv",
            "25.01.25.06",
            date(2025, 7, 20),
            date(2025, 1, 1),
            date(2025, 6, 30),
        ),
        (
            "GEDEvent_v24_10_25_05 (1).csv",
            "24.10.25.05",
            date(2025, 6, 20),
            date(2024, 10, 1),
            date(2025, 5, 31),
        ),
        (
            "GEDEvent_v25_0_5.csv",
            "25.0.5",
            date(2025, 6, 20),
            date(2025, 5, 1),
            date(2025, 5, 31),
        ),
    ],
)
def test_candidate_files_of_one_and_of_several_months_say_what_they_cover(
    name, release, known, first, last, tmp_path
):
    file = tmp_path / name
    file.write_text(PLAIN)
    [found] = load("upstander.sources", "ucdp_ged", Source).find(file)
    assert (found.release, found.known_at, found.first, found.last) == (
        release,
        known,
        first,
        last,
    )
    assert found.places == ("SDN", "YEM")  # and no more: two countries are no world


@pytest.mark.parametrize(
    "name", ["GEDEvent_v25_0_13.csv", "GEDEvent_v25_06_25_01.csv", "GEDEvent_v25.0.5.csv"]
)
def test_a_name_that_is_none_of_the_publishers_is_an_extract_of_no_known_day(
    name, tmp_path
):
    file = tmp_path / name
    file.write_text(PLAIN)
    [found] = load("upstander.sources", "ucdp_ged", Source).find(file)
    assert (found.known_at, found.kind) == (None, "extract")


BANK = (
    '\ufeff"Data Source","World Development Indicators",\n\n"Last Updated Date","2025-07-01",\n\n'
    '"Country Name","Country Code","Indicator Name","Indicator Code","2023","2024",\n'
    '"Namibia","NAM","Population, total","SP.POP.TOTL","2900000","3000000",\n'
    '"World","WLD","Population, total","SP.POP.TOTL","8000000000","8100000000",\n'
)
DATABANK = (
    "Country Name,Country Code,Series Name,Series Code,2023 [YR2023],2024 [YR2024]\n"
    'Eritrea,ERI,"Population, total",SP.POP.TOTL,3600000,..\n,,,,,\n'
    '"Data from database: World Development Indicators",,,,,\n"Last Updated: 07/01/2025",,,,,\n'
)


def test_the_banks_own_download_is_read_with_its_day_and_speaks_of_its_countries_alone(
    places, tmp_path
):
    file = tmp_path / "API_SP.POP.TOTL_DS2_en_csv_v2_1.csv"
    file.write_text(BANK)
    _, snapshot = settled("wdi", file, places)
    assert (snapshot.known_at, snapshot.basis, snapshot.places) == (
        date(2025, 7, 1),
        "published",
        ("NAM",),
    )
    rows = kept("wdi", file, places).to_pylist()
    assert {(r["country"], r["year"], r["indicator"], r["value"]) for r in rows} == {
        ("NAM", 2023, "wdi_population", 2_900_000),
        ("NAM", 2024, "wdi_population", 3_000_000),
    }


def test_the_banks_archive_with_its_descriptions_is_one_table(places, tmp_path):
    names = ("API_SP.POP.TOTL_DS2_en_csv_v2_1.csv", "Metadata_Country_API_SP.POP.TOTL.csv")
    file = zipped(
        tmp_path / "API_SP.POP.TOTL_DS2_en_csv_v2_1.zip",
        **{names[0]: BANK, names[1]: "a,b\n"},
    )
    assert kept("wdi", file, places).num_rows == 2


def test_two_dots_of_the_databank_are_not_known_and_its_last_lines_are_no_rows(
    places, tmp_path
):
    file = tmp_path / "databank_two_dots.csv"
    file.write_text(DATABANK)
    _, snapshot = settled("wdi", file, places)
    assert (snapshot.known_at, snapshot.basis) == (date(2025, 7, 1), "published")
    [row] = kept("wdi", file, places).to_pylist()
    assert (row["country"], row["year"], row["value"]) == ("ERI", 2023, 3_600_000)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("SP.POP.TOTL", "SP.XYZ"),
            r"line 2: the indicator is none of those read \(.*SP\.POP\.TOTL.*\): 'SP\.XYZ'",
        ),
        (("3600000", "many"), r"line 2: 2023 \[YR2023\] should be a number: 'many'"),
        (("3600000", "-5"), "line 2: SP.POP.TOTL of 2023 is negative"),
        (("Eritrea,ERI", "Eritrea,ETH"), "line 2: name and code of the country disagree"),
        (("Eritrea,ERI", "Eritrea,QQQ"), "line 2: .*QQQ"),
    ],
)
def test_a_fault_in_the_banks_own_file_is_named_by_its_line(change, said, places, tmp_path):
    file = tmp_path / "databank.csv"
    file.write_text(DATABANK.replace(*change))
    with pytest.raises(SourceChanged, match=said):
        kept("wdi", file, places)


def test_one_country_under_two_names_is_the_files_fault_by_both_lines(
    samples, places, tmp_path
):
    lines = (samples / "wdi.csv").read_text("utf-8").splitlines()
    file = tmp_path / "wdi.csv"
    again = next(n for n, line in enumerate(lines) if n and line.startswith("Namibia"))
    cells = lines[again].split(",")
    file.write_text(
        "\n".join([*lines, ",".join(["Former name", *cells[1:]])]) + "\n", "utf-8"
    )
    with pytest.raises(
        SourceChanged,
        match=rf"line {len(lines) + 1}: repeats line {again + 1} \(country NAM",
    ):
        kept("wdi", file, places)


VDEM_HEAD = "country_name country_text_id country_id year historical_date COWcode v2x_polyarchy v2x_libdem v2clkill v2x_rule"


@pytest.mark.parametrize(
    ("name", "last"),
    [("V-Dem-CY-Core-v13.csv", 2022), ("V-Dem-CY-Full+Others-v15.csv", 2024)],
)
def test_v_dems_own_file_is_read_under_the_version_of_its_name(
    name, last, places, tmp_path
):
    rows = [
        ["Mexico", "MEX", 3, y, f"{y}-12-31", 70, 0.5, 0.4, 1.25, 0.3]
        for y in range(1970, last + 1)
    ]
    file = tmp_path / name
    file.write_text(
        "\n".join([",".join(VDEM_HEAD.split()), *(",".join(map(str, r)) for r in rows)])
        + "\n"
    )
    source, snapshot = settled("vdem", file, places)
    assert snapshot.release == f"{name.split('-v')[1][:2]}-own"
    assert (snapshot.known_at, snapshot.last.year) == (
        date(2010 + int(snapshot.release[:2]), 3, 31),
        last,
    )
    read = source.table.check(source.parse(snapshot, places))
    assert set(read["indicator"].to_pylist()) == {
        "vdem_v2x_polyarchy",
        "vdem_v2x_libdem",
        "vdem_v2clkill",
        "vdem_v2x_rule",
    }
    assert read.num_rows == 4 * (last - 1979)


def test_a_cut_of_a_yearly_series_takes_no_other_country_back(places, tmp_path):
    from dataclasses import replace

    source = load("upstander.sources", "gdp_gw", Source)
    small = replace(source, rows=(1, 10_000))
    codes = (2, 20, 70, 90, 100, 101)
    lake = Lake(tmp_path / "lake")
    for day, chosen in ((date(2025, 7, 1), codes), (date(2026, 7, 1), codes[:2])):
        file = tmp_path / f"gdp_gw_{day}.csv"
        lines = [f"{code},2020,{1000 + day.year},1.5" for code in chosen]
        file.write_text(
            "\n".join(["gwcode,year,NY.GDP.PCAP.KD,NY.GDP.PCAP.KD.ZG", *lines]) + "\n"
        )
        [snapshot] = source.find(file)
        release = lake.keep("gdp_gw", small, replace(snapshot, known_at=day), places)
    assert "2 places where 6 are held" in release.taken_for
    rows = lake.read(source.table, as_of=BROUGHT).to_pylist()
    assert len({r["country"] for r in rows}) == 6
