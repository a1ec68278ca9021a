"""Factor 2 of one country: who may have a reason to target whom, hate speech, and how the State justifies acts."""

from __future__ import annotations

from collections.abc import Sequence

from upstander.assess.measures import motivation
from upstander.assess.measures.motivation import Motive
from upstander.records import Record
from upstander.records.forms import form
from upstander.report.registers import (
    Block,
    Registers,
    Row,
    Shown,
    Table,
    cell,
    graded,
    linked,
    lowered,
    newest_first,
    said,
    table,
)


def blocks(registers: Registers) -> list[Block]:
    """The motive map, the watch on hate speech, and the statements of the State."""
    return [_motives(registers), _speech(registers), _justification(registers)]


def _motives(registers: Registers) -> Block:
    motives = motivation.motive_map(registers.records, registers.on)
    return registers.block(
        "Motive map",
        ["motive"],
        [_motive_measure(registers, motive) for motive in motives],
        [_motive_table(registers, motives)],
    )


def _motive_measure(registers: Registers, motive: Motive) -> Shown:
    name = f"{motive.actor} towards {registers.group(motive.group)}"
    return registers.measure(motive.measure, name=name)


def _motive_table(registers: Registers, motives: Sequence[Motive]) -> Table:
    return table(
        "Who may have a reason to target whom",
        ["Organisation", "Group", "Strength", "Confidence", "Reasons"],
        [_motive_row(registers, motive) for motive in motives],
    )


def _motive_row(registers: Registers, motive: Motive) -> Row:
    return [
        cell(motive.actor),
        cell(registers.group(motive.group)),
        graded("motive", "strength", motive.strength),
        cell(motive.confidence.capitalize()),
        cell(lowered("motive", "type", motive.by_type)),
    ]


def _speech(registers: Registers) -> Block:
    speech = motivation.speech(registers.records, registers.on)
    types = form("speech_event").field("type").choices
    counts = ", ".join(f"{types[t].lower()} {n}" for t, n in speech.by_type.items())
    on_record = registers.of("speech_event")
    return registers.block(
        "Hate-speech watch",
        ["speech_event"],
        [registers.measure(m) for m in (speech.trend, speech.official_share, speech.burst)],
        flag=f"Burst of speech against groups: {speech.burst.words}"
        if speech.is_burst
        else "",
        notes=[f"Events of the last year: {counts}."] if on_record else [],
    )


def _justification(registers: Registers) -> Block:
    state = motivation.state_justification(registers.records, registers.on)
    measures = [registers.measure(state.measure)]
    return registers.block(
        "State justification", ["statement"], measures, [_statements(registers)]
    )


def _statements(registers: Registers) -> Table:
    return table(
        "Statements, newest first",
        ["Statement", "Stance", "Issued by", "About acts against"],
        [_statement(registers, r) for r in newest_first(registers.of("statement"))],
        "No statement is on record.",
    )


def _statement(registers: Registers, statement: Record) -> Row:
    return [
        linked(registers.link(statement.id)),
        cell(said(statement, "stance")),
        cell(said(statement, "issuer")),
        cell(registers.group(statement.body.get("group"))),
    ]
