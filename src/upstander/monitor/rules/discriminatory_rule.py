"""A new discriminatory rule: a measure of that type, or discrimination in law, that began in the last ninety days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from upstander.assess.measures import day_of, level, within
from upstander.monitor.finding import Finding
from upstander.monitor.rule import RecordRule
from upstander.records import Record

NEW = 90  # days
MEASURE, STATE = "preparatory_measure", "discrimination"


def find(records: Sequence[Record], on: date) -> Iterator[Finding]:
    """One for each rule, once."""
    for record in within(records, on, NEW):
        if _is_rule(record):
            day = day_of(record) or on
            yield Finding(
                record.place, (record.id,), {"day": day}, grounds=(record,), once=True
            )


def _is_rule(record: Record) -> bool:
    if record.kind == MEASURE:
        return bool(record.body["type"] == "discriminatory_rule")
    return (level(record, "law") or 0) > 0


RULE = RecordRule(
    "New discriminatory rule",
    "measures",
    "monitor.discriminatory_rule",
    how="A discriminatory law or rule on record that began in the last ninety days; each once.",
    kinds=(MEASURE, STATE),
    find=find,
)
