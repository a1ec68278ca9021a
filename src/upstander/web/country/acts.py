"""Factor 6 of one country: acts, verified and alleged apart, their pattern, and methods that do not look like killing."""

from __future__ import annotations

from collections.abc import Sequence

from upstander.assess.measures import acts, plural, sex_and_age
from upstander.records import Record
from upstander.records.disclosure_control import FEWER, LEAST
from upstander.records.forms import form
from upstander.report.registers import (
    PERSONS_WITHHELD,
    Block,
    Cell,
    Registers,
    Row,
    Shown,
    Table,
    cell,
    linked,
    lowered,
    newest_first,
    said,
    table,
)

STATUSES = ("verified", "alleged")
APART = "What is verified and what is alleged are never added up."
HEAVY = "Of those, means that a State or organised group alone commands"
MOST_LACKING = 50  # rows of what records do not say of sex and age


def blocks(registers: Registers) -> list[Block]:
    """The act ledger, the pattern, the checklist of less obvious methods, and what is not said of sex and age."""
    return [
        _ledger(registers),
        _pattern(registers),
        _less_obvious(registers),
        _sex_and_age(registers),
    ]


def _ledger(registers: Registers) -> Block:
    ledger = acts.ledger(registers.records, registers.on)
    tallies = (ledger.verified, ledger.alleged)
    measures = [m for tally in tallies for m in _tally(registers, tally)]
    notes = [APART]
    if ledger.disproved:
        disproved = plural(ledger.disproved, "act")
        notes.append(f"{disproved} disproved: kept on record, used for nothing.")
    tables = [_victims(registers, tallies), _acts(registers)]
    return registers.block("Act ledger", ["act"], measures, tables, notes=notes)


def _tally(registers: Registers, tally: acts.Tally) -> list[Shown]:
    status = tally.status.capitalize()
    return [
        registers.measure(m, persons=m is tally.victims, name=f"{status}: {m.name}")
        for m in (tally.frequency, tally.spread, tally.gravity, tally.victims)
    ]


def _victims(registers: Registers, tallies: Sequence[acts.Tally]) -> Table:
    rows = []
    for name in tallies[0].by_sex_age:
        label = cell(form("act").field(name).label)
        rows.append([label, *(_persons(registers, tally, name) for tally in tallies)])
    return table("Victims by sex and age", ["Persons", "Verified", "Alleged"], rows)


def _persons(registers: Registers, tally: acts.Tally, name: str) -> Cell:
    number = tally.by_sex_age[name]
    if number is None:
        return cell("not known")
    if registers.exactly(registers.by_id[i] for i in tally.records):
        return cell(f"{number:,}")
    return cell(FEWER if 0 < number < LEAST else "not shown here")


def _acts(registers: Registers) -> Table:
    acts_on_record = sorted(
        registers.of("act"), key=lambda r: (r.body["since"], r.id), reverse=True
    )
    return table(
        "Acts, newest first",
        ["Act", "Status", "Group", "Gravity"],
        [_act(registers, act) for act in acts_on_record],
        "No act is on record.",
    )


def _act(registers: Registers, act: Record) -> Row:
    return [
        linked(registers.link(act.id)),
        cell(said(act, "status")),
        cell(registers.group(act.body.get("group"))),
        cell(said(act, "gravity")),
    ]


def _pattern(registers: Registers) -> Block:
    patterns = [
        acts.pattern(registers.records, registers.on, status) for status in STATUSES
    ]
    first = patterns[0]
    return registers.block(
        "Pattern of acts",
        [],
        [_pattern_index(registers, pattern) for pattern in patterns],
        [_scale_and_system(registers, patterns)],
        notes=[f"Legal test of crimes against humanity: {first.legal_test}. {first.note}"],
    )


def _pattern_index(registers: Registers, pattern: acts.Pattern) -> Shown:
    name = f"{pattern.status.capitalize()}: pattern index"
    return registers.measure(pattern.index, name=name)


def _scale_and_system(registers: Registers, patterns: Sequence[acts.Pattern]) -> Table:
    shows_victims = registers.exactly(registers.of("act"))
    rows = [
        _aspect("Scale", [_scale(p, shows_victims) for p in patterns]),
        _aspect("System", [p.system for p in patterns]),
        _aspect("Share of months with an act", [_repetition(p) for p in patterns]),
        _aspect("Means used", [_weapons(p.weapons) for p in patterns]),
        _aspect(HEAVY, [_weapons(p.heavy) for p in patterns]),
    ]
    return table("Scale and system", ["", "Verified", "Alleged"], rows)


def _aspect(name: str, by_status: Sequence[str]) -> Row:
    return [cell(name), *(cell(words) for words in by_status)]


def _scale(pattern: acts.Pattern, shows_victims: bool) -> str:
    if shows_victims:
        return pattern.scale
    return f"{PERSONS_WITHHELD} {plural(pattern.places, 'place')}."


def _repetition(pattern: acts.Pattern) -> str:
    return "not assessed" if pattern.repetition is None else f"{pattern.repetition:.2f}"


def _weapons(weapons: Sequence[str]) -> str:
    return lowered("act", "weapons", weapons) or "none on record"


def _less_obvious(registers: Registers) -> Block:
    tasks = acts.review_tasks(registers.records, registers.on)
    return registers.block(
        "Less obvious methods of destruction",
        ["less_obvious"],
        [],
        [_checklists(registers)],
        flag=" ".join(_review_task(registers, task) for task in tasks),
    )


def _review_task(registers: Registers, task: acts.ReviewTask) -> str:
    return f"Review task for {registers.group(task.group)}. {task.words}"


def _checklists(registers: Registers) -> Table:
    newest = _newest_by_group(registers.of("less_obvious"))
    methods = form("less_obvious").field("seen").choices if newest else {}
    rows = [
        [cell(words), *(_looked(checklist, method) for checklist in newest.values())]
        for method, words in methods.items()
    ]
    columns = (f"{registers.group(g)}, {r.body['day']}" for g, r in newest.items())
    return table(
        "Checklist, the newest of each group",
        ["Method", *columns],
        rows,
        "Not assessed: nobody has gone through the list.",
    )


def _newest_by_group(checklists: Sequence[Record]) -> dict[str, Record]:
    """By group in the order of their first day."""
    oldest_first = reversed(newest_first(checklists))
    return {r.body["group"]: r for r in oldest_first}


def _looked(checklist: Record, method: str) -> Cell:
    if method in (checklist.body.get("seen") or ()):
        return cell("seen", level=3, heat=True)
    if method in (checklist.body.get("looked_at") or ()):
        return cell("looked for, not seen", level=0, heat=True)
    return cell("not looked at", heat=True)


def _sex_and_age(registers: Registers) -> Block:
    report = sex_and_age.gap_report(registers.records, registers.on)
    complete = registers.measure(report.complete)
    known = registers.measure(report.known, persons=True)
    shown = _lacking(registers, report.lacking)
    return registers.block("Women, men, girls and boys", [], [complete, known], [shown])


def _lacking(registers: Registers, lacks: Sequence[sex_and_age.Lack]) -> Table:
    rows = [
        [linked(registers.link(lack.record)), cell(lack.words)]
        for lack in lacks
        if registers.exactly([registers.by_id[lack.record]])
    ]
    return table(
        "What records do not say",
        ["Record", "Not said"],
        rows[:MOST_LACKING],
        "Nothing is missing in what you see exactly.",
    )
