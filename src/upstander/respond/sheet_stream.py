"""The first sheet of a workbook row by row, in bounded memory: 270,000 rows of text, more than a table people fill in.

What people bring as evidence goes through ``core.workbook``, which opens a workbook whole and refuses one of this size.
This reader takes text cells alone and knows no styles, so that dates come as Excel's serial numbers. Entities are off.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from lxml import etree

from upstander.core import file_kinds
from upstander.core.errors import FileRefused
from upstander.core.text_files import ARCHIVE_DAMAGE

# Bytes of one part, unpacked: the full export has some 300 MB of texts.
MOST_BYTES = 1_500_000_000
MOST_TEXTS = 600_000_000  # characters of all shared texts, which stay in memory
MOST_ROWS = 1_000_000
MOST_COLUMNS = 100
TOGETHER = 500  # elements passed that go at once
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TEXT, VALUE = f"{MAIN}t", f"{MAIN}v"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
WORKBOOK, SHARED = "xl/workbook.xml", "xl/sharedStrings.xml"
SAVE = "save it as .xlsx in a spreadsheet program, and give that file"
BROKEN = (*ARCHIVE_DAMAGE, etree.XMLSyntaxError, KeyError)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def is_workbook(path: Path) -> bool:
    """Whether a file is an archive that holds a workbook."""
    return file_kinds.holds(path, WORKBOOK)


def rows(path: Path) -> Iterator[tuple[int, tuple[str, ...]]]:
    """(number in the sheet, texts of its cells) of every row that holds one.

    Raises:
        FileRefused: damaged, or larger than any export.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            sheet = _first_sheet(archive)
            texts = _shared(path, archive) if SHARED in archive.namelist() else []
            with _part(path, archive, sheet) as part:
                yield from _rows(path, part, texts)
    except BROKEN as error:
        words = str(error)[:80] or type(error).__name__
        raise FileRefused(f"{path.name}: is a damaged workbook ({words}); {SAVE}") from None


def _part(path: Path, archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    if archive.getinfo(name).file_size > MOST_BYTES:
        raise FileRefused(f"{path.name}: {name} is larger than any export; {SAVE}")
    return archive.open(name)


def _first_sheet(archive: zipfile.ZipFile) -> str:
    """The part that holds the first sheet of the book."""
    book = _tree(archive, WORKBOOK)
    related = {
        r.get("Id"): r.get("Target") for r in _tree(archive, "xl/_rels/workbook.xml.rels")
    }
    first = book.find(f"{MAIN}sheets/{MAIN}sheet")
    target = str(related[first.get(RELATION)])
    return posixpath.normpath(
        target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    )


def _tree(archive: zipfile.ZipFile, name: str) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.fromstring(archive.read(name), parser)


def _elements(part: IO[bytes], tag: str) -> Iterator[Any]:
    """Every element of a tag, each gone from memory once it was passed."""
    walk = etree.iterparse(
        part,
        events=("end",),
        tag=tag,
        resolve_entities=False,
        no_network=True,
        huge_tree=True,
    )
    for number, (_, element) in enumerate(walk):
        yield element
        element.clear()
        if number % TOGETHER == 0:  # the empty elements before it
            del element.getparent()[:-1]


def _shared(path: Path, archive: zipfile.ZipFile) -> list[str]:
    texts: list[str] = []
    size = 0
    with _part(path, archive, SHARED) as part:
        for element in _elements(part, f"{MAIN}si"):
            texts.append(_text_in(element))
            size += len(texts[-1])
            if size > MOST_TEXTS:
                raise FileRefused(f"{path.name}: holds more text than any export; {SAVE}")
    return texts


def _text_in(element: Any) -> str:
    """All text runs of an element; ``_x000D_`` is a sign that XML cannot hold."""
    if len(element) == 1 and element[0].tag == TEXT:
        text = element[0].text or ""
    else:
        text = "".join(t.text or "" for t in element.iter(TEXT))
    return _ESCAPED.sub(_unescaped, text) if "_x" in text else text


def _unescaped(found: re.Match[str]) -> str:
    sign = chr(int(found[1], 16))
    return sign if sign in "\t\n\r " or sign.isprintable() else ""


def _rows(
    path: Path, part: IO[bytes], texts: list[str]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    for number, element in enumerate(_elements(part, f"{MAIN}row"), 1):
        if number > MOST_ROWS:
            raise FileRefused(f"{path.name}: has more than {MOST_ROWS:,} rows; divide it")
        cells: list[str] = []
        for cell in element:
            column = _column(cell.get("r"), len(cells))
            if column < MOST_COLUMNS:
                cells += [""] * (column - len(cells))
                cells.append(_value(cell, texts))
        if any(cells):
            yield int(element.get("r") or number), tuple(cells)


def _column(reference: str | None, after: int) -> int:
    """The place of a cell in its row, from 0.

    >>> _column("A1", 0), _column("AB7", 0), _column(None, 3)
    (0, 27, 3)
    """
    if not reference:
        return after
    return max(_number(reference.rstrip("0123456789")), after)


@lru_cache(maxsize=1_000)
def _number(letters: str) -> int:
    column = 0
    for sign in letters:
        column = column * 26 + ord(sign) - 64
    return column - 1


def _value(cell: Any, texts: list[str]) -> str:
    kind = cell.get("t")
    if kind == "inlineStr":
        return _text_in(cell)
    value = next((c.text or "" for c in cell if c.tag == VALUE), "")
    if kind == "s":
        at = int(value) if value.isdecimal() else -1
        return texts[at] if 0 <= at < len(texts) else ""
    return value
