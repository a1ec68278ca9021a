"""Read a publisher's table (csv, zip, JSON pages, xlsx, Parquet) into Arrow, or say which row is wrong.

The content decides the format; a name that says another is refused. Every complaint names file, row and remedy.
"""

from __future__ import annotations

import difflib
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from upstander.core import json_pages, text_files
from upstander.core.cell_types import cast, texts
from upstander.core.errors import ConfigError, SourceChanged
from upstander.core.file_kinds import ENDINGS, complaining, sniff
from upstander.core.refusals import place
from upstander.core.text_files import FETCH


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
    columns = {
        name: cast(path, name, raw[name], kind, missing)
        for name, kind in asked.items()
        if name in raw.column_names
    }
    return pa.table(columns)


def records(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(first line, cells) of every record of a text file, the header among them; blank lines are passed over.

    Raises:
        SourceChanged: not text, not UTF-8, or without the line break that ends a whole file.
    """
    kind = sniff(path)
    if kind not in ("csv", "zip"):
        raise SourceChanged(f"{path.name}: is {kind}, should be text; {FETCH}")
    with complaining(path, kind):
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
    with complaining(path, kind):
        if kind == "parquet":
            import pyarrow.parquet as pq

            return list(pq.read_schema(path).names)
        if kind == "xlsx":
            return [str(cell or "") for cell in next(_sheet(path), ())]
        if kind == "json":
            return json_pages.names(json_pages.rows(path))
        return next(text_files.records(path, kind), (1, []))[1]


def _open(
    path: Path,
    required: Mapping[str, type],
    asked: Mapping[str, type],
    newline_at_end: bool,
) -> pa.Table:
    kind = sniff(path)
    rows = _json_rows(path) if kind == "json" else []
    names = json_pages.names(rows) if kind == "json" else header(path)
    _check_ending(path, kind)
    _check_header(path, names, required)
    wanted = [name for name in asked if name in names]
    with complaining(path, kind):
        if kind == "parquet":
            import pyarrow.parquet as pq

            return pq.read_table(path, columns=wanted)
        if kind == "json":
            return pa.table({name: texts(row.get(name) for row in rows) for name in wanted})
        if kind == "xlsx":
            return _read_sheet(path, names, wanted)
        return _read_text(path, kind, wanted, newline_at_end)


def _check_ending(path: Path, kind: str) -> None:
    named = ENDINGS.get(path.suffix.lower(), kind)
    if named != kind and (named, kind) != (
        "zip",
        "json",
    ):  # pages of JSON may come in an archive
        raise SourceChanged(
            f"{path.name}: is {kind}, not what its name says; rename it if so, or {FETCH}"
        )


def _check_header(path: Path, names: Sequence[str], required: Mapping[str, type]) -> None:
    missing = [name for name in required if name not in names]
    if missing:
        hints = "; ".join(_hint(name, names) for name in missing)
        raise SourceChanged(f"{path.name}, line 1: no column {hints}; {FETCH}")
    if repeated := sorted({name for name in required if names.count(name) > 1}):
        raise SourceChanged(
            f"{path.name}, line 1: the column {', '.join(repeated)} stands there twice; {FETCH}"
        )


def _hint(missing: str, names: Sequence[str]) -> str:
    near = difflib.get_close_matches(missing, [n for n in names if n], 2, 0.5)
    return f"{missing} (renamed to {' or '.join(near)}?)" if near else missing


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
    cells = pv.ParseOptions(
        delimiter=how.separator, newlines_in_values=True, invalid_row_handler=note
    )
    table = pv.read_csv(
        pa.BufferReader(data),
        read_options=pv.ReadOptions(use_threads=False, skip_rows=how.above),
        parse_options=cells,
        convert_options=_as_texts(wanted),
    )
    if wrong:
        raise _uneven(path, wrong[0])
    return table


def _as_texts(wanted: list[str]) -> Any:
    """How Arrow reads the wanted columns: as text, null where a cell is empty."""
    import pyarrow.csv as pv

    return pv.ConvertOptions(
        include_columns=wanted,
        column_types=dict.fromkeys(wanted, pa.string()),
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=True,
    )


def _uneven(path: Path, row: Any) -> SourceChanged:
    where = place(path, row.number - 2) if row.number else "one row"
    return SourceChanged(
        f"{path.name}, {where}: has {row.actual_columns} cells, the header has {row.expected_columns}; {FETCH}"
    )


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
    with complaining(path, "json"):
        return json_pages.rows(path)


def _sheet(path: Path) -> Iterator[tuple[Any, ...]]:
    from openpyxl import load_workbook

    with path.open(
        "rb"
    ) as file:  # handed a name, openpyxl would judge the file by its ending
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
    return pa.table(
        {name: texts(column) for name, column in zip(wanted, columns, strict=True)}
    )
