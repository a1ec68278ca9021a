"""Make the five place tables of the bundle from a folder of publishers' files.

``place``, ``place_code``, ``place_name``, ``neighbour`` and ``boundary``. Rows are sorted and the Parquet
settings fixed, so that the same input gives the same bytes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from upstander.bundling import borders, facts, place_names, place_rows, shapes
from upstander.core.geography import encode

TEXT, DAY, REAL = pa.string(), pa.date32(), pa.float64()


def _filled(name: str, type_: pa.DataType = TEXT) -> pa.Field:
    """A column that every row fills."""
    return pa.field(name, type_, False)


PLACE = pa.schema(
    [
        _filled("code"),
        _filled("name"),
        pa.field("start", DAY),
        pa.field("end", DAY),
        _filled("kind"),
        pa.field("m49", pa.int64()),
        _filled("region"),
        _filled("subregion"),
        _filled("latitude", REAL),
        _filled("longitude", REAL),
        pa.field("booked_under", TEXT),
        _filled("note"),
        _filled("successors"),
        _filled("unit"),
    ]
)
PLACE_CODE = pa.schema(
    [
        _filled("place"),
        _filled("scheme"),
        _filled("value"),
        pa.field("first", DAY),
        pa.field("last", DAY),
    ]
)
PLACE_NAME = pa.schema([_filled(name) for name in ("place", "language", "name")])
NEIGHBOUR = pa.schema(
    [
        _filled("a"),
        _filled("b"),
        _filled("kind"),
        _filled("km", REAL),
        pa.field("first", DAY),
        pa.field("last", DAY),
    ]
)
BOUNDARY = pa.schema([_filled("place"), _filled("wkb", pa.binary())])


def build(shared: Path, out: Path) -> None:
    """Write the place tables made from ``shared`` into the folder ``out``.

    Raises:
        FileNotFoundError: a file below ``shared`` is missing.
        ValueError: the sources contradict each other (a code or name of two places).
    """
    known = facts.read(shared)
    codes = place_rows.codes(known)
    points = shapes.points(shapes.outlines(shared, "50m"), _given_points(known))
    places = place_rows.places(known, codes, points)
    names = place_names.names(known, codes)
    neighbours = borders.borders(known, codes, places)
    out.mkdir(parents=True, exist_ok=True)
    _write(out, "place", PLACE, places)
    _write(out, "place_code", PLACE_CODE, [c._asdict() for c in codes])
    _write(out, "place_name", PLACE_NAME, [n._asdict() for n in names])
    _write(out, "neighbour", NEIGHBOUR, [b._asdict() for b in neighbours])
    _write(out, "boundary", BOUNDARY, _boundaries(shared, points, places))


def _given_points(known: facts.Facts) -> shapes.Points:
    """(longitude, latitude) of the places for which ``places.toml`` says a point."""
    named = known.ours["place"].items()
    return {code: (p["point"][1], p["point"][0]) for code, p in named if "point" in p}


def _boundaries(
    shared: Path, points: shapes.Points, places: list[dict[str, Any]]
) -> list[dict[str, object]]:
    """What a map draws of today's places, areas apart."""
    alive = [p["code"] for p in places if p["end"] is None and p["kind"] != "area"]
    drawn = shapes.drawn(shapes.outlines(shared, "110m"), points, alive)
    return [{"place": c, "wkb": encode(o)} for c, o in sorted(drawn.items())]


def _write(out: Path, name: str, schema: pa.Schema, rows: list[dict[str, object]]) -> None:
    pq.write_table(
        pa.Table.from_pylist(rows, schema),
        out / f"{name}.parquet",
        compression="zstd",
        compression_level=19,
        store_schema=False,
        write_statistics=False,
    )
