"""What a country owes: its duties to protect, in every context, and its reports to peers and treaty bodies."""

from __future__ import annotations

from upstander.assess.crimes import legend
from upstander.assess.duties import DutyState, Task, catalogue, checklist
from upstander.assess.duties import tasks as tasks_of
from upstander.assess.peers import Calendar, calendar
from upstander.assess.rating import NOT_ASSESSED
from upstander.core.messages import say
from upstander.report import words
from upstander.report.registers import Registers, Row, Shown, Table, cell, linked, table


def duties(registers: Registers) -> Shown:
    """The checklist of duties and the tasks of protection."""
    return {
        "registers": [
            registers.register("obligation"),
            registers.register("protection_task"),
        ],
        "legend": legend(duty.checked for duty in catalogue()),
        "table": _checklist(registers),
        "tasks": _tasks(registers),
    }


def _checklist(registers: Registers) -> Table:
    states = checklist(registers.records, registers.on)
    return table(
        say("web.duties_to_protect_in_every_context"),
        [
            say("web.duty"),
            say("web.status"),
            say("web.responsible"),
            say("web.by"),
            say("web.source"),
        ],
        [_duty(state) for state in states],
    )


def _duty(state: DutyState) -> Row:
    duty = state.duty
    href = f"/records/obligation/{state.record}" if state.record else ""
    return [
        cell(duty.words, href=href),
        cell(say("web.overdue", state=state.words) if state.overdue else state.words),
        cell(state.owner or say("web.nobody_named")),
        cell(state.due.isoformat() if state.due else say("web.no_day_set")),
        cell(f"{duty.source}, {duty.part} ({duty.checked})"),
    ]


def _tasks(registers: Registers) -> Table:
    tasks = tasks_of(registers.records, registers.on)
    return table(
        say("web.protection_tasks_earliest_due_first"),
        [say("web.task"), say("web.status"), say("web.responsible"), say("web.due")],
        [_task(task) for task in tasks],
        say("web.no_protection_task_is_on_record"),
    )


def _task(task: Task) -> Row:
    return [
        cell(task.task, href=f"/records/protection_task/{task.record}"),
        cell(_task_status(task)),
        cell(task.owner),
        cell(task.due.isoformat()),
    ]


def _task_status(task: Task) -> str:
    if task.overdue:
        return "overdue"
    return "open" if task.open else "closed"


def peers(registers: Registers) -> Shown:
    """The reporting calendar to peers and treaty bodies: on time, overdue, coming; what came of it (W5)."""
    reports = calendar(registers.of("peer_review"), registers.on)
    return {
        "on_time": f"{words.capitalize_first(_on_time(reports))}.",
        "implemented": _implemented(reports),
        "register": registers.register("peer_review"),
        "table": _reports(registers, reports),
    }


def _on_time(reports: Calendar) -> str:
    if reports.on_time is None:
        return say("web.no_report_was_due_yet")
    return say(
        "web.of_reports_due_were_given_on_time", punctual=reports.punctual, due=reports.due
    )


def _implemented(reports: Calendar) -> str:
    share = (
        NOT_ASSESSED if reports.implemented is None else words.percent(reports.implemented)
    )
    return say("web.recommendations_implemented_where_they_were_coun", share=share)


def _reports(registers: Registers, reports: Calendar) -> Table:
    rows = [
        [linked(registers.link(r.id)), cell(r.body["due"]), cell(state)]
        for state, records in (("overdue", reports.overdue), ("coming", reports.coming))
        for r in records
    ]
    return table(
        say("web.reports_to_peers_overdue_first"),
        [say("web.review"), say("web.due"), say("web.state")],
        rows,
        say("web.no_report_is_overdue_or_coming"),
    )
