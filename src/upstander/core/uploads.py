"""A table or JSON file from somebody we do not know, read within bounds: CSV, xlsx, JSON.

Publishers' releases are read by ``core.reading``; here the file was made by hand or exported by another program, and
may be damaged, in another encoding, or meant to harm. What cannot be read is refused whole, with what to do about it;
a row that cannot be read is given back with its fault, so that the others can be kept. Nothing is ever run or worked out.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from upstander.core import dialect, workbook
from upstander.core.errors import FileRefused
from upstander.core.formulas import plain

# 20,000 items is more than an office triages in a year; a form of 1,000 questions is longer than anybody answers;
# 50 MB holds both several times over.
MOST_BYTES, MOST_ROWS, MOST_COLUMNS = 50_000_000, 20_000, 1_000
MOST_CELLS = (
    4_000_000  # of a table, empty ones too: 20,000 rows of 200 columns; some 6 s and 250 MB
)
MOST_NODES = 2_000_000  # values in a JSON file: some 200 MB once read; 20,000 items of 100 values
MOST_CELL = 32_767  # characters; what a spreadsheet cell can hold
ENCODINGS = ("utf-8", "utf-16", "cp1252", "mac_roman", "cp1251", "cp1256", "iso-8859-1")
# What a spreadsheet writes where it could not work a value out, in its English form and in common others.
ERRORS = frozenset(
    (
        "#REF!",
        "#N/A",
        "#VALUE!",
        "#DIV/0!",
        "#NAME?",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "#BLOCKED!",
        "#GETTING_DATA",
        "#BEZUG!",
        "#NV",
        "#WERT!",
        "#ZAHL!",
        "#VALEUR!",
        "#NOM?",
        "#NOMBRE!",
        "#¡VALOR!",
        "#¡REF!",
    )
)
GIVEN_BACK = "what is wrong"  # the last column of lines that we gave back to be mended
BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True)
class Line:
    """One row: where it stands (``line 17``, ``row 17``, ``item 3``), its cells by column, and why it cannot be read.

    ``days`` are the columns whose cell a spreadsheet keeps as a day: it is written YYYY-MM-DD, however it was shown.
    """

    where: str
    cells: Mapping[str, Any]
    fault: str = ""
    days: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Given:
    """What a file holds. ``lines`` can be read once; ``notes`` say what was not read and why; values are ``typed`` where
    the file is JSON, else the text of cells. ``head`` is what the file says of itself before its rows."""

    columns: tuple[str, ...]
    lines: Iterator[Line]
    notes: tuple[str, ...] = ()
    typed: bool = False
    head: Mapping[str, str] = field(default_factory=dict)


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
    lines = (
        replace(x, cells={plain(c): plain(v) for c, v in x.cells.items() if c != GIVEN_BACK})
        for x in given.lines
    )
    return replace(
        given, columns=tuple(plain(c) for c in given.columns if c != GIVEN_BACK), lines=lines
    )


def _read(path: Path, encoding: str) -> Given:
    head = bounded(path)
    if head.startswith(b"PK\x03\x04"):
        return _spreadsheet(path)
    for start, words in _OTHERS.items():
        if head.lower().startswith(start):
            raise FileRefused(f"{path.name}: {words}")
    text = _decoded(path, encoding)
    if text[:1000].lstrip()[:1] in ("{", "["):
        return _json(path, text)
    return _csv(path, text)


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


def bounded(path: Path) -> bytes:
    """The first bytes of the file. Raises FileRefused when it is missing, empty or larger than MOST_BYTES."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(64)
    except OSError as error:
        raise FileRefused(
            f"{path.name}: cannot be opened ({error.strerror}); check its name and rights"
        ) from error
    if size > MOST_BYTES:
        raise FileRefused(
            f"{path.name}: has {size:,} bytes; at most {MOST_BYTES:,} are read. Divide it into several files"
        )
    if not head.strip():
        raise FileRefused(f"{path.name}: is empty; export it again")
    return head


def _decoded(path: Path, encoding: str) -> str:
    raw = path.read_bytes()
    if encoding and encoding not in ENCODINGS:
        raise FileRefused(
            f"{encoding!r} is no encoding read here; choose one of {', '.join(ENCODINGS)}"
        )
    name = next((n for bom, n in BOMS.items() if raw.startswith(bom)), encoding or "utf-8")
    try:
        text = raw.decode(name)
    except UnicodeDecodeError as error:
        raise FileRefused(_not_unicode(path, raw, name, error)) from None
    if "\0" in text[:4096]:
        raise FileRefused(
            f"{path.name}: is neither text nor a spreadsheet, or UTF-16 without its mark; save it as UTF-8"
        )
    return text


def _not_unicode(path: Path, raw: bytes, name: str, error: UnicodeDecodeError) -> str:
    """Why the text cannot be read, with the first odd word as the likely encodings would show it."""
    if name != "utf-8":
        return f"{path.name}: is not {name} text ({error.reason} at byte {error.start:,}); name another encoding, or save it as UTF-8"
    around = raw[max(0, error.start - 12) : error.start + 12]
    readings = "; ".join(
        f"{e} would read {around.decode(e, 'replace').splitlines()[-1]!r}"
        for e in ("cp1252", "mac_roman")
    )
    line = raw.count(b"\n", 0, error.start) + 1
    return (
        f"{path.name}, line {line}: is not UTF-8 text, and its encoding cannot be told for sure: {readings}. "
        "Name the encoding that reads well, or save the file as UTF-8"
    )


def _csv(path: Path, text: str) -> Given:
    """Comment lines (``# name: words``) before the header are the file's head: exports carry their marking there."""
    skipped, head = 0, dict[str, str]()
    separator, text = dialect.said(text)
    while text.startswith("#"):
        first, _, text = text.partition("\n")
        skipped += 1
        name, _, words = first.lstrip("# ").partition(":")
        head[name.strip().casefold()] = words.strip().rstrip(",;")
        if skipped > 100 or not first:
            raise FileRefused(f"{path.name}: has no header row; begin with the template")
    skipped += bool(separator)
    separator = separator or _shown_separator(path, text)
    reader = csv.reader(_text_lines(text), delimiter=separator, strict=True)
    try:
        header = next(reader, [])
    except csv.Error as error:
        raise FileRefused(f"{path.name}, line {skipped + 1}: {error}; export it again") from None
    columns = _columns(path, header)
    return Given(columns, _csv_lines(path, reader, columns, skipped), head=head)


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


def _csv_lines(path: Path, reader: Any, columns: tuple[str, ...], skipped: int) -> Iterator[Line]:
    number = empty = 0
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
        if not any(c.strip() for c in cells):
            empty += 1
            if empty > MOST_ROWS:
                raise FileRefused(
                    f"{path.name}, {at}: has more than {MOST_ROWS:,} empty lines; take them away"
                )
            continue
        number += 1
        _few_enough(path, number, len(columns))
        yield _line(at, columns, [c or None for c in cells])


def _spreadsheet(path: Path) -> Given:
    rows, notes = workbook.sheet(path, MOST_COLUMNS, MOST_ROWS)
    header: tuple[str | date | None, ...] = ()
    while not header or str(header[0] or "").startswith("#"):
        header = next(rows, workbook.Row(0, ("",))).cells
    columns = _columns(path, [str(h or "") for h in header])

    def lines() -> Iterator[Line]:
        number = 0
        for row in rows:
            if (
                row.number > 2 * MOST_ROWS
            ):  # empty rows do not count as rows, but are not read for ever
                raise FileRefused(
                    f"{path.name}: has rows beyond row {row.number - 1:,}; take away the empty ones"
                )
            if any(c is not None for c in row.cells):
                number += 1
                _few_enough(path, number, len(columns))
                days = frozenset(
                    n for n, c in zip(columns, row.cells, strict=False) if isinstance(c, date)
                )
                cells = [c.isoformat() if isinstance(c, date) else c for c in row.cells]
                line = _line(f"row {row.number}", columns, cells)
                yield replace(line, fault=line.fault or row.fault, days=days)

    return Given(columns, lines(), notes)


def _few_enough(path: Path, rows: int, columns: int) -> None:
    if rows > MOST_ROWS:
        raise FileRefused(
            f"{path.name}: has more than {MOST_ROWS:,} rows; divide it into several files"
        )
    if rows * columns > MOST_CELLS:
        raise FileRefused(
            f"{path.name}: has more than {MOST_CELLS:,} cells; take away columns not needed, or divide it into several files"
        )


def _columns(path: Path, header: list[str]) -> tuple[str, ...]:
    names = [h.strip() for h in header]
    while names and not names[-1]:
        names.pop()
    if not any(names):
        raise FileRefused(f"{path.name}: has no header row; begin with the template")
    if len(names) > MOST_COLUMNS:
        raise FileRefused(
            f"{path.name}: has {len(names):,} columns; at most {MOST_COLUMNS:,} are read. Take away those not needed"
        )
    named = [n or f"column {at}" for at, n in enumerate(names, 1)]
    if twice := sorted({n for n in named if named.count(n) > 1}):
        raise FileRefused(
            f"{path.name}: the column {', '.join(twice)[:200]} stands there twice; rename one"
        )
    return tuple(named)


def _line(where: str, columns: tuple[str, ...], cells: list[Any]) -> Line:
    over = [c for c in cells[len(columns) :] if c not in (None, "")]
    found = dict(zip(columns, cells + [None] * (len(columns) - len(cells)), strict=False))
    if error := next(
        (f"{n}: {c}" for n, c in found.items() if isinstance(c, str) and c.strip() in ERRORS), ""
    ):
        return Line(
            where,
            found,
            f"holds an error of the spreadsheet ({error}); mend it there, or leave the cell empty",
        )
    if over:
        return Line(
            where,
            found,
            f"has {len(cells)} cells, the header has {len(columns)}; is a separator inside a text?",
        )
    if long := next(
        (n for n, c in found.items() if isinstance(c, str) and len(c) > MOST_CELL), None
    ):
        return Line(
            where,
            {**found, long: None},
            f"the column {long} holds more than {MOST_CELL:,} characters; shorten it",
        )
    return Line(where, found)


def load_json(path: Path) -> Any:
    """A JSON file's content, within the bounds.

    Raises:
        FileRefused: not JSON, too large, a name twice in one object, or a number that is none.
    """
    bounded(path)
    return _parsed(path, _decoded(path, ""))


def _parsed(path: Path, text: str) -> Any:
    if sum(text.count(c) for c in "[{,:") > MOST_NODES:
        raise FileRefused(
            f"{path.name}: holds more than {MOST_NODES:,} values; divide it into several files"
        )

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            raise FileRefused(f"{path.name}: an item holds the same name twice; export it again")
        return made

    def refuse(word: str) -> Any:
        raise FileRefused(f"{path.name}: {word} is not a number; leave out what is not known")

    try:
        return json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise FileRefused(
            f"{path.name}, line {error.lineno}: is not JSON ({error.msg}); export it again"
        ) from None
    except (RecursionError, ValueError) as error:
        raise FileRefused(
            f"{path.name}: cannot be read as JSON ({str(error)[:80]}); export it again"
        ) from None


def _json(path: Path, text: str) -> Given:
    whole = _parsed(path, text)
    items = rows_of(whole)
    if items is None or not all(isinstance(i, dict) for i in items):
        raise FileRefused(
            f"{path.name}: holds no list of items; export it again, or name the right format"
        )
    _few_enough(path, len(items), 0)
    flat = [flattened(i) for i in items]
    columns = tuple(dict.fromkeys(name for i in flat for name in i))
    if len(columns) > MOST_COLUMNS:
        raise FileRefused(
            f"{path.name}: its items have {len(columns):,} different names; at most {MOST_COLUMNS:,} are read"
        )
    head = whole.get("head") if isinstance(whole, dict) else None
    said = {str(k).casefold(): str(v) for k, v in head.items()} if isinstance(head, dict) else {}
    lines = (Line(f"item {at}", i) for at, i in enumerate(flat, 1))
    return Given(columns, lines, part_of(whole, len(items)), typed=True, head=said)


def part_of(answer: Any, number: int) -> tuple[str, ...]:
    """A note when what an interface answered is one page of more: it says how many there are, or where the next page is."""
    if not isinstance(answer, dict):
        return ()
    links = answer.get("links")
    pages = (
        answer.get("next"),
        answer.get("@odata.nextLink"),
        links.get("next") if isinstance(links, dict) else None,
    )
    totals = [
        answer[k]
        for k in ("totalCount", "@odata.count", "count", "total")
        if isinstance(answer.get(k), int)
    ]
    total = max(totals, default=0)
    if total <= number and not any(pages):
        return ()
    words = f"{number:,} of {total:,}" if total > number else f"{number:,}, and more follow"
    return (
        f"the file holds {words}: it is one page of an answer; fetch the rest and bring it in too",
    )


def rows_of(found: Any) -> list[Any] | None:
    """The list of items in what a program exported: bare, or under the name it uses for them."""
    if isinstance(found, dict):
        found = next(
            (
                found[k]
                for k in ("records", "results", "value", "data")
                if isinstance(found.get(k), list)
            ),
            None,
        )
    return found if isinstance(found, list) else None


def flattened(item: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Nested objects as paths: ``{"a": {"b": 1}}`` is ``{"a/b": 1}``; lists stay as they are."""
    flat: dict[str, Any] = {}
    for name, value in item.items():
        path = f"{above}{name}"
        if isinstance(value, dict) and "coordinates" not in value:
            flat |= flattened(value, f"{path}/")
        else:
            flat[path] = value
    return flat
