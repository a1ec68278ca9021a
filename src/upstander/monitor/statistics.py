"""Our own alerts counted: how many of each level and rule, how they were answered, and what people say came of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from upstander.monitor import alerts
from upstander.records import Record


@dataclass(frozen=True)
class Row:
    """One level: numbers of alerts, and hours from release to the first answer (None where none was answered).

    Attributes:
        followed: updated, cancelled or cleared; overdue: not answered in time, or late.
    """

    level: int
    released: int
    exercises: int
    answered: int
    overdue: int
    followed: int
    median_lag_hours: float | None


def by_level(
    released: Sequence[Record], answers: Mapping[str, Sequence[Record]], now: datetime
) -> tuple[Row, ...]:
    """The released alerts by level; drills are counted apart and in nothing else."""
    followed = {str(a.body.get("follows")) for a in released if a.body.get("follows")}
    return tuple(
        _row(
            level,
            [a for a in released if alerts.level_of(a) == level],
            answers,
            followed,
            now,
        )
        for level in range(5)
    )


def _row(
    level: int,
    own: Sequence[Record],
    answers: Mapping[str, Sequence[Record]],
    followed: set[str],
    now: datetime,
) -> Row:
    real = [a for a in own if not a.body.get("exercise")]
    clocks = [c for a in real if (c := alerts.clock(a, answers.get(a.id, ())))]
    lags = [
        (c.answered - sent).total_seconds() / 3600
        for a, c in zip(real, clocks, strict=True)
        if c.answered and (sent := alerts.sent_at(a))
    ]
    return Row(
        level=level,
        released=len(real),
        exercises=len(own) - len(real),
        answered=sum(c.answered is not None for c in clocks),
        overdue=sum(c.is_overdue(now) for c in clocks),
        followed=sum(a.id in followed for a in real),
        median_lag_hours=round(median(lags), 1) if lags else None,
    )


def by_rule(signals: Sequence[Record]) -> tuple[dict[str, object], ...]:
    """Signals by rule and what people made of them; the empty rule is people's own."""
    counted = Counter(
        (str(s.body.get("rule") or ""), str(s.body["status"])) for s in signals
    )
    rules = sorted({rule for rule, _ in counted})
    states = ("new", "asked", "dismissed", "merged", "escalated")
    return tuple(
        {"rule": rule or "people", **{s: counted[(rule, s)] for s in states}}
        for rule in rules
    )
