"""Outlines of places as well-known binary (WKB): read, write, and find a point inside.

Only what the maps need: points, polygons and multi-polygons in degrees (WGS84), little-endian,
as in OGC Simple Features 1.2.1, section 8.2. ``boundary.parquet`` holds one row per place.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq

from upstander.core.places import BUNDLE

Ring = tuple[tuple[float, float], ...]
Rings = tuple[Ring, ...]  # an outer ring, then its holes
POINT, POLYGON, MULTIPOLYGON = 1, 3, 6
DISCLAIMER = (
    "Boundaries and names are those of Natural Earth (2017, public domain), simplified; "
    "they imply no opinion on the legal status of any place."
)


@dataclass(frozen=True)
class Outline:
    """Where a place is drawn: polygons, or one point where it is too small for the map's scale.

    Attributes:
        point: (longitude, latitude) in degrees, or None where there are polygons.
        polygons: each an outer ring, then its holes; rings of (longitude, latitude), closed.
    """

    point: tuple[float, float] | None
    polygons: tuple[Rings, ...]


def outlines(folder: Path | None = None) -> Mapping[str, Outline]:
    """Outline by place code, from the packaged bundle or another folder with its tables."""
    table = pq.read_table((folder or BUNDLE) / "boundary.parquet")
    return {
        code: decode(wkb)
        for code, wkb in zip(
            table["place"].to_pylist(), table["wkb"].to_pylist(), strict=True
        )
    }


def decode(wkb: bytes) -> Outline:
    """An outline from little-endian WKB.

    Raises:
        ValueError: another byte order or kind of geometry.
    """
    order, kind = struct.unpack_from("<BI", wkb)
    if order != 1 or kind not in (POINT, POLYGON, MULTIPOLYGON):
        raise ValueError(
            f"WKB of byte order {order} and kind {kind}; known are little-endian kinds 1, 3, 6"
        )
    if kind == POINT:
        x, y = struct.unpack_from("<dd", wkb, 5)
        return Outline((x, y), ())
    if kind == POLYGON:
        return Outline(None, (_rings(wkb, 5)[0],))
    return Outline(None, _polygons(wkb))


def _polygons(wkb: bytes) -> tuple[Rings, ...]:
    (count,), at, polygons = struct.unpack_from("<I", wkb, 5), 9, []
    for _ in range(count):
        rings, at = _rings(wkb, at + 5)
        polygons.append(rings)
    return tuple(polygons)


def encode(outline: Outline) -> bytes:
    """Little-endian WKB of an outline; several polygons become a multi-polygon."""
    if outline.point:
        return struct.pack("<BIdd", 1, POINT, *outline.point)
    bodies = [_polygon(rings) for rings in outline.polygons]
    if len(bodies) == 1:
        return bodies[0]
    return struct.pack("<BII", 1, MULTIPOLYGON, len(bodies)) + b"".join(bodies)


def inside(outline: Outline) -> tuple[float, float]:
    """(longitude, latitude) of a point inside the largest polygon: the middle of its widest part.

    The polygon is cut by nine lines of latitude; the widest piece inside it gives the point.
    """
    if outline.point:
        return outline.point
    rings = max(outline.polygons, key=lambda rings: abs(area(rings[0])))
    south, north = min(y for _, y in rings[0]), max(y for _, y in rings[0])
    best = (-1.0, 0.0, 0.0)
    for step in range(1, 10):
        y = south + (north - south) * step / 10
        cuts = sorted(x for ring in rings for x in _cuts(ring, y))
        for left, right in zip(cuts[::2], cuts[1::2], strict=False):
            best = max(best, (right - left, (left + right) / 2, y))
    return best[1], best[2]


MARGIN = 1.0  # degree: outlines are simplified, and what happens off a coast belongs to it


def is_near(
    outline: Outline,
    longitude: float,
    latitude: float,
) -> bool:
    """Whether a point lies inside an outline, or within MARGIN of it."""
    if outline.point:
        return (
            max(abs(longitude - outline.point[0]), abs(latitude - outline.point[1]))
            <= MARGIN
        )
    for rings in outline.polygons:
        if not _is_in_frame(rings[0], longitude, latitude):
            continue
        if sum(x > longitude for ring in rings for x in _cuts(ring, latitude)) % 2:
            return True
        sides = (side for ring in rings for side in pairwise(ring))
        if any(_distance(longitude, latitude, side) <= MARGIN for side in sides):
            return True
    return False


def _is_in_frame(
    ring: Ring,
    longitude: float,
    latitude: float,
) -> bool:
    """Whether a point lies in the frame around a ring, or within MARGIN of the frame."""
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    is_between = min(ys) - MARGIN <= latitude <= max(ys) + MARGIN
    return is_between and min(xs) - MARGIN <= longitude <= max(xs) + MARGIN


def _distance(
    x: float, y: float, side: tuple[tuple[float, float], tuple[float, float]]
) -> float:
    """Degrees from a point to a side of a ring."""
    (x1, y1), (x2, y2) = side
    length = (x2 - x1) ** 2 + (y2 - y1) ** 2
    along = (
        0.0
        if length == 0
        else max(0.0, min(1.0, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length))
    )
    return math.hypot(x - x1 - along * (x2 - x1), y - y1 - along * (y2 - y1))


def area(ring: Ring) -> float:
    """Signed area in square degrees by the shoelace formula; positive when the ring turns left."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring)) / 2


def _cuts(ring: Ring, y: float) -> list[float]:
    """Longitudes at which the ring crosses the line of latitude ``y``."""
    return [
        x1 + (y - y1) * (x2 - x1) / (y2 - y1)
        for (x1, y1), (x2, y2) in pairwise(ring)
        if (y1 <= y) != (y2 <= y)
    ]


def _rings(wkb: bytes, at: int) -> tuple[Rings, int]:
    (count,), at, rings = struct.unpack_from("<I", wkb, at), at + 4, []
    for _ in range(count):
        (points,) = struct.unpack_from("<I", wkb, at)
        flat = struct.unpack_from(f"<{2 * points}d", wkb, at + 4)
        rings.append(tuple(zip(flat[::2], flat[1::2], strict=True)))
        at += 4 + 16 * points
    return tuple(rings), at


def _polygon(rings: Rings) -> bytes:
    parts = [struct.pack("<BII", 1, POLYGON, len(rings))]
    parts += [
        struct.pack("<I", len(ring)) + b"".join(struct.pack("<dd", x, y) for x, y in ring)
        for ring in rings
    ]
    return b"".join(parts)
