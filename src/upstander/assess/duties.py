"""Duties to protect people, which hold in every context, and tasks that stay open whatever the context becomes (T05).

A conflict adds duties. No function here lets a context close, lower or postpone one: tasks are not even told of it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files

from upstander.assess.conflict_context import badge
from upstander.assess.measures import NOT_ASSESSED, day_of, of
from upstander.records import Record
from upstander.records.forms import choices, form

CONTINUE = "Obligations continue: armed conflict lessens no responsibility and excuses no inaction."
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
    parts = dict.fromkeys(
        part for kind, part in duty.part_in if kind in contexts or "mixed" in contexts
    )
    return replace(duty, part="; ".join(parts)) if parts else duty


@cache
def catalogue() -> tuple[Duty, ...]:
    """Every duty, those of all contexts first."""
    rows = tomllib.loads(files("upstander.assess").joinpath("duties.toml").read_text("utf-8"))[
        "duty"
    ]
    return tuple(
        Duty(
            **{
                **row,
                "legal_basis": tuple(row["legal_basis"]),
                "added_by": tuple(row.get("added_by", ())),
                "part_in": tuple(row.get("part_in", {}).items()),
            }
        )
        for row in rows
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
    held, contexts = of(records, "obligation", on), badge(records, on).kinds
    now = {d.id for d in duties(contexts)} | {r.body["duty"] for r in held}
    by_duty: dict[str, list[Record | None]] = {
        d: [r for r in held if r.body["duty"] == d] or [None] for d in now
    }
    return tuple(
        _state(cited_for(d, contexts), r, on) for d in catalogue() for r in by_duty.get(d.id, [])
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
    found = [
        _task(r, date.fromisoformat(r.body["due"]), on) for r in of(records, "protection_task", on)
    ]
    return tuple(sorted(found, key=lambda t: (t.due, t.record)))


def _task(r: Record, due: date, on: date) -> Task:
    is_open = r.body["status"] not in CLOSED
    return Task(
        r.id, r.body["task"], r.body["owner"], due, r.body["status"], is_open, is_open and due < on
    )
