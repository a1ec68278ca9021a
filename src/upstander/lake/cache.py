"""A lake read once and kept in memory, so that the answer for any day is a filter of a few milliseconds."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from upstander.core.row_numbers import row_numbers
from upstander.core.tables import STAMPS, Table
from upstander.lake import Lake, Release
from upstander.lake.releases import file_names, listed


@dataclass(frozen=True)
class Remembered:
    """What a lake held at one moment: its releases, and their tables from when they are first asked for.

    Releases and the files they name are never changed, so this never is. ``names`` are the release files: a lake that has
    others has grown, and is remembered anew.
    """

    lake: Lake
    names: tuple[str, ...]
    every: tuple[Release, ...] = field(repr=False)
    _versions: dict[str, pa.Table] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _reading: threading.Lock = field(
        default_factory=threading.Lock, init=False, repr=False, compare=False
    )

    def releases(self, *, as_of: date) -> tuple[Release, ...]:
        """Releases known on ``as_of``, oldest first."""
        return tuple(
            sorted((r for r in self.every if r.known_at <= as_of), key=lambda r: r.order)
        )

    def read(
        self,
        table: Table,
        *,
        as_of: date,
    ) -> pa.Table:
        """The same rows as ``Lake.read``, texts dictionary-encoded.

        Raises:
            LeakageError: nothing of the table was known by that day.
            ConfigError: the lake holds no release of the table at all.
        """
        files = self.lake.segments(table, self.every, as_of=as_of)
        with self._reading:  # whoever waits needs these very rows
            if table.name not in self._versions:
                self._versions[table.name] = spans(table, files)
        return _standing_on(as_of, self._versions[table.name])


def spans(table: Table, files: Sequence[Path]) -> pa.Table:
    """Every version of the rows with its stamps and ``until``, the day the next version of it was known; null: none is.

    A version stood from ``known_at`` to the day before ``until``. Texts are dictionary-encoded: few differ. Worked out in
    NumPy: to load and ask the engine behind ``lake.history.standing`` takes longer than the answer.

    Raises:
        TableError: a segment is damaged; it is named.
    """
    rows = _rows_of(table, files)
    version = row_numbers(rows, ("source", "kind", *table.key))
    known_at = rows["known_at"].cast(pa.int32()).to_numpy()
    order = np.lexsort((rows["sequence"].to_numpy(), known_at, version))
    known_at, version = known_at[order], version[order]
    has_next = np.append(version[1:] == version[:-1], False)
    until = np.where(has_next, np.append(known_at[1:], 0), 0)
    removed = rows["removed"].to_numpy()[order]
    stood = ~removed & (~has_next | (until > known_at))
    names = [*table.names, *(c.name for c in STAMPS)]
    versions = rows.select(names).take(pa.array(order[stood]))
    ends = pa.array(until[stood].astype(np.int32), mask=~has_next[stood])
    return versions.append_column("until", ends.cast(pa.date32()))


def _rows_of(table: Table, files: Sequence[Path]) -> pa.Table:
    """All rows of segments as they were written, in one piece, texts dictionary-encoded."""
    rows = _with_kind(_read(files))
    types = {c.name: c.type for c in (*table.columns, *STAMPS)}
    types |= {"sequence": pa.int64(), "removed": pa.bool_()}
    columns = {}
    for name, type_ in types.items():
        column = rows[name].cast(type_).combine_chunks()
        columns[name] = column.dictionary_encode() if type_ == pa.string() else column
    return pa.table(columns)


def _read(files: Sequence[Path]) -> pa.Table:
    try:
        segments = [pq.ParquetFile(f).read() for f in files]
        return pa.concat_tables(segments, promote_options="permissive")
    except (OSError, pa.ArrowException) as error:
        from upstander.lake.history import damaged

        raise damaged([str(f) for f in files], error) from None


def _with_kind(rows: pa.Table) -> pa.Table:
    """The rows with the kind of their release: segments written before there were kinds hold only the source's own."""
    if "kind" not in rows.column_names:
        return rows.append_column("kind", pa.repeat(pa.scalar(""), rows.num_rows))
    at = rows.column_names.index("kind")
    return rows.set_column(at, "kind", pc.fill_null(rows["kind"], ""))


def _standing_on(day: date, versions: pa.Table) -> pa.Table:
    """The rows of ``spans`` that stood on a day."""
    at = pa.scalar(day, pa.date32())
    began = pc.less_equal(versions["known_at"], at)
    lasts = pc.or_kleene(pc.is_null(versions["until"]), pc.greater(versions["until"], at))
    return versions.filter(pc.and_(began, lasts)).drop_columns(["until"])


def remember(lake: Lake, before: Remembered | None = None) -> Remembered:
    """The lake as it is now: ``before`` where it has not grown since."""
    names = file_names(lake.root)
    if before is not None and before.names == names:
        return before
    return Remembered(lake, names, listed(lake.root))
