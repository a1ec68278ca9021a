"""What a country owes: its duties to protect, in every context, and its reports to peers and treaty bodies."""

from __future__ import annotations

from upstander.assess.crimes import legend
from upstander.assess.duties import DutyState, Task, catalogue, checklist
from upstander.assess.duties import tasks as tasks_of
from upstander.assess.peers import Calendar, calendar
from upstander.assess.rating import NOT_ASSESSED
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
        "Duties to protect, in every context",
        ["Duty", "Status", "Responsible", "By", "Source"],
        [_duty(state) for state in states],
    )


def _duty(state: DutyState) -> Row:
    duty = state.duty
    href = f"/records/obligation/{state.record}" if state.record else ""
    return [
        cell(duty.words, href=href),
        cell(f"{state.words}, overdue" if state.overdue else state.words),
        cell(state.owner or "nobody named"),
        cell(state.due.isoformat() if state.due else "no day set"),
        cell(f"{duty.source}, {duty.part} ({duty.checked})"),
    ]


def _tasks(registers: Registers) -> Table:
    tasks = tasks_of(registers.records, registers.on)
    return table(
        "Protection tasks, earliest due first",
        ["Task", "Status", "Responsible", "Due"],
        [_task(task) for task in tasks],
        "No protection task is on record.",
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
        return "no report was due yet"
    return f"{reports.punctual} of {reports.due} reports due were given on time"


def _implemented(reports: Calendar) -> str:
    share = (
        NOT_ASSESSED if reports.implemented is None else words.percent(reports.implemented)
    )
    return f"Recommendations implemented, where they were counted: {share}."


def _reports(registers: Registers, reports: Calendar) -> Table:
    rows = [
        [linked(registers.link(r.id)), cell(r.body["due"]), cell(state)]
        for state, records in (("overdue", reports.overdue), ("coming", reports.coming))
        for r in records
    ]
    return table(
        "Reports to peers, overdue first",
        ["Review", "Due", "State"],
        rows,
        "No report is overdue or coming.",
    )
