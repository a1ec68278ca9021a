"""The text inside a publisher's file, as its programs really write it: packed, in UTF-16, with other separators.

What comes out is UTF-8 and records; what is no table of text at all is named, with the way to one.
"""

from __future__ import annotations

import csv
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from upstander.core.dialect import SEPARATORS
from upstander.core.errors import SourceChanged

FETCH = "fetch the file again; if the publisher changed it, read the codebook and mend our source file"
MOST_BYTES = (
    4_000_000_000  # an archive member that claims more is a bomb, not a country-year table
)
MOST_UTF16 = 1_000_000_000  # it is turned into UTF-8 in memory
UTF16 = (b"\xff\xfe", b"\xfe\xff")
# What zipfile raises on archives as they break on their way, or that are locked.
ARCHIVE_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
HEAD = 65_536  # bytes looked at for the separator and the lines above the header
# Lines that publishers write above the header: the first cell of the first one, and of the header.
ABOVE = {"Data Source": "Country Name"}  # World Bank
# Members of an archive that are beside the table: the Bank's descriptions, and what every publisher adds.
BESIDE = re.compile(
    r"^(metadata_|read_?me|licen[cs]e|codebook|footnotes|\.)", re.IGNORECASE
)
EXPORT = "open it in its program, export it as csv (UTF-8), and fetch that"
R_DATA = 'in R: write.csv(readRDS("FILE"), "FILE.csv", row.names = FALSE, fileEncoding = "UTF-8"); then fetch the csv'
# First bytes of what people hold instead of a table of text, what it is, and the way out.
FOREIGN: tuple[tuple[bytes, str, str], ...] = (
    (b"RDX", "an R data file", R_DATA.replace('readRDS("FILE")', 'get(load("FILE"))')),
    (b"RDA", "an R data file", R_DATA.replace('readRDS("FILE")', 'get(load("FILE"))')),
    (b"X\n\x00", "an R data file", R_DATA),
    (
        b"\xd0\xcf\x11\xe0",
        "an old Excel workbook (.xls)",
        "open it, save it as .xlsx or csv (UTF-8), and fetch that",
    ),
    (b"<stata_dta>", "a Stata file", EXPORT),
    (b"$FL2", "an SPSS file", EXPORT),
    (b"SQLite format 3", "a SQLite database", EXPORT),
    (b"%PDF", "a PDF", "get the table itself at the publisher's"),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it, and fetch the table inside"),
    (b"Rar!", "a RAR archive", "unpack it, and fetch the table inside"),
    (b"BZh", "bzip2", "unpack it first"),
    (b"\xfd7zXZ", "xz", "unpack it first"),
)


@dataclass(frozen=True)
class Dialect:
    """How a text is written: its separator, and how many lines stand above the header."""

    separator: str = ","
    above: int = 0


def refuse_foreign(path: Path, head: bytes) -> None:
    """Raise SourceChanged for a file that is no table of text, by what it is and the way to one."""
    if head.startswith(b"\x1f\x8b"):
        inside = _unpacked(head)
        if not any(inside.startswith(magic) for magic, *_ in FOREIGN):
            raise SourceChanged(f"{path.name}: is gzip; unpack it first")
        head = inside
    for magic, what, remedy in FOREIGN:
        if head.startswith(magic):
            raise SourceChanged(
                f"{path.name}: is {what}; {remedy.replace('FILE', path.name)}"
            )


def _unpacked(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(head, 64)
    except zlib.error:
        return b""


def members(path: Path) -> list[zipfile.ZipInfo]:
    """What an archive holds.

    Raises:
        SourceChanged: the archive is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.infolist()
    except ARCHIVE_DAMAGE as error:
        raise SourceChanged(
            f"{path.name}: is a damaged or cut-short archive ({error}); {FETCH}"
        ) from error


def tables(path: Path, *endings: str) -> list[zipfile.ZipInfo]:
    """The archive's members with an ending, without descriptions and what macOS adds, by name."""
    found = []
    for member in members(path):
        name = PurePosixPath(member.filename)
        hidden = "__MACOSX" in name.parts or BESIDE.match(name.name)
        if name.suffix.lower() in endings and not hidden and not member.is_dir():
            found.append(member)
    return sorted(found, key=lambda m: m.filename)


def table(path: Path) -> zipfile.ZipInfo:
    """The one table of text in an archive: a csv where there is one, else a txt.

    Raises:
        SourceChanged: it holds none, several, or one that would unpack to more than may be.
    """
    texts = tables(path, ".csv", ".tsv") or tables(path, ".txt")
    if len(texts) != 1:
        named = f" ({', '.join(m.filename for m in texts[:5])})" if texts else ""
        raise SourceChanged(
            f"{path.name}: holds {len(texts)} text files, should hold one{named}; unpack it first and fetch one of them"
        )
    if texts[0].file_size > MOST_BYTES:
        raise SourceChanged(
            f"{path.name}: unpacks to {texts[0].file_size:,} bytes; refused; {FETCH}"
        )
    return texts[0]


def opened(path: Path, kind: str) -> IO[bytes]:
    """The bytes of the text file, or of the one in the archive, in UTF-8."""
    binary: IO[bytes]
    if kind == "csv":
        binary = path.open("rb")
    else:
        archive = zipfile.ZipFile(path)
        binary = archive.open(table(path))
    start = binary.read(2)
    if start not in UTF16:
        binary.seek(0)
        return binary
    with binary:
        text = binary.read(MOST_UTF16)
    if len(text) == MOST_UTF16:
        raise SourceChanged(
            f"{path.name}: is UTF-16 text of more than {MOST_UTF16:,} bytes; save it as UTF-8"
        )
    return io.BytesIO((start + text).decode("utf-16").encode("utf-8"))


def dialect(path: Path, kind: str) -> Dialect:
    """How the text is written: by its ``sep=`` line, else by the separator its header holds most of."""
    with opened(path, kind) as binary:
        lines = binary.read(HEAD).decode("utf-8-sig", "replace").splitlines() or [""]
    if said := re.match(r'"?sep=(.)', lines[0]):
        return Dialect(said[1], 1)
    above = 0
    for first, header in ABOVE.items():
        if lines[0].lstrip('"').startswith(first):
            starts = (
                n for n, line in enumerate(lines) if line.lstrip('"').startswith(header)
            )
            above = next(starts, 0)
    bare = re.sub(
        r'"[^"]*"', "", next((line for line in lines[above:] if line.strip()), "")
    )
    return Dialect(max(SEPARATORS, key=bare.count), above)


def records(path: Path, kind: str) -> Iterator[tuple[int, list[str]]]:
    """(first line, cells) of every record, the header among them; blank lines are passed over."""
    how = dialect(path, kind)
    with (
        opened(path, kind) as binary,
        io.TextIOWrapper(binary, "utf-8-sig", newline="") as text,
    ):
        for _ in range(how.above):
            text.readline()
        reader = csv.reader(text, delimiter=how.separator)
        line = 1 + how.above
        for cells in reader:
            if cells:
                yield line, cells
            line = reader.line_num + 1 + how.above
