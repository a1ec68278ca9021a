"""The annex of a round as a file: only what each respondent allows; each copy is logged as an export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from fastapi import Response

from upstander.core.errors import UnknownRecord
from upstander.core.messages import say
from upstander.report import document
from upstander.report.documents import consultation_annex
from upstander.respond import consultations
from upstander.respond.consultations import Round
from upstander.web.consultations.reading import whole
from upstander.web.kernel import access_log
from upstander.web.kernel.record_reading import check_export
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import file_answer, report_answer
from upstander.web.kernel.routing import file

MEDIA = {**document.MEDIA, "csv": "text/csv; charset=utf-8"}
SHAPES = tuple(sorted(MEDIA))


def annex(request: PageRequest, id: str, shape: str) -> Response:
    """The annex in one shape; each copy is logged as an export."""
    if shape not in MEDIA:
        raise UnknownRecord(say("respond.an_annex_is", shapes=", ".join(sorted(MEDIA))))
    if shape != "html":
        check_export(request)
    round = whole(request, id)
    entries = consultations.entries(round)
    access_log.keep_export(request, "consultation", {"format": shape, "rows": len(entries)})
    if shape == "csv":
        table = consultation_annex.as_csv(entries)
        return file_answer(table, "consultation.csv", MEDIA[shape])
    content = consultation_annex.document(_material(request, round, entries))
    return report_answer(content, "consultation", shape, request.language)


def _material(
    request: PageRequest, round: Round, entries: Sequence[Mapping[str, Any]]
) -> consultation_annex.Material:
    body = round.record.body
    parts = (round.record, *round.invitees, *round.answers.values(), *round.points)
    first, last = (date.fromisoformat(str(body[name])) for name in ("opens", "closes"))
    return consultation_annex.Material(
        title=str(body["title"]),
        about=str(body["about"] or ""),
        period=(first, last),
        asked=consultations.asked(round),
        entries=entries,
        tagged=consultations.tagged(round),
        stamps=[part.stamp for part in parts],
        as_of=request.as_of.date(),
    )


ROUTES = (file("consultation_annex", "/consultations/{id}/annex.{shape}", annex),)
