"""Outlines of CAP areas: points checked, thinned where there are too many, and the box around them.

A box whose western edge lies east of its eastern one runs across the antimeridian, as in GeoJSON (RFC 7946, 5.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

MOST_POINTS = 1_000  # kept of one outline: a country's border is drawn well with fewer
Point = tuple[float, float]


@dataclass(frozen=True)
class Outline:
    """An outline: points as (latitude, longitude) in degrees, closed; box as (south, west, north, east).

    Attributes:
        whole: how many points it had; across: whether it runs across the antimeridian.
    """

    points: tuple[Point, ...]
    box: tuple[float, float, float, float]
    whole: int
    across: bool


def read(text: str) -> Outline:
    """An outline as CAP writes it: ``lat,lon lat,lon ...``, at least four points. One left open is closed.

    Raises:
        ValueError: says which point, or what else is wrong.
    """
    points = tuple(_point(pair) for pair in text.split())
    if points and points[0] != points[-1]:
        points = (*points, points[0])
    if len(points) < 4:
        raise ValueError(f"an outline has at least 4 points, this one {len(points)}")
    across = _crosses(points)
    return Outline(thinned(points), _box(points, across), len(points), across)


def _point(pair: str) -> Point:
    latitude, comma, longitude = pair.partition(",")
    try:
        point = float(latitude), float(longitude)
    except ValueError:
        raise ValueError(f"{pair[:40]!r} is no point; write lat,lon") from None
    if not comma or not (-90 <= point[0] <= 90 and -360 <= point[1] <= 360):
        raise ValueError(f"{pair[:40]!r} lies on no map: latitude -90 to 90")
    return point


def thinned(points: Sequence[Point]) -> tuple[Point, ...]:
    """At most MOST_POINTS of them, evenly; first and last stay."""
    if len(points) <= MOST_POINTS:
        return tuple(points)
    step = ceil((len(points) - 1) / (MOST_POINTS - 2))
    return (*points[:-1:step], points[-1])


def _crosses(points: Sequence[Point]) -> bool:
    """Whether two points after each other lie more than half the world apart, or beyond 180 degrees."""
    pairs = pairwise(points)
    return any(abs(a[1] - b[1]) > 180 for a, b in pairs) or any(
        abs(p[1]) > 180 for p in points
    )


def _box(points: Sequence[Point], across: bool) -> tuple[float, float, float, float]:
    south, north = min(p[0] for p in points), max(p[0] for p in points)
    longitudes = [p[1] % 360 if across else p[1] for p in points]
    west, east = min(longitudes), max(longitudes)
    if across:
        west, east = (x - 360 if x > 180 else x for x in (west, east))
    return south, west, north, east
