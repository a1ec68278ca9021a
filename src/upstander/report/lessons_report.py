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
from upstander.report.document import Block, Bullets, Document, Grid, Paragraph, Section

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


@dataclass(frozen=True, kw_only=True)
class Held:
    """What the report is made from, as one reader may see it.

    Attributes:
        cases: of ``report.lessons.case``, in the order they are told.
        model: by case id, what the model said then.
        stamps: rights of every record it quotes.
        about: what it is about: one case, one place, or all cases.
        left: cases that there was no room for.
    """

    cases: Sequence[Mapping[str, Any]]
    model: Mapping[str, Sequence[Mapping[str, str]]]
    stamps: Sequence[Stamp]
    about: str
    as_of: date
    left: int = 0


def document(held: Held) -> Document:
    """The whole report."""
    marking, usage = strictest(held.stamps)
    present, past = (
        [c for c in held.cases if c["goes_on"] is goes_on] for goes_on in (True, False)
    )
    sections = [
        _first(),
        _beside(held),
        _learned(held.cases),
        *(_case(c, held.model.get(c["id"], ()), "Present case") for c in present),
        *(_case(c, held.model.get(c["id"], ()), "Past case") for c in past),
    ]
    return Document(
        title=f"Lessons of early warning: {held.about}",
        kicker=f"Lessons report · as known on {words.day(held.as_of)}",
        marking=marking.label,
        usage=usage.value.replace("_", " "),
        facts=(
            ("About", held.about),
            ("Present cases", str(len(present))),
            ("Past cases", str(len(past))),
            (
                "Warnings told of",
                str(sum(i["type"] == "warning" for c in held.cases for i in c["items"])),
            ),
        ),
        sections=tuple(sections),
        caveat=CAVEAT,
        foot=(lessons.HINDSIGHT, *(f"Mandate: {c}." for c in mandate.citations())),
    )


def as_csv(cases: Iterable[Mapping[str, Any]]) -> bytes:
    """One row per case, the least and the most days of every span; empty is not known."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for c in cases:
        days = [bound for m in c["measures"] for bound in (m["low"], m["high"])]
        steps = [i for i in c["items"] if i["type"] != "onset"]
        undated = sum(not i["first"] for i in steps)
        row = [
            c["id"],
            c["title"],
            c["place"],
            c["judged"],
            "yes" if c["goes_on"] else "no",
            *_two(c["onset"]),
            *_two(c["warned"]),
            *days,
            c["course"],
            len(steps),
            undated,
            c["marking"],
        ]
        writer.writerow(["" if v is None else defused(v) for v in row])
    return out.getvalue().encode("utf-8-sig")


def _first() -> Section:
    return Section(
        "Read this first",
        (
            Paragraph(lessons.HINDSIGHT, note=True),
            Paragraph(lessons.HOW),
            Paragraph(lessons.VISIBLE),
        ),
    )


def _beside(held: Held) -> Section:
    """All cases in one table. No mean: the cases were chosen, not drawn."""
    rows = tuple(
        (
            c["title"],
            c["place_name"],
            c["onset_words"],
            c["warned_words"],
            *(m["text"] for m in c["measures"]),
        )
        for c in held.cases
    )
    if not rows:
        return Section(
            "The cases",
            (Paragraph("No case that you may read is on record."), Paragraph(lessons.NONE_SHIPPED)),
        )
    columns = (
        "Case",
        "Country",
        "Onset",
        "First credible warning",
        "Lead time",
        "To first decision",
        "To decision to act",
        "To first action",
    )
    note = "No average is given: the cases were chosen by people."
    more = f" {held.left} more cases are left out; ask for one country." if held.left else ""
    return Section(
        "The cases",
        (
            Grid("Lead time, and lags from the first credible warning", columns, rows),
            Paragraph(note + more),
        ),
    )


def _learned(cases: Sequence[Mapping[str, Any]]) -> Section:
    told = tuple(f"{c['title']}: {c['lesson']}" for c in cases if c["lesson"])
    block: Block = Bullets(told) if told else Paragraph("Nobody has written down a lesson yet.")
    return Section("What is learned", (block,))


def _case(c: Mapping[str, Any], model: Sequence[Mapping[str, str]], kind: str) -> Section:
    """One case from the first warning to the outcome."""
    onset = f"{c['onset_words']} ({c['onset_of']})" if c["onset_of"] else c["onset_words"]
    head = [
        Paragraph(f"{kind}. {c['judged']}.", lead=True),
        Paragraph(
            f"{c['place_name']}, {c['period']}. Onset: {onset}. Crimes concerned: {c['crimes'] or lessons.NOT_SAID}."
        ),
        *(Paragraph(c[n]) for n in ("account", "judged_why") if c[n]),
    ]
    told = (c["lead_words"], *(_told(m) for m in c["measures"][1:]), c["course"], *c["open"])
    blocks: list[Block] = [
        *head,
        Paragraph(f"Lead time: {c['lead']}.", lead=True),
        Bullets(told),
        *_steps(c),
    ]
    if model:
        blocks.append(Paragraph("What the model said then, beside", lead=True))
        blocks.append(Bullets(tuple(f"{m['moment']}: {m['words']}" for m in model)))
    stands = [
        c["known_from"],
        *(i[n] for i in c["items"] for n in ("known_from", "figure_from") if i[n]),
    ]
    blocks += [Paragraph("Sources", lead=True), Bullets(tuple(dict.fromkeys(stands)))]
    return Section(c["title"], tuple(blocks))


def _steps(c: Mapping[str, Any]) -> tuple[Block, ...]:
    """The steps, one table for each kind; a kind without any is said to have none."""

    def of(type: str, caption: str, columns: Mapping[str, str]) -> Block:
        rows = tuple(tuple(i[n] or DASH for n in columns) for i in c["items"] if i["type"] == type)
        return (
            Grid(caption, tuple(columns.values()), rows)
            if rows
            else Paragraph(f"{caption}: nothing on record.")
        )

    return (
        of(
            "warning",
            "What was warned, when",
            {
                "when": "Date",
                "by": "Who warned",
                "to": "To whom",
                "title": "What",
                "credible": "Credible then",
                "credible_why": "Why",
                "openness": "Public or not",
            },
        ),
        of(
            "decision",
            "What was decided",
            {"when": "Date", "by": "Who", "decided": "Decision", "title": "In one sentence"},
        ),
        of("action", "What was done", {"when": "Date", "by": "Who", "title": "What"}),
        of("outcome", "What came of it", {"when": "Date", "title": "What", "figure": "Figure"}),
    )


def _told(measure: Mapping[str, Any]) -> str:
    """A lag as a sentence; one that is not known says which."""
    said = str(measure["words"])
    return said if measure["low"] is not None else f"{measure['name']}: {words.lower_first(said)}"


def _two(ends: Sequence[str]) -> Sequence[str]:
    return ends or ("", "")
