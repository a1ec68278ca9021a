"""Review task from the less-obvious acts: a checklist with any item checked asks people to look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from upstander.assess.measures.acts import review_tasks
from upstander.monitor.finding import Finding
from upstander.monitor.rule import RecordRule
from upstander.records import Record

KIND = "less_obvious"


def find(records: Sequence[Record], on: date) -> Iterator[Finding]:
    """One for each checklist, once."""
    by_id = {r.id: r for r in records}
    for task in review_tasks(records, on):
        checklist = by_id[task.record]
        values = {"n": len(task.items), "left": len(task.not_looked_at)}
        yield Finding(
            checklist.place, (task.record,), values, grounds=(checklist,), once=True
        )


RULE = RecordRule(
    "Review of less obvious methods of destruction",
    "killing",
    "monitor.less_obvious_review",
    how="A checklist of less obvious methods of destruction with any item checked; each once.",
    kinds=(KIND,),
    find=find,
)
