"""Content of a country's Assessment tab: context, reviews, risk beside resilience, duties, the six factors, women's part.

Risk and resilience stand side by side and are never made into one number. Duties are shown whatever the context.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from upstander.assess import duties
from upstander.assess.aggregation import CAVEAT
from upstander.assess.conflict_context import badge, conflicts
from upstander.assess.crimes import legend
from upstander.assess.measures import women
from upstander.assess.measures.prevention import Reading
from upstander.assess.peers import calendar
from upstander.assess.rating import NOT_ASSESSED
from upstander.assess.resilience import Inventory, inventory
from upstander.core.treaties import Bound
from upstander.records import Record
from upstander.records.forms import form
from upstander.report import review_content, words
from upstander.report.registers import Held, cell, linked, said, table
from upstander.web.country import acts, factors

OUTSIDE = (
    "No armed conflict is recorded. That lowers nothing here: every measure is worked out without one, and atrocity "
    "crimes also happen outside conflict."
)
BESIDE = "Risk and resilience are shown together. Neither is subtracted from the other."
# Published indicators: which side of capacity to prevent they stand for, and their worst and best value.
SCALES: Mapping[str, tuple[str, float, float]] = {
    "vdem_v2x_polyarchy": ("regime", 0, 1),
    "vdem_v2x_libdem": ("regime", 0, 1),
    "vdem_v2x_civlib": ("regime", 0, 1),
    "vdem_v2x_rule": ("capacity", 0, 1),
    "un_infant_mortality_per_1000": ("capacity", 100, 0),
}


@dataclass(frozen=True)
class Latest:
    """The newest review as one space sees it.

    Attributes:
        levels: by factor of the report, in words; headline: of the country, see ``report.assessing.headline``.
        published: the version of it that is published, None while none is.
        rated_on: when its last rating was written, None while nothing is rated.
    """

    review: Record
    space: str
    levels: Mapping[str, str]
    headline: Mapping[str, Any]
    published: Record | None
    rated_on: date | None


def newest(reviews: Sequence[Record]) -> Record | None:
    """The review that covers the latest days; of several the one begun last."""
    return max(reviews, key=lambda r: (r.body["last"], r.id), default=None)


def readings(drivers: Sequence[Any]) -> tuple[Reading, ...]:
    """The published indicators of a place (``report.drivers.Driver``) that say how able a State is to prevent."""
    return tuple(
        Reading(
            d.label,
            SCALES[d.indicator][0],
            d.value,
            SCALES[d.indicator][1:],
            d.year,
            "V-Dem" if d.source == "vdem" else "UN",
        )
        for d in drivers
        if d.indicator in SCALES
    )


def content(
    held: Held,
    name: str,
    reviews: Sequence[Record],
    known: Sequence[Reading],
    att: Bound,
    evidence: int,
    latest: Latest | None,
    outlook: Sequence[str],
) -> dict[str, Any]:
    """The whole tab.

    Args:
        latest: of the newest of ``reviews``; outlook: sentences of the model's outlook, which changes nothing here.
        known: of ``readings``. att: whether the State is bound by the Arms Trade Treaty, as far as known.
        evidence: number of evidence items about the place that the reader may read.
    """
    law = next(
        ((r.value, r.year) for r in known if r.name == "Rule of law" and r.value is not None), None
    )
    six = factors.factors(held, known, law, att, acts.blocks(held))
    return {
        "title": f"{name}: assessment",
        "place": held.place,
        "name": name,
        "context": _context(held),
        "reviews": [_review(r) for r in reviews],
        "may_review": "review" in held.adds,
        "beside": BESIDE,
        "latest": _latest(latest),
        "outlook": list(outlook),
        "risk": [
            {
                "code": f["code"],
                "title": f["title"],
                "href": f"#{f['id']}",
                "words": f["words"],
                "flags": len(f["flags"]),
                "level": latest.levels.get(f["code"], NOT_ASSESSED) if latest else NOT_ASSESSED,
            }
            for f in six
        ],
        "resilience": {
            **review_content.resilience(inventory(held.records, held.on)),
            "register": held.register("capacity"),
            "table": _subjects(inventory(held.records, held.on)),
        },
        "duties": _duties(held),
        "factors": six,
        "women": _women(held),
        "modifiers": _modifiers(held),
        "peers": _peers(held),
        "evidence": {"count": evidence, "href": f"/evidence?place={held.place}"},
        "as_of": held.on.isoformat(),
        "caveat": CAVEAT,
    }


def _context(held: Held) -> dict[str, Any]:
    found = badge(held.records, held.on)
    wars = conflicts(held.records, held.on)
    now = any(k in {w.body["kind"] for w in wars} for k in found.kinds)
    rows = [
        [
            linked(held.link(r.id)),
            cell(r.body["since"]),
            cell(r.body.get("until") or "goes on"),
            cell(said(held.seen(r), "held_by")),
        ]
        for r in held.of("context")
    ]
    return {
        "words": found.words,
        "kinds": list(found.kinds),
        "continues": duties.CONTINUE if now else "",
        "outside": ""
        if now
        else OUTSIDE
        if found.kinds
        else "Nobody has recorded a context. That is not the same as peace.",
        "register": held.register("context"),
        "source": found.source,
        "part": found.part,
        "table": table(
            "Contexts on record",
            ["Context", "Since", "Until", "Who says so"],
            rows,
            "No context is on record.",
        ),
    }


def _review(r: Record) -> dict[str, Any]:
    return {
        "title": r.body["title"],
        "href": f"/assessments/{r.id}",
        "status": said(r, "status"),
        "owner": r.body["owner"],
        "pillar": said(r, "pillar"),
        "first": r.body["first"],
        "last": r.body["last"],
    }


def _latest(found: Latest | None) -> dict[str, Any] | None:
    if found is None:
        return None
    rated_on = found.rated_on.isoformat() if found.rated_on else ""
    return {
        **_review(found.review),
        "space": found.space,
        "headline": dict(found.headline),
        "published": _version(found),
        "rated_on": rated_on,
    }


def _version(found: Latest) -> dict[str, Any] | None:
    version = found.published
    if version is None:
        return None
    number = version.body["number"]
    return {
        "number": number,
        "headline": version.body["headline"],
        "coverage": version.body["coverage"],
        "href": f"/assessments/{found.review.id}/versions/{number}",
    }


def _subjects(found: Inventory) -> dict[str, Any]:
    def side(value: int | None) -> dict[str, Any]:
        return cell(
            "Not assessed" if value is None else form("capacity").field("law").choices[str(value)],
            level=None if value is None else 4 - value,
            heat=True,
        )

    rows = [
        [
            cell(r.subject.words),
            cell(r.subject.option),
            side(r.law),
            side(r.practice),
            cell(str(len(r.capacities))),
        ]
        for r in found.rows
    ]
    return table(
        "Resilience by subject, law and practice apart",
        ["Subject", "Option", "In law", "In practice", "Capacities"],
        rows,
    )


def _duties(held: Held) -> dict[str, Any]:
    rows = [
        [
            linked(
                {
                    "title": s.duty.words,
                    "href": f"/records/obligation/{s.record}" if s.record else "",
                }
            ),
            cell(s.words + (", overdue" if s.overdue else "")),
            cell(s.owner or "nobody named"),
            cell(s.due.isoformat() if s.due else "no day set"),
            cell(f"{s.duty.source}, {s.duty.part} ({s.duty.checked})"),
        ]
        for s in duties.checklist(held.records, held.on)
    ]
    tasks = [
        [
            linked({"title": t.task, "href": f"/records/protection_task/{t.record}"}),
            cell("overdue" if t.overdue else "open" if t.open else "closed"),
            cell(t.owner),
            cell(t.due.isoformat()),
        ]
        for t in duties.tasks(held.records, held.on)
    ]
    return {
        "registers": [held.register("obligation"), held.register("protection_task")],
        "legend": legend(d.checked for d in duties.catalogue()),
        "table": table(
            "Duties to protect, in every context",
            ["Duty", "Status", "Responsible", "By", "Source"],
            rows,
        ),
        "tasks": table(
            "Protection tasks, earliest due first",
            ["Task", "Status", "Responsible", "Due"],
            tasks,
            "No protection task is on record.",
        ),
    }


def _peers(held: Held) -> dict[str, Any]:
    """The reporting calendar to peers and treaty bodies: on time, overdue, coming; what came of it (W5)."""
    shown = calendar(held.of("peer_review"), held.on)
    on_time = (
        "no report was due yet"
        if shown.on_time is None
        else f"{shown.punctual} of {shown.due} reports due were given on time"
    )
    implemented = NOT_ASSESSED if shown.implemented is None else words.percent(shown.implemented)
    rows = [
        [linked(held.link(r.id)), cell(r.body["due"]), cell(state)]
        for state, records in (("overdue", shown.overdue), ("coming", shown.coming))
        for r in records
    ]
    return {
        "on_time": f"{words.capitalize_first(on_time)}.",
        "implemented": f"Recommendations implemented, where they were counted: {implemented}.",
        "register": held.register("peer_review"),
        "table": table(
            "Reports to peers, overdue first",
            ["Review", "Due", "State"],
            rows,
            "No report is overdue or coming.",
        ),
    }


def _women(held: Held) -> dict[str, Any]:
    shares = women.womens_share(held.records, held.on)
    rows = [
        [
            linked({"title": x.party, "href": f"/records/listing/{x.record}"}),
            cell(str(x.year)),
            cell(x.symbol),
            cell(x.status),
        ]
        for x in women.listings(held.records, held.on)
    ]
    resolutions = ", ".join(r.symbol for r in women.resolutions())
    return held.block(
        "Women, peace and security",
        ["participation", "listing"],
        [held.measure(m, persons=True) for m in shares.values()],
        [
            table(
                "Parties named in the annual reports",
                ["Party", "Year", "Report", "Status"],
                rows,
                "No listing is on record.",
            )
        ],
        notes=[f"Security Council: {resolutions}."],
    )


def _modifiers(held: Held) -> list[dict[str, Any]]:
    return [held.register("trigger"), held.register("crisis")]
