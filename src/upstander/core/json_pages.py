"""Rows out of the pages of a publisher's API, as they were saved: one page, a list of pages, a page a line, or a zip.

A page that says there are more is refused until the others are there too: part of a release reads as peace.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from upstander.core.errors import SourceChanged
from upstander.core.text_files import ARCHIVE_DAMAGE, FETCH, tables

ROWS = (
    "Result",
    "items",
    "results",
    "records",
)  # where UCDP, UNHCR and others keep a page's rows
MOST_BYTES = 1_000_000_000  # UCDP's whole event data are a third of it
TOGETHER = "save every page and put them into one zip, or into one list in one file"


def rows(path: Path) -> list[dict[str, Any]]:
    """Every row of every page, in order.

    Raises:
        SourceChanged: not JSON, not pages of rows, or pages are missing.
    """
    pages = [page for text in _texts(path) for page in _pages(path, text)]
    found: list[dict[str, Any]] = []
    for page in pages:
        found += _rows_of(path, page)
    _refuse_missing(path, [p for p in pages if isinstance(p, dict)], len(found))
    return found


def names(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """The names of all cells, in the order in which they first stand there."""
    return list(dict.fromkeys(name for row in rows for name in row))


def _texts(path: Path) -> Iterator[str]:
    try:
        if not zipfile.is_zipfile(path):
            yield _decoded(
                path, path.read_bytes() if path.stat().st_size <= MOST_BYTES else b""
            )
            return
        with zipfile.ZipFile(path) as archive:
            for member in tables(path, ".json"):
                content = archive.read(member) if member.file_size <= MOST_BYTES else b""
                yield _decoded(path, content)
    except ARCHIVE_DAMAGE as error:
        raise SourceChanged(
            f"{path.name}: is a damaged archive ({error}); {FETCH}"
        ) from error


def _decoded(path: Path, content: bytes) -> str:
    if not content:
        raise SourceChanged(
            f"{path.name}: holds a file that is empty or larger than {MOST_BYTES:,} bytes; {FETCH}"
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceChanged(
            f"{path.name}: is not UTF-8 text ({error.reason}); {FETCH}"
        ) from error


def _pages(path: Path, text: str) -> list[Any]:
    """The pages of a text: of one JSON value, or of one a line."""
    try:
        value = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        lines = [line for line in text.splitlines() if line.strip()]
        try:
            return (
                [json.loads(line) for line in lines]
                if len(lines) > 1
                else _refuse(path, error)
            )
        except (json.JSONDecodeError, RecursionError):
            return _refuse(path, error)
    is_list_of_pages = (
        isinstance(value, list)
        and value
        and all(_rows_in(page) is not None for page in value)
    )
    return value if is_list_of_pages else [value]


def _refuse(path: Path, error: Exception) -> list[Any]:
    raise SourceChanged(f"{path.name}: is not whole JSON ({error}); {FETCH}") from error


def _rows_in(page: Any) -> list[Any] | None:
    if isinstance(page, dict):
        return next((page[name] for name in ROWS if isinstance(page.get(name), list)), None)
    return page if isinstance(page, list) else None


def _rows_of(path: Path, page: Any) -> list[dict[str, Any]]:
    found = _rows_in(page)
    if found is None and isinstance(page, dict):
        found = [page]  # a row a line
    if found is None or not all(isinstance(row, dict) for row in found):
        raise SourceChanged(
            f"{path.name}: is JSON that holds no list of rows ({', '.join(ROWS)}); export it as csv"
        )
    return found


def _refuse_missing(path: Path, pages: list[dict[str, Any]], have: int) -> None:
    wanted = max(_numbers(pages, "TotalPages", "maxPages"), default=len(pages))
    if len(pages) < wanted:
        raise SourceChanged(
            f"{path.name}: holds {len(pages)} of {wanted} pages; {TOGETHER}"
        )
    totals = sorted(_numbers(pages, "TotalCount", "totalCount"))
    if len(pages) > wanted or any(total != have for total in totals):
        claimed = ", ".join(f"{total:,}" for total in totals)
        raise SourceChanged(
            f"{path.name}: holds {have:,} rows, its pages say {claimed or wanted}; {TOGETHER}"
        )


def _numbers(pages: list[dict[str, Any]], *names: str) -> set[int]:
    """The different numbers that pages give under the first of the names that they have."""
    numbers = (_number(page, *names) for page in pages)
    return {number for number in numbers if number is not None}


def _number(page: dict[str, Any], *names: str) -> int | None:
    return next((page[name] for name in names if isinstance(page.get(name), int)), None)
