"""Turn a publisher's wide country-year table into rows of INDICATOR_YEAR, missing values left out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from upstander.core.arrival import dated, release_name
from upstander.core.reading import read_table
from upstander.core.refusals import one_chunk, refuse
from upstander.core.tables import INDICATOR_YEAR
from upstander.core.types import Snapshot


def melt(
    country: pa.Array | pa.ChunkedArray,
    year: pa.Array | pa.ChunkedArray,
    columns: Mapping[str, pa.Array | pa.ChunkedArray],
) -> pa.Table:
    """One row per country, year and indicator that has a value, sorted by the key.

    ``columns`` maps the indicator's name to its values; null means not known and gives no row.
    """
    year_of = {"country": country, "year": year}
    parts = [_rows(year_of, indicator, values) for indicator, values in columns.items()]
    rows = pa.concat_tables(parts) if parts else INDICATOR_YEAR.schema.empty_table()
    return by_key(rows)


def _rows(
    year_of: Mapping[str, pa.Array | pa.ChunkedArray],
    indicator: str,
    values: pa.Array | pa.ChunkedArray,
) -> pa.Table:
    """Rows of one indicator, where it has a value."""
    names = pa.repeat(indicator, len(year_of["year"]))
    table = pa.table({**year_of, "indicator": names, "value": values.cast(pa.float64())})
    return table.filter(pc.is_valid(table["value"]))


def by_key(rows: pa.Table) -> pa.Table:
    """Rows of INDICATOR_YEAR sorted by their key, in one chunk."""
    return rows.sort_by(
        [(name, "ascending") for name in INDICATOR_YEAR.key]
    ).combine_chunks()


def last_days(year: pa.Array | pa.ChunkedArray) -> pa.Array:
    """31 December of each year: the day on which a yearly row's country is looked up."""
    plain = one_chunk(year)
    days = {y: date(y, 12, 31) for y in pc.unique(plain).to_pylist()}
    return pa.array([days[y] for y in plain.to_pylist()], pa.date32())


def check_years(path: Path, snapshot: Snapshot, year: pa.Array | pa.ChunkedArray) -> None:
    """Refuse a row whose year is missing or outside the days the release covers.

    Raises:
        SourceChanged: naming the first such row.
    """
    refuse(path, pc.is_null(year), "the year is missing")
    outside = pc.or_(
        pc.less(year, snapshot.first.year), pc.greater(year, snapshot.last.year)
    )
    coverage = f"{snapshot.first.year}-{snapshot.last.year}"
    refuse(path, outside, f"the year is outside the release's {coverage}", year)


def year_span(path: Path, year: pa.Array | pa.ChunkedArray) -> tuple[date, date]:
    """First and last day of the years in a file, each year between 1700 and 2100.

    Raises:
        SourceChanged: naming the first row whose year is missing or absurd.
    """
    refuse(path, pc.is_null(year), "the year is missing")
    refuse(
        path,
        pc.or_(pc.less(year, 1700), pc.greater(year, 2100)),
        "this is not a year",
        year,
    )
    span = pc.min_max(year).as_py()
    return date(span["min"], 1, 1), date(span["max"], 12, 31)


def release_of_file(file: Path) -> Snapshot:
    """The release that a file with a column ``year`` is; when it was known, ``dated.toml`` or its bringer says."""
    first, last = year_span(file, read_table(file, {"year": int})["year"])
    known_at, basis = dated(file)
    return Snapshot(file, release_name(known_at, last), known_at, basis, first, last)
