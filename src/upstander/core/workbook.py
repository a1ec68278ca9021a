"""A spreadsheet (xlsx) from somebody we do not know, read without letting it do anything to us.

Before openpyxl sees it, every XML part it would load is streamed through expat: no document type (so no entities),
no more cells, elements or bytes than a table for people has. Macros are refused; formulas are never worked out: the
value that was saved beside one is read, and a formula without a saved value is an error, for it would be lost. What the sender does not see (hidden sheets,
rows and columns) is left out, and said; days are days, whatever the cell is made to look like.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

from upstander.core.cell_types import written
from upstander.core.errors import FileRefused
from upstander.core.file_kinds import DAMAGE

# One XML part, unpacked. A sheet of 20,000 rows of 100 filled cells has some 90 MB; the list of shared texts and the
# styles are held in memory whole, so they may be smaller only.
MOST_SHEET, MOST_TEXTS, MOST_OTHER = 120_000_000, 25_000_000, 5_000_000
MOST_HELD = 100_000  # elements in memory at once, in a row, a shared text or beside them; each takes up to a kilobyte
MOST_STRINGS = 1_000_000  # shared texts: 20,000 rows of 50 different ones
MOST_RUN = 2_000_000  # bytes of one text; a spreadsheet cell holds 32,767 characters
MOST_DEEP = 64  # levels; a sheet has ten
LEAST_SEEN = 0.5  # points of a row, characters of a column
MOST_PARTS = 2_000  # members of the archive, pictures among them
BLOCK = 1 << 18
MERGED = "lies in merged cells, which hold their value in the first row only; divide them and fill each row"
SAVE = "open it in a spreadsheet program, save it as .xlsx without macros, and give that file"


@dataclass
class Unseen:
    """What of a sheet its sender does not see: numbers of hidden rows, spans of hidden columns, merged spans of rows."""

    formulas: int = 0
    rows: set[int] = field(default_factory=set)
    columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[tuple[int, int, str]] = field(default_factory=list)

    def hides(self, column: int) -> bool:
        """Whether a column, from 1, is hidden."""
        return any(first <= column <= last for first, last in self.columns)


@dataclass(frozen=True)
class Row:
    """A visible row: its number in the sheet, its visible cells (text, a day, None for an empty one), and its fault."""

    number: int
    cells: tuple[str | date | None, ...]
    fault: str = ""


class _Guard:
    """Counts what one XML part holds while expat streams it; raises FileRefused at the first excess."""

    def __init__(self, name: str, most_columns: int, most_rows: int) -> None:
        self.name, self.most_columns, self.most_rows = name, most_columns, most_rows
        self.deep = self.held = self.beside = self.rows = self.strings = self.cells = self.at = (
            self.row
        ) = 0
        self.unseen = Unseen()
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
            self._note_row(tag, attributes)
        elif tag == "c":
            self.cells += 1
            self.cell, self.has_formula, self.has_value = attributes.get("r", ""), False, False
            self._bound(self.cells, self.most_columns, "cells in one row")
        elif tag == "f":
            self.has_formula = True
            self.unseen.formulas += 1
        elif tag == "col" and _is_hidden(attributes, "width"):
            self.unseen.columns.append(
                (int(attributes.get("min", 1)), int(attributes.get("max", 1)))
            )
        elif tag == "mergeCell" and (span := _span(attributes.get("ref", ""))):
            self.unseen.merged.append(span)
        elif tag == "v" and self.has_formula:
            self.parser.CharacterDataHandler = self._saved

    def _note_row(self, tag: str, attributes: dict[str, str]) -> None:
        """Rows without a number follow the row before."""
        if tag == "row":
            given = attributes.get("r", "")
            self.row = int(given) if given.isdecimal() and len(given) < 8 else self.row + 1
            if _is_hidden(attributes, "ht"):
                self.unseen.rows.add(self.row)

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
        raise FileRefused(
            f"{self.name}: declares a document type, which a spreadsheet never does; {SAVE}"
        )


def _is_hidden(attributes: dict[str, str], size: str) -> bool:
    """Whether a row or column is hidden, by its mark or by a height or width of next to nothing."""
    measured = re.fullmatch(r"0?(?:\.\d+)?", attributes.get(size, "1"))
    small = measured is not None and float(measured[0] or 0) < LEAST_SEEN
    return attributes.get("hidden", "0") in ("1", "true") or small


_CORNER = re.compile(r"\$?[A-Z]{1,3}\$?(\d{1,7}):\$?[A-Z]{1,3}\$?(\d{1,7})")


def _span(reference: str) -> tuple[int, int, str] | None:
    """First and last row of merged cells, and their name; None for what is no span."""
    match = _CORNER.fullmatch(reference)
    return (int(match[1]), int(match[2]), reference) if match else None


def sheet(path: Path, most_columns: int, most_rows: int) -> tuple[Iterator[Row], tuple[str, ...]]:
    """Visible rows of the first visible sheet, and notes on what was not read.

    Raises:
        FileRefused: at once for what the archive shows, or while reading.
    """
    from openpyxl import load_workbook

    inspected = _inspect(path, most_columns, most_rows)
    try:
        book = load_workbook(path.open("rb"), read_only=True, data_only=True, keep_links=False)
    except (
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        EOFError,
        *DAMAGE,
    ) as error:
        raise FileRefused(
            f"{path.name}: is a damaged spreadsheet ({str(error)[:120]}); {SAVE}"
        ) from error
    shown = [s for s in book.worksheets if s.sheet_state == "visible"]
    if not shown:
        raise FileRefused(f"{path.name}: has no visible sheet; {SAVE}")
    others = [
        f"the sheet {s.title!r} was not read; only the first visible one is"
        for s in book.worksheets
        if s is not shown[0]
    ]
    if formulas := sum(part.formulas for part in inspected.values()):
        others.append(
            f"{formulas:,} cells hold formulas: the values saved with them were read, nothing was worked out"
        )
    unseen = inspected.get(str(getattr(shown[0], "_worksheet_path", "")).lstrip("/"), Unseen())
    return _rows(path, shown[0], most_columns, unseen), (*others, *_notes(unseen))


def _notes(unseen: Unseen) -> Iterator[str]:
    """In words, what of the sheet was left out."""
    if unseen.rows:
        yield f"hidden rows were left out: {_ranges(sorted(unseen.rows))}; show them and save the file to bring them in"
    if unseen.columns:
        from openpyxl.utils import get_column_letter

        named = ", ".join(
            "-".join(dict.fromkeys(get_column_letter(min(n, 18_278)) for n in span))
            for span in unseen.columns[:20]
        )
        yield f"hidden columns were left out: {named}; show them and save the file to bring them in"
    if unseen.merged:
        yield f"cells are merged, and only the first holds the value: {', '.join(name for _, _, name in unseen.merged[:20])}"


def _ranges(numbers: Sequence[int]) -> str:
    """``2-4, 7``; the first twenty."""
    runs = [[n for _, n in run] for _, run in groupby(enumerate(numbers), lambda x: x[1] - x[0])]
    words = [str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
    return ", ".join(words[:20]) + (" and more" if len(words) > 20 else "")


def _rows(path: Path, found: Any, most_columns: int, unseen: Unseen) -> Iterator[Row]:
    found.reset_dimensions()  # what the file says of its size is not to be believed
    steps = Counter(first + 1 for first, last, _ in unseen.merged if last > first)
    steps.subtract(last + 1 for first, last, _ in unseen.merged if last > first)
    within = 0  # merged spans that began in a row above
    shown = [n for n in range(most_columns + 1) if not unseen.hides(n + 1)]
    try:
        for number, row in enumerate(
            found.iter_rows(max_col=most_columns + 1, values_only=True), 1
        ):
            within += steps[number]
            if number in unseen.rows:
                continue
            cells = [_cell(row[n]) for n in shown if n < len(row)]
            while cells and cells[-1] is None:
                cells.pop()
            yield Row(number, tuple(cells), MERGED if within else "")
    except (
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        EOFError,
        OverflowError,
        *DAMAGE,
    ) as error:
        raise FileRefused(
            f"{path.name}: is a damaged spreadsheet ({str(error)[:120]}); {SAVE}"
        ) from error


def _cell(value: Any) -> str | date | None:
    """A cell: a day as a day, anything else as text."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return None if value is None or value == "" else written(value)


def _inspect(path: Path, most_columns: int, most_rows: int) -> dict[str, Unseen]:
    """Stream every part that would be loaded; what its sender does not see, by the part's name."""
    inspected: dict[str, Unseen] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _check_names(path, [p.filename for p in parts])
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    inspected[part.filename] = _stream(path, archive, part, most_columns, most_rows)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise FileRefused(
            f"{path.name}: is a damaged or locked spreadsheet ({error}); {SAVE}"
        ) from error
    return inspected


def _check_names(path: Path, names: list[str]) -> None:
    if len(names) > MOST_PARTS or len(set(names)) < len(names):
        raise FileRefused(f"{path.name}: is not built as a spreadsheet is; {SAVE}")
    if any(
        "vbaproject" in n.lower()
        or (
            n.lower().endswith((".bin", ".exe", ".dll", ".js", ".vbs"))
            and "printer" not in n.lower()
        )
        for n in names
    ):
        raise FileRefused(f"{path.name}: holds macros, which are never read; {SAVE}")
    if not any(n.startswith("xl/worksheets/") for n in names):
        raise FileRefused(
            f"{path.name}: is an archive, not a spreadsheet; unpack it and give the table inside"
        )


def _stream(
    path: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo, columns: int, rows: int
) -> Unseen:
    is_sheet = part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml")
    most = (
        MOST_SHEET
        if is_sheet
        else MOST_TEXTS
        if part.filename == "xl/sharedStrings.xml"
        else MOST_OTHER
    )
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
    return guard.unseen


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
