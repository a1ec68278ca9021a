"""What follows from records, factor by factor: pure functions, each with its value, unit, grounds and words.

A measure informs the people who rate; it rates nothing itself. Where nothing was recorded the value is None, which is
"not assessed" and never 0. Every rule that turns records into a number is our own, is said in the measure's words or
its function's docstring, and can be worked by hand; ``source`` and ``part`` say what in the mandate it serves.

Every function takes all records of one place that the reader may read, and picks its own kinds. Records dated after ``on`` are left
out; what was known when is the store's business (``as_of``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from upstander.core.messages import Message, say
from upstander.records import Record

NOT_ASSESSED = say("assess.not_assessed_2")


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One number that follows from records.

    Attributes:
        value: in ``unit``; None is not assessed.
        low, high: bounds where the records leave room, in the same unit.
        rests_on: ids of the records it was worked out from, sorted.
        source, part: id in the register of mandate sources, and the place in it.
    """

    name: str
    value: float | None
    unit: str
    words: str
    rests_on: tuple[str, ...]
    source: str
    part: str
    low: float | None = None
    high: float | None = None


# Where each measure stands in the mandate; the six factors are numbered in the order of the report.
PARTS = {
    "P05": ("SG-2013", say("assess.policy_options_gender_p05")),
    "P06": ("SC-WPS", say("assess.womens_full_participation_p06")),
    "A7c": ("SG-2013", say("assess.policy_options_equity_in_resources_a7_a7c")),
    "S07": ("SG-2013", say("assess.carriers_of_resilience_s07")),
}


def measure(
    code: str,
    name: str,
    value: float | None,
    unit: str,
    words: str,
    grounds: Iterable[Record],
    *,
    low: float | None = None,
    high: float | None = None,
) -> Measure:
    """A measure of one requirement, for example "F1a", that rests on these records."""
    source, part = PARTS.get(code) or (
        "SG-2013",
        say("assess.risk_factor", code=code[1], code_2=code),
    )
    return Measure(
        name=name,
        value=value,
        unit=unit,
        words=words,
        rests_on=ids(grounds),
        source=source,
        part=part,
        low=low,
        high=high,
    )


def of(
    records: Iterable[Record],
    kind: str,
    on: date,
    group: str = "",
) -> tuple[Record, ...]:
    """Records of a kind that had begun by the day, by id; with ``group``, those about that group alone."""
    begun_by = (r for r in records if r.kind == kind and begun(r, on))
    about = (r for r in begun_by if not group or r.body.get("group") == group)
    return tuple(sorted(about, key=lambda r: r.id))


def day_of(record: Record, *names: str) -> date | None:
    """The first of these date fields that holds a day; by default ``since``, then ``day``."""
    texts = (record.body.get(name) for name in names or ("since", "day"))
    return next((date.fromisoformat(text) for text in texts if text), None)


def begun(record: Record, on: date) -> bool:
    """Whether it had begun by the day; an undated record always has."""
    return (day_of(record) or on) <= on


def in_force(record: Record, on: date) -> bool:
    """Whether it had begun and had not ended by the day."""
    return begun(record, on) and (day_of(record, "until") or on) >= on


def level(record: Record, name: str) -> int | None:
    """A choice of 0-4 as a number; None is not assessed."""
    value = record.body.get(name)
    return None if value in (None, "") else int(value)


def highest(values: Iterable[int | None]) -> int | None:
    """The highest of those that were assessed, None where none was."""
    return max((v for v in values if v is not None), default=None)


def ids(records: Iterable[Record]) -> tuple[str, ...]:
    """Ids, sorted, each once."""
    return tuple(sorted({r.id for r in records}))


def within(
    records: Sequence[Record],
    on: date,
    days: int,
    skip: int = 0,
) -> tuple[Record, ...]:
    """Those whose day lies in the ``days`` days up to ``on``, after leaving out the last ``skip`` days.

    A period's day is its first. Undated records are left out.
    """
    return tuple(
        r for r in records if (d := day_of(r)) and skip <= (on - d).days < skip + days
    )


def listed(names: Iterable[Any]) -> str:
    """Words joined by commas; "none" where there are none."""
    return ", ".join(str(n) for n in names) or "none"


def plural(number: int, what: str) -> Message:
    """``1 record``, ``2 records``; of what ``assess.n_<what>`` has forms."""
    return say(f"assess.n_{what.replace(' ', '_')}", n=number)
