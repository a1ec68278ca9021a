"""Reading a publisher's table whatever its format, and saying which row is wrong."""

import zipfile
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from upstander.core.errors import ConfigError, SourceChanged
from upstander.core.file_kinds import sniff
from upstander.core.reading import files, header, read_table, records
from upstander.core.refusals import place, refuse, refuse_repeats

WANT = {"code": str, "n": int, "x": float, "day": date}
ROWS = [
    ("NA", 1, 1.5, date(2024, 2, 29)),
    ("ÖST", None, None, None),
    ("A,B", 12, -3.0, date(1989, 1, 1)),
]
CSV = 'code,n,extra,x,day\nNA,1,?,1.5,2024-02-29\nÖST,,?,NA,\n"A,B",12,?,-3,1989-01-01\n'


def written(folder: Path, kind: str) -> Path:
    file = folder / "table.dat"  # the name says nothing: the content decides
    if kind in ("csv", "bom"):
        file.write_text(CSV, "utf-8-sig" if kind == "bom" else "utf-8")
    elif kind == "zip":
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("inside.csv", CSV)
            archive.writestr("licence.pdf", "x")
    elif kind == "xlsx":
        book = Workbook()
        book.active.append(["code", "n", "extra", "x", "day"])
        for code, n, x, day in ROWS:
            book.active.append([code, n, "?", x, day])
        book.save(file)
    else:
        columns = list(zip(*ROWS, strict=True))
        numbers = pa.array(
            [float("nan") if n is None else float(n) for n in columns[1]]
        )  # as R writes them
        arrays = [
            pa.array(columns[0], pa.large_string()),
            numbers,
            pa.array(columns[2]),
            pa.array(columns[3]),
        ]
        pq.write_table(pa.table(arrays, names=list(WANT)), file)
    return file


@pytest.mark.parametrize("kind", ["csv", "bom", "zip", "xlsx", "parquet"])
def test_every_format_gives_the_same_rows_and_missing_is_null(kind, tmp_path):
    table = read_table(written(tmp_path, kind), WANT, {"not there": str})
    assert table.schema == pa.schema(
        [
            ("code", pa.string()),
            ("n", pa.int64()),
            ("x", pa.float64()),
            ("day", pa.date32()),
        ]
    )
    assert [tuple(row.values()) for row in table.to_pylist()] == ROWS


@pytest.mark.parametrize(
    ("kind", "where"),
    [("csv", "line 4"), ("zip", "line 4"), ("xlsx", "row 4"), ("parquet", "row 3")],
)
def test_a_row_is_named_as_an_editor_shows_it(kind, where, tmp_path):
    file = written(tmp_path, kind)
    assert place(file, 2) == where
    with pytest.raises(
        SourceChanged, match=rf"table\.dat, {where}: too much: 12; fetch the file again"
    ):
        refuse(file, pa.array([False, None, True]), "too much", pa.array([1, None, 12]))


def test_lines_count_through_line_breaks_in_quotes_and_blank_lines(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text('a,n\n"one\ntwo",1\n\nb,x\n', "utf-8")
    with pytest.raises(SourceChanged, match="line 5: n should be a whole number: 'x'"):
        read_table(file, {"a": str, "n": int})
    assert [line for line, _ in records(file)] == [1, 2, 5]


@pytest.mark.parametrize(
    ("cell", "kind", "said"),
    [
        ("1.5", int, "a whole number: '1.5'"),
        ("1e400", float, "should be a number"),
        ("inf", float, "should be a number"),
        ("2024-13-01", date, r"a day \(YYYY-MM-DD\): '2024-13-01'"),
        ("99999999999999999999", int, "cannot be read as a whole number|a whole number"),
    ],
)
def test_a_cell_of_another_type_is_named(cell, kind, said, tmp_path):
    file = tmp_path / "a.csv"
    file.write_text(f"a,b\n,y\n{cell},z\n", "utf-8")
    with pytest.raises(SourceChanged, match=said):
        read_table(file, {"a": kind})


def test_whole_numbers_written_with_a_point_are_whole(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("a\n12.0\n7\n", "utf-8")
    assert read_table(file, {"a": int})["a"].to_pylist() == [12, 7]


def test_a_missing_column_is_named_with_its_likely_new_name(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("countries,year\nx,1\n", "utf-8")
    with pytest.raises(
        SourceChanged, match=r"a\.csv, line 1: no column country \(renamed to countries\?\)"
    ):
        read_table(file, {"country": str})


def test_a_needed_column_that_stands_twice_is_refused(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("a,a\n1,2\n", "utf-8")
    with pytest.raises(SourceChanged, match="the column a stands there twice"):
        read_table(file, {"a": int})


def test_text_that_is_not_utf8_is_told(tmp_path):
    file = tmp_path / "a.csv"
    file.write_bytes(b"a,b\nC\xf4te,1\n")
    with pytest.raises(SourceChanged, match=r"is not UTF-8|cannot be read as csv"):
        read_table(file, {"a": str})


def test_an_archive_with_two_tables_is_refused(tmp_path):
    file = tmp_path / "a.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.csv", "a\n1\n")
        archive.writestr("b.csv", "a\n1\n")
    with pytest.raises(SourceChanged, match="holds 2 text files, should hold one"):
        read_table(file, {"a": int})


@pytest.mark.parametrize("kind", ["zip", "xlsx", "parquet"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.97])
def test_a_cut_archive_or_parquet_is_refused_wherever_it_is_cut(kind, share, tmp_path):
    file = written(tmp_path, kind)
    file.write_bytes(file.read_bytes()[: int(file.stat().st_size * share)])
    with pytest.raises(SourceChanged, match=r"table\.dat: .*(cut.short)"):
        read_table(file, WANT)


def test_a_header_without_rows_is_refused(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("a,b\n", "utf-8")
    with pytest.raises(SourceChanged, match="has a header and no rows"):
        read_table(file, {"a": int})


def test_a_key_with_a_null_does_not_repeat(tmp_path):
    file = written(tmp_path, "csv")
    refuse_repeats(file, {"a": pa.array([None, None, 1])})
    with pytest.raises(SourceChanged, match=r"line 4: repeats line 2 \(a 1\)"):
        refuse_repeats(file, {"a": pa.array([1, 2, 1])})


def test_a_folder_is_searched_through_and_a_missing_one_is_the_operators(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b.csv").write_text("x", "utf-8")
    assert [f.name for f in files(tmp_path, "*.csv", "b.*")] == ["b.csv"]
    with pytest.raises(ConfigError, match="no such file or folder"):
        files(tmp_path / "nowhere", "*.csv")


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(content=st.binary(max_size=400))
def test_any_bytes_give_a_table_or_an_error_of_ours(content, tmp_path):
    file = tmp_path / "any"
    file.write_bytes(content)
    try:
        sniff(file)
        assert header(file) is not None
        read_table(file, {"a": int})
    except SourceChanged:
        return


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_a_csv_cut_anywhere_is_refused_or_whole_lines(data, tmp_path):
    content = CSV.encode()
    cut = data.draw(st.integers(0, len(content)))
    file = tmp_path / "any"
    file.write_bytes(content[:cut])
    try:
        rows = read_table(file, WANT).to_pylist()
    except SourceChanged:
        return
    assert content[:cut].endswith(b"\n")
    assert [tuple(row.values()) for row in rows] == ROWS[: len(rows)]
