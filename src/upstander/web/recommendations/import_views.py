"""Files of UN recommendations brought in by page, what came of each, and what was set aside."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from upstander.core.errors import ConfigError, FileRefused
from upstander.core.messages import say, words_of
from upstander.records import recommendation_reading
from upstander.records.recommendation_rows import Import
from upstander.respond import recommendations
from upstander.respond.recommendations import IMPORTERS
from upstander.web.kernel.record_reading import place_codes, places
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import Again, Done
from upstander.web.kernel.routing import Given, action, page
from upstander.web.kernel.urls import url

SHOWN = 200  # rows set aside that a page shows
LONGEST_NAME = 100
ASKED = ("place", "format")


def look(request: PageRequest) -> dict[str, Any]:
    """The form, and the files that were brought in."""
    request.signed_in(*IMPORTERS)
    return _page(request, dict.fromkeys(ASKED, ""))


def _page(request: PageRequest, given: dict[str, str], fault: str = "") -> dict[str, Any]:
    database = request.state.records.database
    brought = recommendation_reading.imports(database, request.as_of)
    formats = recommendations.formats()
    return {
        "title": say("respond.bring_in"),
        "fault": fault,
        "given": given,
        "formats": [(name, f.title, f.needs_place) for name, f in formats.items()],
        "places": places(request),
        "imports": [_import(i) for i in brought],
        "past": request.is_past,
    }


def _import(brought: Import) -> dict[str, Any]:
    formats = recommendations.formats()
    return {
        "number": brought.number,
        "file": brought.file,
        "format": formats[brought.program].title,
        "at": f"{brought.at:%Y-%m-%d %H:%M}",
        **asdict(brought.counts),
        "aside_href": url("recommendations_aside", number=brought.number),
    }


def bring(request: PageRequest, given: Given) -> Done | Again:
    """Bring a file in: what can be read is kept, the rest stands aside with the reason."""
    who = request.signed_in(*IMPORTERS)
    values = {name: given.text(name) for name in ASKED}
    file = given.files.get("file")
    if file is None or not file.filename:
        return _refused(request, values, say("respond.choose_a_file"))
    if values["place"] and values["place"] not in place_codes(request):
        return _refused(request, values, say("respond.choose_a_state"))
    name = Path(file.filename).name[-LONGEST_NAME:]
    try:
        brought = _brought(request, name, file.file.read(), values, who.account)
    except (FileRefused, ConfigError) as error:
        return _refused(request, values, words_of(error))
    details = {"rows": brought.counts.added, "format": brought.program}
    request.state.records.log(
        who, "recommendations imported", name, now=request.now, details=details
    )
    return Done(url("recommendations_import"), _import(brought), 201)


def _refused(request: PageRequest, values: dict[str, str], words: str) -> Again:
    return Again("recommendations_import.html", _page(request, values, words))


def _brought(
    request: PageRequest,
    name: str,
    content: bytes,
    given: dict[str, str],
    who: str,
) -> Import:
    """Read through a temporary file that is gone before the answer."""
    with tempfile.TemporaryDirectory(prefix="upstander-") as folder:
        path = Path(folder) / on_disk(name)
        path.write_bytes(content)
        return recommendations.bring(
            request.state.records.database,
            path,
            request.state.places,
            who=who,
            now=request.now,
            about=given["place"],
            name=given["format"],
        )


def on_disk(name: str) -> str:
    """A name that any disk takes, as near to the person's as it can be.

    >>> on_disk("../matrix 48.docx"), on_disk("…")
    ('matrix 48.docx', 'file')
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    bare = "".join(c for c in last if c.isascii() and c.isprintable()).strip(". ")
    return bare[-LONGEST_NAME:] or "file"


def look_aside(request: PageRequest, number: str) -> dict[str, Any]:
    """Rows of an import that were set aside, each with the reason."""
    request.signed_in(*IMPORTERS)
    wanted = int(number) if number.isdecimal() and len(number) < 10 else 0
    database = request.state.records.database
    count, rows = recommendation_reading.aside(database, wanted, SHOWN)
    return {
        "title": say("respond.set_aside"),
        "count": count,
        "rows": [asdict(r) for r in rows],
        "more": count - len(rows),
    }


ROUTES = (
    *page(
        "recommendations_import",
        "/recommendations/import",
        look,
        "recommendations_import.html",
    ),
    action("bring_recommendations", "/recommendations/import", bring),
    *page(
        "recommendations_aside",
        "/recommendations/import/{number}",
        look_aside,
        "recommendations_aside.html",
    ),
)
