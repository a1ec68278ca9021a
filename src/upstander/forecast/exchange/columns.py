"""Columns of a peer's file as what the format says they are: numbers, days, words; a fault names file, row and remedy.

What a library says of a broken file never reaches the user as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from upstander.core.errors import SourceChanged
from upstander.core.types import Array
from upstander.forecast.shapes import Index, Numbers

ROW = "row"  # our own column: the place of each row in the file, from 1
WRITE_DAYS = "write YYYY-MM-DD"


def read(file: Path) -> pa.Table:
    """A Parquet or CSV file; every column of a CSV as text, for its faults are then ours to name."""
    rows = _any(file)
    if rows.num_columns == 1 and any(mark in rows.column_names[0] for mark in ";\t"):
        raise SourceChanged(
            f"{file}: its columns are not separated by commas; save it as comma-separated CSV"
        )
    return rows


def _any(file: Path) -> pa.Table:
    """The rows of a file, whichever of the two it is."""
    try:
        return (
            pq.read_table(file, partitioning=None)
            if file.suffix == ".parquet"
            else _csv(file)
        )
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = str(error).splitlines()[0][:200]
        raise SourceChanged(
            f"{file}: cannot be read ({reason}); ask the peer to send it again"
        ) from None


def _csv(file: Path) -> pa.Table:
    with pyarrow.csv.open_csv(file) as opened:
        names = opened.schema.names
    as_text = pyarrow.csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True
    )
    return pyarrow.csv.read_csv(file, convert_options=as_text)


@dataclass(frozen=True)
class Rows:
    """Rows of a peer's file; ``table`` holds the place of each in the file as the column ROW."""

    file: Path
    table: pa.Table

    @classmethod
    def of(cls, file: Path, table: pa.Table) -> Rows:
        """All rows of a file."""
        places = pa.array(np.arange(1, table.num_rows + 1))
        return cls(file, table.append_column(ROW, places))

    def where(self, some: Any) -> Rows:
        """Those for which ``some`` is true."""
        return replace(self, table=self.table.filter(some))

    def fault(self, fine: Any, what: str) -> None:
        """Raise SourceChanged with the first row that is not fine."""
        good = np.asarray(fine)
        if not good.all():
            at = self.table[ROW][int(np.argmin(good))].as_py()
            raise SourceChanged(
                f"{self.file}, row {at:,}: {what} ({int((~good).sum()):,} rows)"
            )

    def words(self, name: str) -> pa.Array:
        """A column as text; numbers as they are written."""
        column = _plain(self.table[name])
        if pa.types.is_nested(column.type) or pa.types.is_binary(column.type):
            raise SourceChanged(
                f"{self.file}: column {name} is {column.type}; it must hold text"
            )
        return column.cast(pa.string())

    def numbers(self, name: str) -> Array:
        """(N,) a column as finite numbers."""
        values = self._floats(name)
        self.fault(~np.isnan(values), f"{name} is empty; every row needs a number")
        self.fault(
            np.isfinite(values), f"{name} is infinite; every row needs a finite number"
        )
        return np.asarray(values, dtype=np.float64)

    def _floats(self, name: str) -> Numbers:
        column = _plain(self.table[name])
        if pa.types.is_null(column.type):
            return np.full(self.table.num_rows, np.nan)
        if _is_number(column.type):
            return _as_floats(column)
        return self._each(name, float, np.nan, "is no number").astype(np.float64)

    def whole(self, name: str, remedy: str) -> Index:
        """(N,) a column as whole numbers."""
        values = self.numbers(name)
        self.fault(values == np.floor(values), f"{name} is not a whole number; {remedy}")
        self.fault(np.abs(values) < 2**53, f"{name} is too large to be a count")
        return values.astype(np.int64)

    def days(self, name: str) -> list[date]:
        """A column as days; an instant at midnight is its day."""
        days = self._days_or_none(name)
        self.fault([d is not None for d in days], f"{name} is empty; {WRITE_DAYS}")
        return [d for d in days if d is not None]

    def _days_or_none(self, name: str) -> list[date | None]:
        column = _plain(self.table[name])
        if pa.types.is_timestamp(column.type):
            return self._midnights(column, name)
        days: list[date | None] = self._each(
            name, _day, None, f"is no day; {WRITE_DAYS}"
        ).tolist()
        return days

    def _midnights(self, column: pa.Array, name: str) -> list[date | None]:
        local = pc.local_timestamp(column) if column.type.tz else column
        of_day = local.cast(pa.date32(), safe=False)
        same = pc.fill_null(pc.equal(local, of_day.cast(local.type)), True)
        self.fault(same, f"{name} is an instant within a day and is no day; {WRITE_DAYS}")
        days: list[date | None] = of_day.to_pylist()
        return days

    def _each(
        self,
        name: str,
        convert: Callable[[str], Any],
        missing: Any,
        what: str,
    ) -> Numbers:
        """Each distinct text of a column converted once; null is ``missing``."""
        texts = self.words(name)
        encoded = texts.dictionary_encode()
        distinct: list[Any] = []
        for text in encoded.dictionary.to_pylist():
            try:
                distinct.append(convert(text.strip()))
            except ValueError:
                others = pc.fill_null(pc.not_equal(texts, text), True)
                self.fault(others, f"{name} {text[:40]!r} {what}")
        values = np.array([*distinct, missing], dtype=object)
        at = encoded.indices.fill_null(len(distinct)).to_numpy(zero_copy_only=False)
        return np.asarray(values[at])


def _as_floats(column: pa.Array) -> Numbers:
    """Numbers in double precision; null is NaN."""
    values = column.cast(pa.float64()).fill_null(np.nan)
    return np.asarray(values.to_numpy(zero_copy_only=False))


def _is_number(of: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(of) or pa.types.is_floating(of) or pa.types.is_decimal(of)
    )


def _day(text: str) -> date:
    at = datetime.fromisoformat(text)
    if at.time() != time.min:
        raise ValueError("not midnight")
    return at.date()


def _plain(column: pa.ChunkedArray) -> pa.Array:
    """One array, its categories written out."""
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):  # no row at all
        array = (
            pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
        )
    return array.dictionary_decode() if isinstance(array, pa.DictionaryArray) else array
