"""What kind a publisher's file is by its content: csv, zip, json, xlsx or Parquet; the rest is named and refused."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from upstander.core import text_files
from upstander.core.errors import SourceChanged
from upstander.core.text_files import FETCH, UTF16

# What the libraries raise on a damaged file; the last comes from the XML parser under openpyxl.
DAMAGE = (*text_files.ARCHIVE_DAMAGE, csv.Error, SyntaxError)
TEXTS = dict.fromkeys((".csv", ".txt", ".tsv"), "csv")
ENDINGS = {**TEXTS, ".zip": "zip", ".json": "json", ".xlsx": "xlsx", ".parquet": "parquet"}
BLANKS = b"\xef\xbb\xbf \t\r\n"
PAGES = (b"<!doctype", b"<html", b"<?xml")


def holds(path: Path, part: str) -> bool:
    """Whether a file is an archive with a part of this name; one whose list of parts is damaged holds none."""
    if not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return part in archive.namelist()
    except text_files.ARCHIVE_DAMAGE:
        return False


def sniff(path: Path) -> str:
    """``csv``, ``zip``, ``json``, ``xlsx`` or ``parquet``, by content.

    Raises:
        SourceChanged: the file is none of these; the message says what it looks like.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_archive(path)
    return _kind_of_text(path, head)


def _kind_of_archive(path: Path) -> str:
    if any(member.filename.startswith("xl/") for member in text_files.members(path)):
        return "xlsx"
    texts = text_files.tables(path, ".csv", ".tsv", ".txt")
    return "json" if not texts and text_files.tables(path, ".json") else "zip"


def _kind_of_text(path: Path, head: bytes) -> str:
    start = head.lstrip(BLANKS)[:200].lower()
    if not start:
        raise SourceChanged(f"{path.name}: is empty; {FETCH}")
    if start.startswith(PAGES):
        raise SourceChanged(f"{path.name}: is a web page, not a table; {FETCH}")
    text_files.refuse_foreign(path, head)
    if head.startswith(UTF16):
        return "csv"
    if _is_unmarked_utf16(head):
        raise SourceChanged(
            f"{path.name}: is UTF-16 text without its mark; save it as UTF-8"
        )
    if start.startswith((b"{", b"[")):
        return "json"
    if b"\0" in head:
        raise SourceChanged(f"{path.name}: is neither text, zip, xlsx nor Parquet; {FETCH}")
    return "csv"


def _is_unmarked_utf16(head: bytes) -> bool:
    return head[:2].count(0) == 1 and head[:64].count(0) > 8


@contextmanager
def complaining(path: Path, kind: str) -> Iterator[None]:
    """Turn what the libraries raise on a damaged file into SourceChanged."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise SourceChanged(
            f"{path.name}: is not UTF-8 text ({error.reason}); {FETCH}"
        ) from error
    except (
        pa.ArrowException,
        LookupError,
        *DAMAGE,
    ) as error:
        raise SourceChanged(
            f"{path.name}: cannot be read as {kind}, perhaps cut short ({error}); {FETCH}"
        ) from error
