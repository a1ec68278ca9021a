"""The lessons report: what was warned and when, what was decided, what came of it, in plain sentences. And its table as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from upstander.core import formulas
from upstander.core.messages import say
from upstander.core.rights import Stamp
from upstander.report import lessons, words
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
from upstander.report.documents import CASES, Report
from upstander.report.report_stamp import ReportStamp

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
    say("report.case"),
    say("report.country"),
    say("report.onset"),
    say("report.first_credible_warning"),
    say("report.lead_time_2"),
    say("report.to_first_decision"),
    say("report.to_decision_to_act"),
    say("report.to_first_action"),
)
# By kind of step, the caption of its table and the columns in it.
STEPS = {
    "warning": say("report.what_was_warned_when"),
    "decision": say("report.what_was_decided"),
    "action": say("report.what_was_done"),
    "outcome": say("report.what_came_of_it"),
}
STEP_COLUMNS = {
    "warning": {
        "when": say("report.date"),
        "by": say("report.who_warned"),
        "to": say("report.to_whom"),
        "title": say("report.what"),
        "credible": say("report.credible_then"),
        "credible_why": say("report.why"),
        "openness": say("report.public_or_not"),
    },
    "decision": {
        "when": say("report.date"),
        "by": say("report.who"),
        "decided": say("report.decision"),
        "title": say("report.in_one_sentence"),
    },
    "action": {
        "when": say("report.date"),
        "by": say("report.who"),
        "title": say("report.what"),
    },
    "outcome": {
        "when": say("report.date"),
        "title": say("report.what"),
        "figure": say("report.figure"),
    },
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
    return of_records(
        say("report.lessons_of_early_warning", about=material.about),
        say("report.lessons_report_as_known_on", day=words.day(material.as_of)),
        ReportStamp.of(material.stamps, material.as_of),
        facts=_facts(material),
        sections=_sections(material),
        foot=(lessons.HINDSIGHT,),
    )


def _sections(material: Material) -> tuple[Section, ...]:
    """What holds for all cases, then each present case, then each past one."""
    present = (c for c in material.cases if c["goes_on"] is True)
    past = (c for c in material.cases if c["goes_on"] is False)
    return (
        _first(),
        _beside(material),
        _learned(material.cases),
        *(
            _case(c, material.model.get(c["id"], ()), say("report.present_case"))
            for c in present
        ),
        *(_case(c, material.model.get(c["id"], ()), say("report.past_case")) for c in past),
    )


def _facts(material: Material) -> tuple[tuple[str, str], ...]:
    going_on = [c["goes_on"] for c in material.cases]
    types = [item["type"] for c in material.cases for item in c["items"]]
    return (
        (say("report.about"), material.about),
        (say("report.present_cases"), str(going_on.count(True))),
        (say("report.past_cases"), str(going_on.count(False))),
        (say("report.warnings_told_of"), str(types.count("warning"))),
    )


def as_csv(cases: Iterable[Case]) -> bytes:
    """One row per case, the least and the most days of every span; empty is not known."""
    return formulas.as_csv(COLUMNS, map(_row, cases))


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
    return Section(say("report.read_this_first"), blocks)


def _beside(material: Material) -> Section:
    """All cases in one table. No mean: the cases were chosen, not drawn."""
    rows = tuple(_in_table(case) for case in material.cases)
    if not rows:
        nothing = Paragraph(say("report.no_case_that_you_may_read_is"))
        return Section(say("report.the_cases"), (nothing, Paragraph(lessons.NONE_SHIPPED)))
    note: str = say("report.no_average_is_given_the_cases_were")
    if material.left:
        note += say("report.more_cases_are_left_out_ask_for", left=material.left)
    grid = Grid(say("report.lead_time_and_lags_from_the_first"), BESIDE, rows)
    return Section(say("report.the_cases"), (grid, Paragraph(note)))


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
            say("report.what_is_learned"),
            (Paragraph(say("report.nobody_has_written_down_a_lesson_yet")),),
        )
    return Section(say("report.what_is_learned"), (Bullets(lessons_learned),))


def _case(case: Case, model: Sequence[Mapping[str, str]], kind: str) -> Section:
    """One case from the first warning to the outcome."""
    blocks: list[Block] = [
        *_account(case, kind),
        Paragraph(say("report.lead_time", lead=case["lead"]), lead=True),
        Bullets(_course(case)),
        *_steps(case),
    ]
    if model:
        blocks.append(Paragraph(say("report.what_the_model_said_then_beside"), lead=True))
        blocks.append(Bullets(tuple(f"{m['moment']}: {m['words']}" for m in model)))
    blocks += [Paragraph(say("report.sources"), lead=True), Bullets(_sources(case))]
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
        Paragraph(
            say("report.onset_crimes_concerned", where=where, onset=onset, crimes=crimes)
        ),
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
        return Paragraph(say("report.nothing_on_record", caption=caption))
    return Grid(caption, tuple(columns.values()), rows)


def _lag(measure: Mapping[str, Any]) -> str:
    """A lag as a sentence; one that is not known says which."""
    sentence = str(measure["words"])
    if measure["low"] is not None:
        return sentence
    return f"{measure['name']}: {words.lower_first(sentence)}"


def _two(ends: Sequence[str]) -> Sequence[str]:
    return ends or ("", "")


REPORT = Report(say("report.lessons_report"), CASES, shapes_of(document))
