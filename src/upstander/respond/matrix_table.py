"""The table of OHCHR's matrix of recommendations in a Word document: its lines read, and its comments written back."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from lxml import etree

from upstander.core import file_kinds
from upstander.core.errors import FileRefused
from upstander.core.text_files import ARCHIVE_DAMAGE

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DOCUMENT = "word/document.xml"
MOST_BYTES = 50_000_000  # of the document's text unpacked; the real ones have some 2 MB
# Words that tell a column, the first that fits; "comments" before "recommendation": it stands in both cycles' heads.
COLUMNS = (
    ("comment", "comment"),
    ("position", "position"),
    ("theme", "themes"),
    ("sdg", "sdgs"),
    ("recommendation", "recommendation"),
)
NEEDED = frozenset(("recommendation", "position", "themes"))
THEME = "theme:"


@dataclass(frozen=True)
class Line:
    """One row: its number in the table, cells by our names; or the theme that it is the heading of."""

    number: int
    cells: Mapping[str, str]
    theme: str = ""


@dataclass(frozen=True)
class Matrix:
    """The table: our names of its columns, and its lines."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]


def is_document(path: Path) -> bool:
    """Whether a file is a Word document."""
    return file_kinds.holds(path, DOCUMENT)


def find(path: Path) -> Matrix | None:
    """The first table that is a matrix, None where there is none. Raises FileRefused for a damaged document."""
    found = _found(_document(path))
    if found is None:
        return None
    columns, rows = found
    return Matrix(columns, tuple(_lines(columns, rows)))


def commented(path: Path, comments: Mapping[int, str]) -> bytes:
    """The document with comments written into its last column, by number of the row; everything else as it was.

    Raises:
        FileRefused: no matrix, or one without a column for comments.
    """
    tree = _document(path)
    found = _found(tree)
    if found is None or "comment" not in found[0]:
        raise FileRefused(
            f"{path.name}: has no column for comments; matrices of the second and third cycle have one"
        )
    columns, rows = found
    for number, comment in comments.items():
        cells = rows[number - 1].findall(f"{W}tc")
        _write(cells[columns.index("comment")], comment)
    return _packed(path, tree)


def _document(path: Path) -> Any:
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo(DOCUMENT).file_size > MOST_BYTES:
                raise FileRefused(f"{path.name}: is larger than any matrix")
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            return etree.fromstring(archive.read(DOCUMENT), parser)
    except (*ARCHIVE_DAMAGE, KeyError, etree.XMLSyntaxError):
        raise FileRefused(
            f"{path.name}: is no Word document (.docx); save it as one"
        ) from None


def _found(tree: Any) -> tuple[tuple[str, ...], Sequence[Any]] | None:
    for table in tree.iter(f"{W}tbl"):
        rows = table.findall(f"{W}tr")
        columns = tuple(_named(_text(c)) for c in rows[0].findall(f"{W}tc")) if rows else ()
        if set(columns) >= NEEDED:
            return columns, rows
    return None


def _named(head: str) -> str:
    said = head.lower()
    return next((name for word, name in COLUMNS if word in said), "")


def _lines(columns: Sequence[str], rows: Sequence[Any]) -> Iterator[Line]:
    for number, row in enumerate(rows[1:], 2):
        texts = [_text(cell) for cell in row.findall(f"{W}tc")]
        if len(texts) == 1 and texts[0].strip().lower().startswith(THEME):
            yield Line(number, {}, texts[0].strip()[len(THEME) :].strip())
        elif any(text.strip() for text in texts):
            padded = [*texts, *[""] * (len(columns) - len(texts))]
            yield Line(number, dict(zip(columns, padded, strict=False)))


def _text(cell: Any) -> str:
    """The text of a cell, a line each paragraph and break."""
    return "\n".join("".join(_signs(paragraph)) for paragraph in cell.iter(f"{W}p"))


def _signs(paragraph: Any) -> Iterator[str]:
    for element in paragraph.iter(f"{W}t", f"{W}br", f"{W}tab"):
        yield (element.text or "") if element.tag == f"{W}t" else "\n"


def _write(cell: Any, comment: str) -> None:
    """One paragraph a line of the comment, each like the first that stood there."""
    paragraphs = cell.findall(f"{W}p")
    model = deepcopy(paragraphs[0])
    for old in paragraphs:
        cell.remove(old)
    for line in comment.splitlines() or [""]:
        cell.append(_paragraph(model, line))


def _paragraph(model: Any, line: str) -> Any:
    paragraph = etree.Element(f"{W}p")
    for name in ("pPr",):
        if (settings := model.find(f"{W}{name}")) is not None:
            paragraph.append(deepcopy(settings))
    run = etree.SubElement(paragraph, f"{W}r")
    if (style := model.find(f"{W}r/{W}rPr")) is not None:
        run.append(deepcopy(style))
    text = etree.SubElement(run, f"{W}t")
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    text.text = "".join(c for c in line if c.isprintable())
    return paragraph


def _packed(path: Path, tree: Any) -> bytes:
    """The archive again, with the document's text replaced."""
    out = BytesIO()
    with (
        zipfile.ZipFile(path) as archive,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for member in archive.infolist():
            content = archive.read(member)
            if member.filename == DOCUMENT:
                content = etree.tostring(
                    tree, xml_declaration=True, encoding="UTF-8", standalone=True
                )
            made.writestr(member, content)
    return out.getvalue()
