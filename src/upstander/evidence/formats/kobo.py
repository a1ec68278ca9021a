"""KoboToolbox: what its API gives as JSON (``results``), and its CSV and xlsx exports with XML names as headers.

One row is one submission. ``_id`` is a number of one server, ``_uuid`` is the submission's own: it is kept when an
answer is edited. Groups are written as paths (``incident/title``); a point question as ``lat lon altitude accuracy``,
with four more columns ``_<question>_latitude`` ... beside it in exports, in a group ``incident/_<question>_latitude``; ``_geolocation`` is the first point of the
form, whichever that is, so it is not asked. With several points none is taken. Several choices stand in one cell,
divided by blanks, and each option may have a column of 0 and 1. What was marked as not approved is left out. Attachments
are named only; the files stay there. Who filled in the form, and with which telephone, is not taken.

Source: https://support.kobotoolbox.org/export_download.html
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from upstander.core.places import Places
from upstander.core.upload_rows import Line
from upstander.core.uploads import read
from upstander.evidence import questionnaires
from upstander.evidence.formats import Found, Import, Opened
from upstander.evidence.questionnaires import Point, numbers

PRIVATE = frozenset(
    {
        "_submitted_by",
        "_notes",
        "_tags",
        "_validation_status",
        "_status",
        "_index",
        "__version__",
        "_version_",
        "_xform_id_string",
        "formhub/uuid",
        "meta/instanceID",
        "meta/rootUuid",
        "meta/deprecatedID",
        "meta/instanceName",
        "start",
        "end",
        "today",
        "deviceid",
        "username",
        "phonenumber",
        "simserial",
        "subscriberid",
        "audit",
        "_bamboo_dataset_id",
        "_supplementalDetails",
    }
)
_AXIS = re.compile(
    r"(?P<group>(?s:.*/)?)_(?P<name>[^/]+)_(?P<axis>latitude|longitude|altitude|precision)"
)
VERDICTS = ("_validation_status/uid", "_validation_status/label", "_validation_status")
OWN = frozenset(("_id", "_uuid", "_submission_time", "_attachments"))
ENCRYPTED = ("encryptedXmlFile", "base64EncryptedKey")
IS_ENCRYPTED = (
    "this submission is encrypted; export it decrypted, with the form's private key"
)


def open_(path: Path, encoding: str, _places: Places) -> Opened:
    """Submissions, with the point, the id and the attachments in our words."""
    given = read(path, encoding)
    lines = list(given.lines)
    options = questionnaires.ticks(given.columns, lines)
    points = _points(given.columns, lines)
    place = questionnaires.the_place(points)
    private = {c for c in given.columns if c.startswith("_validation_status/")}
    of_place = place.columns if place else ()
    left = {
        c
        for c in of_place
        if (m := _AXIS.fullmatch(c)) and m["axis"] in ("altitude", "precision")
    }
    return Opened(
        given.columns,
        (_item(x, place, left) for x in lines),
        (*given.notes, *questionnaires.notes(options, points)),
        asked=questionnaires.asked(options, points),
        left=frozenset(private | left),
        head=given.head,
    )


def _points(columns: Sequence[str], lines: Sequence[Line]) -> dict[str, Point]:
    """Questions for a point: by the columns an export writes beside them, or by what their own cells hold."""
    axes: dict[str, dict[str, str]] = defaultdict(dict)
    for column in columns:
        if match := _AXIS.fullmatch(column):
            axes[match["group"] + match["name"]][match["axis"]] = column
    points: dict[str, Point] = {}
    for question, found in axes.items():
        if {"latitude", "longitude"} <= found.keys():
            own = (question,) if question in columns else ()
            points[question] = Point(
                found["latitude"], found["longitude"], (*own, *found.values())
            )
    for column in columns:
        values = [v for x in lines if (v := x.cells.get(column)) not in (None, "")]
        if column not in points and values and all(numbers(v) for v in values):
            points[column] = Point(column, column, (column,))
    return points


def _item(line: Line, place: Point | None, left: set[str]) -> Found:
    cells = line.cells
    if any(cells.get(c) for c in ENCRYPTED):
        line = replace(line, fault=IS_ENCRYPTED)
    spot = questionnaires.spot(cells, place, numbers)
    used = {*OWN, *(set(place.columns) - left if place else ())}
    if spot or cells.get("_geolocation") in (None, "", [None, None]):
        used.add("_geolocation")
    verdict = _verdict(cells)
    return Found(
        line,
        _in_our_words(cells, spot),
        frozenset(used),
        left_out=verdict if "not" in verdict else "",
        notes=(verdict,) if verdict and "not" not in verdict else (),
    )


def _in_our_words(cells: Mapping[str, Any], spot: tuple[Any, Any] | None) -> dict[str, Any]:
    """What the program says of a submission, as fields of the form."""
    fields: dict[str, Any] = {
        "origin": "kobo",
        "origin_id": str(cells.get("_uuid") or cells.get("_id") or ""),
    }
    if sent := cells.get("_submission_time"):
        fields["reported"] = str(sent)[:10]
    if spot:
        fields |= {"latitude": spot[0], "longitude": spot[1], "precision": "exact"}
    if files := cells.get("_attachments"):
        fields["attachments"] = "\n".join(_names(files))
    return fields


def _verdict(cells: Mapping[str, Any]) -> str:
    """What the data managers there said of a submission, where it is more than "approved"."""
    told = (
        str(next((cells[c] for c in VERDICTS if cells.get(c)), ""))
        .lower()
        .replace("_", " ")
    )
    if "not approved" in told:
        return "marked as not approved at its origin"
    return "marked as on hold at its origin" if "on hold" in told else ""


def _names(files: Any) -> Iterator[str]:
    for f in files if isinstance(files, list) else [files]:
        if isinstance(f, dict) and f.get("is_deleted"):
            continue
        name = (
            f.get("media_file_basename") or f.get("filename") if isinstance(f, dict) else f
        )
        yield str(name).rsplit("/", 1)[-1]


IMPORT = Import(
    title="KoboToolbox (JSON of the API, CSV and xlsx exports)",
    citation="KoboToolbox help, 'Exporting and downloading your data', https://support.kobotoolbox.org/export_download.html",
    open=open_,
    private=PRIVATE,
    divider=" ",
)
