"""The world as SVG: outlook bands by shade and by sign, small States as points."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from upstander.core.geography import DISCLAIMER, Outline, outlines
from upstander.report.bands import NAMES
from upstander.report.charts import INK, QUIET, SCALE, svg
from upstander.report.situation import Overview

SHAPES = ("circle", "circle", "diamond", "triangle-up", "square")  # by band: the sign beside the shade
NOTE = DISCLAIMER


@cache
def _features(folder: Path) -> tuple[dict[str, Any], ...]:
    return tuple(f for code, o in sorted(outlines(folder).items()) if (f := _feature(code, o)))


def _feature(code: str, outline: Outline) -> dict[str, Any] | None:
    if outline.point:
        return None
    # d3 fills the outside of rings that turn left, so every outer ring must turn right.
    polygons = [[_turned(ring, i == 0) for i, ring in enumerate(rings)] for rings in outline.polygons]
    return {"type": "Feature", "id": code, "properties": {"code": code}, "geometry": {"type": "MultiPolygon", "coordinates": polygons}}


def _turned(ring: Any, outer: bool) -> list[list[float]]:
    from upstander.core.geography import area

    points = [[round(x, 2), round(y, 2)] for x, y in ring]
    return points[::-1] if (area(ring) > 0) == outer else points


def world(held: Overview, folder: Path, width: int = 960) -> str:
    """The map; a place without a forecast is hatched by a dotted outline and left pale."""
    bands = {line.code: line.band.number for line in held.lines if line.band}
    drawn = outlines(folder)
    land = [{**f, "properties": {**f["properties"], "band": bands.get(f["id"], -1)}} for f in _features(folder)]
    points = [
        {"longitude": o.point[0], "latitude": o.point[1], "band": bands.get(line.code, -1)}
        for line in held.lines if (o := drawn.get(line.code)) and o.point and line.kind == "member"
    ]  # fmt: skip
    signs = [
        {"longitude": p.longitude, "latitude": p.latitude, "band": bands[p.code]}
        for p in _placed(held, folder) if bands.get(p.code, 0) >= 3 and not (drawn[p.code].point)
    ]  # fmt: skip
    colour = {"field": "band", "type": "ordinal", "scale": {"domain": [-1, 0, 1, 2, 3, 4], "range": ["#ffffff", *SCALE]}, "legend": None}
    shape = {"field": "band", "type": "ordinal", "scale": {"domain": [-1, 0, 1, 2, 3, 4], "range": ["circle", *SHAPES]}, "legend": None}
    where = {"longitude": {"field": "longitude", "type": "quantitative"}, "latitude": {"field": "latitude", "type": "quantitative"}}
    land_colour = {**colour, "field": "properties.band"}
    spec = {
        "width": width, "height": round(width * 0.47), "projection": {"type": "equalEarth"},
        "layer": [
            {"data": {"values": land}, "mark": {"type": "geoshape", "stroke": QUIET, "strokeWidth": 0.4}, "encoding": {"color": land_colour}},
            {"data": {"values": points}, "mark": {"type": "point", "filled": True, "size": 42, "stroke": INK, "strokeWidth": 0.6, "opacity": 1},
             "encoding": {**where, "color": colour, "shape": shape}},
            {"data": {"values": signs}, "mark": {"type": "point", "filled": True, "size": 46, "color": "#ffffff", "stroke": INK, "strokeWidth": 0.8, "opacity": 1},
             "encoding": {**where, "shape": shape}},
        ],
    }  # fmt: skip
    told = "; ".join(f"{NAMES[n]}: {sum(b == n for b in bands.values())} places" for n in range(4, -1, -1))
    return svg(spec, f"World map of outlook bands. {told}. The table below names every place.")


def _placed(held: Overview, folder: Path) -> list[Any]:
    from upstander.core import places

    known, drawn = places.load(folder), outlines(folder)
    return [known.get(line.code) for line in held.lines if line.code in drawn]
