"""The national review report to take away: page, PDF, DOCX or JSON of one content; each is logged as an export."""

from __future__ import annotations

from fastapi import Response

from upstander.assess import elicitation, review
from upstander.assess.lenses import positions, sensitivity
from upstander.core.errors import UnknownRecord
from upstander.core.rights import strictest
from upstander.report import document, review_report
from upstander.web.asking import Asking
from upstander.web.assessments import SIX, Desk, open_desk
from upstander.web.doors import Doors
from upstander.web.elicitations import given_to
from upstander.web.outlooks import outlook
from upstander.web.reading import check_export, places


def add(doors: Doors) -> None:
    """The report in its four shapes."""
    doors.file("/assessments/{id}/report.{shape}", report)


def report(asking: Asking, id: str, shape: str) -> Response:
    """The national review report as page, PDF, DOCX or JSON; each is logged as an export."""
    if shape not in document.MEDIA:
        raise UnknownRecord("A report is html, pdf, docx or json.")
    if shape != "html":
        check_export(asking)
    desk = open_desk(asking, id)
    made = review_report.document(_held(asking, desk))
    if asking.session:
        # no id: who reads the log need not be allowed to know of the review
        details = {"format": shape, "space": desk.review.record.stamp.space}
        asking.state.records.log(asking.actor, "export", "review", now=asking.now, details=details)
    body = document.MAKE[shape](made)
    return Response(body if isinstance(body, bytes) else body.encode(), media_type=document.MEDIA[shape],
                    headers={"cache-control": "no-store", "content-disposition": f'inline; filename="review.{shape}"'})  # fmt: skip


def _held(asking: Asking, desk: Desk) -> review_report.Held:
    held = desk.review
    parts = [held.record, *(r for rows in held.parts.values() for r in rows), *held.of("capacity")]
    marking, _ = strictest(r.stamp for r in parts)
    return review_report.Held(
        review=held, place_name=dict(places(asking)).get(held.record.place, held.record.place), view=desk.seen(SIX),
        positions=positions(desk.frameworks, SIX, desk.ratings, desk.ties, desk.setting),
        sensitivity=sensitivity(desk.frameworks, SIX, desk.ratings.of(desk.space), desk.ties, desk.setting),
        results=tuple(elicitation.result(q, given_to(asking, q), asking.actor) for q in held.of("elicitation")), spaces=desk.spaces, outlook=tuple(outlook(asking, held.record.place)),
        gaps=review.before_publishing(held), as_of=asking.as_of.date(), marking=marking.label,
        usage=held.record.stamp.usage.value.replace("_", " "),
    )  # fmt: skip
