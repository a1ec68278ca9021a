"""Columns of a peer's file as what the format says they are: numbers, days, words; a fault names file, row and remedy.

What a library says of a broken file never reaches the user as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from upstander.core.errors import SourceChanged
from upstander.core.types import Array

ROW = "row"  # our own column: the place of each row in the file, from 1


def read(file: Path) -> pa.Table:
    """A Parquet or CSV file; every column of a CSV as text, for its faults are then ours to name."""
    try:
        rows = pq.read_table(file, partitioning=None) if file.suffix == ".parquet" else _csv(file)
    except (pa.ArrowException, OSError, ValueError) as error:
        said = str(error).splitlines()[0][:200]
        raise SourceChanged(
            f"{file}: cannot be read ({said}); ask the peer to send it again"
        ) from None
    if rows.num_columns == 1 and any(mark in rows.column_names[0] for mark in ";\t"):
        raise SourceChanged(
            f"{file}: its columns are not separated by commas; save it as comma-separated CSV"
        )
    return rows


def _csv(file: Path) -> pa.Table:
    with pyarrow.csv.open_csv(file) as opened:
        names = opened.schema.names
    as_text = pyarrow.csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True
    )
    return pyarrow.csv.read_csv(file, convert_options=as_text)


def numbered(rows: pa.Table) -> pa.Table:
    """The rows with their places in the file."""
    return rows.append_column(ROW, pa.array(np.arange(1, rows.num_rows + 1)))


def fault(file: Path, rows: pa.Table, fine: Any, what: str) -> None:
    """Raise SourceChanged with the first row that is not fine."""
    good = np.asarray(fine)
    if not good.all():
        at = rows[ROW][int(np.argmin(good))].as_py()
        raise SourceChanged(f"{file}, row {at:,}: {what} ({int((~good).sum()):,} rows)")


def words(file: Path, rows: pa.Table, name: str) -> pa.Array:
    """A column as text; numbers as they are written."""
    column = _plain(rows[name])
    if pa.types.is_nested(column.type) or pa.types.is_binary(column.type):
        raise SourceChanged(f"{file}: column {name} is {column.type}; it must hold text")
    return column.cast(pa.string())


def numbers(file: Path, rows: pa.Table, name: str) -> Array:
    """(N,) a column as finite numbers."""
    column = _plain(rows[name])
    if (
        pa.types.is_integer(column.type)
        or pa.types.is_floating(column.type)
        or pa.types.is_decimal(column.type)
    ):
        given = column.cast(pa.float64()).fill_null(np.nan).to_numpy(zero_copy_only=False)
    elif pa.types.is_null(column.type):
        given = np.full(rows.num_rows, np.nan)
    else:
        given = _each(file, rows, words(file, rows, name), float, np.nan, name, "is no number")
    fault(file, rows, ~np.isnan(given), f"{name} is empty; every row needs a number")
    fault(file, rows, np.isfinite(given), f"{name} is infinite; every row needs a finite number")
    return np.asarray(given, dtype=np.float64)


def whole(file: Path, rows: pa.Table, name: str, remedy: str) -> npt.NDArray[np.int64]:
    """(N,) a column as whole numbers."""
    given = numbers(file, rows, name)
    fault(file, rows, given == np.floor(given), f"{name} is not a whole number; {remedy}")
    fault(file, rows, np.abs(given) < 2**53, f"{name} is too large to be a count")
    return given.astype(np.int64)


def days(file: Path, rows: pa.Table, name: str) -> list[date]:
    """A column as days; an instant at midnight is its day."""
    column = _plain(rows[name])
    if pa.types.is_timestamp(column.type):
        told = _midnights(file, rows, column, name)
    else:
        told = _each(
            file, rows, words(file, rows, name), _day, None, name, "is no day; write YYYY-MM-DD"
        ).tolist()
    fault(file, rows, [d is not None for d in told], f"{name} is empty; write YYYY-MM-DD")
    return [d for d in told if d is not None]


def _midnights(file: Path, rows: pa.Table, column: pa.Array, name: str) -> list[date | None]:
    local = pc.local_timestamp(column) if column.type.tz else column
    of_day = local.cast(pa.date32(), safe=False)
    same = pc.fill_null(pc.equal(local, of_day.cast(local.type)), True)
    fault(file, rows, same, f"{name} is an instant within a day and is no day; write YYYY-MM-DD")
    days: list[date | None] = of_day.to_pylist()
    return days


def _day(text: str) -> date:
    at = datetime.fromisoformat(text)
    if at.time() != time.min:
        raise ValueError("not midnight")
    return at.date()


def _plain(column: pa.ChunkedArray) -> pa.Array:
    """One array, its categories written out."""
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):  # no row at all
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    return array.dictionary_decode() if isinstance(array, pa.DictionaryArray) else array


def _each(
    file: Path,
    rows: pa.Table,
    texts: pa.Array,
    convert: Callable[[str], Any],
    missing: Any,
    name: str,
    what: str,
) -> npt.NDArray[Any]:
    """Each distinct text converted once; null is ``missing``."""
    encoded = texts.dictionary_encode()
    distinct: list[Any] = []
    for text in encoded.dictionary.to_pylist():
        try:
            distinct.append(convert(text.strip()))
        except ValueError:
            fault(
                file,
                rows,
                pc.fill_null(pc.not_equal(texts, text), True),
                f"{name} {text[:40]!r} {what}",
            )
    values = np.array([*distinct, missing], dtype=object)
    at = encoded.indices.fill_null(len(distinct)).to_numpy(zero_copy_only=False)
    found: npt.NDArray[Any] = values[at] if missing is None else values[at].astype(np.float64)
    return found
