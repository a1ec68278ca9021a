"""Make the five place tables of the bundle from a folder of publishers' files.

``place``, ``place_code``, ``place_name``, ``neighbour`` and ``boundary``. Rows are sorted and the Parquet
settings fixed, so that the same input gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from upstander.bundling import borders, facts, place_names, place_rows, shapes
from upstander.core.geography import encode

TEXT, DAY, REAL = pa.string(), pa.date32(), pa.float64()


def _columns(types: Mapping[str, pa.DataType], nullable: Iterable[str] = ()) -> pa.Schema:
    return pa.schema([pa.field(name, kind, name in nullable) for name, kind in types.items()])


PLACE = _columns(
    {
        "code": TEXT,
        "name": TEXT,
        "start": DAY,
        "end": DAY,
        "kind": TEXT,
        "m49": pa.int64(),
        "region": TEXT,
        "subregion": TEXT,
        "latitude": REAL,
        "longitude": REAL,
        "booked_under": TEXT,
        "note": TEXT,
        "successors": TEXT,
        "unit": TEXT,
    },
    nullable=("start", "end", "m49", "booked_under"),
)
SPAN = {"first": DAY, "last": DAY}
PLACE_CODE = _columns({"place": TEXT, "scheme": TEXT, "value": TEXT, **SPAN}, nullable=SPAN)
PLACE_NAME = _columns({"place": TEXT, "language": TEXT, "name": TEXT})
NEIGHBOUR = _columns({"a": TEXT, "b": TEXT, "kind": TEXT, "km": REAL, **SPAN}, nullable=SPAN)
BOUNDARY = _columns({"place": TEXT, "wkb": pa.binary()})


def build(shared: Path, out: Path) -> None:
    """Write the place tables made from ``shared`` into the folder ``out``.

    Raises:
        FileNotFoundError: a file below ``shared`` is missing.
        ValueError: the sources contradict each other (a code or name of two places).
    """
    read = facts.read(shared)
    codes = place_rows.codes(read)
    points = _points(shared, read)
    places = place_rows.places(read, codes, points)
    alive = [p["code"] for p in places if p["end"] is None and p["kind"] != "area"]
    drawn = shapes.drawn(shapes.outlines(shared, "110m"), points, alive)
    names = place_names.names(read, codes)
    neighbours = borders.borders(read, codes, places)
    out.mkdir(parents=True, exist_ok=True)
    _write(out, "place", PLACE, places)
    _write(out, "place_code", PLACE_CODE, [c._asdict() for c in codes])
    _write(out, "place_name", PLACE_NAME, [n._asdict() for n in names])
    _write(out, "neighbour", NEIGHBOUR, [b._asdict() for b in neighbours])
    boundaries: list[dict[str, object]] = [
        {"place": c, "wkb": encode(o)} for c, o in sorted(drawn.items())
    ]
    _write(out, "boundary", BOUNDARY, boundaries)


def _points(shared: Path, read: facts.Facts) -> dict[str, tuple[float, float]]:
    """A point of each place, (longitude, latitude): ours, else one within its outline."""
    named = read.ours["place"].items()
    ours = {code: (p["point"][1], p["point"][0]) for code, p in named if "point" in p}
    return shapes.points(shapes.outlines(shared, "50m"), ours)


def _write(out: Path, name: str, schema: pa.Schema, rows: list[dict[str, object]]) -> None:
    pq.write_table(
        pa.Table.from_pylist(rows, schema),
        out / f"{name}.parquet",
        compression="zstd",
        compression_level=19,
        store_schema=False,
        write_statistics=False,
    )
