"""Factor 3 of one country: armed actors near groups, small arms, and the money that sustains armed actors."""

from __future__ import annotations

from collections.abc import Sequence

from upstander.assess.measures import level, means
from upstander.assess.measures.means import Funding, Presence
from upstander.core.messages import joined, say
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

NONE = say("web.none_on_record")


def blocks(registers: Registers, att: Bound) -> list[Block]:
    """Armed actors, arms and money. ``att``: whether the State is bound by the Arms Trade Treaty."""
    return [_actors(registers), _small_arms(registers, att), _money(registers)]


def _actors(registers: Registers) -> Block:
    groups = registers.of("group")
    near = [means.presence(registers.records, g.id, registers.on) for g in groups]
    shown = table(
        say("web.which_armed_actors_stand_near_which_group"),
        [
            say("web.group"),
            say("web.same_districts"),
            say("web.next_to_them"),
            say("web.linked_to_the_state"),
            say("web.grave_abuses_on_record"),
        ],
        [_presence_row(registers, presence) for presence in near],
        say("web.no_group_is_on_record"),
    )
    measures = [_proximity(registers, presence) for presence in near]
    return registers.block(
        say("web.armed_actors_near_groups"), ["armed_actor"], measures, [shown]
    )


def _proximity(registers: Registers, presence: Presence) -> Shown:
    name = say("web.proximity_to", group=registers.group(presence.group))
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
    return joined((registers.link(i)["title"] for i in ids), ", ") or NONE


def _small_arms(registers: Registers, att: Bound) -> Block:
    access = means.arms_access(registers.records, registers.on, att)
    return registers.block(
        say("web.small_arms"),
        ["arms"],
        [registers.measure(access)],
        [_arms_table(registers)],
    )


def _arms_table(registers: Registers) -> Table:
    """Flows, stockpiles and the rest, each by its type, newest first."""
    return table(
        say("web.flows_stockpiles_and_losses_newest_first"),
        [
            say("web.record"),
            say("web.what_it_is"),
            say("web.weapons"),
            say("web.day"),
            say("web.ease_of_access"),
        ],
        [_arms_row(registers, r) for r in newest_first(registers.of("arms"))],
        say("web.no_flow_and_no_stockpile_is_on"),
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
        say("web.what_sustains_each_armed_actor"),
        [
            say("web.armed_actor"),
            say("web.strongest_source"),
            say("web.sources"),
            say("web.published_usd_a_year"),
        ],
        [_funding_row(registers, funding) for funding in funds],
        say("web.no_armed_actor_is_on_record"),
    )
    measures = [_funding_measure(registers, funding) for funding in funds]
    return registers.block(say("web.money"), ["finance"], measures, [shown])


def _funding_measure(registers: Registers, funding: Funding) -> Shown:
    name = say("web.funding_of", title=registers.link(funding.armed_actor)["title"])
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
    return " to ".join(amounts) or say("web.not_known")
