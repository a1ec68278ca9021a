"""Factor 4 of one country: preparatory measures and how they come together, and the make-up of the security forces."""

from __future__ import annotations

from upstander.assess.measures import circumstances, plural
from upstander.assess.measures.circumstances import Cluster, Diversity, Preparation
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
NO_FORCE = "Not assessed: the make-up of no force is on record."


def blocks(registers: Registers) -> list[Block]:
    """Preparatory measures, and the diversity of the security forces."""
    return [_preparation(registers), _forces(registers)]


def _preparation(registers: Registers) -> Block:
    steps = circumstances.preparation(registers.records, registers.on)
    return registers.block(
        "Preparatory measures",
        [KIND],
        [registers.measure(m) for m in (steps.count, steps.novelty, steps.speed)],
        [_timeline(registers)],
        flag=_clusters(steps),
        notes=_new_types(steps),
    )


def _clusters(steps: Preparation) -> str:
    clusters = "; ".join(_cluster(c) for c in steps.clusters)
    return f"Measures came close together: {clusters}." if clusters else ""


def _cluster(cluster: Cluster) -> str:
    number = plural(len(cluster.measures), "measure")
    first, last = words.day(cluster.first), words.day(cluster.last)
    return f"{number} between {first} and {last}: {lowered(KIND, 'type', cluster.types)}"


def _new_types(steps: Preparation) -> list[str]:
    types = lowered(KIND, "type", steps.new_types)
    return [f"Types not seen in the five years before: {types}."] if steps.new_types else []


def _timeline(registers: Registers) -> Table:
    return table(
        "Timeline, newest first",
        ["Measure", "Day", "Bears on"],
        [_step(registers, r) for r in newest_first(registers.of(KIND))],
        "No preparatory measure is on record.",
    )


def _step(registers: Registers, step: Record) -> Row:
    groups = ", ".join(registers.group(g) for g in step.body.get("groups") or ())
    return [
        linked(registers.link(step.id)),
        cell(step.body["day"]),
        cell(groups or "all groups"),
    ]


def _forces(registers: Registers) -> Block:
    forces = circumstances.diversity(registers.records, registers.on)
    measures = [m for force in forces for m in _diversity(registers, force)]
    notes = [] if forces else [NO_FORCE]
    return registers.block(
        "Diversity of the security forces", ["force_diversity"], measures, notes=notes
    )


def _diversity(registers: Registers, force: Diversity) -> list[Shown]:
    name = form("force_diversity").field("force").choices[force.force]
    return [
        registers.measure(m, name=f"{name}: {m.name}")
        for m in (force.distance, force.change)
    ]
