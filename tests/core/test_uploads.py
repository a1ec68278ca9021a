"""Files from people we do not know: read within bounds, or refused with what to do."""

import io
import json
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from upstander.core import uploads, workbook
from upstander.core.errors import FileRefused
from upstander.core.uploads import read

MEMORY_MB = 300  # peak of the whole process; measured 80 (xlsx), 148 (CSV) and 190 (JSON)


def rows(path: Path, encoding: str = "") -> list[dict[str, object]]:
    return [dict(x.cells) for x in read(path, encoding).lines]


def written(folder: Path, name: str, content: str | bytes) -> Path:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def book(folder: Path, lines: list[list[object]]) -> Path:
    made = Workbook()
    for line in lines:
        made.active.append(line)
    made.save(folder / "a.xlsx")
    return folder / "a.xlsx"


def changed(
    path: Path,
    change: Callable[[str, bytes], bytes | None],
    more: dict[str, bytes] | None = None,
) -> Path:
    """The same archive with members changed, taken out (None) or added."""
    with zipfile.ZipFile(path) as old:
        parts = {n: change(n, old.read(n)) for n in old.namelist()}
    out = path.with_name("changed.xlsx")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in {**parts, **(more or {})}.items():
            if data is not None:
                new.writestr(name, data)
    return out


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_unicode_text_is_read_whatever_its_mark_and_separator(
    encoding, separator, tmp_path
):
    text = f"title{separator}passage\nقرية{separator}Côte d’Ivoire\n"
    file = written(tmp_path, "a.csv", text.encode(encoding))
    assert rows(file) == [{"title": "قرية", "passage": "Côte d’Ivoire"}]


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
def test_another_encoding_is_never_guessed_and_read_once_named(encoding, tmp_path):
    file = written(tmp_path, "a.csv", "title\nplain\nCôte d’Ivoire\n".encode(encoding))
    with pytest.raises(
        FileRefused,
        match=r"line 3: is not UTF-8.*cp1252 would read .*mac_roman would read .*Côte|line 3.*Côte",
    ):
        read(file)
    assert rows(file, encoding)[1] == {"title": "Côte d’Ivoire"}
    with pytest.raises(FileRefused, match="no encoding read here"):
        read(file, "rot13")


def test_old_mac_line_ends_comment_lines_and_blank_lines_are_passed_over(tmp_path):
    assert rows(written(tmp_path, "a.csv", "a,b\r1,2\r")) == [{"a": "1", "b": "2"}]
    given_back = read(
        written(tmp_path, "b.csv", "# marking: TLP:AMBER\n# caveat\na,b\n\n1,2\n")
    )
    assert [(x.where, x.cells) for x in given_back.lines] == [
        ("line 5", {"a": "1", "b": "2"})
    ]


@pytest.mark.parametrize("sign", [",", ";"])
def test_comment_lines_that_a_spreadsheet_program_made_cells_of_are_the_head_still(
    tmp_path, sign
):
    lines = (
        f'"# marking: TLP:AMBER"{sign}{sign}',
        f'"# caveat: read this"{sign}" and that"{sign}',
        f"a{sign}b{sign}c",
        f"1{sign}2{sign}3",
    )
    given = read(written(tmp_path, "saved.csv", "\n".join(lines)))
    assert given.head["marking"] == "TLP:AMBER"
    assert given.head["caveat"] == f"read this{sign} and that"
    assert [line.cells for line in given.lines] == [{"a": "1", "b": "2", "c": "3"}]


def test_a_column_called_by_the_sign_alone_is_no_comment(tmp_path):
    assert rows(written(tmp_path, "numbered.csv", '"#","name"\n1,Ada\n')) == [
        {"#": "1", "name": "Ada"}
    ]


def test_a_row_with_too_many_cells_is_a_fault_of_that_row_alone(tmp_path):
    first, second = read(written(tmp_path, "a.csv", "a,b\n1,2,3\n4,5\n")).lines
    assert (first.where, first.fault[:16]) == ("line 2", "has 3 cells, the")
    assert (second.cells, second.fault) == ({"a": "4", "b": "5"}, "")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\xd0\xcf\x11\xe0 old", "old or locked spreadsheet"),
        (b"%PDF-1.7", "is a PDF"),
        (b"<!DOCTYPE html><html>", "is a web page"),
        (
            b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
            "is XML",
        ),
        (b"\x1f\x8b\x08", "gzip"),
        (b"a,b\n\x00\x01", "neither text nor a spreadsheet"),
        (b'a,b\n"never closed,1\n2,3\n', "quotation mark is not closed"),
        (b"a,a\n1,2\n", "stands there twice"),
        (b",,\n1,2,3\n", "no header row"),
        (b'[{"a": NaN}]', "NaN is not a number"),
        (b'[{"a": 1, "a": 2}]', "the same name twice"),
        (b'{"a": 1}', "no list of items"),
        (b"[1, 2]", "no list of items"),
        (b'[{"a": ', "is not JSON"),
        (b"[" * 100_000, "cannot be read as JSON"),
        (b"[" + b"9" * 5000 + b"]", "cannot be read as JSON"),
        (b"[" + b"0," * 2_000_001 + b"0]", "more than 2,000,000 values"),
        ((",".join(f"c{n}" for n in range(10_000)) + "\n").encode(), "has 10,000 columns"),
        (b"a\n" + b"1\n" * 20_001, "more than 20,000 rows"),
    ],
)
def test_what_cannot_be_read_is_refused_with_words(content, said, tmp_path):
    with pytest.raises(FileRefused, match=said):
        rows(written(tmp_path, "a.csv", content))


def test_a_file_of_a_gigabyte_is_refused_at_once(tmp_path):
    file = tmp_path / "big.csv"
    with file.open("wb") as out:
        out.truncate(1_000_000_000)
    tracemalloc.start()
    with pytest.raises(FileRefused, match="1,000,000,000 bytes; at most 50,000,000"):
        read(file)
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def test_a_name_of_ten_thousand_characters_is_kept_or_refused_whole(tmp_path):
    [line] = read(written(tmp_path, "a.csv", "a,b\n" + "x" * 10_000 + ",1\n")).lines
    assert (len(str(line.cells["a"])), line.fault) == (10_000, "")
    [line] = read(written(tmp_path, "a.csv", "a,b\n" + "x" * 40_000 + ",1\n")).lines
    assert "more than 32,767 characters" in line.fault


def test_a_spreadsheet_is_read_as_values_and_what_is_not_read_is_said(tmp_path):
    made = Workbook()
    made.active.append(["title", "n", "day"])
    made.active.append(
        ["قرية <script>alert(1)</script>", 3, __import__("datetime").datetime(2026, 5, 1)]
    )
    made.create_sheet("repeat")
    made.save(tmp_path / "a.xlsx")
    found = read(tmp_path / "a.xlsx")
    assert found.notes == (
        "the sheet 'repeat' was not read; only the first visible one is",
    )
    assert [x.cells for x in found.lines] == [
        {"title": "قرية <script>alert(1)</script>", "n": "3", "day": "2026-05-01"}
    ]


def test_a_formula_is_read_as_its_saved_value_and_refused_without_one(tmp_path):
    file = book(tmp_path, [["a"], ["=1+1"]])
    with pytest.raises(FileRefused, match="cell A2 holds a formula without a saved value"):
        read(file)
    saved = changed(
        file, lambda n, b: b.replace(b"<v></v>", b"<v>2</v>").replace(b"<v/>", b"<v>2</v>")
    )
    found = read(saved)
    assert [x.cells for x in found.lines] == [{"a": "2"}]
    assert "1 cells hold formulas" in found.notes[0]


def sheet_xml(inside: bytes) -> bytes:
    return (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        + inside
        + b"</sheetData></worksheet>"
    )


BOMBS: dict[str, tuple[bytes, str]] = {
    "an enormous sheet": (sheet_xml(b"<row/>" * 25_000_000), "unpacks to"),
    "many rows": (
        sheet_xml(b'<row><c t="inlineStr"><is><t>x</t></is></c></row>' * 30_000),
        "more than 20,001 rows",
    ),
    "a wide row": (
        sheet_xml(b"<row>" + b"<c><v>1</v></c>" * 10_000 + b"</row>"),
        "more than 1,000 cells in one row",
    ),
    "one row without end": (
        sheet_xml(b"<row>" + b"<x/>" * 200_000 + b"</row>"),
        "more than 100,000 elements",
    ),
    "deep": (sheet_xml(b"<x>" * 100 + b"</x>" * 100), "more than 64 levels"),
    "one text": (
        sheet_xml(b"<row><c><v>" + b"1" * 3_000_000 + b"</v></c></row>"),
        "more than 2,000,000 bytes in one text",
    ),
    "entities": (
        b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
        + sheet_xml(b"<row><c><v>&c;</v></c></row>"),
        "declares a document type",
    ),
    "no xml": (b"<worksheet", "is no XML"),
}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("title\n" + "\n" * 30_000, "empty lines; take them away"),
        (
            ",".join(f"c{i}" for i in range(1_000)) + "\n" + ("x," * 999 + "x\n") * 4_001,
            "more than 4,000,000 cells",
        ),
        ("title\n" + "x\n" * 20_001, "more than 20,000 rows"),
    ],
)
def test_a_table_ends_where_its_rows_cells_or_empty_lines_pass_their_bound(
    content, words, tmp_path
):
    with pytest.raises(FileRefused, match=words):
        rows(written(tmp_path, "a.csv", content))


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_spreadsheet_made_to_harm_is_refused(bomb, tmp_path):
    inside, said = BOMBS[bomb]
    file = changed(
        book(tmp_path, [["a"], [1]]),
        lambda n, b: inside if n == "xl/worksheets/sheet1.xml" else b,
    )
    assert file.stat().st_size < 1_000_000
    with pytest.raises(FileRefused, match=said):
        rows(file)


def test_shared_texts_made_to_fill_the_memory_are_refused(tmp_path):
    many = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        + b"<si/>" * 1_100_000
        + b"</sst>"
    )
    file = changed(
        book(tmp_path, [["a"], ["b"]]), lambda _, b: b, {"xl/sharedStrings.xml": many}
    )
    with pytest.raises(FileRefused, match="more than 1,000,000 texts"):
        read(file)


def test_macros_and_archives_in_archives_are_refused(tmp_path):
    file = book(tmp_path, [["a"], [1]])
    with pytest.raises(FileRefused, match="holds macros"):
        read(changed(file, lambda _, b: b, {"xl/vbaProject.bin": b"x"}))
    nested = tmp_path / "nested.zip"
    with zipfile.ZipFile(nested, "w") as archive:
        archive.write(file, "inner.zip")
    with pytest.raises(FileRefused, match="is an archive, not a spreadsheet; unpack it"):
        read(nested)


@pytest.mark.slow
def test_the_heaviest_files_that_are_read_stay_within_the_memory(tmp_path):
    """Each near a bound: 15,000 rows of 30 different texts; 49 MB of CSV; 2,000,000 JSON values."""
    line = ",".join(f"text {n} of some length, ".replace(",", "") * 3 for n in range(34))
    written(
        tmp_path,
        "a.csv",
        ",".join(f"c{n}" for n in range(34)) + "\n" + (line + "\n") * 19_000,
    )
    made = Workbook(write_only=True)
    sheet = made.create_sheet()
    for row in range(15_000):
        sheet.append([f"text {row} {n}" for n in range(30)])
    made.save(tmp_path / "b.xlsx")
    written(tmp_path, "c.json", json.dumps([{f"k{n}": [] for n in range(45)}] * 14_000))
    code = (
        "import re, sys\nfrom pathlib import Path\nfrom upstander.core.uploads import read\n"
        "n = sum(1 for _ in read(Path(sys.argv[1])).lines)\n"
        "print(n, int(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1]) // 1024)"
    )
    for name, lines in (("a.csv", 19_000), ("b.xlsx", 14_999), ("c.json", 14_000)):
        assert (tmp_path / name).stat().st_size > 1_000_000
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / name)],
            capture_output=True,
            text=True,
            timeout=120,
            env={"PYTHONPATH": str(Path(uploads.__file__).parents[2])},
            check=True,
        )
        read_lines, peak = map(int, done.stdout.split())
        assert read_lines == lines
        assert peak < MEMORY_MB, f"{name}: {peak} MB"


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(content=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_any_bytes_are_read_or_refused_with_an_error_of_ours(content, tmp_path):
    with suppress(FileRefused):
        rows(written(tmp_path, "any", content))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return book(
        tmp_path_factory.mktemp("book"), [["a", "b"], ["x", 1], ["=1", None]]
    ).read_bytes()


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(at=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255), cut=st.floats(0, 1))
def test_a_damaged_spreadsheet_is_refused_with_an_error_of_ours(
    at, byte, cut, whole, tmp_path
):
    spoilt, rest = (
        bytearray(whole),
        len(whole) - 4,
    )  # the first four bytes say that it is a spreadsheet
    spoilt[4 + int(at * rest)] = byte
    with pytest.raises(
        FileRefused
    ):  # the formula without a saved value refuses even the whole one
        rows(written(tmp_path, "any.xlsx", bytes(spoilt[: 4 + int(cut * rest)])))


def test_what_is_written_for_spreadsheets_holds_no_formula():
    from openpyxl import load_workbook

    made = workbook.write([["a"], ["=1+1"]], title="t", about=[("caveat", "=2")])
    book = load_workbook(io.BytesIO(made))
    assert {c.data_type for sheet in book for row in sheet for c in row} == {"s"}
