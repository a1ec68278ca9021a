"""The annex of a consultation: who was asked, who answered, what was said of what, and the answers that may be published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from upstander.core import formulas
from upstander.core.messages import joined, say
from upstander.core.rights import Stamp
from upstander.records.forms import form
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
from upstander.report.documents import CONSULTATION, Report
from upstander.report.report_stamp import ReportStamp
from upstander.respond.consultations import ANSWER, QUESTIONS, Asked

COLUMNS = ("respondent", "type", *QUESTIONS, "points")


@dataclass(frozen=True, kw_only=True)
class Material:
    """What the annex is made from, as one reader may see it.

    Attributes:
        entries: of ``respond.consultations.entries``: only what may be published.
        tagged: by sort of tag, its words and how many points bear it.
    """

    title: str
    about: str
    period: tuple[date, date]
    asked: Sequence[Asked]
    entries: Sequence[Mapping[str, Any]]
    tagged: Mapping[str, Sequence[tuple[Any, int]]]
    stamps: Sequence[Stamp]
    as_of: date


def document(material: Material) -> Document:
    """The whole annex."""
    return of_records(
        material.title,
        say("report.consultation_annex_on", day=words.day(material.as_of)),
        ReportStamp.of(material.stamps, material.as_of),
        facts=_facts(material),
        sections=(_respondents(material), _said(material), *_answers(material)),
        foot=(say("report.consultation_consent"),),
    )


def _facts(material: Material) -> tuple[tuple[str, str], ...]:
    first, last = material.period
    whole = material.asked[-1]
    return (
        (say("report.answers_were_taken"), f"{words.day(first)} – {words.day(last)}"),
        (say("report.invited_and_answered"), f"{whole.invited}, {whole.answered}"),
        (say("report.may_be_published"), str(whole.published)),
    )


def _respondents(material: Material) -> Section:
    columns = (
        say("report.sort_of_respondent"),
        say("report.invited"),
        say("report.answered"),
        say("report.response_rate"),
        say("report.may_be_published"),
    )
    rows = tuple(_row(line) for line in material.asked)
    grid = Grid(say("report.who_was_asked"), columns, rows, (1, 2, 3, 4))
    about = (Paragraph(material.about),) if material.about else ()
    return Section(say("report.respondents"), (*about, grid))


def _row(line: Asked) -> tuple[str, ...]:
    counts = (str(line.invited), str(line.answered))
    return (str(line.words), *counts, line.rate_words, str(line.published))


def _said(material: Material) -> Section:
    blocks: list[Block] = []
    for name, counts in material.tagged.items():
        if counts:
            caption = say(f"report.points_by_{name}")
            rows = tuple((str(tag), str(count)) for tag, count in counts)
            columns = (say("report.tag"), say("report.points"))
            blocks.append(Grid(caption, columns, rows, (1,)))
    if not blocks:
        blocks = [Paragraph(say("report.no_answer_was_tagged"))]
    return Section(say("report.what_was_spoken_of"), tuple(blocks))


def _answers(material: Material) -> list[Section]:
    if not material.entries:
        nothing = Paragraph(say("report.no_answer_may_be_published"))
        return [Section(say("report.answers"), (nothing,))]
    return [_answer(entry) for entry in material.entries]


def _answer(entry: Mapping[str, Any]) -> Section:
    blocks: list[Block] = [Paragraph(entry["type"], note=True)]
    fields = form(ANSWER)
    for question in QUESTIONS:
        blocks.append(Paragraph(str(fields.field(question).label), lead=True))
        said = entry["answers"][question] or say("report.not_answered")
        blocks += [Paragraph(part) for part in said.splitlines() if part.strip()]
    points = tuple(_point(p) for p in entry["points"])
    return Section(entry["name"], (*blocks, Bullets(points)) if points else tuple(blocks))


def _point(point: Mapping[str, Any]) -> str:
    tags = joined(point["tags"], "; ")
    return f"{point['said']} ({tags})" if tags else str(point["said"])


def as_csv(entries: Sequence[Mapping[str, Any]]) -> bytes:
    """One row per answer that may be published."""
    return formulas.as_csv(COLUMNS, map(_cells, entries))


def _cells(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """In the order of COLUMNS."""
    points = " | ".join(_point(p) for p in entry["points"])
    return (entry["name"], entry["type"], *entry["answers"].values(), points)


REPORT = Report(say("report.consultation_annex"), CONSULTATION, shapes_of(document))
