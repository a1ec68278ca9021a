"""Factor 4 of one country: preparatory measures and how they come together, and the make-up of the security forces."""

from __future__ import annotations

from upstander.assess.measures import circumstances, plural
from upstander.assess.measures.circumstances import Cluster, Diversity, Preparation
from upstander.core.messages import joined, say, text
from upstander.records import Record
from upstander.records.forms import form
from upstander.report import words
from upstander.report.registers import (
    Block,
    Registers,
    Row,
    Shown,
    Table,
    cell,
    linked,
    lowered,
    newest_first,
    table,
)

KIND = "preparatory_measure"
NO_FORCE = say("web.not_assessed_the_make_up_of_no")


def blocks(registers: Registers) -> list[Block]:
    """Preparatory measures, and the diversity of the security forces."""
    return [_preparation(registers), _forces(registers)]


def _preparation(registers: Registers) -> Block:
    steps = circumstances.preparation(registers.records, registers.on)
    return registers.block(
        say("web.preparatory_measures"),
        [KIND],
        [registers.measure(m) for m in (steps.count, steps.novelty, steps.speed)],
        [_timeline(registers)],
        flag=_clusters(steps),
        notes=_new_types(steps),
    )


def _clusters(steps: Preparation) -> str:
    clusters = joined((_cluster(c) for c in steps.clusters), "; ")
    return say("web.measures_came_close_together", clusters=clusters) if clusters else ""


def _cluster(cluster: Cluster) -> str:
    number = plural(len(cluster.measures), "measure")
    first, last = words.day(cluster.first), words.day(cluster.last)
    return say(
        "web.between_and",
        number=number,
        first=first,
        last=last,
        lowered=lowered(KIND, "type", cluster.types),
    )


def _new_types(steps: Preparation) -> list[str]:
    types = lowered(KIND, "type", steps.new_types)
    return (
        [say("web.types_not_seen_in_the_five_years", types=types)]
        if steps.new_types
        else []
    )


def _timeline(registers: Registers) -> Table:
    return table(
        say("web.timeline_newest_first"),
        [say("web.measure"), say("web.day"), say("web.bears_on")],
        [_step(registers, r) for r in newest_first(registers.of(KIND))],
        say("web.no_preparatory_measure_is_on_record"),
    )


def _step(registers: Registers, step: Record) -> Row:
    groups = ", ".join(registers.group(g) for g in step.body.get("groups") or ())
    return [
        linked(registers.link(step.id)),
        cell(step.body["day"]),
        cell(groups or say("web.all_groups")),
    ]


def _forces(registers: Registers) -> Block:
    forces = circumstances.diversity(registers.records, registers.on)
    measures = [m for force in forces for m in _diversity(registers, force)]
    notes = [] if forces else [NO_FORCE]
    return registers.block(
        say("web.diversity_of_the_security_forces"),
        ["force_diversity"],
        measures,
        notes=notes,
    )


def _diversity(registers: Registers, force: Diversity) -> list[Shown]:
    name = form("force_diversity").field("force").choices[force.force]
    return [
        registers.measure(m, name=text("{force}: {name}", force=name, name=m.name))
        for m in (force.distance, force.change)
    ]
