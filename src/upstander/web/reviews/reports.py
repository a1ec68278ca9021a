"""The national review report to take away: page, PDF, DOCX or JSON of one content; each is logged as an export."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

from fastapi import Response

from upstander.assess import elicitation, publishing
from upstander.assess.aggregation import Finding
from upstander.assess.evidence_ties import evidence_of
from upstander.assess.lenses import Sensitivity, positions, sensitivity
from upstander.assess.rating import Rating
from upstander.core.errors import UnknownRecord
from upstander.core.messages import say
from upstander.records import Record
from upstander.records.forms import form
from upstander.report import document, frozen, review_grounds, review_material
from upstander.report.document import Document, Section
from upstander.report.documents import minister_brief, national_review
from upstander.report.report_stamp import ReportStamp
from upstander.web.kernel import access_log
from upstander.web.kernel.outlooks import outlook
from upstander.web.kernel.record_reading import check_export, everything, find, places
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import file_answer, report_answer
from upstander.web.kernel.routing import file
from upstander.web.reviews.changes import pace_sentences
from upstander.web.reviews.elicitations import given_to
from upstander.web.reviews.steps import statuses
from upstander.web.reviews.workspace import SIX, Desk, gaps_of, open_desk, status_words

BESIDE = 500  # signatures of a review that are read


def report(request: PageRequest, id: str, shape: str) -> Response:
    """The national review report of the review as it stands."""
    _check(request, shape)
    desk = open_desk(request, id)
    return _file(
        request,
        national_review.document(_held(request, desk)),
        shape,
        desk.review.record,
        "review",
    )


def minister_report(request: PageRequest, id: str, shape: str) -> Response:
    """One page for who decides, with its annex."""
    _check(request, shape)
    desk = open_desk(request, id)
    place = desk.review.record.place
    costs = everything(request, kinds=("inaction_cost",), place=place) if place else []
    brief = minister_brief.Brief(
        material=_held(request, desk),
        changed=pace_sentences(request, desk),
        costs=costs,
        evidence=len(desk.review.of("evidence")),
        age=request.figures[1].head.data_age,
    )
    made = minister_brief.document(brief)
    return _file(request, made, shape, desk.review.record, "brief")


def version_report(
    request: PageRequest,
    id: str,
    number: str,
    shape: str,
) -> Response:
    """The report of a frozen version, word for word, with who has signed it."""
    _check(request, shape)
    version = version_of(request, id, number)
    status = form("review_version").field("status").choices[version.body["status"]]
    signed = frozen.signatures(signature_lines(request, version))
    kept = frozen.thawed(version.body["document"])
    made = frozen.with_signatures(kept, status, signed, version.body["digest"])
    return _file(request, made, shape, version, f"review-version-{version.body['number']}")


def frozen_text(request: PageRequest, id: str, number: str) -> Response:
    """Exactly the bytes that were frozen: their SHA-256 is the version's digest, for whoever may read it to check."""
    _check(request, "json")
    version = version_of(request, id, number)
    _log_export(request, "json", version)
    name = f"review-version-{version.body['number']}-frozen.json"
    kept = frozen.as_frozen(version.body["document"])
    return file_answer(kept, name, document.MEDIA["json"])


def version_of(request: PageRequest, id: str, number: str) -> Record:
    """A frozen version by its number, whose document is still the one that was frozen. Raises UnknownRecord."""
    wanted = (
        publishing.version_id(id, int(number))
        if number.isdecimal() and len(number) < 6
        else ""
    )
    found = find(request, kinds=("review_version",), ids=[wanted]) if wanted else ()
    if not found or found[0].parent != id:
        raise UnknownRecord(say("web.there_is_no_version_of_a_review"))
    return found[0]


def signature_lines(request: PageRequest, version: Record) -> list[dict[str, str]]:
    """The signatures of a version: once it is published those it carries, before that those the reader may read."""
    if version.body["signed"]:
        lines: list[dict[str, str]] = json.loads(version.body["signed"])
        return lines
    signed = request.state.records.find(
        by=request.actor,
        as_of=request.as_of,
        kinds=("signoff",),
        parent=version.parent,
        limit=BESIDE,
    )
    return [
        _signature_line(request, s)
        for s in signed
        if s.body.get("version") == version.body["number"]
    ]


def _signature_line(request: PageRequest, record: Record) -> dict[str, str]:
    """A signature as shown: the agency is the space it was written in."""
    return {
        "agency": request.space_title(record.stamp.space),
        "decision": form("signoff").field("decision").choices[record.body["decision"]],
        "reservation": record.body["reservation"] or "",
        "day": record.when.date().isoformat(),
    }


def frozen_document(request: PageRequest, part: Desk, number: int) -> tuple[str, str]:
    """The report of what travels as far as the review, as it is frozen under a number; and its digest."""
    return frozen.frozen(national_review.document(_held(request, part, number)))


def _check(request: PageRequest, shape: str) -> None:
    if shape not in document.MEDIA:
        raise UnknownRecord(say("web.a_report_is_html_pdf_docx_or"))
    if shape != "html":
        check_export(request)


def _file(
    request: PageRequest,
    made: Document,
    shape: str,
    record: Record,
    name: str,
) -> Response:
    """The report in a shape, after its export was logged."""
    _log_export(request, shape, record)
    return report_answer(made, name, shape, request.language)


def _log_export(request: PageRequest, shape: str, record: Record) -> None:
    """Keep that a review left; no id: who reads the log need not be allowed to know of it."""
    access_log.keep_export(
        request, "review", {"format": shape, "space": record.stamp.space}
    )


def _held(
    request: PageRequest, desk: Desk, number: int | None = None
) -> review_material.Material:
    """What the report is made from.

    Args:
        number: of the version that is frozen; None for a working draft.
    """
    whole, place = desk.review, desk.review.record.place
    place_name = dict(places(request)).get(place, place)
    signed = frozen.signatures(_newest_signatures(request, desk))
    return review_material.Material(
        review=whole,
        place_name=place_name,
        view=desk.seen(SIX),
        positions=_positions(desk),
        sensitivity=_sensitivity(desk),
        results=_results(request, desk),
        spaces=desk.spaces,
        outlook=tuple(outlook(request, place)),
        gaps=() if number else gaps_of(request, desk),
        status=status_words(whole),
        signed=signed,
        as_of=request.as_of.date(),
        stamp=_stamp(desk, request.as_of.date()),
        number=number,
        steps=statuses(request, whole.record),
        grounds=_grounds(desk),
    )


def _grounds(desk: Desk) -> Section | None:
    """What the levels rest on in the eyes of the desk's space, indicator by indicator."""
    own = desk.ratings.of(desk.space)
    items = {item.id: item for item in desk.review.of("evidence")}
    found = {code: _rests_on(desk, items, code, rating) for code, rating in own.items()}
    factors = desk.frameworks[SIX].factors
    return review_grounds.section(factors, found, desk.frameworks)


def _rests_on(
    desk: Desk, items: Mapping[str, Record], code: str, rating: Rating
) -> review_grounds.Grounds:
    sides = evidence_of((code,), {code: rating}, desk.ties)
    supports, against = (
        [items[id] for id in sorted(side) if id in items] for side in sides
    )
    return review_grounds.Grounds(rating, supports, against)


def _positions(desk: Desk) -> Mapping[str, Mapping[str, Finding]]:
    return positions(desk.frameworks, SIX, desk.ratings, desk.ties, desk.setting)


def _stamp(desk: Desk, as_of: date) -> ReportStamp:
    """The strictest marking and usage of all that the report is made from."""
    whole = desk.review
    parts = [r for records in whole.parts.values() for r in records]
    table = desk.ratings.of(desk.space)
    quoted = frozenset[str]().union(*evidence_of(table, table, desk.ties))
    items = (r for r in whole.of("evidence") if r.id in quoted)
    beside = (*whole.of("capacity"), *items)
    quoted_records = (whole.record, *parts, *beside)
    return ReportStamp.of((r.stamp for r in quoted_records), as_of)


def _sensitivity(desk: Desk) -> Sensitivity:
    own = desk.ratings.of(desk.space)
    return sensitivity(desk.frameworks, SIX, own, desk.ties, desk.setting)


def _results(request: PageRequest, desk: Desk) -> tuple[elicitation.Result, ...]:
    questions = desk.review.of("elicitation")
    return tuple(
        elicitation.result(q, given_to(request, q), request.actor) for q in questions
    )


def _newest_signatures(request: PageRequest, desk: Desk) -> list[dict[str, str]]:
    newest = publishing.versions(desk.review)[:1]
    signed = [s for v in newest for s in publishing.signatures(desk.review, v)]
    return [_signature_line(request, s) for s in signed]


ROUTES = (
    file("assessment_report", "/assessments/{id}/report.{shape}", report),
    file("assessment_brief", "/assessments/{id}/brief.{shape}", minister_report),
    file(
        "assessment_version_report",
        "/assessments/{id}/versions/{number}/report.{shape}",
        version_report,
    ),
    file(
        "assessment_version_frozen_json",
        "/assessments/{id}/versions/{number}/frozen.json",
        frozen_text,
    ),
)
