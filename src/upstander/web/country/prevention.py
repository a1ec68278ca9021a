"""Factor 5 of one country: capacity to prevent, participation, civic space, institutions and economic deprivation."""

from __future__ import annotations

from collections.abc import Sequence

from upstander.assess.measures import deprivation, level, prevention
from upstander.assess.measures.prevention import Gap, Reading
from upstander.records import Record
from upstander.records.forms import form
from upstander.report.registers import (
    Block,
    Cell,
    Registers,
    Row,
    Shown,
    Table,
    cell,
    graded,
    linked,
    newest_first,
    protective,
    said,
    table,
)

OPTION = "Policy options that answer what is missing: A7."
JUDGED = ("independence", "resources", "credibility")
NO_BODY = "Not assessed: no body with the share of a group is on record."


def blocks(
    registers: Registers, readings: Sequence[Reading], rule_of_law: tuple[float, int] | None
) -> list[Block]:
    """Five blocks. ``rule_of_law``: an index 0 to 1 with its year."""
    return [
        _capacity(registers, readings),
        _participation(registers),
        _civic_space(registers),
        _institutions(registers, rule_of_law),
        _deprivation(registers),
    ]


def _capacity(registers: Registers, readings: Sequence[Reading]) -> Block:
    shown = table(
        "Published indicators, the last value known on this day",
        ["Indicator", "Value", "Year", "Scale", "Source"],
        [_reading(reading) for reading in readings],
        "Not known on this day.",
    )
    capacity = registers.measure(prevention.preventive_capacity(readings))
    return registers.block("Capacity to prevent", [], [capacity], [shown])


def _reading(reading: Reading) -> Row:
    worst, best = reading.scale
    return [
        cell(reading.name),
        cell("not known" if reading.value is None else f"{reading.value:,.2f}"),
        cell(str(reading.year)),
        cell(f"{worst:g} worst to {best:g} best"),
        cell(reading.source),
    ]


def _participation(registers: Registers) -> Block:
    gaps = prevention.participation_gaps(registers.records, registers.on)
    measures = [_gap(registers, gap) for gap in gaps]
    notes = [] if gaps else [NO_BODY]
    return registers.block("Participation", ["participation"], measures, notes=notes)


def _gap(registers: Registers, gap: Gap) -> Shown:
    spheres = form("participation").field("sphere").choices
    name = f"{registers.group(gap.group)} in {gap.label or spheres[gap.sphere].lower()}"
    return registers.measure(gap.gap, persons=True, name=name)


def _civic_space(registers: Registers) -> Block:
    trend = prevention.civic_space(registers.records, registers.on)
    shown = table(
        "Events, newest first",
        ["Event", "Direction", "Weight"],
        [_event(registers, r) for r in newest_first(registers.of("civic_space"))],
        "No event is on record.",
    )
    return registers.block(
        "Civic space", ["civic_space"], [registers.measure(trend)], [shown]
    )


def _event(registers: Registers, event: Record) -> Row:
    link = linked(registers.link(event.id))
    return [link, cell(said(event, "direction")), cell(said(event, "weight"))]


def _institutions(registers: Registers, rule_of_law: tuple[float, int] | None) -> Block:
    index = rule_of_law[0] if rule_of_law else None
    scores = prevention.institutions(registers.records, registers.on, index)
    return registers.block(
        "Institutions and the rule of law",
        ["institution"],
        [registers.measure(m) for score in scores for m in (score.score, score.adjusted)],
        [_institution_table(registers)],
        notes=[_multiplier(rule_of_law)],
    )


def _multiplier(rule_of_law: tuple[float, int] | None) -> str:
    if rule_of_law is None:
        return "The rule-of-law index is not known on this day, so no score is adjusted."
    value, year = rule_of_law
    return (
        f"Each score is multiplied by the rule-of-law index (V-Dem, {year}: {value:.2f} of 1): where law does not rule, "
        "institutions that exist protect less. Both are shown."
    )


def _institution_table(registers: Registers) -> Table:
    judged = [name.capitalize() for name in JUDGED]
    return table(
        "Institutions",
        ["Institution", "Kind", "Exists", *judged, "Score, 0 to 1"],
        [_institution(registers, r) for r in registers.of("institution")],
        "No institution is on record.",
    )


def _institution(registers: Registers, institution: Record) -> Row:
    return [
        linked(registers.link(institution.id)),
        cell(said(institution, "kind")),
        cell(said(institution, "exists")),
        *(_strength(institution, name) for name in JUDGED),
        cell(_score(institution)),
    ]


def _strength(institution: Record, name: str) -> Cell:
    words = said(institution, name) or "Not assessed"
    return protective(words, level(institution, name))


def _score(institution: Record) -> str:
    score = prevention.institution_score(institution)
    return "not judged" if score is None else f"{score:.2f}"


def _deprivation(registers: Registers) -> Block:
    """Economic deprivation, counted and felt, by area and group; the option that works on it is named."""
    seen = deprivation.deprivation(registers.records, registers.on)
    by_day = sorted(registers.of("deprivation"), key=lambda r: r.body["day"], reverse=True)
    shown = table(
        "By sphere, newest first",
        ["Record", "Area", "Group", "As counted", "As it is felt"],
        [_deprived(registers, r) for r in by_day],
        "Nothing is on record.",
    )
    measures = (seen.actual, seen.perceived, seen.gap, seen.trend)
    return registers.block(
        "Economic deprivation",
        ["deprivation"],
        [registers.measure(m) for m in measures],
        [shown],
        notes=[OPTION],
    )


def _deprived(registers: Registers, deprived: Record) -> Row:
    return [
        linked(registers.link(deprived.id)),
        cell(deprived.body["area"] or "whole country"),
        cell(registers.group(deprived.body["group"])),
        graded("deprivation", "actual", level(deprived, "actual")),
        graded("deprivation", "perceived", level(deprived, "perceived")),
    ]
