"""What is already done, subject by subject: the wizard that maps a country's own policies to the report's eighteen (Z02)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from upstander.assess import keeping
from upstander.assess.forms import FormError, form
from upstander.assess.resilience import Subject, subjects
from upstander.assess.review import stamp_within
from upstander.core.errors import UnknownRecord
from upstander.lake.records import Record, new_id
from upstander.report import entries, inputs
from upstander.web.asking import Asking
from upstander.web.doors import Again, Done, Doors, Given
from upstander.web.reading import reader_of
from upstander.web.review_desk import Desk, head, open_desk

KIND = "policy_mapping"


def add(doors: Doors) -> None:
    """The wizard and its action."""
    doors.page("/assessments/{id}/mapping", look, "assessment_mapping.html")
    doors.action("/assessments/{id}/mapping", keep)


def look(asking: Asking, id: str) -> dict[str, Any]:
    """All eighteen subjects with what is mapped to each, and the one that is asked about now."""
    desk = open_desk(asking, id)
    wanted = asking.query.get("subject", "")
    return _page(asking, desk, _asked(desk, wanted), {}, {})


def _asked(desk: Desk, wanted: str) -> Subject:
    """The subject named, else the first to which nothing is mapped, else the first."""
    known = {s.id: s for s in subjects()}
    if wanted and wanted not in known:
        raise UnknownRecord("There is no such subject.")
    mapped = {r.body["subject"] for r in desk.review.of(KIND)}
    return known.get(wanted) or next((s for s in subjects() if s.id not in mapped), subjects()[0])


def _page(
    asking: Asking, desk: Desk, asked: Subject, values: Mapping[str, Any], faults: Mapping[str, str]
) -> dict[str, Any]:
    own = form(KIND)
    by_subject: dict[str, list[Record]] = {s.id: [] for s in subjects()}
    for record in desk.review.of(KIND):
        by_subject[record.body["subject"]].append(record)
    reader = reader_of(asking, desk.review.of(KIND))
    may = bool(asking.session) and not asking.is_past and asking.actor.role in own.writers
    here = f"{desk.href}/mapping"
    return {
        **head(asking, desk),
        "title": "What is already done",
        "review_title": desk.review.record.body["title"],
        "asked": {
            "id": asked.id,
            "words": asked.words,
            "option": asked.option,
            "benefit": asked.benefit,
        },
        "skip": f"{here}?subject={_after(asked).id}",
        "mapped": sum(bool(rows) for rows in by_subject.values()),
        "of": len(by_subject),
        "subjects": [
            {
                "words": s.words,
                "option": s.option,
                "href": f"{here}?subject={s.id}",
                "current": s.id == asked.id,
                "policies": [entries.line(r, own, reader) for r in by_subject[s.id]],
            }
            for s in subjects()
        ],
        "inputs": [i for i in inputs.inputs(own, values, faults, {}, ()) if i["name"] != "subject"]
        if may
        else [],
        "faults": inputs.summary(own, faults),
        "error": "",
        "action": here,
    }


def _after(asked: Subject) -> Subject:
    order = list(subjects())
    return order[(order.index(asked) + 1) % len(order)]


def keep(asking: Asking, given: Given, id: str) -> Done | Again:
    """Keep one policy under its subject, and ask about the next subject to which nothing is mapped."""
    who, desk = asking.signed_in(*form(KIND).writers), open_desk(asking, id)
    if not given.text(
        "subject"
    ):  # the next one is proposed to people; it is never filled in for them
        raise FormError(
            {"subject": f"Name one of the subjects: {', '.join(s.id for s in subjects())}"}
        )
    asked = _asked(desk, given.text("subject"))
    names = {f.name for f in form(KIND).fields} - {"subject"}
    values = {name: given.text(name) for name in names if given.text(name)}
    try:
        draft = keeping.draft(
            KIND,
            {**values, "subject": asked.id},
            id=new_id(),
            by=who,
            places=frozenset(),
            stamp=stamp_within(desk.review.record.stamp, who),
            parent=id,
            place=desk.review.record.place,
        )
    except FormError as error:
        page = _page(asking, desk, asked, values, error.faults)
        return Again(
            "assessment_mapping.html",
            {**page, "error": "This cannot be kept", "faults_by_field": error.faults},
        )
    kept = asking.state.records.append(
        [draft], by=who, why=f"mapped to {asked.option}", now=asking.now
    )[0]
    return Done(f"{desk.href}/mapping", {"id": kept.id, "version": kept.version}, 201)
