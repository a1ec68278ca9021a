"""Rows as JSON, CSV, Parquet and GeoJSON: the same fields in each, typed by the dataclass of the row."""

from __future__ import annotations

import io
import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.csv import write_csv

from upstander.core.formulas import defused
from upstander.core.geography import DISCLAIMER, Outline, outlines
from upstander.core.tables import DAY, FLAG, INT, REAL, TEXT
from upstander.report.as_json import plain

MEDIA = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "geojson": "application/geo+json",
}
ARROW: Mapping[Any, Any] = {str: TEXT, int: INT, float: REAL, bool: FLAG, date: DAY}


BOM = "\ufeff".encode()  # by which spreadsheet programs know UTF-8


def csv(row: type, rows: Sequence[Any]) -> bytes:
    """A table that spreadsheet programs run nothing of; what is not known is an empty cell, an empty text is ``""``."""
    table = table_of(row, rows)
    columns = [_as_text(column) for column in table.columns]
    out = io.BytesIO(BOM)
    out.seek(len(BOM))
    write_csv(pa.Table.from_arrays(columns, table.column_names), out)
    return out.getvalue()


def _as_text(column: Any) -> Any:
    """A column for CSV: lists are joined, and a text that begins like a formula is put out of action, each text once."""
    if pa.types.is_list(column.type):
        column = pa.chunked_array(
            [pa.array(["; ".join(v) for v in column.to_pylist()], TEXT)]
        )
    if column.type != TEXT:
        return column
    coded = column.combine_chunks().dictionary_encode()
    words = pa.array([defused(w) for w in coded.dictionary.to_pylist()], TEXT)
    return words.take(coded.indices)


def parquet(row: type, rows: Sequence[Any], head: Mapping[str, str]) -> bytes:
    """A table with its types; what the head says stands in the metadata of its schema."""
    out = io.BytesIO()
    table = table_of(row, rows).replace_schema_metadata(dict(head))
    pq.write_table(table, out, compression="zstd")
    return out.getvalue()


def table_of(row: type, rows: Sequence[Any]) -> pa.Table:
    """Rows as an Arrow table."""
    made = schema_of(row)
    columns = [[_cell(getattr(r, f.name)) for r in rows] for f in made]
    arrays = [pa.array(c, f.type) for c, f in zip(columns, made, strict=True)]
    return pa.Table.from_arrays(arrays, schema=made)


def _cell(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


@cache
def schema_of(row: type) -> pa.Schema:
    """The Arrow schema of a row's dataclass."""
    hints = get_type_hints(row, include_extras=True)
    return pa.schema([_column(f.name, hints[f.name]) for f in fields(row)])


def _column(name: str, hint: Any) -> pa.Field:
    plain_hint = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    is_union = get_origin(plain_hint) in (types.UnionType, Union)
    given = [a for a in get_args(plain_hint) if a is not types.NoneType]
    of = given[0] if is_union else plain_hint
    if get_origin(of) is tuple:
        return pa.field(name, pa.list_(ARROW[get_args(of)[0]]), nullable=False)
    return pa.field(name, ARROW[of], nullable=is_union)


# GeoJSON


@cache
def _outlines(folder: Path) -> Mapping[str, Outline]:
    return outlines(folder)


def features(rows: Iterable[Any], folder: Path) -> list[dict[str, Any]]:
    """A feature a row, at its place; rows of one place share its outline. RFC 7946."""
    return [_feature(row, folder) for row in rows]


def _feature(row: Any, folder: Path) -> dict[str, Any]:
    properties = plain(row)
    geometry = geometry_of(properties["place"], folder)
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def geometry_of(place: str, folder: Path) -> dict[str, Any] | None:
    """A place's outline or point in degrees (WGS84), None where it is not drawn."""
    outline = _outlines(folder).get(place)
    if outline is None:
        return None
    if outline.point:
        return {"type": "Point", "coordinates": list(outline.point)}
    return {"type": "MultiPolygon", "coordinates": outline.polygons}


def collection(rows: Iterable[Any], folder: Path, **more: Any) -> dict[str, Any]:
    """Rows as a collection of features, with what must be read with its boundaries."""
    found = features(rows, folder)
    return {
        "type": "FeatureCollection",
        "features": found,
        **more,
        "boundaries": DISCLAIMER,
    }
