"""Rows of a file from somebody we do not know, and how many of them, how wide and how long, are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from upstander.core.errors import FileRefused

# 20,000 items is more than an office triages in a year; a form of 1,000 questions is longer than anybody answers.
MOST_ROWS, MOST_COLUMNS = 20_000, 1_000
# Of a table, empty ones too: 20,000 rows of 200 columns; some 6 s and 250 MB.
MOST_CELLS = 4_000_000
MOST_CELL = 32_767  # characters; what a spreadsheet cell can hold
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


def few_enough(path: Path, rows: int, columns: int) -> None:
    """Raise FileRefused when there are more rows or cells than are read."""
    if rows > MOST_ROWS:
        raise FileRefused(
            f"{path.name}: has more than {MOST_ROWS:,} rows; divide it into several files"
        )
    if rows * columns > MOST_CELLS:
        raise FileRefused(
            f"{path.name}: has more than {MOST_CELLS:,} cells; take away columns not needed, or divide it into several files"
        )


def columns_of(path: Path, header: list[str]) -> tuple[str, ...]:
    """The names of the columns; one without a name is named by its number.

    Raises:
        FileRefused: no header, too many columns, or two of one name.
    """
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


def line_of(where: str, columns: tuple[str, ...], values: list[Any]) -> Line:
    """The row as a line, with its fault when a cell holds an error, is too many, or is too long."""
    padded = values + [None] * (len(columns) - len(values))
    cells = dict(zip(columns, padded, strict=False))
    if error := _error_in(cells):
        fault = f"holds an error of the spreadsheet ({error}); mend it there, or leave the cell empty"
        return Line(where, cells, fault)
    if any(c not in (None, "") for c in values[len(columns) :]):
        fault = f"has {len(values)} cells, the header has {len(columns)}; is a separator inside a text?"
        return Line(where, cells, fault)
    if long := _too_long(cells):
        fault = f"the column {long} holds more than {MOST_CELL:,} characters; shorten it"
        return Line(where, {**cells, long: None}, fault)
    return Line(where, cells)


def _error_in(cells: Mapping[str, Any]) -> str:
    """The first cell that holds a spreadsheet's error, with its column; '' for none."""
    for name, cell in cells.items():
        if isinstance(cell, str) and cell.strip() in ERRORS:
            return f"{name}: {cell}"
    return ""


def _too_long(cells: Mapping[str, Any]) -> str | None:
    texts = ((name, cell) for name, cell in cells.items() if isinstance(cell, str))
    return next((name for name, text in texts if len(text) > MOST_CELL), None)
