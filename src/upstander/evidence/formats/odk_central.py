"""ODK Central: the CSV of a form's submissions, and the JSON of its OData feed (``value``).

One row is one submission. ``instanceID`` (``KEY``, ``__id``) names it for ever; ``SubmissionDate`` is when it came in.
A point is four columns in CSV (``place-Latitude`` ...) and a GeoJSON Point, longitude first, in OData. Groups are joined
with ``-`` in CSV and nested in OData. With several points none is taken. Several choices stand in one cell, divided by
blanks. What was rejected or deleted there is left out, and what is encrypted is said to be. Who sent it, and from which
device, is not taken.

Source: https://docs.getodk.org/central-submissions/ and https://docs.getodk.org/central-api-odata-endpoints/
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from upstander.core.places import Places
from upstander.core.upload_rows import Line
from upstander.core.uploads import read
from upstander.evidence import questionnaires
from upstander.evidence.formats import Found, Import, Opened
from upstander.evidence.questionnaires import Point

PRIVATE = frozenset(
    {
        "SubmitterID",
        "SubmitterName",
        "DeviceID",
        "deviceid",
        "Status",
        "ReviewState",
        "Edits",
        "FormVersion",
        "AttachmentsPresent",
        "AttachmentsExpected",
        "start",
        "end",
        "today",
        "username",
        "phonenumber",
        "meta-instanceName",
        "meta/instanceName",
        "meta/audit",
        *(
            f"__system/{n}"
            for n in (
                "submitterId",
                "submitterName",
                "attachmentsPresent",
                "attachmentsExpected",
                "status",
                "reviewState",
                "deviceId",
                "edits",
                "formVersion",
                "updatedAt",
                "deletedAt",
            )
        ),
    }
)
IDS = ("instanceID", "meta-instanceID", "meta/instanceID", "KEY", "__id")
SENT = ("SubmissionDate", "__system/submissionDate")
_AXIS = re.compile(r"(?P<name>.+)-(?P<axis>Latitude|Longitude|Altitude|Accuracy)")
_WKT = re.compile(
    r"POINT ?(?:Z )?\((?P<longitude>-?[\d.]{1,20}) (?P<latitude>-?[\d.]{1,20})(?: -?[\d.]{1,20})?\)"
)
STATES = {
    "notdecrypted": "this submission is encrypted (status notDecrypted); export it with the passphrase",
    "missingencryptedformdata": "this submission is encrypted and has not arrived whole; wait until it has, then export it "
    "with the passphrase",
}


def open_(path: Path, encoding: str, _places: Places) -> Opened:
    """Submissions, with the point and the id in our words."""
    given = read(path, encoding)
    lines = list(given.lines)
    options = questionnaires.ticks(given.columns, lines)
    points = _points(given.columns, lines)
    place = questionnaires.the_place(points)
    left = set(place.columns) - {place.latitude, place.longitude} if place else set()
    return Opened(
        given.columns,
        (_item(x, place, left) for x in lines),
        (*given.notes, *questionnaires.notes(options, points)),
        asked=questionnaires.asked(options, points),
        left=frozenset(left),
        head=given.head,
    )


def _points(columns: Sequence[str], lines: Sequence[Line]) -> dict[str, Point]:
    """Questions for a point: four columns each in CSV, one in the feed (GeoJSON, or well-known text)."""
    axes: dict[str, dict[str, str]] = defaultdict(dict)
    for column in columns:
        if match := _AXIS.fullmatch(column):
            axes[match["name"]][match["axis"]] = column
    points = {
        question: Point(found["Latitude"], found["Longitude"], tuple(found.values()))
        for question, found in axes.items()
        if {"Latitude", "Longitude"} <= found.keys()
    }
    for column in columns:
        if any(_coordinates(x.cells.get(column)) for x in lines):
            points[column] = Point(column, column, (column,))
    return points


def _coordinates(value: Any) -> tuple[Any, Any] | None:
    """Latitude and longitude of one cell of the feed."""
    if isinstance(value, dict) and value.get("type") == "Point":
        spot = value.get("coordinates")
        return (spot[1], spot[0]) if isinstance(spot, list) and len(spot) > 1 else None
    match = (
        _WKT.fullmatch(value.strip())
        if isinstance(value, str) and len(value) < 100
        else None
    )
    return (match["latitude"], match["longitude"]) if match else None


def _item(line: Line, place: Point | None, left: set[str]) -> Found:
    cells = line.cells
    known: dict[str, Any] = {
        "origin": "odk_central",
        "origin_id": str(next((cells[n] for n in IDS if cells.get(n)), "")),
    }
    if sent := next((cells[n] for n in SENT if cells.get(n)), None):
        known["reported"] = str(sent)[:10]
    if spot := questionnaires.spot(cells, place, _coordinates):
        known |= {"latitude": spot[0], "longitude": spot[1], "precision": "exact"}
    state = _word(cells, "__system/status", "Status")
    verdict = _word(cells, "__system/reviewState", "ReviewState")
    of_place = set(place.columns) - left if place else ()
    return Found(
        replace(line, fault=line.fault or STATES.get(state, "")),
        known,
        frozenset((*IDS, *SENT, *of_place)),
        left_out=_left_out(cells, verdict),
        notes=("marked at its origin as having issues",) if verdict == "hasissues" else (),
    )


def _word(cells: Mapping[str, Any], *names: str) -> str:
    """The first of the columns that says something, in small letters without blanks."""
    word = next((cells[n] for n in names if cells.get(n)), "")
    return str(word).replace(" ", "").lower()


def _left_out(cells: Mapping[str, Any], verdict: str) -> str:
    if cells.get("__system/deletedAt") or cells.get("DeletedAt"):
        return "deleted at its origin"
    return "rejected at its origin" if verdict == "rejected" else ""


IMPORT = Import(
    title="ODK Central (CSV, OData JSON)",
    citation="ODK documentation, 'Managing Submissions in Central', https://docs.getodk.org/central-submissions/",
    open=open_,
    private=PRIVATE,
    divider=" ",
)
