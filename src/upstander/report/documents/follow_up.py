"""The follow-up report with its meeting pack: what was undertaken, what is done, late or blocked, and who says otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from upstander.core.messages import say
from upstander.core.rights import Stamp
from upstander.report import words
from upstander.report.document import (
    Block,
    Bullets,
    Document,
    Grid,
    Paragraph,
    Section,
    of_records,
    shapes_of,
)
from upstander.report.documents import PLANS, Report
from upstander.report.report_stamp import ReportStamp

Rows = Sequence[tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Material:
    """What the report is made from, as one reader may see it; every row is text.

    Attributes:
        about: a country, or all; pillar: the one pillar it is about, '' for all.
        summary: sentences. pillars: pillar, actions, done, overdue. overdue: action, owner, due, days late.
        blocked: action, owner, what blocks it. disagree: action, and what each side says. reports: day, action, who, status,
            words, of public reports alone. bodies: sort of body, reports. needs: need, by when, offers. steps: step, state, why.
        stamps: rights of every record it quotes.
    """

    about: str
    pillar: str
    as_of: date
    summary: Sequence[str]
    pillars: Rows
    overdue: Rows
    blocked: Rows
    disagree: Rows
    reports: Rows
    bodies: Rows
    needs: Rows
    steps: Rows
    stamps: Sequence[Stamp]


def document(material: Material) -> Document:
    """The whole report."""
    return of_records(
        say("report.follow_up_on", about=material.about),
        say("report.follow_up_as_known_on", day=words.day(material.as_of)),
        ReportStamp.of(material.stamps, material.as_of),
        sections=tuple(_sections(material)),
    )


def _sections(material: Material) -> Iterable[Section]:
    scope = (Paragraph(material.pillar, lead=True),) if material.pillar else ()
    yield Section(say("report.summary"), (*scope, Bullets(tuple(material.summary))))
    yield _table("report.by_pillar", material.pillars, PILLARS)
    yield _table("report.overdue", material.overdue, OVERDUE)
    yield _table("report.blocked", material.blocked, BLOCKED)
    yield _table("report.reports_disagree", material.disagree, DISAGREE)
    yield _table("report.public_progress", material.reports, REPORTS)
    yield _table("report.who_reported", material.bodies, BODIES)
    yield _table("report.needs_and_offers", material.needs, NEEDS)
    if material.steps:
        yield _table("report.the_way_forward", material.steps, STEPS)
    yield _agenda(material)


def _columns(*names: str) -> tuple[str, ...]:
    return tuple(say(f"report.column_{name}") for name in names)


PILLARS = _columns("pillar", "actions", "done", "overdue")
OVERDUE = _columns("action", "owner", "due", "late")
BLOCKED = _columns("action", "owner", "blocked_by")
DISAGREE = _columns("action", "state", "independent", "outside")
REPORTS = _columns("day", "action", "who", "status", "words")
BODIES = _columns("who", "reports")
NEEDS = _columns("need", "by", "offers")
STEPS = _columns("step", "status", "why")


def _table(title: str, rows: Rows, columns: tuple[str, ...]) -> Section:
    heading = say(title)
    block: Block = Grid(heading, columns, tuple(rows))
    return Section(heading, (block if rows else Paragraph(say("report.nothing_here")),))


def _agenda(material: Material) -> Section:
    """What a meeting on implementation has to talk about, in order."""
    lines = [
        say("report.agenda_overdue", n=len(material.overdue)),
        say("report.agenda_blocked", n=len(material.blocked)),
        say("report.agenda_disagree", n=len(material.disagree)),
        say("report.agenda_needs", n=len(material.needs)),
        say("report.agenda_next"),
    ]
    return Section(say("report.meeting_pack"), (Bullets(tuple(lines)),))


REPORT = Report(say("report.follow_up"), PLANS, shapes_of(document))
