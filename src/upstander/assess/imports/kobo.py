"""KoboToolbox: what its API gives as JSON (``results``), and its CSV and xlsx exports with XML names as headers.

One row is one submission. ``_id`` is a number of one server, ``_uuid`` is the submission's own: it is kept when an
answer is edited. Groups are written as paths (``incident/title``); a point question as ``lat lon altitude accuracy``,
with four more columns ``_<question>_latitude`` ... beside it in exports; ``_geolocation`` is the first point of the
form. Attachments are named only; the files stay there. Who filled in the form, and with which telephone, is not taken.

Source: https://support.kobotoolbox.org/export_download.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from upstander.assess.imports import Found, Import, Opened
from upstander.core.places import Places
from upstander.core.uploads import read

PRIVATE = frozenset({
    "_submitted_by", "_notes", "_tags", "_validation_status", "_status", "_index", "__version__", "_version_", "_xform_id_string",
    "formhub/uuid", "meta/instanceID", "meta/rootUuid", "meta/deprecatedID", "meta/instanceName", "start", "end", "today",
    "deviceid", "username", "phonenumber", "simserial", "subscriberid", "audit", "_bamboo_dataset_id", "_supplementalDetails",
})  # fmt: skip
POINT = re.compile(r"^_(?P<name>.+)_(latitude|longitude|altitude|precision)$")


def open_(path: Path, encoding: str, _places: Places) -> Opened:
    """Submissions, with the point, the id and the attachments in our words."""
    given = read(path, encoding)
    return Opened(given.columns, (Found(x, *_own(x.cells)) for x in given.lines), given.notes)


def _own(cells: Mapping[str, Any]) -> tuple[dict[str, Any], frozenset[str]]:
    known: dict[str, Any] = {"origin": "kobo", "origin_id": str(cells.get("_uuid") or cells.get("_id") or "")}
    used = {"_id", "_uuid", "_submission_time", "_attachments", "_geolocation"}
    if sent := cells.get("_submission_time"):
        known["reported"] = str(sent)[:10]
    points = {m["name"] for c in cells if (m := POINT.match(c)) and f"_{m['name']}_longitude" in cells}
    used |= {c for c in cells if (m := POINT.match(c)) and m["name"] in points}
    if (spot := _spot(cells, sorted(points))) is not None:
        known |= {"latitude": spot[0], "longitude": spot[1], "precision": "exact"}
        used |= {c for c, v in cells.items() if isinstance(v, str) and _is_point(v, spot)}
    if files := cells.get("_attachments"):
        known["attachments"] = "\n".join(_names(files))
    return known, frozenset(used)


def _spot(cells: Mapping[str, Any], points: list[str]) -> tuple[Any, Any] | None:
    found = cells.get("_geolocation")
    if isinstance(found, list) and len(found) == 2 and None not in found:
        return found[0], found[1]
    for name in points:
        spot = cells.get(f"_{name}_latitude"), cells.get(f"_{name}_longitude")
        if None not in spot:
            return spot
    return None


def _is_point(text: str, spot: tuple[Any, Any]) -> bool:
    """Whether a cell is the point question itself: ``13.63 25.35 0 0``."""
    parts = text.split()
    try:
        return len(parts) in (2, 3, 4) and [float(p) for p in parts[:2]] == [float(spot[0]), float(spot[1])]
    except ValueError:
        return False


def _names(files: Any) -> Iterator[str]:
    for f in files if isinstance(files, list) else [files]:
        name = f.get("media_file_basename") or f.get("filename") if isinstance(f, dict) else f
        yield str(name).rsplit("/", 1)[-1]


IMPORT = Import(
    title="KoboToolbox (JSON of the API, CSV and xlsx exports)",
    citation="KoboToolbox help, 'Exporting and downloading your data', https://support.kobotoolbox.org/export_download.html",
    open=open_,
    private=PRIVATE,
)
