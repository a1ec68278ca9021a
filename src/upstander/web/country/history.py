"""Factor 1 of one country: past harm of each group, discrimination, exclusion, and how violence against it is seen."""

from __future__ import annotations

from upstander.assess.measures import attitudes
from upstander.assess.measures import history as past_and_present
from upstander.assess.measures.history import Exclusion, Grid, RemedyRow, UnaddressedPast
from upstander.core.messages import say
from upstander.records import Record
from upstander.records.forms import form
from upstander.report.registers import (
    Block,
    Cell,
    Registers,
    Row,
    Table,
    cell,
    graded,
    linked,
    protective,
    said,
    table,
)

MEANS = past_and_present.MEANS
OPTIONS = say("web.policy_options_that_answer_what_is_missing")
NO_GROUP = say("web.no_group_is_on_record_nothing_in")
MEETS_GENDER = say("web.gender_based_discrimination_meets_another_form_o")
KINDS = ("group", "harm", "remedy", "discrimination", "exclusion")


def blocks(registers: Registers) -> list[Block]:
    """What the factor rests on, then three blocks for each group."""
    groups = registers.of("group")
    notes = [] if groups else [NO_GROUP]
    shown = [registers.block(say("web.groups"), KINDS, notes=notes)]
    for group in groups:
        label = registers.group(group.id)
        shown.append(_past_harm(registers, group, label))
        shown.append(_treatment(registers, group, label))
        shown.append(_perception(registers, group.id, label))
    return shown


def _past_harm(registers: Registers, group: Record, label: str) -> Block:
    past = past_and_present.unaddressed_past(registers.records, group.id, registers.on)
    harm = past_and_present.harm_history(registers.records, group.id, registers.on)
    measures = [registers.measure(harm), registers.measure(past.measure)]
    tables = [_remedies(registers, past)] if past.rows else []
    notes = [f"{OPTIONS}{', '.join(past.options)}."] if past.options else []
    return registers.block(
        say("web.past_harm_2", label=label), [], measures, tables, notes=notes
    )


def _treatment(registers: Registers, group: Record, label: str) -> Block:
    grid = past_and_present.discrimination_grid(registers.records, group.id, registers.on)
    kept_out = past_and_present.exclusion(registers.records, group.id, registers.on)
    both = past_and_present.compounded(None, grid, kept_out)
    notes: list[str] = [MEETS_GENDER] if grid.meets_gender else []
    if not both.compounded:
        notes.append(both.words)
    return registers.block(
        say("web.discrimination_and_exclusion", label=label),
        [],
        [registers.measure(m) for m in (grid.most, grid.spread, kept_out.most)],
        [_grid(grid, label), _spheres(kept_out, label)],
        flag=both.words if both.compounded else "",
        notes=notes,
    )


def _perception(registers: Registers, group: str, label: str) -> Block:
    """Whether violence against the group is presented as justified; apart from discrimination, never derived from it."""
    seen = attitudes.perception(registers.records, group, registers.on)
    by_day = sorted(
        registers.of("attitude", group), key=lambda r: r.body["day"], reverse=True
    )
    shown = table(
        say("web.what_shows_it_newest_first"),
        [say("web.record"), say("web.day"), say("web.level")],
        [_attitude(registers, r) for r in by_day],
        say("web.nothing_is_on_record"),
    )
    return registers.block(
        say("web.perception_that_violence_is_justified", label=label),
        ["attitude"],
        [registers.measure(seen.strongest), registers.measure(seen.trend)],
        [shown],
    )


def _attitude(registers: Registers, attitude: Record) -> Row:
    return [
        linked(registers.link(attitude.id)),
        cell(said(attitude, "day")),
        cell(said(attitude, "level") or say("web.not_assessed_2")),
    ]


def _remedies(registers: Registers, past: UnaddressedPast) -> Table:
    means = form("remedy").field("means").choices
    return table(
        say("web.remedy_gaps_how_far_each_past_harm"),
        [
            say("web.past_harm"),
            say("web.weight_today"),
            *(means[m] for m in MEANS),
            say("web.missing"),
        ],
        [_remedy_row(registers, row) for row in past.rows],
    )


def _remedy_row(registers: Registers, row: RemedyRow) -> Row:
    return [
        linked(registers.link(row.harm)),
        cell(f"{row.weight:.2f}"),
        *(_covered(row.coverage[m]) for m in MEANS),
        cell(say("web.of_2", number=len(row.missing), number_2=len(MEANS))),
    ]


def _covered(coverage: int | None) -> Cell:
    if coverage is None:
        return protective(say("web.not_on_record"), None)
    return protective(form("remedy").field("coverage").choices[str(coverage)], coverage)


def _grid(grid: Grid, label: str) -> Table:
    forms = form("discrimination").field("form").choices
    rows = []
    for name, (law, practice) in grid.cells.items():
        in_law = graded("discrimination", "law", law)
        in_practice = graded("discrimination", "practice", practice)
        rows.append([cell(forms[name]), in_law, in_practice])
    return table(
        say("web.discrimination_against_0_to_4", label=label),
        [say("web.form"), say("web.in_law"), say("web.in_practice")],
        rows,
    )


def _spheres(kept_out: Exclusion, label: str) -> Table:
    spheres = form("exclusion").field("sphere").choices
    rows = [
        [cell(spheres[sphere]), graded("exclusion", "level", level)]
        for sphere, level in kept_out.spheres.items()
    ]
    return table(
        say("web.exclusion_of_0_to_4", label=label),
        [say("web.from"), say("web.level")],
        rows,
    )
