"""OGC API - Features, Part 1: Core (17-069r4): maps that QGIS opens. One collection of places, and one for each event.

Classes of conformance: core and geojson. The description is OpenAPI 3.1, so that the class oas30 is not claimed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from upstander.core.errors import UnknownRecord
from upstander.core.geography import DISCLAIMER, Outline, outlines
from upstander.core.messages import say
from upstander.forecast import targets
from upstander.report import situation
from upstander.report.as_json import plain
from upstander.web.api import figures
from upstander.web.api.formats import geometry_of
from upstander.web.api.operation import Call, Found, Operation, one, sliced
from upstander.web.api.parameters import Parameter, Wrong, short
from upstander.web.kernel.sessions import address

ROOT, PLACES = "/v1/ogc", "countries"
OF = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf"
CONFORMS = (f"{OF}/core", f"{OF}/geojson")
CRS = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GEOJSON, JSON = "application/geo+json", "application/json"
DOCUMENT = "application/vnd.oai.openapi+json;version=3.1"
ANY: Mapping[str, Any] = {"type": "object"}
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Place:
    """A place of a collection: its code, with what is drawn."""

    place: Annotated[str, Field(description="Place code.")]


# Parameters


def bbox(text: str) -> Box:
    """West, south, east and north in degrees, of four numbers or of six with heights."""
    try:
        given = [float(x) for x in text.split(",")]
    except ValueError:
        given = []
    if len(given) not in (4, 6) or not all(abs(x) <= 1e6 for x in given):
        raise Wrong(say("web.api_bbox"))
    half = len(given) // 2
    west, south, east, north = *given[:2], *given[half : half + 2]
    if south > north:
        raise Wrong(say("web.api_bbox"))
    return west, south, east, north


INSTANT = r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d))?"
TIME = re.compile(rf"{INSTANT}|(\.\.)?/({INSTANT})|({INSTANT})/((\.\.)?|{INSTANT})", re.A)


def moment(text: str) -> str:
    """An instant or an interval as RFC 3339 has it; the features have no time, so that every one is of it."""
    if not TIME.fullmatch(text):
        raise Wrong(say("web.api_datetime"))
    return text


BBOX = Parameter(
    "bbox",
    "West, south, east, north in degrees (CRS84); places that touch it.",
    {"type": "string", "examples": ["-20,-35,55,38"]},
    bbox,
)
DATETIME = Parameter(
    "datetime",
    "An instant or interval; the features have no time of their own, so that all are of it. `as_of` asks for another day.",
    {"type": "string"},
    moment,
)


def _in_path(name: str, words: str) -> Parameter:
    schema = {"type": "string", "maxLength": 60}
    return Parameter(name, words, schema, short(60), is_required=True, where="path")


COLLECTION = _in_path("collection", "Id of the collection.")
FEATURE = _in_path("feature", "Id of the feature: the place's code.")


# What there is


def collections(call: Call) -> dict[str, str]:
    """Titles by id: the places, and each event that the issue of the day holds."""
    known = call.known
    held = {row["target"] for rows in known.chances.values() for row in rows}
    made = {PLACES: "Countries and territories: the outlook in one row"}
    return made | {t.id: _title(t) for t in targets.TARGETS if t.id in held}


def _title(target: targets.Target) -> str:
    of = "calendar years" if target.level == "country-year" else "months ahead"
    return f"{target.label}, {of}"


def _named(call: Call) -> str:
    """The collection asked for. Raises UnknownRecord."""
    id = str(call.values["collection"])
    if id not in collections(call):
        raise UnknownRecord(f"no collection {id}")
    return id


def _link(call: Call, rel: str, path: str, media: str, title: str) -> dict[str, str]:
    base = address(call.request.http, call.request.state)
    return {"rel": rel, "href": f"{base}{path}", "type": media, "title": title}


def _nothing(_: Call) -> Found:
    return one(Place(""))


def landing(call: Call, _: Found, __: str | None) -> dict[str, Any]:
    """The door."""
    return {
        "title": "Upstander",
        "description": "Odds of atrocity crimes by place, with what must be read beside them.",
        "links": [
            _link(call, "self", ROOT, JSON, "This document"),
            _link(call, "service-desc", "/v1/openapi.json", DOCUMENT, "The API"),
            _link(call, "conformance", f"{ROOT}/conformance", JSON, "Conformance"),
            _link(call, "data", f"{ROOT}/collections", JSON, "Collections"),
        ],
    }


def conformance(_: Call, __: Found, ___: str | None) -> dict[str, Any]:
    """What it conforms to."""
    return {"conformsTo": list(CONFORMS)}


def listed(call: Call, _: Found, __: str | None) -> dict[str, Any]:
    """Every collection."""
    path = f"{ROOT}/collections"
    found = collections(call).items()
    return {
        "links": [_link(call, "self", path, JSON, "Collections")],
        "collections": [_collection(call, id, title) for id, title in found],
    }


def described(call: Call, _: Found, __: str | None) -> dict[str, Any]:
    """One collection."""
    id = _named(call)
    return _collection(call, id, collections(call)[id])


def _collection(call: Call, id: str, title: str) -> dict[str, Any]:
    path = f"{ROOT}/collections/{id}"
    head = call.request.figures[1].head
    return {
        "id": id,
        "title": title,
        "description": f"{head.data_age} {head.caveat} {DISCLAIMER}",
        "extent": {"spatial": {"bbox": [[-180, -90, 180, 90]], "crs": CRS}},
        "itemType": "feature",
        "crs": [CRS],
        "links": [
            _link(call, "self", path, JSON, title),
            _link(call, "items", f"{path}/items", GEOJSON, title),
        ],
    }


# Features


def items(call: Call) -> Found:
    """The features of a collection, by the places' codes. Raises UnknownRecord."""
    codes = [c for c in _codes(call) if _is_inside(call, c)]
    return sliced(call, codes, partial(_feature, call, _named(call)))


def item(call: Call) -> Found:
    """One feature. Raises UnknownRecord."""
    id, code = _named(call), str(call.values["feature"])
    if code not in _codes(call):
        raise UnknownRecord(f"no feature {code}")
    return one(_feature(call, id, code))


def _codes(call: Call) -> list[str]:
    id, known = _named(call), call.known
    if id == PLACES:
        return sorted(line.code for line in call.request.figures[1].lines)
    held = known.chances.items()
    return sorted(c for c, rows in held if any(r["target"] == id for r in rows))


def _feature(call: Call, id: str, code: str) -> dict[str, Any]:
    known, folder = call.known, call.request.state.places.folder
    if id == PLACES:
        line = situation.line_of(known, known.places.get(code))
        row: Any = figures.country_row(known, line)
    else:
        row = figures.forecast_row(known, {}, (known.places.get(code), id))
    geometry = geometry_of(code, folder)
    return {"type": "Feature", "id": code, "geometry": geometry, "properties": plain(row)}


def _is_inside(call: Call, code: str) -> bool:
    asked = call.values["bbox"]
    if asked is None:
        return True
    outline = _outlines(call.request.state.places.folder).get(code)
    return outline is not None and any(_touches(asked, box) for box in _boxes(outline))


@cache
def _outlines(folder: Path) -> Mapping[str, Outline]:
    return outlines(folder)


def _boxes(outline: Outline) -> Iterable[Box]:
    """The frame of each part: of a State on both sides of the date line, no frame spans the world."""
    if outline.point:
        yield (*outline.point, *outline.point)
    for rings in outline.polygons:
        xs, ys = [x for x, _ in rings[0]], [y for _, y in rings[0]]
        yield min(xs), min(ys), max(xs), max(ys)


def _touches(asked: Box, box: Box) -> bool:
    """Whether two frames touch; an asked one whose west lies east of its east goes over the date line."""
    west, south, east, north = asked
    if west > east:
        left, right = (west, south, 180.0, north), (-180.0, south, east, north)
        return _touches(left, box) or _touches(right, box)
    return west <= box[2] and box[0] <= east and south <= box[3] and box[1] <= north


def page(call: Call, found: Found, following: str | None) -> dict[str, Any]:
    """Features as a collection of GeoJSON, with the next page."""
    path = f"{ROOT}/collections/{_named(call)}/items"
    links = [_link(call, "self", path, GEOJSON, "These features")]
    if following:
        links.append(_link(call, "next", following, GEOJSON, "The next page"))
    return {
        "type": "FeatureCollection",
        "features": found.rows,
        "links": links,
        "timeStamp": call.request.now.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "numberMatched": found.count,
        "numberReturned": len(found.rows),
    }


def single(call: Call, found: Found, _: str | None) -> dict[str, Any]:
    """One feature with its links."""
    collection = f"{ROOT}/collections/{_named(call)}"
    feature = dict(found.rows[0])
    return {
        **feature,
        "links": [
            _link(call, "self", f"{collection}/items/{feature['id']}", GEOJSON, "This"),
            _link(call, "collection", collection, JSON, "Its collection"),
        ],
    }


LINKS = {"type": "array", "items": ANY}
FEATURES = {
    "type": "object",
    "properties": {
        "type": {"const": "FeatureCollection"},
        "features": {"type": "array", "items": ANY},
        "links": LINKS,
        "numberMatched": {"type": "integer"},
        "numberReturned": {"type": "integer"},
    },
    "required": ["type", "features", "links", "numberMatched", "numberReturned"],
}


def _operation(
    name: str,
    path: str,
    summary: str,
    body: Callable[[Call, Found, str | None], Mapping[str, Any]],
    *own: Parameter,
) -> Operation:
    return Operation(
        f"ogc_{name}",
        f"{ROOT}{path}",
        summary,
        Place,
        _nothing,
        own,
        formats=("json",),
        is_one=True,
        body=body,
        shape=ANY,
    )


OPERATIONS = (
    _operation("landing", "", "OGC API Features: the door.", landing),
    _operation("conformance", "/conformance", "What it conforms to.", conformance),
    _operation("collections", "/collections", "Every collection.", listed),
    _operation(
        "collection", "/collections/{collection}", "One collection.", described, COLLECTION
    ),
    Operation(
        "ogc_items",
        f"{ROOT}/collections/{{collection}}/items",
        "Places as features.",
        Place,
        items,
        (COLLECTION, BBOX, DATETIME),
        formats=("geojson",),
        body=page,
        shape=FEATURES,
    ),
    Operation(
        "ogc_item",
        f"{ROOT}/collections/{{collection}}/items/{{feature}}",
        "One place as a feature.",
        Place,
        item,
        (COLLECTION, FEATURE),
        formats=("geojson",),
        is_one=True,
        body=single,
        shape=ANY,
    ),
)
