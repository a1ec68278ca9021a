"""Factor 6 of one country: acts, verified and alleged apart, their pattern, and methods that do not look like killing."""

from __future__ import annotations

from collections.abc import Sequence

from upstander.assess.measures import acts, plural, sex_and_age
from upstander.core.messages import joined, say, text
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
APART = say("web.what_is_verified_and_what_is_alleged")
HEAVY = say("web.of_those_means_that_a_state_or")
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
        notes.append(
            say("web.disproved_kept_on_record_used_for_nothing", disproved=disproved)
        )
    tables = [_victims(registers, tallies), _acts(registers)]
    return registers.block(say("web.act_ledger"), ["act"], measures, tables, notes=notes)


def _tally(registers: Registers, tally: acts.Tally) -> list[Shown]:
    status = tally.status.capitalize()
    return [
        registers.measure(
            m,
            persons=m is tally.victims,
            name=text("{status}: {name}", status=status, name=m.name),
        )
        for m in (tally.frequency, tally.spread, tally.gravity, tally.victims)
    ]


def _victims(registers: Registers, tallies: Sequence[acts.Tally]) -> Table:
    rows = []
    for name in tallies[0].by_sex_age:
        label = cell(form("act").field(name).label)
        rows.append([label, *(_persons(registers, tally, name) for tally in tallies)])
    return table(
        say("web.victims_by_sex_and_age"),
        [say("web.persons"), say("web.verified"), say("web.alleged")],
        rows,
    )


def _persons(registers: Registers, tally: acts.Tally, name: str) -> Cell:
    number = tally.by_sex_age[name]
    if number is None:
        return cell(say("web.not_known"))
    if registers.exactly(registers.by_id[i] for i in tally.records):
        return cell(f"{number:,}")
    return cell(FEWER if 0 < number < LEAST else say("web.not_shown_here"))


def _acts(registers: Registers) -> Table:
    acts_on_record = sorted(
        registers.of("act"), key=lambda r: (r.body["since"], r.id), reverse=True
    )
    return table(
        say("web.acts_newest_first"),
        [say("web.act"), say("web.status"), say("web.group"), say("web.gravity")],
        [_act(registers, act) for act in acts_on_record],
        say("web.no_act_is_on_record"),
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
        say("web.pattern_of_acts"),
        [],
        [_pattern_index(registers, pattern) for pattern in patterns],
        [_scale_and_system(registers, patterns)],
        notes=[
            say(
                "web.legal_test_of_crimes_against_humanity",
                legal_test=first.legal_test,
                note=first.note,
            )
        ],
    )


def _pattern_index(registers: Registers, pattern: acts.Pattern) -> Shown:
    name = say("web.pattern_index", capitalize=pattern.status.capitalize())
    return registers.measure(pattern.index, name=name)


def _scale_and_system(registers: Registers, patterns: Sequence[acts.Pattern]) -> Table:
    shows_victims = registers.exactly(registers.of("act"))
    rows = [
        _aspect(say("web.scale"), [_scale(p, shows_victims) for p in patterns]),
        _aspect(say("web.system"), [p.system for p in patterns]),
        _aspect(say("web.share_of_months_with_an_act"), [_repetition(p) for p in patterns]),
        _aspect(say("web.means_used"), [_weapons(p.weapons) for p in patterns]),
        _aspect(HEAVY, [_weapons(p.heavy) for p in patterns]),
    ]
    return table(
        say("web.scale_and_system"), ["", say("web.verified"), say("web.alleged")], rows
    )


def _aspect(name: str, by_status: Sequence[str]) -> Row:
    return [cell(name), *(cell(words) for words in by_status)]


def _scale(pattern: acts.Pattern, shows_victims: bool) -> str:
    if shows_victims:
        return pattern.scale
    places = plural(pattern.places, "place")
    return text("{withheld} {places}.", withheld=PERSONS_WITHHELD, places=places)


def _repetition(pattern: acts.Pattern) -> str:
    return (
        say("web.not_assessed")
        if pattern.repetition is None
        else f"{pattern.repetition:.2f}"
    )


def _weapons(weapons: Sequence[str]) -> str:
    return lowered("act", "weapons", weapons) or say("web.none_on_record")


def _less_obvious(registers: Registers) -> Block:
    tasks = acts.review_tasks(registers.records, registers.on)
    return registers.block(
        say("web.less_obvious_methods_of_destruction"),
        ["less_obvious"],
        [],
        [_checklists(registers)],
        flag=joined((_review_task(registers, task) for task in tasks), " "),
    )


def _review_task(registers: Registers, task: acts.ReviewTask) -> str:
    return say("web.review_task_for", group=registers.group(task.group), task=task.words)


def _checklists(registers: Registers) -> Table:
    newest = _newest_by_group(registers.of("less_obvious"))
    methods = form("less_obvious").field("seen").choices if newest else {}
    rows = [
        [cell(words), *(_looked(checklist, method) for checklist in newest.values())]
        for method, words in methods.items()
    ]
    columns = (f"{registers.group(g)}, {r.body['day']}" for g, r in newest.items())
    return table(
        say("web.checklist_the_newest_of_each_group"),
        [say("web.method"), *columns],
        rows,
        say("web.not_assessed_nobody_has_gone_through_the"),
    )


def _newest_by_group(checklists: Sequence[Record]) -> dict[str, Record]:
    """By group in the order of their first day."""
    oldest_first = reversed(newest_first(checklists))
    return {r.body["group"]: r for r in oldest_first}


def _looked(checklist: Record, method: str) -> Cell:
    if method in (checklist.body.get("seen") or ()):
        return cell("seen", level=3, heat=True)
    if method in (checklist.body.get("looked_at") or ()):
        return cell(say("web.looked_for_not_seen"), level=0, heat=True)
    return cell(say("web.not_looked_at"), heat=True)


def _sex_and_age(registers: Registers) -> Block:
    report = sex_and_age.gap_report(registers.records, registers.on)
    complete = registers.measure(report.complete)
    known = registers.measure(report.known, persons=True)
    shown = _lacking(registers, report.lacking)
    return registers.block(
        say("web.women_men_girls_and_boys"), [], [complete, known], [shown]
    )


def _lacking(registers: Registers, lacks: Sequence[sex_and_age.Lack]) -> Table:
    rows = [
        [linked(registers.link(lack.record)), cell(lack.words)]
        for lack in lacks
        if registers.exactly([registers.by_id[lack.record]])
    ]
    return table(
        say("web.what_records_do_not_say"),
        [say("web.record"), say("web.not_said_2")],
        rows[:MOST_LACKING],
        say("web.nothing_is_missing_in_what_you_see"),
    )
