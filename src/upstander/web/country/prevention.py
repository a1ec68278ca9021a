"""Factor 5 of one country: capacity to prevent, participation, civic space, institutions and economic deprivation."""

from __future__ import annotations

from collections.abc import Sequence

from upstander.assess.measures import deprivation, level, prevention
from upstander.assess.measures.prevention import Gap, Reading
from upstander.core.messages import say
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

OPTION = say("web.policy_options_that_answer_what_is_missing_2")
JUDGED = ("independence", "resources", "credibility")
NO_BODY = say("web.not_assessed_no_body_with_the_share")


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
        say("web.published_indicators_the_last_value_known_on"),
        [
            say("web.indicator"),
            say("web.value"),
            say("web.year"),
            say("web.scale"),
            say("web.source"),
        ],
        [_reading(reading) for reading in readings],
        say("web.not_known_on_this_day"),
    )
    capacity = registers.measure(prevention.preventive_capacity(readings))
    return registers.block(say("web.capacity_to_prevent"), [], [capacity], [shown])


def _reading(reading: Reading) -> Row:
    worst, best = reading.scale
    return [
        cell(reading.name),
        cell(say("web.not_known") if reading.value is None else f"{reading.value:,.2f}"),
        cell(str(reading.year)),
        cell(say("web.worst_to_best", worst=f"{worst:g}", best=f"{best:g}")),
        cell(reading.source),
    ]


def _participation(registers: Registers) -> Block:
    gaps = prevention.participation_gaps(registers.records, registers.on)
    measures = [_gap(registers, gap) for gap in gaps]
    notes = [] if gaps else [NO_BODY]
    return registers.block(
        say("web.participation"), ["participation"], measures, notes=notes
    )


def _gap(registers: Registers, gap: Gap) -> Shown:
    spheres = form("participation").field("sphere").choices
    name = say(
        "web.in_2",
        group=registers.group(gap.group),
        lower=gap.label or spheres[gap.sphere].lower(),
    )
    return registers.measure(gap.gap, persons=True, name=name)


def _civic_space(registers: Registers) -> Block:
    trend = prevention.civic_space(registers.records, registers.on)
    shown = table(
        say("web.events_newest_first"),
        [say("web.event"), say("web.direction"), say("web.weight")],
        [_event(registers, r) for r in newest_first(registers.of("civic_space"))],
        say("web.no_event_is_on_record"),
    )
    return registers.block(
        say("web.civic_space"), ["civic_space"], [registers.measure(trend)], [shown]
    )


def _event(registers: Registers, event: Record) -> Row:
    link = linked(registers.link(event.id))
    return [link, cell(said(event, "direction")), cell(said(event, "weight"))]


def _institutions(registers: Registers, rule_of_law: tuple[float, int] | None) -> Block:
    index = rule_of_law[0] if rule_of_law else None
    scores = prevention.institutions(registers.records, registers.on, index)
    return registers.block(
        say("web.institutions_and_the_rule_of_law"),
        ["institution"],
        [registers.measure(m) for score in scores for m in (score.score, score.adjusted)],
        [_institution_table(registers)],
        notes=[_multiplier(rule_of_law)],
    )


def _multiplier(rule_of_law: tuple[float, int] | None) -> str:
    if rule_of_law is None:
        return say("web.the_rule_of_law_index_is_not")
    value, year = rule_of_law
    return say("web.each_score_is_multiplied_by_the_rule", year=year, value=value)


def _institution_table(registers: Registers) -> Table:
    judged = [name.capitalize() for name in JUDGED]
    return table(
        say("web.institutions"),
        [
            say("web.institution"),
            say("web.kind"),
            say("web.exists"),
            *judged,
            "Score, 0 to 1",
        ],
        [_institution(registers, r) for r in registers.of("institution")],
        say("web.no_institution_is_on_record"),
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
    words = said(institution, name) or say("web.not_assessed_2")
    return protective(words, level(institution, name))


def _score(institution: Record) -> str:
    score = prevention.institution_score(institution)
    return say("web.not_judged") if score is None else f"{score:.2f}"


def _deprivation(registers: Registers) -> Block:
    """Economic deprivation, counted and felt, by area and group; the option that works on it is named."""
    seen = deprivation.deprivation(registers.records, registers.on)
    by_day = sorted(registers.of("deprivation"), key=lambda r: r.body["day"], reverse=True)
    shown = table(
        say("web.by_sphere_newest_first"),
        [
            say("web.record"),
            say("web.area"),
            say("web.group"),
            say("web.as_counted"),
            say("web.as_it_is_felt"),
        ],
        [_deprived(registers, r) for r in by_day],
        say("web.nothing_is_on_record"),
    )
    measures = (seen.actual, seen.perceived, seen.gap, seen.trend)
    return registers.block(
        say("web.economic_deprivation"),
        ["deprivation"],
        [registers.measure(m) for m in measures],
        [shown],
        notes=[OPTION],
    )


def _deprived(registers: Registers, deprived: Record) -> Row:
    return [
        linked(registers.link(deprived.id)),
        cell(deprived.body["area"] or say("web.whole_country")),
        cell(registers.group(deprived.body["group"])),
        graded("deprivation", "actual", level(deprived, "actual")),
        graded("deprivation", "perceived", level(deprived, "perceived")),
    ]
