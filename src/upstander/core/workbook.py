"""A spreadsheet (xlsx) from somebody we do not know, read without letting it do anything to us.

Before openpyxl sees it, every XML part it would load is streamed through expat (``workbook_guard``). Formulas are never worked out: the
value that was saved beside one is read, and a formula without a saved value is an error, for it would be lost. What the sender does not see (hidden sheets,
rows and columns) is left out, and said; days are days, whatever the cell is made to look like.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from upstander.core.cell_types import written
from upstander.core.errors import FileRefused
from upstander.core.file_kinds import DAMAGE
from upstander.core.workbook_guard import SAVE, Unseen, inspect

MOST_NAMED = 20  # hidden or merged spans spelt out in one note
LAST_COLUMN = 18_278  # ZZZ
# What openpyxl raises on a spreadsheet that is not built as one.
BROKEN = (KeyError, ValueError, TypeError, AttributeError, IndexError, EOFError, *DAMAGE)
MERGED = "lies in merged cells, which hold their value in the first row only; divide them and fill each row"


@dataclass(frozen=True)
class Row:
    """A visible row: its number in the sheet, its visible cells (text, a day, None for an empty one), and its fault."""

    number: int
    cells: tuple[str | date | None, ...]
    fault: str = ""


def sheet(
    path: Path, most_columns: int, most_rows: int
) -> tuple[Iterator[Row], tuple[str, ...]]:
    """Visible rows of the first visible sheet, and notes on what was not read.

    Raises:
        FileRefused: at once for what the archive shows, or while reading.
    """
    from openpyxl import load_workbook

    inspected = inspect(path, most_columns, most_rows)
    try:
        book = load_workbook(
            path.open("rb"), read_only=True, data_only=True, keep_links=False
        )
    except BROKEN as error:
        raise _damaged(path, error) from error
    shown = next((s for s in book.worksheets if s.sheet_state == "visible"), None)
    if shown is None:
        raise FileRefused(f"{path.name}: has no visible sheet; {SAVE}")
    others = [s.title for s in book.worksheets if s is not shown]
    formulas = sum(part.formulas for part in inspected.values())
    unseen = inspected.get(str(getattr(shown, "_worksheet_path", "")).lstrip("/"), Unseen())
    notes = (*_notes_of_book(others, formulas), *_notes_of_sheet(unseen))
    return _rows(path, shown, most_columns, unseen), notes


def _damaged(path: Path, error: Exception) -> FileRefused:
    return FileRefused(
        f"{path.name}: is a damaged spreadsheet ({str(error)[:120]}); {SAVE}"
    )


def _notes_of_book(others: Sequence[str], formulas: int) -> Iterator[str]:
    for title in others:
        yield f"the sheet {title!r} was not read; only the first visible one is"
    if formulas:
        yield f"{formulas:,} cells hold formulas: the values saved with them were read, nothing was worked out"


def _notes_of_sheet(unseen: Unseen) -> Iterator[str]:
    """In words, what of the sheet was left out."""
    if unseen.rows:
        yield f"hidden rows were left out: {_ranges(sorted(unseen.rows))}; show them and save the file to bring them in"
    if unseen.columns:
        named = ", ".join(_letters(span) for span in unseen.columns[:MOST_NAMED])
        yield f"hidden columns were left out: {named}; show them and save the file to bring them in"
    if unseen.merged:
        merged = ", ".join(name for _, _, name in unseen.merged[:MOST_NAMED])
        yield f"cells are merged, and only the first holds the value: {merged}"


def _letters(span: tuple[int, int]) -> str:
    """``B-D``, or ``B`` for one column."""
    from openpyxl.utils import get_column_letter

    letters = [get_column_letter(min(number, LAST_COLUMN)) for number in span]
    return "-".join(dict.fromkeys(letters))


def _ranges(numbers: Sequence[int]) -> str:
    """``2-4, 7``; the first twenty."""
    runs = [
        [n for _, n in run] for _, run in groupby(enumerate(numbers), lambda x: x[1] - x[0])
    ]
    words = [str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
    return ", ".join(words[:20]) + (" and more" if len(words) > 20 else "")


def _rows(path: Path, worksheet: Any, most_columns: int, unseen: Unseen) -> Iterator[Row]:
    worksheet.reset_dimensions()  # what the file says of its size is not to be believed
    steps = _steps(unseen.merged)
    within = 0  # merged spans that began in a row above
    shown = [n for n in range(most_columns + 1) if not unseen.hides(n + 1)]
    rows = worksheet.iter_rows(max_col=most_columns + 1, values_only=True)
    try:
        for number, row in enumerate(rows, 1):
            within += steps[number]
            if number in unseen.rows:
                continue
            cells = [_cell(row[n]) for n in shown if n < len(row)]
            while cells and cells[-1] is None:
                cells.pop()
            yield Row(number, tuple(cells), MERGED if within else "")
    except (OverflowError, *BROKEN) as error:
        raise _damaged(path, error) from error


def _steps(merged: Sequence[tuple[int, int, str]]) -> Counter[int]:
    """By how much the number of merged spans that began above changes at each row."""
    deep = [(first, last) for first, last, _ in merged if last > first]
    steps = Counter(first + 1 for first, _ in deep)
    steps.subtract(last + 1 for _, last in deep)
    return steps


def _cell(value: Any) -> str | date | None:
    """A cell: a day as a day, anything else as text."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return None if value is None or value == "" else written(value)


def write(rows: list[list[Any]], *, title: str, about: list[tuple[str, str]]) -> bytes:
    """A workbook of one table and a sheet ``About``. Texts are kept as texts, never as formulas."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for name, lines in ((title, rows), ("About", [list(pair) for pair in about])):
        worksheet = book.create_sheet(name)
        for line in lines:
            worksheet.append([_plain_cell(worksheet, value) for value in line])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _plain_cell(worksheet: Any, value: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(worksheet, value=value)
    if cell.data_type == "f":
        cell.data_type = "s"
    return cell
