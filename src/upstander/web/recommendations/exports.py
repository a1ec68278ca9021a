"""Recommendations taken away: as a table, as IMPACT OSS and NRTD import them, and written back into OHCHR's matrix."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from fastapi import Response

from upstander.core.errors import ConfigError, FileRefused, UnknownRecord
from upstander.core.messages import say, words_of
from upstander.records import recommendation_reading
from upstander.records.recommendation_rows import Kept
from upstander.respond import matrix_comments, recommendation_csv
from upstander.respond.recommendation_progress import Standing
from upstander.web.kernel import access_log
from upstander.web.kernel.record_reading import check_export, place_codes
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import Done, file_answer
from upstander.web.kernel.routing import Given, action, file
from upstander.web.kernel.upload_tray import LASTS, Waiting
from upstander.web.kernel.urls import url
from upstander.web.recommendations import filters, reading
from upstander.web.recommendations.import_views import on_disk

MOST = 20_000  # rows of a file
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
Write = Callable[[Iterable[Kept], Mapping[str, Standing]], bytes]


def plain_csv(request: PageRequest) -> Response:
    """What the list shows, with all that is known of each."""
    return _table(request, "recommendations", recommendation_csv.plain)


def impact_csv(request: PageRequest) -> Response:
    """What the list shows, as IMPACT OSS imports it."""
    return _table(request, "recommendations-impact-oss", recommendation_csv.impact)


def _table(request: PageRequest, name: str, write: Write) -> Response:
    check_export(request)
    given = filters.filters(request)
    asked = replace(filters.asked_for(request, given, MOST), offset=0)
    found = recommendation_reading.find(request.state.records.database, asked)
    standing = reading.standings_of(request, place=given["place"]) if given["place"] else {}
    access_log.keep_export(
        request, "recommendations", {"format": name, "rows": len(found.rows)}
    )
    return file_answer(
        write(found.rows, standing), f"{name}.csv", "text/csv; charset=utf-8"
    )


def write_matrix(request: PageRequest, given: Given) -> Done:
    """Write the State's newest words into the comment column of OHCHR's matrix, which is given back as a file."""
    who = request.signed_in()
    check_export(request)
    place, upload = given.text("place"), given.files.get("file")
    if upload is None or not upload.filename or place not in place_codes(request):
        raise ConfigError(say("respond.choose_matrix_and_state"))
    name = on_disk(upload.filename)
    try:
        written, count = _commented(request, name, upload.file.read(), place)
    except FileRefused as error:
        raise ConfigError(words_of(error)) from None
    waiting = Waiting(name, written, {"place": place}, request.now + LASTS)
    request.state.uploads.put(who.account, waiting, request.now)
    return Done(url("recommendations_matrix"), {"comments": count}, 201)


def _commented(
    request: PageRequest,
    name: str,
    content: bytes,
    place: str,
) -> tuple[bytes, int]:
    standing = reading.standings_of(request, place=place)
    with tempfile.TemporaryDirectory(prefix="upstander-") as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        return matrix_comments.written(path, request.state.places, place, standing)


def matrix(request: PageRequest) -> Response:
    """The matrix that this account had written last. Raises UnknownRecord."""
    check_export(request)
    waiting = request.state.uploads.see(request.signed_in().account, request.now)
    if waiting is None or not waiting.name.endswith(".docx"):
        raise UnknownRecord(say("respond.no_matrix"))
    access_log.keep_export(request, "recommendations", {"format": "matrix", "rows": 1})
    return file_answer(waiting.content, waiting.name.replace('"', ""), DOCX)


ROUTES = (
    file("recommendations_csv", "/recommendations/export.csv", plain_csv),
    file("recommendations_impact_csv", "/recommendations/impact.csv", impact_csv),
    action("write_recommendations_matrix", "/recommendations/matrix", write_matrix),
    file("recommendations_matrix", "/recommendations/matrix.docx", matrix),
)
