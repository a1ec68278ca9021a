"""ODK Central: the CSV of a form's submissions, and the JSON of its OData feed (``value``).

One row is one submission. ``instanceID`` (``KEY``, ``__id``) names it for ever; ``SubmissionDate`` is when it came in.
A point is four columns in CSV (``place-Latitude`` ...) and a GeoJSON Point, longitude first, in OData. Groups are joined
with ``-`` in CSV and nested in OData. Who sent it, and from which device, is not taken.

Source: https://docs.getodk.org/central-submissions/ and https://docs.getodk.org/central-api-odata-endpoints/
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from upstander.assess.imports import Found, Import, Opened
from upstander.core.places import Places
from upstander.core.uploads import read

PRIVATE = frozenset({
    "SubmitterID", "SubmitterName", "DeviceID", "deviceid", "Status", "ReviewState", "Edits", "FormVersion", "AttachmentsPresent",
    "AttachmentsExpected", "start", "end", "today", "username", "phonenumber", "meta-instanceName", "meta/instanceName", "meta/audit",
    *(f"__system/{n}" for n in ("submitterId", "submitterName", "attachmentsPresent", "attachmentsExpected", "status",
                                "reviewState", "deviceId", "edits", "formVersion", "updatedAt", "deletedAt")),
})  # fmt: skip
IDS = ("instanceID", "meta-instanceID", "meta/instanceID", "KEY", "__id")
SENT = ("SubmissionDate", "__system/submissionDate")
AXES = ("Latitude", "Longitude", "Altitude", "Accuracy")


def open_(path: Path, encoding: str, _places: Places) -> Opened:
    """Submissions, with the point and the id in our words."""
    given = read(path, encoding)
    return Opened(given.columns, (Found(x, *_own(x.cells)) for x in given.lines), given.notes)


def _own(cells: Mapping[str, Any]) -> tuple[dict[str, Any], frozenset[str]]:
    known: dict[str, Any] = {
        "origin": "odk_central", "origin_id": str(next((cells[n] for n in IDS if cells.get(n)), "")),
    }  # fmt: skip
    used = {*IDS, *SENT}
    if sent := next((cells[n] for n in SENT if cells.get(n)), None):
        known["reported"] = str(sent)[:10]
    for name, value in cells.items():
        stem = name.removesuffix("-Latitude")
        if stem != name and f"{stem}-Longitude" in cells:
            used |= {f"{stem}-{axis}" for axis in AXES}
            spot = value, cells[f"{stem}-Longitude"]
        elif isinstance(value, dict) and value.get("type") == "Point":
            used.add(name)
            spot = value["coordinates"][1], value["coordinates"][0]
        else:
            continue
        if "latitude" not in known and None not in spot:
            known |= {"latitude": spot[0], "longitude": spot[1], "precision": "exact"}
    return known, frozenset(used)


IMPORT = Import(
    title="ODK Central (CSV, OData JSON)",
    citation="ODK documentation, 'Managing Submissions in Central', https://docs.getodk.org/central-submissions/",
    open=open_,
    private=PRIVATE,
)
