"""A rule of months held against the past: when it would have fired, and what came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np

from upstander.forecast.rolling.months import ahead, month_at
from upstander.monitor import replay
from upstander.monitor.past import YEAR, Past
from upstander.monitor.replay import DELAY, Drafted, Part
from upstander.monitor.rule import MonthRule

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


def of(
    name: str, rule: MonthRule, past: Past, scores: Any, span: tuple[int, int]
) -> BackTest:
    """The back-test of one rule over a period (positions of its first and last month)."""
    part = Part(name, scores, rule.drafts, rule.quiet_months)
    drafts = replay.drafted((part,), *span)
    leads = _leads(past, drafts, span) if rule.came is None else {}
    came = _came(rule, past, drafts, leads)
    hits, wrong = came.count(True), came.count(False)
    return BackTest(
        drafts=len(drafts),
        hits=hits,
        false_alarms=wrong,
        open=came.count(None),
        precision=round(hits / (hits + wrong), 2) if hits + wrong else None,
        median_lead=median(leads.values()) if leads else None,
        fired=[_told(past, d, c) for d, c in zip(drafts, came, strict=True)][::-1][:NEWEST],
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
    rule: MonthRule, past: Past, drafts: Sequence[Drafted], leads: Mapping[Drafted, int]
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
