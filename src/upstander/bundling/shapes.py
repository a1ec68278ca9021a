"""Outlines of places from Natural Earth: 1:110m polygons, points where that scale leaves a place out.

Natural Earth's ``ISO_A3`` is -99 for France, Norway and others, and its ``ADM0_A3`` is not ISO either
(SDS, SAH, KOS, PSX, ALD): both are mapped here. It draws Northern Cyprus and Somaliland apart; we join
them to Cyprus and Somalia, whose ``note`` says so. Coordinates are kept to 0.001 degree (about 100 m, far
below the generalisation of 1:110m). 50m: Indian Ocean Territories (IOA), Ashmore and Cartier (ATC) and the
Siachen Glacier (KAS) belong to no place of ours and are left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from upstander.core.geography import Outline, Ring, inside

CODES = {
    "SDS": "SSD",
    "SAH": "ESH",
    "KOS": "XKX",
    "PSX": "PSE",
    "ALD": "ALA",
    "CYN": "CYP",
    "SOL": "SOM",
}
Points = dict[str, tuple[float, float]]
LEFT_OUT = ("ATC", "IOA", "KAS")


def outlines(shared: Path, scale: str) -> dict[str, Outline]:
    """Outline by place code at one scale (``110m`` or ``50m``); parts of one place are joined."""
    parts: dict[str, list[tuple[Ring, ...]]] = {}
    for feature in features(shared, scale):
        code = feature["properties"]["ADM0_A3"]
        if code not in LEFT_OUT:
            parts.setdefault(CODES.get(code, code), []).extend(
                _polygons(feature["geometry"])
            )
    return {
        code: Outline(None, tuple(sorted(polygons))) for code, polygons in parts.items()
    }


def features(shared: Path, scale: str) -> list[dict[str, Any]]:
    """Natural Earth's features, with properties and geometry."""
    file = shared / "geo" / f"ne_{scale}_admin_0_countries.geojson"
    content = json.loads(file.read_text(encoding="utf-8"))
    listed: list[dict[str, Any]] = content["features"]
    return listed


def points(fine: dict[str, Outline], given: Points) -> Points:
    """(longitude, latitude) inside each place: the one given, else from the finer outline."""
    points = {code: _rounded(inside(outline)) for code, outline in fine.items()}
    return points | {code: _rounded(point) for code, point in given.items()}


def drawn(
    coarse: dict[str, Outline], points: Points, codes: Iterable[str]
) -> dict[str, Outline]:
    """What a map draws for each of ``codes``: polygons at 110m, else the point."""
    return {code: coarse.get(code) or Outline(points[code], ()) for code in codes}


def _polygons(geometry: dict[str, Any]) -> list[tuple[Ring, ...]]:
    polygons = geometry["coordinates"]
    if geometry["type"] != "MultiPolygon":
        polygons = [polygons]
    return [tuple(_ring(ring) for ring in polygon) for polygon in polygons]


def _ring(points: list[list[float]]) -> Ring:
    """The ring to 0.001 degree, without the repeats that rounding makes."""
    ring = [_rounded((x, y)) for x, y in points]
    return tuple(p for i, p in enumerate(ring) if i == 0 or p != ring[i - 1])


def _rounded(point: tuple[float, float]) -> tuple[float, float]:
    return round(point[0], 3), round(point[1], 3)
