"""A rule held against the past: when it would have fired, and what came.

Rules of months look back on final figures (hindcast). Rules of forecasts look back on replayed issues, each made from what was
known on its day alone (strict); where none were made there is nothing to hold them against.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np

from upstander.forecast.rolling.months import ahead, at_of, month_at
from upstander.monitor import replay
from upstander.monitor.past import YEAR, Past
from upstander.monitor.replay import DELAY, Drafted, Part
from upstander.monitor.rule import IssueRule, MonthRule, TestableRule
from upstander.monitor.two_issues import TwoIssues

NEWEST = 60  # firings that are kept one by one


@dataclass(frozen=True)
class BackTest:
    """What a rule would have drafted over a period, by itself and at its own number of drafts.

    Attributes:
        hits, false_alarms: drafts after which what the rule speaks of came, or did not; open: not known yet.
        precision: hits of those that are known; median_lead: months from a hit to the event, None where it has no date.
        fired: the newest drafts, newest first.
    """

    drafts: int
    hits: int
    false_alarms: int
    open: int
    precision: float | None
    median_lead: float | None
    fired: Sequence[Mapping[str, Any]]
    first: str
    last: str
    is_strict: bool


def of(
    name: str,
    rule: MonthRule,
    past: Past,
    scores: Any,
    span: tuple[int, int],
) -> BackTest:
    """The back-test of one rule over a period (positions of its first and last month)."""
    part = Part(name, scores, rule.drafts, rule.quiet_months)
    drafts = [d for d in replay.drafted((part,), *span) if d.month >= span[0]]
    return _told_of(rule, past, drafts, span, is_strict=False)


def of_issues(
    name: str,
    rule: IssueRule,
    past: Past,
    issues: Sequence[TwoIssues],
) -> BackTest | None:
    """The back-test of a rule of forecasts over replayed issues, oldest first; None where there are none.

    A place is not drafted again within six months, as in the queue.
    """
    drafts: list[Drafted] = []
    last: dict[str, int] = {}
    index = {u: i for i, u in enumerate(past.units)}
    months = [at_of(two.day) for two in issues]
    for two, month in zip(issues, months, strict=True):
        for found in rule.find(two):
            is_quiet = month - last.get(found.place, -replay.NO_REPEAT) < replay.NO_REPEAT
            if found.place in index and month - DELAY < past.count and not is_quiet:
                drafts.append(Drafted(name, index[found.place], month))
                last[found.place] = month
    if not months:
        return None
    span = (months[0], months[-1])
    return _told_of(rule, past, drafts, span, is_strict=True)


def _told_of(
    rule: TestableRule,
    past: Past,
    drafts: Sequence[Drafted],
    span: tuple[int, int],
    *,
    is_strict: bool,
) -> BackTest:
    leads = _leads(past, drafts, span) if rule.came is None else {}
    came = _came(rule, past, drafts, leads)
    hits, wrong = came.count(True), came.count(False)
    first, last = (f"{month_at(at):%Y-%m}" for at in span)
    told = [_told(past, d, c) for d, c in zip(drafts, came, strict=True)]
    return BackTest(
        drafts=len(drafts),
        hits=hits,
        false_alarms=wrong,
        open=came.count(None),
        precision=round(hits / (hits + wrong), 2) if hits + wrong else None,
        median_lead=median(leads.values()) if leads else None,
        fired=told[::-1][:NEWEST],
        first=first,
        last=last,
        is_strict=is_strict,
    )


def _leads(
    past: Past, drafts: Sequence[Drafted], span: tuple[int, int]
) -> Mapping[Drafted, int]:
    """Months from each draft that counts to the first event it warned of."""
    first, last = span
    events = replay.warned(past, drafts, first, last + 2 * YEAR)
    by_place = {(d.unit, d.month): d for d in drafts}
    leads: dict[Drafted, int] = {}
    for event in sorted(events, key=lambda e: -e.month):
        for month in event.drafts:
            leads[by_place[event.unit, month]] = event.month - month
    return leads


def _came(
    rule: TestableRule,
    past: Past,
    drafts: Sequence[Drafted],
    leads: Mapping[Drafted, int],
) -> list[bool | None]:
    """By draft, whether what the rule speaks of came; None where that is not known yet."""
    after = ahead(past.total, YEAR) if rule.came is None else rule.came(past)
    found: list[bool | None] = []
    for draft in drafts:
        value = after[draft.unit, draft.month - DELAY]
        if draft in leads:
            found.append(True)
        elif np.isnan(value):
            found.append(None)
        else:
            found.append(rule.came is not None and bool(value))
    return found


def _told(past: Past, draft: Drafted, came: bool | None) -> Mapping[str, Any]:
    place = past.units[draft.unit]
    month = f"{month_at(draft.month):%Y-%m}"
    return {"place": past.names[place], "month": month, "came": came}
