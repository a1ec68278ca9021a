"""The Universal Human Rights Index as JSON: a list of some 270,000 annotations in one file of 340 MB, read as it streams.

Names are those of the full export (``AnnotationId``) or of cleaned copies of it (``annotation_id``): letters alone count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from upstander.core.places import Places
from upstander.records.recommendation_rows import Aside, Row
from upstander.respond import json_stream, recommendation_reading, uhri
from upstander.respond.recommendation_formats import Format

NAMES = {
    "textoriginal": "text",
    "publicationdate": "day",
    "annotationtype": "type",
    "affectedpersons": "persons",
    "annotationid": "id",
    "uprposition": "position",
    "uprrecommendingstates": "states",
    "uprsession": "session",
}


def is_one(path: Path) -> bool:
    """Whether a file is a list of annotations."""
    with path.open("rb") as file:
        head = file.read(4_000).decode("utf-8-sig", "replace").lower()
    return head.lstrip().startswith("[") and "annotation" in head and "symbol" in head


def read(path: Path, places: Places, about: str) -> Iterator[Row | Aside]:  # noqa: ARG001
    """Its annotations. Raises FileRefused where it is no list of objects in JSON."""
    countries = recommendation_reading.Countries(places, date.max)
    for number, item in enumerate(json_stream.items(path), 1):
        yield uhri.row(_named(item), f"item {number}", countries)


def _named(item: Mapping[str, Any]) -> dict[str, Any]:
    """Values by our names; a list of one name stays a list."""
    bare = {"".join(filter(str.isalpha, name)).lower(): v for name, v in item.items()}
    return {NAMES.get(name, name): value for name, value in bare.items()}


FORMAT = Format(
    title="Universal Human Rights Index (JSON)",
    citation="OHCHR, Universal Human Rights Index, full export",
    is_one=is_one,
    read=read,
)
