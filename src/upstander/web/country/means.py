"""Factor 3 of one country: armed actors near groups, small arms, and the money that sustains armed actors."""

from __future__ import annotations

from collections.abc import Sequence

from upstander.assess.measures import level, means
from upstander.assess.measures.means import Funding, Presence
from upstander.core.treaties import Bound
from upstander.records import Record
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

NONE = "none on record"


def blocks(registers: Registers, att: Bound) -> list[Block]:
    """Armed actors, arms and money. ``att``: whether the State is bound by the Arms Trade Treaty."""
    return [_actors(registers), _small_arms(registers, att), _money(registers)]


def _actors(registers: Registers) -> Block:
    groups = registers.of("group")
    near = [means.presence(registers.records, g.id, registers.on) for g in groups]
    shown = table(
        "Which armed actors stand near which group",
        [
            "Group",
            "Same districts",
            "Next to them",
            "Linked to the State",
            "Grave abuses on record",
        ],
        [_presence_row(registers, presence) for presence in near],
        "No group is on record.",
    )
    measures = [_proximity(registers, presence) for presence in near]
    return registers.block("Armed actors near groups", ["armed_actor"], measures, [shown])


def _proximity(registers: Registers, presence: Presence) -> Shown:
    name = f"Proximity to {registers.group(presence.group)}"
    return registers.measure(presence.proximity, name=name)


def _presence_row(registers: Registers, presence: Presence) -> Row:
    return [
        cell(registers.group(presence.group)),
        cell(_names(registers, presence.same_area)),
        cell(_names(registers, presence.near)),
        cell(_names(registers, presence.linked)),
        cell(_names(registers, presence.abusive)),
    ]


def _names(registers: Registers, ids: Sequence[str]) -> str:
    return ", ".join(registers.link(i)["title"] for i in ids) or NONE


def _small_arms(registers: Registers, att: Bound) -> Block:
    access = means.arms_access(registers.records, registers.on, att)
    return registers.block(
        "Small arms", ["arms"], [registers.measure(access)], [_arms_table(registers)]
    )


def _arms_table(registers: Registers) -> Table:
    """Flows, stockpiles and the rest, each by its type, newest first."""
    return table(
        "Flows, stockpiles and losses, newest first",
        ["Record", "What it is", "Weapons", "Day", "Ease of access"],
        [_arms_row(registers, r) for r in newest_first(registers.of("arms"))],
        "No flow and no stockpile is on record.",
    )


def _arms_row(registers: Registers, arms: Record) -> Row:
    return [
        linked(registers.link(arms.id)),
        cell(said(arms, "type")),
        cell(said(arms, "weapons")),
        cell(said(arms, "day")),
        graded("arms", "access", level(arms, "access")),
    ]


def _money(registers: Registers) -> Block:
    actors = registers.of("armed_actor")
    funds = [means.funding(registers.records, a.id, registers.on) for a in actors]
    shown = table(
        "What sustains each armed actor",
        ["Armed actor", "Strongest source", "Sources", "Published, USD a year"],
        [_funding_row(registers, funding) for funding in funds],
        "No armed actor is on record.",
    )
    measures = [_funding_measure(registers, funding) for funding in funds]
    return registers.block("Money", ["finance"], measures, [shown])


def _funding_measure(registers: Registers, funding: Funding) -> Shown:
    name = f"Funding of {registers.link(funding.armed_actor)['title']}"
    return registers.measure(funding.level, name=name)


def _funding_row(registers: Registers, funding: Funding) -> Row:
    strongest = funding.level.value
    return [
        linked(registers.link(funding.armed_actor)),
        graded("finance", "level", None if strongest is None else int(strongest)),
        cell(lowered("finance", "type", funding.types) or NONE),
        cell(_usd(funding.usd_a_year)),
    ]


def _usd(bounds: tuple[float | None, float | None]) -> str:
    amounts = [f"{b:,.0f}" for b in bounds if b is not None]
    return " to ".join(amounts) or "not known"
