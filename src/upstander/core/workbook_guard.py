"""What the archive of a spreadsheet holds, streamed and counted before anything is loaded of it.

No document type (so no entities), no macros, no more cells, elements or bytes than a table for people has. What its
sender does not see is noted by the way: formulas, hidden rows and columns, merged cells.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

from upstander.core.errors import FileRefused
from upstander.core.text_files import ARCHIVE_DAMAGE

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
SAVE = (
    "open it in a spreadsheet program, save it as .xlsx without macros, and give that file"
)
PROGRAMS = (".bin", ".exe", ".dll", ".js", ".vbs")
_CORNER = re.compile(r"\$?[A-Z]{1,3}\$?(\d{1,7}):\$?[A-Z]{1,3}\$?(\d{1,7})")


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


class Guard:
    """Counts what one XML part holds while expat streams it; raises FileRefused at the first excess."""

    def __init__(self, name: str, most_columns: int, most_rows: int) -> None:
        self.name, self.most_columns, self.most_rows = name, most_columns, most_rows
        self.deep = self.held = self.beside = self.at = 0
        self.rows = self.strings = self.cells = self.row = 0
        self.unseen = Unseen()
        self.cell, self.unsaved = "", ""
        self.has_formula = self.has_value = False
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler, self.parser.EndElementHandler = (
            self._start,
            self._end,
        )
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
        self.deep, self.held, self.at = (
            self.deep + 1,
            self.held + 1,
            self.parser.CurrentByteIndex,
        )
        self._bound(self.deep, MOST_DEEP, "levels of nesting")
        self._bound(self.held, MOST_HELD, "elements in one row, or beside the rows")
        if tag in ("row", "si"):
            self._start_row(tag, attributes)
        elif tag == "c":
            self.cells += 1
            self.cell, self.has_formula, self.has_value = (
                attributes.get("r", ""),
                False,
                False,
            )
            self._bound(self.cells, self.most_columns, "cells in one row")
        elif tag == "f":
            self.has_formula = True
            self.unseen.formulas += 1
        elif tag == "v" and self.has_formula:
            self.parser.CharacterDataHandler = self._saved
        elif tag in ("col", "mergeCell"):
            self._note_layout(tag, attributes)

    def _start_row(self, tag: str, attributes: dict[str, str]) -> None:
        """Rows and texts have bounds of their own. Rows without a number follow the row before."""
        self.beside, self.cells = self.held - 1, 0
        self.rows, self.strings = self.rows + (tag == "row"), self.strings + (tag == "si")
        self._bound(self.rows, self.most_rows + 1, "rows")
        self._bound(self.strings, MOST_STRINGS, "texts")
        if tag == "row":
            number = attributes.get("r", "")
            is_number = number.isdecimal() and len(number) < 8
            self.row = int(number) if is_number else self.row + 1
            if _is_hidden(attributes, "ht"):
                self.unseen.rows.add(self.row)

    def _note_layout(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "col" and _is_hidden(attributes, "width"):
            span = (int(attributes.get("min", 1)), int(attributes.get("max", 1)))
            self.unseen.columns.append(span)
        elif tag == "mergeCell" and (merged := _span(attributes.get("ref", ""))):
            self.unseen.merged.append(merged)

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


def _span(reference: str) -> tuple[int, int, str] | None:
    """First and last row of merged cells, and their name; None for what is no span."""
    match = _CORNER.fullmatch(reference)
    return (int(match[1]), int(match[2]), reference) if match else None


def inspect(path: Path, most_columns: int, most_rows: int) -> dict[str, Unseen]:
    """Stream every part that would be loaded; what its sender does not see, by the part's name.

    Raises:
        FileRefused: damaged, locked, with macros, or larger than a table for people.
    """
    inspected: dict[str, Unseen] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _check_names(path, [p.filename for p in parts])
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    inspected[part.filename] = _stream(
                        path, archive, part, most_columns, most_rows
                    )
    except ARCHIVE_DAMAGE as error:
        raise FileRefused(
            f"{path.name}: is a damaged or locked spreadsheet ({error}); {SAVE}"
        ) from error
    return inspected


def _check_names(path: Path, names: list[str]) -> None:
    if len(names) > MOST_PARTS or len(set(names)) < len(names):
        raise FileRefused(f"{path.name}: is not built as a spreadsheet is; {SAVE}")
    if any(_is_macro(n.lower()) for n in names):
        raise FileRefused(f"{path.name}: holds macros, which are never read; {SAVE}")
    if not any(n.startswith("xl/worksheets/") for n in names):
        raise FileRefused(
            f"{path.name}: is an archive, not a spreadsheet; unpack it and give the table inside"
        )


def _is_macro(name: str) -> bool:
    """Whether a part, its name in small letters, is a program; settings of printers are none."""
    return "vbaproject" in name or (name.endswith(PROGRAMS) and "printer" not in name)


def _most_bytes(name: str) -> int:
    if name.startswith("xl/worksheets/") and name.endswith(".xml"):
        return MOST_SHEET
    return MOST_TEXTS if name == "xl/sharedStrings.xml" else MOST_OTHER


def _stream(
    path: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo, columns: int, rows: int
) -> Unseen:
    most = _most_bytes(part.filename)
    if part.file_size > most:  # zipfile never unpacks more than this says
        raise FileRefused(
            f"{path.name}: {part.filename} unpacks to {part.file_size:,} bytes, more than {most:,}; refused"
        )
    guard = Guard(path.name, columns, rows)
    try:
        with archive.open(part) as file:
            guard.feed(file)
    except expat.ExpatError as error:
        raise FileRefused(
            f"{path.name}: {part.filename} is no XML ({error}); {SAVE}"
        ) from error
    if guard.unsaved:
        raise FileRefused(
            f"{path.name}: the cell {guard.unsaved} holds a formula without a saved value, and formulas are not worked "
            "out here; open the file in a spreadsheet program, save it, and give it again"
        )
    return guard.unseen
