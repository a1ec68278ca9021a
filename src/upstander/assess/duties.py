"""Duties to protect people, which hold in every context, and tasks that stay open whatever the context becomes (T05).

A conflict adds duties. No function here lets a context close, lower or postpone one: tasks are not even told of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from upstander.assess.conflict_context import badge
from upstander.assess.data_files import data_of
from upstander.assess.measures import NOT_ASSESSED, day_of, of
from upstander.core.messages import say
from upstander.records import Record
from upstander.records.forms import choices, form

CONTINUE = say("assess.obligations_continue_armed_conflict_lessens_no_r")
CLOSED = ("done", "dropped")


@dataclass(frozen=True)
class Duty:
    """A duty, where it stands in law, and the contexts that add it; () holds in all.

    Attributes:
        part_in: the provision for each kind of conflict where they differ; checked: how provisions were (``CHECKED``).
    """

    id: str
    source: str
    part: str
    legal_basis: tuple[str, ...]
    checked: str
    added_by: tuple[str, ...] = ()
    part_in: tuple[tuple[str, str], ...] = ()

    @property
    def words(self) -> str:
        """As shown."""
        return choices("duty")[self.id]


def cited_for(duty: Duty, contexts: Collection[str]) -> Duty:
    """The duty with the provisions of the kinds of conflict on record; those of both where the context is mixed."""
    is_mixed = "mixed" in contexts
    parts = dict.fromkeys(
        part for kind, part in duty.part_in if is_mixed or kind in contexts
    )
    return replace(duty, part="; ".join(parts)) if parts else duty


@cache
def catalogue() -> tuple[Duty, ...]:
    """Every duty, those of all contexts first."""
    return tuple(_duty(row) for row in data_of("duties.toml")["duty"])


def _duty(row: Mapping[str, Any]) -> Duty:
    return Duty(
        id=row["id"],
        source=row["source"],
        part=row["part"],
        legal_basis=tuple(row["legal_basis"]),
        checked=row["checked"],
        added_by=tuple(row.get("added_by", ())),
        part_in=tuple(row.get("part_in", {}).items()),
    )


def duties(contexts: Iterable[str] = ()) -> tuple[Duty, ...]:
    """The duties in these contexts: all that hold everywhere, and what each context adds."""
    now = set(contexts)
    return tuple(d for d in catalogue() if not d.added_by or now & set(d.added_by))


@dataclass(frozen=True)
class DutyState:
    """One duty with what was recorded on it; status '' is not assessed."""

    duty: Duty
    status: str
    words: str
    owner: str
    due: date | None
    overdue: bool
    record: str


def checklist(records: Sequence[Record], on: date) -> tuple[DutyState, ...]:
    """The duties on a day, one entry for each responsible body; without any, one that is not assessed.

    A duty with a record stays listed though the context that added it has ended.
    """
    contexts = badge(records, on).kinds
    by_duty: dict[str, list[Record | None]] = {}
    for obligation in of(records, "obligation", on):
        by_duty.setdefault(obligation.body["duty"], []).append(obligation)
    for duty in duties(contexts):
        by_duty.setdefault(duty.id, [None])
    return tuple(
        _state(cited_for(duty, contexts), obligation, on)
        for duty in catalogue()
        for obligation in by_duty.get(duty.id, [])
    )


def _state(duty: Duty, record: Record | None, on: date) -> DutyState:
    if record is None:
        return DutyState(duty, "", NOT_ASSESSED, "", None, False, "")
    status, due = record.body.get("status") or "", day_of(record, "due")
    words = form("obligation").field("status").choices[status] if status else NOT_ASSESSED
    late = due is not None and due < on and status != "met"
    return DutyState(duty, status, words, record.body["owner"], due, late, record.id)


@dataclass(frozen=True)
class Task:
    """A protection task on a day."""

    record: str
    task: str
    owner: str
    due: date
    status: str
    open: bool
    overdue: bool


def tasks(records: Sequence[Record], on: date) -> tuple[Task, ...]:
    """Protection tasks, earliest due first. Context plays no part."""
    every = (_task(r, on) for r in of(records, "protection_task", on))
    return tuple(sorted(every, key=lambda task: (task.due, task.record)))


def _task(r: Record, on: date) -> Task:
    due, status = date.fromisoformat(r.body["due"]), r.body["status"]
    is_open = status not in CLOSED
    return Task(
        record=r.id,
        task=r.body["task"],
        owner=r.body["owner"],
        due=due,
        status=status,
        open=is_open,
        overdue=is_open and due < on,
    )
