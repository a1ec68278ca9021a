"""A table or JSON file from somebody we do not know, read within bounds: CSV, xlsx, JSON.

Publishers' releases are read by ``core.reading``; here the file was made by hand or exported by another program, and
may be damaged, in another encoding, or meant to harm. What cannot be read is refused whole, with what to do about it;
a row that cannot be read is given back with its fault, so that the others can be kept. Nothing is ever run or worked out.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from upstander.core import dialect, upload_json, workbook
from upstander.core.errors import FileRefused
from upstander.core.formulas import plain
from upstander.core.upload_rows import (
    MOST_COLUMNS,
    MOST_ROWS,
    Given,
    Line,
    columns_of,
    few_enough,
    line_of,
)
from upstander.core.upload_text import bounded, decoded

GIVEN_BACK = "what is wrong"  # the last column of lines that we gave back to be mended
MOST_ABOVE = 100  # comment lines before the header
_OTHERS = {
    b"\xd0\xcf\x11\xe0": "is an old or locked spreadsheet (.xls); save it as .xlsx without a password",
    b"\x1f\x8b": "is packed (gzip); unpack it first",
    b"7z\xbc\xaf": "is packed (7z); unpack it first",
    b"rar!": "is packed (rar); unpack it first",
    b"%pdf": "is a PDF, not a table; fill in the template",
    b"<!doctype": "is a web page, not a table; export the data as CSV, xlsx or JSON",
    b"<html": "is a web page, not a table; export the data as CSV, xlsx or JSON",
    b"<?xml": "is XML, not a table; export the data as CSV, xlsx or JSON",
    b"par1": "is Parquet; give CSV, xlsx or JSON",
}


def read(path: Path, encoding: str = "") -> Given:
    """The rows of a CSV, xlsx or JSON file; its content decides which. In a table that we gave back to be mended the
    column GIVEN_BACK is passed over, and cells are as they were before they were defused.

    Args:
        encoding: one of ENCODINGS for text that is not Unicode; '' takes Unicode only and never guesses.

    Raises:
        FileRefused: too large, another format, damaged, in an unnamed encoding, or unsafe; what to do is said.
    """
    given = _read(path, encoding)
    if given.typed or GIVEN_BACK not in given.columns:
        return given
    lines = (_mended(line) for line in given.lines)
    columns = tuple(plain(c) for c in given.columns if c != GIVEN_BACK)
    return replace(given, columns=columns, lines=lines)


def _mended(line: Line) -> Line:
    cells = {plain(c): plain(v) for c, v in line.cells.items() if c != GIVEN_BACK}
    return replace(line, cells=cells)


def _read(path: Path, encoding: str) -> Given:
    head = bounded(path)
    if head.startswith(b"PK\x03\x04"):
        return _spreadsheet(path)
    for start, words in _OTHERS.items():
        if head.lower().startswith(start):
            raise FileRefused(f"{path.name}: {words}")
    text = decoded(path, encoding)
    if text[:1000].lstrip()[:1] in ("{", "["):
        return upload_json.items(path, text)
    return _csv(path, text)


def _csv(path: Path, text: str) -> Given:
    """Comment lines (``# name: words``) before the header are the file's head: exports carry their marking there."""
    separator, text = dialect.said(text)
    head, skipped, text = _head(path, text)
    skipped += bool(separator)
    separator = separator or _shown_separator(path, text)
    reader = csv.reader(_text_lines(text), delimiter=separator, strict=True)
    try:
        header = next(reader, [])
    except csv.Error as error:
        raise FileRefused(
            f"{path.name}, line {skipped + 1}: {error}; export it again"
        ) from None
    columns = columns_of(path, header)
    return Given(columns, _csv_lines(path, reader, columns, skipped), head=head)


def _head(path: Path, text: str) -> tuple[dict[str, str], int, str]:
    """What the comment lines say by name, how many they are, and the text after them.

    A spreadsheet program that saves them writes each as quoted cells, with as many commas as the table has.
    """
    skipped, head = 0, dict[str, str]()
    while text.startswith(("#", '"# ')):
        first, _, text = text.partition("\n")
        skipped += 1
        name, _, words = _unquoted(first).lstrip("# ").partition(":")
        head[name.strip().casefold()] = words.strip().rstrip(",;")
        if skipped > MOST_ABOVE or not first:
            raise FileRefused(f"{path.name}: has no header row; begin with the template")
    return head, skipped, text


def _unquoted(line: str) -> str:
    """A comment line as it was before its parts became cells."""
    if not line.startswith('"'):
        return line
    sign = ";" if '";' in line else ","
    return sign.join(next(csv.reader([line.rstrip("\r")], delimiter=sign)))


def _shown_separator(path: Path, text: str) -> str:
    signs = dialect.shown(text)
    if len(signs) > 1:
        named = " or ".join(repr(s) for s in signs)
        raise FileRefused(
            f"{path.name}: its cells may be divided by {named}; put a line before the header that says it, for example sep=;"
        )
    return signs[0]


def _text_lines(text: str) -> Iterator[str]:
    """Lines one by one, without a second copy of the text; a text of old Mac line ends is turned first."""
    if "\n" not in text:
        text = text.replace("\r", "\n")
    at = 0
    while at < len(text):
        end = text.find("\n", at) + 1 or len(text)
        yield text[at:end]
        at = end


def _csv_lines(
    path: Path, reader: Any, columns: tuple[str, ...], skipped: int
) -> Iterator[Line]:
    number = empty = 0
    for at, cells in _csv_records(path, reader, skipped):
        if any(c.strip() for c in cells):
            number += 1
            few_enough(path, number, len(columns))
            yield line_of(at, columns, [c or None for c in cells])
        else:
            empty += 1
            if empty > MOST_ROWS:
                raise FileRefused(
                    f"{path.name}, {at}: has more than {MOST_ROWS:,} empty lines; take them away"
                )


def _csv_records(path: Path, reader: Any, skipped: int) -> Iterator[tuple[str, list[str]]]:
    """(``line 17``, cells) of every record."""
    while True:
        at = f"line {reader.line_num + skipped + 1}"
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise FileRefused(
                f"{path.name}, {at}: {error}; perhaps a quotation mark is not closed, or the end is missing"
            ) from None
        if cells is None:
            return
        yield at, cells


def _spreadsheet(path: Path) -> Given:
    rows, notes = workbook.sheet(path, MOST_COLUMNS, MOST_ROWS)
    header: tuple[str | date | None, ...] = ()
    while not header or str(header[0] or "").startswith("#"):
        header = next(rows, workbook.Row(0, ("",))).cells
    columns = columns_of(path, [str(h or "") for h in header])
    return Given(columns, _sheet_lines(path, rows, columns), notes)


def _sheet_lines(
    path: Path, rows: Iterator[workbook.Row], columns: tuple[str, ...]
) -> Iterator[Line]:
    number = 0
    for row in rows:
        # Empty rows do not count as rows, but are not read for ever.
        if row.number > 2 * MOST_ROWS:
            raise FileRefused(
                f"{path.name}: has rows beyond row {row.number - 1:,}; take away the empty ones"
            )
        if any(c is not None for c in row.cells):
            number += 1
            few_enough(path, number, len(columns))
            yield _sheet_line(row, columns)


def _sheet_line(row: workbook.Row, columns: tuple[str, ...]) -> Line:
    named = zip(columns, row.cells, strict=False)
    days = frozenset(name for name, cell in named if isinstance(cell, date))
    cells = [c.isoformat() if isinstance(c, date) else c for c in row.cells]
    line = line_of(f"row {row.number}", columns, cells)
    return replace(line, fault=line.fault or row.fault, days=days)
