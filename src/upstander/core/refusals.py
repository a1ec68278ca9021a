"""Refuse a publisher's row that cannot be true, with its place in the file and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from upstander.core import text_files
from upstander.core.errors import SourceChanged, UnknownPlace
from upstander.core.file_kinds import DAMAGE, sniff
from upstander.core.text_files import FETCH

if TYPE_CHECKING:
    from upstander.core.places import Places


def refuse(
    path: Path,
    bad: pa.Array | pa.ChunkedArray,
    problem: str,
    values: Any = None,
    remedy: str = FETCH,
) -> None:
    """Raise SourceChanged for the first row where ``bad`` is true (null counts as false); else do nothing."""
    row = pc.index(bad, True).as_py()
    if row >= 0:
        shown = "" if values is None else _shown(values[row].as_py())
        raise SourceChanged(f"{path.name}, {place(path, row)}: {problem}{shown}; {remedy}")


def _shown(value: Any) -> str:
    return f": {value}" if isinstance(value, date) else f": {value!r}"


def refuse_negative(path: Path, raw: pa.Table, names: Iterable[str]) -> None:
    """Raise SourceChanged for the first number below 0 in the named columns."""
    for name in names:
        refuse(path, pc.less(raw[name], 0), f"{name} is negative", raw[name])


def refuse_bad_counts(path: Path, raw: pa.Table, names: Iterable[str]) -> None:
    """Raise SourceChanged for the first cell of the named columns that is empty or below 0, column by column."""
    for name in names:
        refuse(path, pc.is_null(raw[name]), f"{name} is missing")
        refuse_negative(path, raw, [name])


def place(path: Path, row: int) -> str:
    """Where the 0-based data row stands: ``line 17`` of a text (the header is line 1), ``row 17`` elsewhere."""
    kind = sniff(path)
    if kind in ("parquet", "xlsx", "json"):
        return f"row {row + (2 if kind == 'xlsx' else 1)}"
    with suppress(
        *DAMAGE, UnicodeError
    ):  # of a file with more than one fault, the first found is told
        for number, (line, _) in enumerate(text_files.records(path, kind)):
            if number == row + 1:
                return f"line {line}"
    return f"data row {row + 1}"


def country_codes(
    path: Path,
    values: pa.Array | pa.ChunkedArray,
    scheme: str,
    on: Any,
    places: Places,
    *,
    leave_out: pa.Array | pa.ChunkedArray | None = None,
) -> pa.Array:
    """Place codes of the publisher's codes or names on their days (a day, or one day a row).

    Rows where ``leave_out`` is true (aggregates, people without a State) give null.

    Raises:
        SourceChanged: no code, or an unknown one, with its row and the nearest known ones.
    """
    asked = _asked(len(values), leave_out)
    refuse(path, pc.and_(asked, pc.is_null(values)), "the country is missing")
    rows = pc.indices_nonzero(asked)
    wanted = one_chunk(values.take(rows))
    days = one_chunk(on.take(rows)) if isinstance(on, pa.Array | pa.ChunkedArray) else on
    try:
        codes = places.resolve_all(wanted, scheme, days)
    except UnknownPlace as unknown:
        raise _unresolved(path, rows, wanted, scheme, days, places) or unknown from unknown
    every_row = pa.array(range(len(values)), pa.uint64())
    return one_chunk(one_chunk(codes).take(pc.index_in(every_row, value_set=rows)))


def _asked(size: int, leave_out: pa.Array | pa.ChunkedArray | None) -> pa.Array:
    if leave_out is None:
        return pa.repeat(True, size)
    return pc.invert(pc.fill_null(leave_out, False))


def _unresolved(
    path: Path, rows: pa.Array, values: pa.Array, scheme: str, on: Any, places: Places
) -> SourceChanged | None:
    """The first row whose value is no place, as an error with its place in the file."""
    days = on.to_pylist() if isinstance(on, pa.Array) else [on] * len(values)
    fine: set[tuple[Any, Any]] = set()
    for row, value, day in zip(rows.to_pylist(), values.to_pylist(), days, strict=True):
        if (value, day) in fine:
            continue
        try:
            places.resolve(value, scheme, day)
        except UnknownPlace as unknown:
            return SourceChanged(f"{path.name}, {place(path, row)}: {unknown}; {FETCH}")
        fine.add((value, day))
    return None


def one_chunk(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The values as one array."""
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def refuse_repeats(path: Path, key: Mapping[str, pa.Array | pa.ChunkedArray]) -> None:
    """Raise SourceChanged for the first row that repeats an earlier one's key; keys with a null are passed over."""
    table = pa.table(dict(key))
    whole = table.drop_null()
    if whole.group_by(list(key)).aggregate([]).num_rows == whole.num_rows:
        return
    repeat = _first_repeat([column.to_pylist() for column in table.columns])
    if repeat is not None:
        row, first, values = repeat
        named = ", ".join(
            f"{name} {value}" for name, value in zip(key, values, strict=True)
        )
        here, there = place(path, row), place(path, first)
        raise SourceChanged(f"{path.name}, {here}: repeats {there} ({named}); {FETCH}")


def _first_repeat(columns: list[list[Any]]) -> tuple[int, int, tuple[Any, ...]] | None:
    """The first row whose values, none of them null, stood in an earlier row; that one; and the values."""
    first_rows: dict[tuple[Any, ...], int] = {}
    for row, values in enumerate(zip(*columns, strict=True)):
        if None in values:
            continue
        first = first_rows.setdefault(values, row)
        if first != row:
            return row, first, values
    return None
