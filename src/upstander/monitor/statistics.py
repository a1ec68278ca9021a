"""Our own alerts counted, by level and by the rule they come from: what came of them, and how they were answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from upstander.monitor import alerts, outcomes
from upstander.monitor.outcomes import Came, Outcome, Truth
from upstander.records import Record

PEOPLE = "people"  # what an alert without a rule's signal comes from
Of = Mapping[str, Sequence[Record]]


@dataclass(frozen=True)
class Row:
    """One level, or one rule: numbers of alerts; drills are counted apart and in nothing else.

    Attributes:
        hits to open: what came of them, see ``outcomes``; median_lead_days: from release to what came, of hits with a day.
        overdue: not answered in time, or late; followed: updated, cancelled or cleared.
        median_lag_hours: from release to the first answer, None where none was answered.
    """

    group: str
    released: int
    exercises: int
    hits: int
    false_alarms: int
    ongoing: int
    averted_claimed: int
    open: int
    median_lead_days: float | None
    answered: int
    overdue: int
    followed: int
    median_lag_hours: float | None


@dataclass(frozen=True)
class Counted:
    """What rows are made from.

    Attributes:
        released: alerts; answers, said: by alert, what responders answered and what people said came of it.
        rules: by signal, the rule that found it; truth: None where no deaths by month and type are known.
    """

    released: Sequence[Record]
    answers: Of
    said: Of
    rules: Mapping[str, str]
    truth: Truth | None
    now: datetime

    def came(self, alert: Record) -> Came:
        """What came of an alert."""
        return outcomes.came(alert, self.said.get(alert.id, ()), self.truth)

    def rules_of(self, alert: Record) -> tuple[str, ...]:
        """The rules whose signals an alert comes from."""
        ids = (str(i) for i in alert.body.get("signals") or ())
        found = {self.rules.get(i, "") for i in ids} - {""}
        return tuple(sorted(found)) or (PEOPLE,)

    @property
    def followed(self) -> frozenset[str]:
        """Alerts that another one follows."""
        return frozenset(str(f) for a in self.released if (f := a.body.get("follows")))


def by_level(counted: Counted) -> tuple[Row, ...]:
    """The released alerts by level."""
    levels: dict[str, list[Record]] = {str(level): [] for level in range(5)}
    for alert in counted.released:
        levels[str(alerts.level_of(alert))].append(alert)
    return tuple(_row(level, own, counted) for level, own in levels.items())


def by_rule(counted: Counted) -> tuple[Row, ...]:
    """The same by rule; an alert from signals of two rules counts for both."""
    rules: dict[str, list[Record]] = {}
    for alert in counted.released:
        for rule in counted.rules_of(alert):
            rules.setdefault(rule, []).append(alert)
    return tuple(_row(rule, rules[rule], counted) for rule in sorted(rules))


def in_all(counted: Counted) -> Row:
    """All of them."""
    return _row("all", counted.released, counted)


def _row(group: str, own: Sequence[Record], counted: Counted) -> Row:
    real = [a for a in own if not a.body.get("exercise")]
    found = Counter(counted.came(a).outcome for a in real)
    clocks = [c for a in real if (c := alerts.clock(a, counted.answers.get(a.id, ())))]
    lead, lag = _median(_leads(real, counted)), _median(_lags(real, counted))
    answered = sum(c.answered is not None for c in clocks)
    return Row(
        group=group,
        released=len(real),
        exercises=len(own) - len(real),
        **_came(found),
        median_lead_days=lead,
        answered=answered,
        overdue=sum(c.is_overdue(counted.now) for c in clocks),
        followed=sum(a.id in counted.followed for a in real),
        median_lag_hours=lag,
    )


def _came(found: Counter[Outcome]) -> dict[str, int]:
    """How many came to which end, by the names of a row."""
    names = {Outcome.HIT: "hits", Outcome.FALSE_ALARM: "false_alarms"}
    return {names.get(outcome, outcome.value): found[outcome] for outcome in Outcome}


def _median(values: Iterable[float]) -> float | None:
    kept = list(values)
    return round(median(kept), 1) if kept else None


def _leads(real: Sequence[Record], counted: Counted) -> Iterable[float]:
    for alert in real:
        found, sent = counted.came(alert), alerts.sent_at(alert)
        if found.outcome is Outcome.HIT and found.day and sent:
            yield (found.day - sent.date()).days


def _lags(real: Sequence[Record], counted: Counted) -> Iterable[float]:
    for alert in real:
        clock = alerts.clock(alert, counted.answers.get(alert.id, ()))
        sent = alerts.sent_at(alert)
        if clock and clock.answered and sent:
            yield (clock.answered - sent).total_seconds() / 3600


def signals_by_rule(signals: Sequence[Record]) -> tuple[dict[str, object], ...]:
    """Signals by rule and what people made of them; the empty rule is people's own."""
    counted = Counter(
        (str(s.body.get("rule") or ""), str(s.body["status"])) for s in signals
    )
    rules = sorted({rule for rule, _ in counted})
    states = ("new", "asked", "dismissed", "merged", "escalated")
    return tuple(
        {"rule": rule or PEOPLE, **{s: counted[(rule, s)] for s in states}}
        for rule in rules
    )
