"""Read a publisher's table (csv, zip, JSON pages, xlsx, Parquet) into Arrow, or say which row is wrong.

The content decides the format; a name that says another is refused. Every complaint names file, row and remedy.
"""

from __future__ import annotations

import csv
import difflib
import io
import math
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from upstander.core import json_pages, text_files
from upstander.core.errors import ConfigError, SourceChanged, UnknownPlace
from upstander.core.text_files import FETCH, UTF16

if TYPE_CHECKING:
    from upstander.core.places import Places

DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    csv.Error,
    SyntaxError,
)  # the last from the XML parser under openpyxl
TEXTS = dict.fromkeys((".csv", ".txt", ".tsv"), "csv")
ENDINGS = {**TEXTS, ".zip": "zip", ".json": "json", ".xlsx": "xlsx", ".parquet": "parquet"}
KINDS: Mapping[type, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    date: pa.date32(),
}


def files(path: Path, *patterns: str) -> list[Path]:
    """The one file, or the files of a folder and its subfolders that match a pattern, sorted by path.

    Raises:
        ConfigError: there is no such file or folder.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise ConfigError(f"{path}: no such file or folder")
    return sorted({p for pattern in patterns for p in path.rglob(pattern) if p.is_file()})


def read_table(
    path: Path,
    required: Mapping[str, type],
    optional: Mapping[str, type] | None = None,
    *,
    newline_at_end: bool = True,
    missing: tuple[str, ...] = (),
) -> pa.Table:
    """The named columns with the types asked for (str, int, float or date); other columns are not read.

    Empty cells are null, and so is ``NA`` where a number or a day is asked for; NaN counts
    as null in typed files (Parquet, xlsx) and as an error in text. ``missing`` are a publisher's own
    marks of a number that is not known. ``newline_at_end=False``
    is for publishers whose text ends without a line break; elsewhere a missing one means
    that the end of the file is missing.

    Raises:
        SourceChanged: not a table, cut short, a column missing, or a cell of another type.
    """
    asked = {**required, **(optional or {})}
    raw = _open(path, required, asked, newline_at_end)
    if raw.num_rows == 0:
        raise SourceChanged(f"{path.name}: has a header and no rows; {FETCH}")
    present = {name: kind for name, kind in asked.items() if name in raw.column_names}
    return pa.table(
        {name: _cast(path, name, raw[name], kind, missing) for name, kind in present.items()}
    )


def records(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(first line, cells) of every record of a text file, the header among them; blank lines are passed over.

    Raises:
        SourceChanged: not text, not UTF-8, or without the line break that ends a whole file.
    """
    kind = sniff(path)
    if kind not in ("csv", "zip"):
        raise SourceChanged(f"{path.name}: is {kind}, should be text; {FETCH}")
    with _complaining(path, kind):
        _check_end(path, kind)
        yield from text_files.records(path, kind)


def stem(path: Path) -> str:
    """The file's name without its ending; of an archive, that of the one text file inside."""
    if sniff(path) == "zip":
        return Path(text_files.table(path).filename).stem
    return path.stem


def header(path: Path) -> list[str]:
    """The column names as the file writes them, in order."""
    kind = sniff(path)
    with _complaining(path, kind):
        if kind == "parquet":
            import pyarrow.parquet as pq

            return list(pq.read_schema(path).names)
        if kind == "xlsx":
            return [str(cell or "") for cell in next(_sheet(path), ())]
        if kind == "json":
            return json_pages.names(json_pages.rows(path))
        return next(text_files.records(path, kind), (1, []))[1]


def sniff(path: Path) -> str:
    """``csv``, ``zip``, ``json``, ``xlsx`` or ``parquet``, by content.

    Raises:
        SourceChanged: the file is none of these; the message says what it looks like.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_archive(path)
    if not start:
        raise SourceChanged(f"{path.name}: is empty; {FETCH}")
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        raise SourceChanged(f"{path.name}: is a web page, not a table; {FETCH}")
    text_files.refuse_foreign(path, head)
    if head.startswith(UTF16):
        return "csv"
    if head[:2].count(0) == 1 and head[:64].count(0) > 8:
        raise SourceChanged(f"{path.name}: is UTF-16 text without its mark; save it as UTF-8")
    if start.startswith((b"{", b"[")):
        return "json"
    if b"\0" in head:
        raise SourceChanged(f"{path.name}: is neither text, zip, xlsx nor Parquet; {FETCH}")
    return "csv"


def _kind_of_archive(path: Path) -> str:
    if any(member.filename.startswith("xl/") for member in text_files.members(path)):
        return "xlsx"
    texts = text_files.tables(path, ".csv", ".tsv", ".txt")
    return "json" if not texts and text_files.tables(path, ".json") else "zip"


def refuse(
    path: Path,
    bad: pa.Array | pa.ChunkedArray,
    problem: str,
    values: Any = None,
    remedy: str = FETCH,
) -> None:
    """Raise SourceChanged for the first row where ``bad`` is true (null counts as false); else do nothing."""
    row = pc.index(bad, True).as_py()
    if row >= 0:
        value = None if values is None else values[row].as_py()
        shown = (
            "" if values is None else f": {value}" if isinstance(value, date) else f": {value!r}"
        )
        raise SourceChanged(f"{path.name}, {place(path, row)}: {problem}{shown}; {remedy}")


def place(path: Path, row: int) -> str:
    """Where the 0-based data row stands: ``line 17`` of a text (the header is line 1), ``row 17`` elsewhere."""
    kind = sniff(path)
    if kind in ("parquet", "xlsx", "json"):
        return f"row {row + (2 if kind == 'xlsx' else 1)}"
    for number, (line, _) in enumerate(text_files.records(path, kind)):
        if number == row + 1:
            return f"line {line}"
    return f"data row {row + 1}"


def country_codes(
    path: Path,
    values: pa.Array | pa.ChunkedArray,
    scheme: str,
    on: Any,
    places: Places,
    *,
    leave_out: pa.Array | pa.ChunkedArray | None = None,
) -> pa.Array:
    """Place codes of the publisher's codes or names on their days (a day, or one day a row).

    Rows where ``leave_out`` is true (aggregates, people without a State) give null.

    Raises:
        SourceChanged: no code, or an unknown one, with its row and the nearest known ones.
    """
    asked = (
        pa.repeat(True, len(values))
        if leave_out is None
        else pc.invert(pc.fill_null(leave_out, False))
    )
    refuse(path, pc.and_(asked, pc.is_null(values)), "the country is missing")
    rows = pc.indices_nonzero(asked)
    wanted = _one_chunk(values.take(rows))
    days = _one_chunk(on.take(rows)) if isinstance(on, pa.Array | pa.ChunkedArray) else on
    try:
        codes = places.resolve_all(wanted, scheme, days)
    except UnknownPlace as unknown:
        raise _unresolved(path, rows, wanted, scheme, days, places) or unknown from unknown
    at = pa.array(range(len(values)), pa.uint64())
    return _one_chunk(_one_chunk(codes).take(pc.index_in(at, value_set=rows)))


def _unresolved(
    path: Path, rows: pa.Array, values: pa.Array, scheme: str, on: Any, places: Places
) -> SourceChanged | None:
    """The first row whose value is no place, as an error with its place in the file."""
    days = on.to_pylist() if isinstance(on, pa.Array) else [on] * len(values)
    fine: set[tuple[Any, Any]] = set()
    for row, value, day in zip(rows.to_pylist(), values.to_pylist(), days, strict=True):
        if (value, day) in fine:
            continue
        try:
            places.resolve(value, scheme, day)
        except UnknownPlace as unknown:
            return SourceChanged(f"{path.name}, {place(path, row)}: {unknown}; {FETCH}")
        fine.add((value, day))
    return None


def _one_chunk(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def refuse_repeats(path: Path, key: Mapping[str, pa.Array | pa.ChunkedArray]) -> None:
    """Raise SourceChanged for the first row that repeats an earlier one's key; keys with a null are passed over."""
    table = pa.table(dict(key))
    whole = table.drop_null()
    if whole.group_by(list(key)).aggregate([]).num_rows == whole.num_rows:
        return
    seen: dict[tuple[Any, ...], int] = {}
    for row, values in enumerate(
        zip(*(column.to_pylist() for column in table.columns), strict=True)
    ):
        if None not in values and (first := seen.setdefault(values, row)) != row:
            named = ", ".join(f"{name} {value}" for name, value in zip(key, values, strict=True))
            raise SourceChanged(
                f"{path.name}, {place(path, row)}: repeats {place(path, first)} ({named}); {FETCH}"
            )


def _open(
    path: Path, required: Mapping[str, type], asked: Mapping[str, type], newline_at_end: bool
) -> pa.Table:
    kind = sniff(path)
    rows = _json_rows(path) if kind == "json" else []
    names = json_pages.names(rows) if kind == "json" else header(path)
    said = ENDINGS.get(path.suffix.lower(), kind)
    if said != kind and (said, kind) != ("zip", "json"):  # pages of JSON may come in an archive
        raise SourceChanged(
            f"{path.name}: is {kind}, not what its name says; rename it if so, or {FETCH}"
        )
    _check_header(path, names, required)
    wanted = [name for name in asked if name in names]
    with _complaining(path, kind):
        if kind == "parquet":
            import pyarrow.parquet as pq

            return pq.read_table(path, columns=wanted)
        if kind == "json":
            return pa.table({name: _texts(row.get(name) for row in rows) for name in wanted})
        return (
            _read_sheet(path, names, wanted)
            if kind == "xlsx"
            else _read_text(path, kind, wanted, newline_at_end)
        )


@contextmanager
def _complaining(path: Path, kind: str) -> Iterator[None]:
    """Turn what the libraries raise on a damaged file into SourceChanged."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise SourceChanged(f"{path.name}: is not UTF-8 text ({error.reason}); {FETCH}") from error
    except (pa.ArrowException, OSError, EOFError, LookupError, ValueError, *DAMAGE) as error:
        raise SourceChanged(
            f"{path.name}: cannot be read as {kind}, perhaps cut short ({error}); {FETCH}"
        ) from error


def _check_header(path: Path, names: Sequence[str], required: Mapping[str, type]) -> None:
    missing = [name for name in required if name not in names]
    if missing:
        near = {
            name: difflib.get_close_matches(name, [n for n in names if n], 2, 0.5)
            for name in missing
        }
        hints = "; ".join(
            f"{name} (renamed to {' or '.join(n)}?)" if n else name for name, n in near.items()
        )
        raise SourceChanged(f"{path.name}, line 1: no column {hints}; {FETCH}")
    if repeated := sorted({name for name in required if names.count(name) > 1}):
        raise SourceChanged(
            f"{path.name}, line 1: the column {', '.join(repeated)} stands there twice; {FETCH}"
        )


def _read_text(path: Path, kind: str, wanted: list[str], newline_at_end: bool) -> pa.Table:
    import pyarrow.csv as pv

    wrong: list[Any] = []

    def note(row: Any) -> str:
        wrong.append(row)
        return "skip"

    if newline_at_end:
        _check_end(path, kind)
    how = text_files.dialect(path, kind)
    with text_files.opened(path, kind) as binary:
        data = binary.read()
    table = pv.read_csv(
        pa.BufferReader(data),
        read_options=pv.ReadOptions(use_threads=False, skip_rows=how.above),
        parse_options=pv.ParseOptions(
            delimiter=how.separator, newlines_in_values=True, invalid_row_handler=note
        ),
        convert_options=pv.ConvertOptions(
            include_columns=wanted,
            column_types=dict.fromkeys(wanted, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )
    if wrong:
        row = wrong[0]
        where = place(path, row.number - 2) if row.number else "one row"
        raise SourceChanged(
            f"{path.name}, {where}: has {row.actual_columns} cells, the header has {row.expected_columns}; {FETCH}"
        )
    return table


def _check_end(path: Path, kind: str) -> None:
    last = b""
    with text_files.opened(path, kind) as binary:
        if binary.seekable():
            binary.seek(-1, io.SEEK_END)
        while block := binary.read(1 << 20):
            last = block[-1:]
    if last not in (b"\n", b"\r"):
        raise SourceChanged(
            f"{path.name}: ends without a line break, so its end may be missing; fetch it again, "
            "or add a line break if an editor took it away"
        )


def _json_rows(path: Path) -> Sequence[Mapping[str, Any]]:
    with _complaining(path, "json"):
        return json_pages.rows(path)


def _sheet(path: Path) -> Iterator[tuple[Any, ...]]:
    from openpyxl import load_workbook

    with path.open("rb") as file:  # handed a name, openpyxl would judge the file by its ending
        book = load_workbook(file, read_only=True, data_only=True)
        yield from book.worksheets[0].iter_rows(values_only=True)


def _read_sheet(path: Path, names: list[str], wanted: list[str]) -> pa.Table:
    rows = _sheet(path)
    next(rows)
    places = [names.index(name) for name in wanted]
    columns: list[list[Any]] = [[] for _ in wanted]
    for row in rows:
        for column, at in zip(columns, places, strict=True):
            column.append(row[at] if at < len(row) else None)
    return pa.table({name: _texts(column) for name, column in zip(wanted, columns, strict=True)})


def _texts(cells: Iterable[Any]) -> pa.Array:
    """Cells of a sheet or a page as text, null where they are empty."""
    return pa.array([None if v is None or v == "" else written(v) for v in cells], pa.string())


def written(value: Any) -> str:
    """A spreadsheet cell as text: whole numbers without a point, days as ISO."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat()[:10] if hasattr(value, "isoformat") else str(value)


def _cast(
    path: Path, name: str, column: pa.ChunkedArray, kind: type, missing: tuple[str, ...]
) -> pa.ChunkedArray:
    target = KINDS[kind]
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        text = column.cast(pa.string())
        return text if kind is str else _parse_text(path, name, text, kind, missing)
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), None, column)
        refuse(path, pc.is_inf(column), f"{name} is infinite")
    try:
        return column.cast(target)
    except pa.ArrowException as error:
        bad = pc.not_equal(column, pc.floor(column)) if kind is int else pc.is_valid(column)
        refuse(path, bad, f"{name} should be {_word(kind)}", column)
        raise SourceChanged(
            f"{path.name}: {name} cannot be read as {_word(kind)} ({error}); {FETCH}"
        ) from error


def _parse_text(
    path: Path, name: str, text: pa.ChunkedArray, kind: type, missing: tuple[str, ...]
) -> pa.ChunkedArray:
    trimmed = pc.utf8_trim_whitespace(text)
    trimmed = pc.if_else(pc.is_in(trimmed, pa.array(["", "NA", *missing])), None, trimmed)
    try:
        cast = trimmed.cast(KINDS[kind])
    except pa.ArrowException:
        try:  # R writes whole numbers as 12.0
            cast = trimmed.cast(pa.float64()).cast(pa.int64()) if kind is int else None
        except pa.ArrowException:
            cast = None
    if cast is None:
        bad = pa.array([v is not None and not _is_readable(v, kind) for v in trimmed.to_pylist()])
        refuse(path, bad, f"{name} should be {_word(kind)}", trimmed)
        raise SourceChanged(f"{path.name}: {name} cannot be read as {_word(kind)}; {FETCH}")
    if kind is float:
        refuse(path, pc.invert(pc.is_finite(cast)), f"{name} should be a number", trimmed)
    return cast


def _word(kind: type) -> str:
    return {str: "text", int: "a whole number", float: "a number", date: "a day (YYYY-MM-DD)"}[kind]


def _is_readable(value: str, kind: type) -> bool:
    try:
        got: Any = date.fromisoformat(value) if kind is date else float(value)
    except ValueError:
        return False
    return kind is not int or (math.isfinite(got) and got == int(got))
