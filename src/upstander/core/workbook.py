"""A spreadsheet (xlsx) from somebody we do not know, read without letting it do anything to us.

Before openpyxl sees it, every XML part it would load is streamed through expat: no document type (so no entities),
no more cells, elements or bytes than a table for people has. Macros are refused; formulas are never worked out: the
value that was saved beside one is read, and a formula without a saved value is an error, for it would be lost.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

from upstander.core.errors import FileRefused
from upstander.core.reading import DAMAGE, written

# One XML part, unpacked. A sheet of 20,000 rows of 100 filled cells has some 90 MB; the list of shared texts and the
# styles are held in memory whole, so they may be smaller only.
MOST_SHEET, MOST_TEXTS, MOST_OTHER = 120_000_000, 25_000_000, 5_000_000
MOST_HELD = 100_000  # elements in memory at once, in a row, a shared text or beside them; each takes up to a kilobyte
MOST_STRINGS = 1_000_000  # shared texts: 20,000 rows of 50 different ones
MOST_RUN = 2_000_000  # bytes of one text; a spreadsheet cell holds 32,767 characters
MOST_DEEP = 64  # levels; a sheet has ten
MOST_PARTS = 2_000  # members of the archive, pictures among them
BLOCK = 1 << 18
SAVE = "open it in a spreadsheet program, save it as .xlsx without macros, and give that file"


class _Guard:
    """Counts what one XML part holds while expat streams it; raises FileRefused at the first excess."""

    def __init__(self, name: str, most_columns: int, most_rows: int) -> None:
        self.name, self.most_columns, self.most_rows = name, most_columns, most_rows
        self.deep = self.held = self.beside = self.rows = self.strings = self.cells = self.formulas = self.at = 0
        self.cell, self.unsaved = "", ""
        self.has_formula = self.has_value = False
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._start, self._end
        self.parser.StartDoctypeDeclHandler = self._doctype

    def feed(self, file: IO[bytes]) -> None:
        """Stream the whole part. Raises FileRefused, expat.ExpatError."""
        fed = 0
        while block := file.read(BLOCK):
            self.parser.Parse(block, False)
            fed += len(block)
            self._bound(fed - self.at, MOST_RUN, "bytes in one text")
        self.parser.Parse(b"", True)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        self.deep, self.held, self.at = self.deep + 1, self.held + 1, self.parser.CurrentByteIndex
        self._bound(self.deep, MOST_DEEP, "levels of nesting")
        self._bound(self.held, MOST_HELD, "elements in one row, or beside the rows")
        if tag in ("row", "si"):
            self.beside, self.cells = self.held - 1, 0  # rows and texts have bounds of their own
            self.rows, self.strings = self.rows + (tag == "row"), self.strings + (tag == "si")
            self._bound(self.rows, self.most_rows + 1, "rows")
            self._bound(self.strings, MOST_STRINGS, "texts")
        elif tag == "c":
            self.cells += 1
            self.cell, self.has_formula, self.has_value = attributes.get("r", ""), False, False
            self._bound(self.cells, self.most_columns, "cells in one row")
        elif tag == "f":
            self.has_formula, self.formulas = True, self.formulas + 1
        elif tag == "v" and self.has_formula:
            self.parser.CharacterDataHandler = self._saved

    def _end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        self.deep -= 1
        if tag in ("row", "si"):
            self.held = self.beside
        elif tag == "v":
            self.parser.CharacterDataHandler = None
        elif tag == "c" and self.has_formula and not self.has_value and not self.unsaved:
            self.unsaved = self.cell or "a cell"

    def _saved(self, _: str) -> None:
        self.has_value = True

    def _bound(self, number: int, most: int, what: str) -> None:
        if number > most:
            raise FileRefused(
                f"{self.name}: has more than {most:,} {what}; divide it into several files, and take away what is not needed"
            )

    def _doctype(self, *_: Any) -> None:
        raise FileRefused(f"{self.name}: declares a document type, which a spreadsheet never does; {SAVE}")


def sheet(path: Path, most_columns: int, most_rows: int) -> tuple[Iterator[tuple[str | None, ...]], tuple[str, ...]]:
    """Rows of the first visible sheet as text (None for an empty cell), and notes on what was not read.

    Raises:
        FileRefused: at once for what the archive shows, or while reading.
    """
    from openpyxl import load_workbook

    formulas = _inspect(path, most_columns, most_rows)
    try:
        book = load_workbook(path.open("rb"), read_only=True, data_only=True, keep_links=False)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, EOFError, *DAMAGE) as error:
        raise FileRefused(f"{path.name}: is a damaged spreadsheet ({str(error)[:120]}); {SAVE}") from error
    shown = [s for s in book.worksheets if s.sheet_state == "visible"]
    if not shown:
        raise FileRefused(f"{path.name}: has no visible sheet; {SAVE}")
    others = [
        f"the sheet {s.title!r} was not read; only the first visible one is"
        for s in book.worksheets
        if s is not shown[0]
    ]
    if formulas:
        others.append(f"{formulas:,} cells hold formulas: the values saved with them were read, nothing was worked out")
    return _rows(path, shown[0], most_columns), tuple(others)


def _rows(path: Path, found: Any, most_columns: int) -> Iterator[tuple[str | None, ...]]:
    found.reset_dimensions()  # what the file says of its size is not to be believed
    try:
        for row in found.iter_rows(max_col=most_columns + 1, values_only=True):
            cells = [None if v is None or v == "" else written(v) for v in row]
            while cells and cells[-1] is None:
                cells.pop()
            yield tuple(cells)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, EOFError, OverflowError, *DAMAGE) as error:
        raise FileRefused(f"{path.name}: is a damaged spreadsheet ({str(error)[:120]}); {SAVE}") from error


def _inspect(path: Path, most_columns: int, most_rows: int) -> int:
    """Stream every part that would be loaded; the number of formula cells."""
    formulas = 0
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _check_names(path, [p.filename for p in parts])
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    formulas += _stream(path, archive, part, most_columns, most_rows)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise FileRefused(f"{path.name}: is a damaged or locked spreadsheet ({error}); {SAVE}") from error
    return formulas


def _check_names(path: Path, names: list[str]) -> None:
    if len(names) > MOST_PARTS or len(set(names)) < len(names):
        raise FileRefused(f"{path.name}: is not built as a spreadsheet is; {SAVE}")
    if any(
        "vbaproject" in n.lower()
        or (n.lower().endswith((".bin", ".exe", ".dll", ".js", ".vbs")) and "printer" not in n.lower())
        for n in names
    ):
        raise FileRefused(f"{path.name}: holds macros, which are never read; {SAVE}")
    if not any(n.startswith("xl/worksheets/") for n in names):
        raise FileRefused(f"{path.name}: is an archive, not a spreadsheet; unpack it and give the table inside")


def _stream(path: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo, columns: int, rows: int) -> int:
    is_sheet = part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml")
    most = MOST_SHEET if is_sheet else MOST_TEXTS if part.filename == "xl/sharedStrings.xml" else MOST_OTHER
    if part.file_size > most:  # zipfile never unpacks more than this says
        raise FileRefused(
            f"{path.name}: {part.filename} unpacks to {part.file_size:,} bytes, more than {most:,}; refused"
        )
    guard = _Guard(path.name, columns, rows)
    try:
        with archive.open(part) as file:
            guard.feed(file)
    except expat.ExpatError as error:
        raise FileRefused(f"{path.name}: {part.filename} is no XML ({error}); {SAVE}") from error
    if guard.unsaved:
        raise FileRefused(
            f"{path.name}: the cell {guard.unsaved} holds a formula without a saved value, and formulas are not worked "
            "out here; open the file in a spreadsheet program, save it, and give it again"
        )
    return guard.formulas


def write(rows: list[list[Any]], *, title: str, about: list[tuple[str, str]]) -> bytes:
    """A workbook of one table and a sheet ``About``. Texts are kept as texts, never as formulas."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    for name, lines in ((title, rows), ("About", [list(pair) for pair in about])):
        made = book.create_sheet(name)
        for line in lines:
            cells = [WriteOnlyCell(made, value=v) for v in line]
            for cell in cells:
                if cell.data_type == "f":
                    cell.data_type = "s"
            made.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
