"""Make the five place tables of the bundle from a folder of publishers' files.

``place``, ``place_code``, ``place_name``, ``neighbour`` and ``boundary``. Rows are sorted and the Parquet
settings fixed, so that the same input gives the same bytes.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from upstander.bundling import borders, facts, place_names, place_rows, shapes
from upstander.core.geography import encode

TEXT, DAY, REAL = pa.string(), pa.date32(), pa.float64()
PLACE = pa.schema(
    [
        pa.field("code", TEXT, False),
        pa.field("name", TEXT, False),
        pa.field("start", DAY),
        pa.field("end", DAY),
        pa.field("kind", TEXT, False),
        pa.field("m49", pa.int64()),
        pa.field("region", TEXT, False),
        pa.field("subregion", TEXT, False),
        pa.field("latitude", REAL, False),
        pa.field("longitude", REAL, False),
        pa.field("booked_under", TEXT),
        pa.field("note", TEXT, False),
        pa.field("successors", TEXT, False),
        pa.field("unit", TEXT, False),
    ]
)
PLACE_CODE = pa.schema(
    [
        pa.field("place", TEXT, False),
        pa.field("scheme", TEXT, False),
        pa.field("value", TEXT, False),
        pa.field("first", DAY),
        pa.field("last", DAY),
    ]
)
PLACE_NAME = pa.schema([pa.field(name, TEXT, False) for name in ("place", "language", "name")])
NEIGHBOUR = pa.schema(
    [
        pa.field("a", TEXT, False),
        pa.field("b", TEXT, False),
        pa.field("kind", TEXT, False),
        pa.field("km", REAL, False),
        pa.field("first", DAY),
        pa.field("last", DAY),
    ]
)
BOUNDARY = pa.schema([pa.field("place", TEXT, False), pa.field("wkb", pa.binary(), False)])


def build(shared: Path, out: Path) -> None:
    """Write the place tables made from ``shared`` into the folder ``out``.

    Raises:
        FileNotFoundError: a file below ``shared`` is missing.
        ValueError: the sources contradict each other (a code or name of two places).
    """
    known = facts.read(shared)
    codes = place_rows.codes(known)
    given = {
        c: (p["point"][1], p["point"][0]) for c, p in known.ours["place"].items() if "point" in p
    }
    points = shapes.points(shapes.outlines(shared, "50m"), given)
    places = place_rows.places(known, codes, points)
    alive = [p["code"] for p in places if p["end"] is None and p["kind"] != "area"]
    drawn = shapes.drawn(shapes.outlines(shared, "110m"), points, alive)
    out.mkdir(parents=True, exist_ok=True)
    _write(out, "place", PLACE, places)
    _write(out, "place_code", PLACE_CODE, [c._asdict() for c in codes])
    _write(out, "place_name", PLACE_NAME, [n._asdict() for n in place_names.names(known, codes)])
    _write(
        out, "neighbour", NEIGHBOUR, [b._asdict() for b in borders.borders(known, codes, places)]
    )
    _write(
        out,
        "boundary",
        BOUNDARY,
        [{"place": c, "wkb": encode(o)} for c, o in sorted(drawn.items())],
    )


def _write(out: Path, name: str, schema: pa.Schema, rows: list[dict[str, object]]) -> None:
    pq.write_table(
        pa.Table.from_pylist(rows, schema),
        out / f"{name}.parquet",
        compression="zstd",
        compression_level=19,
        store_schema=False,
        write_statistics=False,
    )
