"""The lessons report: what was warned and when, what was decided, what came of it, in plain sentences. And its table as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from upstander.core.formulas import defused
from upstander.core.rights import Stamp, strictest
from upstander.core.types import CAVEAT
from upstander.report import lessons, mandate, words
from upstander.report.document import (
    Block,
    Bullets,
    Document,
    Grid,
    Paragraph,
    Section,
    shapes_of,
)
from upstander.report.documents import CASES, Report

Case = Mapping[str, Any]  # of ``report.lessons.case``
DASH = "–"
COLUMNS = (
    "id",
    "title",
    "place",
    "judged",
    "has_not_ended",
    "onset_first",
    "onset_last",
    "warned_first",
    "warned_last",
    "lead_time_days_low",
    "lead_time_days_high",
    "decision_days_low",
    "decision_days_high",
    "decision_to_act_days_low",
    "decision_to_act_days_high",
    "action_days_low",
    "action_days_high",
    "course",
    "entries",
    "entries_without_a_date",
    "marking",
)

BESIDE = (
    "Case",
    "Country",
    "Onset",
    "First credible warning",
    "Lead time",
    "To first decision",
    "To decision to act",
    "To first action",
)
# By kind of step, the caption of its table and the columns in it.
STEPS = {
    "warning": "What was warned, when",
    "decision": "What was decided",
    "action": "What was done",
    "outcome": "What came of it",
}
STEP_COLUMNS = {
    "warning": {
        "when": "Date",
        "by": "Who warned",
        "to": "To whom",
        "title": "What",
        "credible": "Credible then",
        "credible_why": "Why",
        "openness": "Public or not",
    },
    "decision": {
        "when": "Date",
        "by": "Who",
        "decided": "Decision",
        "title": "In one sentence",
    },
    "action": {"when": "Date", "by": "Who", "title": "What"},
    "outcome": {"when": "Date", "title": "What", "figure": "Figure"},
}


@dataclass(frozen=True, kw_only=True)
class Material:
    """What the report is made from, as one reader may see it.

    Attributes:
        cases: of ``report.lessons.case``, in the order they are told.
        model: by case id, what the model said then.
        stamps: rights of every record it quotes.
        about: what it is about: one case, one place, or all cases.
        left: cases that there was no room for.
    """

    cases: Sequence[Case]
    model: Mapping[str, Sequence[Mapping[str, str]]]
    stamps: Sequence[Stamp]
    about: str
    as_of: date
    left: int = 0


def document(material: Material) -> Document:
    """The whole report."""
    marking, usage = strictest(material.stamps)
    citations = (f"Mandate: {citation}." for citation in mandate.citations())
    return Document(
        title=f"Lessons of early warning: {material.about}",
        kicker=f"Lessons report · as known on {words.day(material.as_of)}",
        marking=marking.label,
        usage=usage.value.replace("_", " "),
        facts=_facts(material),
        sections=_sections(material),
        caveat=CAVEAT,
        foot=(lessons.HINDSIGHT, *citations),
    )


def _sections(material: Material) -> tuple[Section, ...]:
    """What holds for all cases, then each present case, then each past one."""
    present = (c for c in material.cases if c["goes_on"] is True)
    past = (c for c in material.cases if c["goes_on"] is False)
    return (
        _first(),
        _beside(material),
        _learned(material.cases),
        *(_case(c, material.model.get(c["id"], ()), "Present case") for c in present),
        *(_case(c, material.model.get(c["id"], ()), "Past case") for c in past),
    )


def _facts(material: Material) -> tuple[tuple[str, str], ...]:
    going_on = [c["goes_on"] for c in material.cases]
    types = [item["type"] for c in material.cases for item in c["items"]]
    return (
        ("About", material.about),
        ("Present cases", str(going_on.count(True))),
        ("Past cases", str(going_on.count(False))),
        ("Warnings told of", str(types.count("warning"))),
    )


def as_csv(cases: Iterable[Case]) -> bytes:
    """One row per case, the least and the most days of every span; empty is not known."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for case in cases:
        writer.writerow(["" if v is None else defused(v) for v in _row(case)])
    return out.getvalue().encode("utf-8-sig")


def _row(case: Case) -> list[Any]:
    """In the order of COLUMNS."""
    days = [
        bound for measure in case["measures"] for bound in (measure["low"], measure["high"])
    ]
    steps = [item for item in case["items"] if item["type"] != "onset"]
    return [
        case["id"],
        case["title"],
        case["place"],
        case["judged"],
        "yes" if case["goes_on"] else "no",
        *_two(case["onset"]),
        *_two(case["warned"]),
        *days,
        case["course"],
        len(steps),
        sum(not step["first"] for step in steps),
        case["marking"],
    ]


def _first() -> Section:
    hindsight = Paragraph(lessons.HINDSIGHT, note=True)
    blocks = (hindsight, Paragraph(lessons.HOW), Paragraph(lessons.VISIBLE))
    return Section("Read this first", blocks)


def _beside(material: Material) -> Section:
    """All cases in one table. No mean: the cases were chosen, not drawn."""
    rows = tuple(_in_table(case) for case in material.cases)
    if not rows:
        nothing = Paragraph("No case that you may read is on record.")
        return Section("The cases", (nothing, Paragraph(lessons.NONE_SHIPPED)))
    note = "No average is given: the cases were chosen by people."
    if material.left:
        note += f" {material.left} more cases are left out; ask for one country."
    grid = Grid("Lead time, and lags from the first credible warning", BESIDE, rows)
    return Section("The cases", (grid, Paragraph(note)))


def _in_table(case: Case) -> tuple[str, ...]:
    """In the order of BESIDE."""
    return (
        case["title"],
        case["place_name"],
        case["onset_words"],
        case["warned_words"],
        *(measure["text"] for measure in case["measures"]),
    )


def _learned(cases: Sequence[Case]) -> Section:
    lessons_learned = tuple(f"{c['title']}: {c['lesson']}" for c in cases if c["lesson"])
    if not lessons_learned:
        return Section(
            "What is learned", (Paragraph("Nobody has written down a lesson yet."),)
        )
    return Section("What is learned", (Bullets(lessons_learned),))


def _case(case: Case, model: Sequence[Mapping[str, str]], kind: str) -> Section:
    """One case from the first warning to the outcome."""
    blocks: list[Block] = [
        *_account(case, kind),
        Paragraph(f"Lead time: {case['lead']}.", lead=True),
        Bullets(_course(case)),
        *_steps(case),
    ]
    if model:
        blocks.append(Paragraph("What the model said then, beside", lead=True))
        blocks.append(Bullets(tuple(f"{m['moment']}: {m['words']}" for m in model)))
    blocks += [Paragraph("Sources", lead=True), Bullets(_sources(case))]
    return Section(case["title"], tuple(blocks))


def _account(case: Case, kind: str) -> list[Paragraph]:
    onset = (
        f"{case['onset_words']} ({case['onset_of']})"
        if case["onset_of"]
        else case["onset_words"]
    )
    crimes = case["crimes"] or lessons.NOT_SAID
    where = f"{case['place_name']}, {case['period']}"
    texts = (case[name] for name in ("account", "judged_why") if case[name])
    return [
        Paragraph(f"{kind}. {case['judged']}.", lead=True),
        Paragraph(f"{where}. Onset: {onset}. Crimes concerned: {crimes}."),
        *(Paragraph(text) for text in texts),
    ]


def _course(case: Case) -> tuple[str, ...]:
    """The lead time, the lags, how far the case went, and what is not known, in sentences."""
    lags = (_lag(measure) for measure in case["measures"][1:])
    return (case["lead_words"], *lags, case["course"], *case["open"])


def _sources(case: Case) -> tuple[str, ...]:
    """Each once."""
    sources = [case["known_from"]]
    for item in case["items"]:
        sources += [item[name] for name in ("known_from", "figure_from") if item[name]]
    return tuple(dict.fromkeys(sources))


def _steps(case: Case) -> tuple[Block, ...]:
    """The steps, one table for each kind; a kind without any is said to have none."""
    return tuple(_steps_of(case, type, caption) for type, caption in STEPS.items())


def _steps_of(case: Case, type: str, caption: str) -> Block:
    columns = STEP_COLUMNS[type]
    steps = (item for item in case["items"] if item["type"] == type)
    rows = tuple(tuple(step[name] or DASH for name in columns) for step in steps)
    if not rows:
        return Paragraph(f"{caption}: nothing on record.")
    return Grid(caption, tuple(columns.values()), rows)


def _lag(measure: Mapping[str, Any]) -> str:
    """A lag as a sentence; one that is not known says which."""
    sentence = str(measure["words"])
    if measure["low"] is not None:
        return sentence
    return f"{measure['name']}: {words.lower_first(sentence)}"


def _two(ends: Sequence[str]) -> Sequence[str]:
    return ends or ("", "")


REPORT = Report("Lessons report", CASES, shapes_of(document))
