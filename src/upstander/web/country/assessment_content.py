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
from upstander.assess.conflict_context import Badge, badge, conflicts
from upstander.assess.crimes import legend
from upstander.assess.measures import women
from upstander.assess.measures.prevention import Reading
from upstander.assess.peers import Calendar, calendar
from upstander.assess.rating import NOT_ASSESSED
from upstander.assess.resilience import Inventory, Row, inventory
from upstander.core.treaties import Bound
from upstander.records import Record
from upstander.records.forms import form
from upstander.report import review_content, words
from upstander.report.drivers import Driver
from upstander.report.registers import Registers, cell, linked, protective, said, table
from upstander.web.country import factors

OUTSIDE = (
    "No armed conflict is recorded. That lowers nothing here: every measure is worked out without one, and atrocity "
    "crimes also happen outside conflict."
)
NO_CONTEXT = "Nobody has recorded a context. That is not the same as peace."
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


def readings(drivers: Sequence[Driver]) -> tuple[Reading, ...]:
    """The published indicators of a place that say how able a State is to prevent."""
    return tuple(_reading(driver) for driver in drivers if driver.indicator in SCALES)


def _reading(driver: Driver) -> Reading:
    side, worst, best = SCALES[driver.indicator]
    source = "V-Dem" if driver.source == "vdem" else "UN"
    return Reading(driver.label, side, driver.value, (worst, best), driver.year, source)


@dataclass(frozen=True)
class Known:
    """What is known of a place beside its registers.

    Attributes:
        readings: published indicators of regime and capacity, see ``readings``.
        att: whether the State is bound by the Arms Trade Treaty, as far as known.
        evidence: number of evidence items about the place that the reader may read.
        outlook: sentences of the model's outlook, which changes nothing here.
    """

    readings: Sequence[Reading]
    att: Bound
    evidence: int
    outlook: Sequence[str]

    @property
    def rule_of_law(self) -> tuple[float, int] | None:
        """The index of the rule of law, 0 to 1, with its year."""
        for reading in self.readings:
            if reading.name == "Rule of law" and reading.value is not None:
                return reading.value, reading.year
        return None


def content(
    registers: Registers,
    name: str,
    reviews: Sequence[Record],
    known: Known,
    latest: Latest | None,
) -> dict[str, Any]:
    """The whole tab. ``latest``: of the newest of ``reviews``."""
    six = factors.factors(registers, known.readings, known.rule_of_law, known.att)
    return {
        "title": f"{name}: assessment",
        "place": registers.place,
        "name": name,
        "context": _context(registers),
        "reviews": [_review(r) for r in reviews],
        "may_review": "review" in registers.adds,
        "beside": BESIDE,
        "latest": _latest(latest),
        "outlook": list(known.outlook),
        "risk": [_risk(factor, latest) for factor in six],
        "resilience": _resilience(registers),
        "duties": _duties(registers),
        "factors": six,
        "women": _women(registers),
        "modifiers": _modifiers(registers),
        "peers": _peers(registers),
        "evidence": {"count": known.evidence, "href": f"/evidence?place={registers.place}"},
        "as_of": registers.on.isoformat(),
        "caveat": CAVEAT,
    }


def _risk(factor: Mapping[str, Any], latest: Latest | None) -> dict[str, Any]:
    levels = latest.levels if latest else {}
    return {
        "code": factor["code"],
        "title": factor["title"],
        "href": f"#{factor['id']}",
        "words": factor["words"],
        "flags": len(factor["flags"]),
        "level": levels.get(factor["code"], NOT_ASSESSED),
    }


def _context(registers: Registers) -> dict[str, Any]:
    context = badge(registers.records, registers.on)
    wars = conflicts(registers.records, registers.on)
    kinds_of_war = {war.body["kind"] for war in wars}
    is_war = any(kind in kinds_of_war for kind in context.kinds)
    return {
        "words": context.words,
        "kinds": list(context.kinds),
        "continues": duties.CONTINUE if is_war else "",
        "outside": "" if is_war else _outside(context),
        "register": registers.register("context"),
        "source": context.source,
        "part": context.part,
        "table": _contexts(registers),
    }


def _outside(context: Badge) -> str:
    return OUTSIDE if context.kinds else NO_CONTEXT


def _contexts(registers: Registers) -> dict[str, Any]:
    return table(
        "Contexts on record",
        ["Context", "Since", "Until", "Who says so"],
        [_context_row(registers, context) for context in registers.of("context")],
        "No context is on record.",
    )


def _context_row(registers: Registers, context: Record) -> list[dict[str, Any]]:
    return [
        linked(registers.link(context.id)),
        cell(context.body["since"]),
        cell(context.body.get("until") or "goes on"),
        cell(said(registers.seen(context), "held_by")),
    ]


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


def _latest(latest: Latest | None) -> dict[str, Any] | None:
    if latest is None:
        return None
    return {
        **_review(latest.review),
        "space": latest.space,
        "headline": dict(latest.headline),
        "published": _version(latest),
        "rated_on": latest.rated_on.isoformat() if latest.rated_on else "",
    }


def _version(latest: Latest) -> dict[str, Any] | None:
    version = latest.published
    if version is None:
        return None
    number = version.body["number"]
    return {
        "number": number,
        "headline": version.body["headline"],
        "coverage": version.body["coverage"],
        "href": f"/assessments/{latest.review.id}/versions/{number}",
    }


def _resilience(registers: Registers) -> dict[str, Any]:
    capacities = inventory(registers.records, registers.on)
    return {
        **review_content.resilience(capacities),
        "register": registers.register("capacity"),
        "table": _subjects(capacities),
    }


def _subjects(capacities: Inventory) -> dict[str, Any]:
    return table(
        "Resilience by subject, law and practice apart",
        ["Subject", "Option", "In law", "In practice", "Capacities"],
        [_subject(row) for row in capacities.rows],
    )


def _subject(row: Row) -> list[dict[str, Any]]:
    return [
        cell(row.subject.words),
        cell(row.subject.option),
        _side(row.law),
        _side(row.practice),
        cell(str(len(row.capacities))),
    ]


def _side(level: int | None) -> dict[str, Any]:
    """What there is in law, or in practice."""
    if level is None:
        return protective("Not assessed", None)
    return protective(form("capacity").field("law").choices[str(level)], level)


def _duties(registers: Registers) -> dict[str, Any]:
    return {
        "registers": [registers.register("obligation"), registers.register("protection_task")],
        "legend": legend(duty.checked for duty in duties.catalogue()),
        "table": _checklist(registers),
        "tasks": _tasks(registers),
    }


def _checklist(registers: Registers) -> dict[str, Any]:
    states = duties.checklist(registers.records, registers.on)
    return table(
        "Duties to protect, in every context",
        ["Duty", "Status", "Responsible", "By", "Source"],
        [_duty(state) for state in states],
    )


def _duty(state: duties.DutyState) -> list[dict[str, Any]]:
    duty = state.duty
    href = f"/records/obligation/{state.record}" if state.record else ""
    return [
        cell(duty.words, href=href),
        cell(f"{state.words}, overdue" if state.overdue else state.words),
        cell(state.owner or "nobody named"),
        cell(state.due.isoformat() if state.due else "no day set"),
        cell(f"{duty.source}, {duty.part} ({duty.checked})"),
    ]


def _tasks(registers: Registers) -> dict[str, Any]:
    tasks = duties.tasks(registers.records, registers.on)
    return table(
        "Protection tasks, earliest due first",
        ["Task", "Status", "Responsible", "Due"],
        [_task(task) for task in tasks],
        "No protection task is on record.",
    )


def _task(task: duties.Task) -> list[dict[str, Any]]:
    return [
        cell(task.task, href=f"/records/protection_task/{task.record}"),
        cell(_task_status(task)),
        cell(task.owner),
        cell(task.due.isoformat()),
    ]


def _task_status(task: duties.Task) -> str:
    if task.overdue:
        return "overdue"
    return "open" if task.open else "closed"


def _peers(registers: Registers) -> dict[str, Any]:
    """The reporting calendar to peers and treaty bodies: on time, overdue, coming; what came of it (W5)."""
    reports = calendar(registers.of("peer_review"), registers.on)
    return {
        "on_time": f"{words.capitalize_first(_on_time(reports))}.",
        "implemented": _implemented(reports),
        "register": registers.register("peer_review"),
        "table": _reports(registers, reports),
    }


def _on_time(reports: Calendar) -> str:
    if reports.on_time is None:
        return "no report was due yet"
    return f"{reports.punctual} of {reports.due} reports due were given on time"


def _implemented(reports: Calendar) -> str:
    share = NOT_ASSESSED if reports.implemented is None else words.percent(reports.implemented)
    return f"Recommendations implemented, where they were counted: {share}."


def _reports(registers: Registers, reports: Calendar) -> dict[str, Any]:
    rows = [
        [linked(registers.link(r.id)), cell(r.body["due"]), cell(state)]
        for state, records in (("overdue", reports.overdue), ("coming", reports.coming))
        for r in records
    ]
    return table(
        "Reports to peers, overdue first",
        ["Review", "Due", "State"],
        rows,
        "No report is overdue or coming.",
    )


def _women(registers: Registers) -> dict[str, Any]:
    shares = women.womens_share(registers.records, registers.on)
    resolutions = ", ".join(r.symbol for r in women.resolutions())
    return registers.block(
        "Women, peace and security",
        ["participation", "listing"],
        [registers.measure(m, persons=True) for m in shares.values()],
        [_listings(registers)],
        notes=[f"Security Council: {resolutions}."],
    )


def _listings(registers: Registers) -> dict[str, Any]:
    listings = women.listings(registers.records, registers.on)
    return table(
        "Parties named in the annual reports",
        ["Party", "Year", "Report", "Status"],
        [_listing(listing) for listing in listings],
        "No listing is on record.",
    )


def _listing(listing: women.Listing) -> list[dict[str, Any]]:
    return [
        cell(listing.party, href=f"/records/listing/{listing.record}"),
        cell(str(listing.year)),
        cell(listing.symbol),
        cell(listing.status),
    ]


def _modifiers(registers: Registers) -> list[dict[str, Any]]:
    return [registers.register("trigger"), registers.register("crisis")]
