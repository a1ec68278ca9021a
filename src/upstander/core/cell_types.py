"""Cells of a publisher's column as the type asked for: text, whole numbers, numbers or days."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from upstander.core.errors import SourceChanged
from upstander.core.refusals import refuse
from upstander.core.text_files import FETCH

KINDS: Mapping[type, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    date: pa.date32(),
}
WORDS: Mapping[type, str] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    date: "a day (YYYY-MM-DD)",
}


def texts(cells: Iterable[Any]) -> pa.Array:
    """Cells of a sheet or a page as text, null where they are empty."""
    return pa.array(
        [None if v is None or v == "" else written(v) for v in cells], pa.string()
    )


def written(value: Any) -> str:
    """A spreadsheet cell as text: whole numbers without a point, days as ISO."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat()[:10] if hasattr(value, "isoformat") else str(value)


def cast(
    path: Path, name: str, column: pa.ChunkedArray, kind: type, missing: tuple[str, ...]
) -> pa.ChunkedArray:
    """The column as ``kind`` (str, int, float or date); ``missing`` are marks of a number that is not known.

    Raises:
        SourceChanged: a cell is of another type, with its row.
    """
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        text = column.cast(pa.string())
        return text if kind is str else _parsed(path, name, text, kind, missing)
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), None, column)
        refuse(path, pc.is_inf(column), f"{name} is infinite")
    try:
        return column.cast(KINDS[kind])
    except pa.ArrowException as error:
        bad = pc.not_equal(column, pc.floor(column)) if kind is int else pc.is_valid(column)
        refuse(path, bad, f"{name} should be {WORDS[kind]}", column)
        raise SourceChanged(
            f"{path.name}: {name} cannot be read as {WORDS[kind]} ({error}); {FETCH}"
        ) from error


def _parsed(
    path: Path, name: str, text: pa.ChunkedArray, kind: type, missing: tuple[str, ...]
) -> pa.ChunkedArray:
    trimmed = pc.utf8_trim_whitespace(text)
    trimmed = pc.if_else(pc.is_in(trimmed, pa.array(["", "NA", *missing])), None, trimmed)
    values = _converted(trimmed, kind)
    if values is None:
        bad = pa.array(
            [v is not None and not _is_readable(v, kind) for v in trimmed.to_pylist()]
        )
        refuse(path, bad, f"{name} should be {WORDS[kind]}", trimmed)
        raise SourceChanged(f"{path.name}: {name} cannot be read as {WORDS[kind]}; {FETCH}")
    if kind is float:
        refuse(path, pc.invert(pc.is_finite(values)), f"{name} should be a number", trimmed)
    return values


def _converted(text: pa.ChunkedArray, kind: type) -> pa.ChunkedArray | None:
    try:
        return text.cast(KINDS[kind])
    except pa.ArrowException:
        if kind is not int:
            return None
    try:  # R writes whole numbers as 12.0
        return text.cast(pa.float64()).cast(pa.int64())
    except pa.ArrowException:
        return None


def _is_readable(value: str, kind: type) -> bool:
    try:
        number: Any = date.fromisoformat(value) if kind is date else float(value)
    except ValueError:
        return False
    return kind is not int or (math.isfinite(number) and number == int(number))
