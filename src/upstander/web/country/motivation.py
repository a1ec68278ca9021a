"""Factor 2 of one country: who may have a reason to target whom, hate speech, and how the State justifies acts."""

from __future__ import annotations

from collections.abc import Sequence

from upstander.assess.measures import motivation
from upstander.assess.measures.motivation import Motive
from upstander.core.messages import say
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
        say("web.motive_map"),
        ["motive"],
        [_motive_measure(registers, motive) for motive in motives],
        [_motive_table(registers, motives)],
    )


def _motive_measure(registers: Registers, motive: Motive) -> Shown:
    name = say("web.towards", actor=motive.actor, group=registers.group(motive.group))
    return registers.measure(motive.measure, name=name)


def _motive_table(registers: Registers, motives: Sequence[Motive]) -> Table:
    return table(
        say("web.who_may_have_a_reason_to_target"),
        [
            say("web.organisation"),
            say("web.group"),
            say("web.strength"),
            say("web.confidence"),
            say("web.reasons"),
        ],
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
        say("web.hate_speech_watch"),
        ["speech_event"],
        [registers.measure(m) for m in (speech.trend, speech.official_share, speech.burst)],
        flag=say("web.burst_of_speech_against_groups", burst=speech.burst.words)
        if speech.is_burst
        else "",
        notes=[say("web.events_of_the_last_year", counts=counts)] if on_record else [],
    )


def _justification(registers: Registers) -> Block:
    state = motivation.state_justification(registers.records, registers.on)
    measures = [registers.measure(state.measure)]
    return registers.block(
        say("web.state_justification"), ["statement"], measures, [_statements(registers)]
    )


def _statements(registers: Registers) -> Table:
    return table(
        say("web.statements_newest_first"),
        [
            say("web.statement"),
            say("web.stance"),
            say("web.issued_by"),
            say("web.about_acts_against"),
        ],
        [_statement(registers, r) for r in newest_first(registers.of("statement"))],
        say("web.no_statement_is_on_record"),
    )


def _statement(registers: Registers, statement: Record) -> Row:
    return [
        linked(registers.link(statement.id)),
        cell(said(statement, "stance")),
        cell(said(statement, "issuer")),
        cell(registers.group(statement.body.get("group"))),
    ]
