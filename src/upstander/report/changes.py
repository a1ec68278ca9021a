"""What changed since last time: places that crossed a threshold, up or down, each with its reason; and how many were looked at.

Two thresholds. Odds: those of the headline event doubled or halved since the issue before, and stood at 2 % or more on one
of the two days (the rule ``forecast_step``, and its mirror). Counts: deaths at least doubled or halved against the earlier
stretch that the same definition counted, and were 100 or more in one of the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import log

from upstander.core.messages import say
from upstander.core.thresholds import MASS_ONE_SIDED
from upstander.monitor.rules.forecast_step import LEAST, STEP
from upstander.report import words
from upstander.report.as_of_data import Known
from upstander.report.probability_changes import Moved
from upstander.report.situation import Line, moved_of
from upstander.report.trend import Trend

TIMES = 2  # deaths that doubled or halved
LEAST_DEATHS = MASS_ONE_SIDED
MOST = 7  # more than seven changes are a list, not news
FEWEST_DOWN = 2  # of the seven that go to falling risk, where there are so many


@dataclass(frozen=True)
class Change:
    """One place that crossed a threshold.

    Attributes:
        is_up: whether risk rose; a fall is an opportunity.
        size: of the change, to put the largest first: log odds, or the logarithm of the ratio of deaths.
        what: the change in words; reason: where it comes from; both may say the same of counts.
    """

    line: Line
    is_up: bool
    is_of_odds: bool
    size: float
    what: str
    reason: str


@dataclass(frozen=True)
class Changes:
    """All changes on a day.

    Attributes:
        since: the day of the issue before, None where there is none.
        compared: codes of places of which something could be compared.
        looked_at: codes of all places.
    """

    found: tuple[Change, ...]
    since: date | None
    compared: frozenset[str]
    looked_at: frozenset[str]

    def within(self, codes: frozenset[str]) -> Changes:
        """Of some places alone."""
        own = tuple(c for c in self.found if c.line.code in codes)
        return Changes(own, self.since, self.compared & codes, self.looked_at & codes)


def changes(data: Known, lines: Iterable[Line]) -> Changes:
    """What changed for each place, the largest first; risen ones before fallen ones."""
    every = tuple(lines)
    moved = {x.code: moved_of(data, x.code) for x in every}
    found = [c for x in every if (c := _change(x, moved[x.code]))]
    found.sort(key=lambda c: (not c.is_up, not c.is_of_odds, -c.size))
    return Changes(
        found=tuple(found),
        since=next((m.as_of for m in moved.values() if m), None),
        compared=frozenset(x.code for x in every if x.trend.comparable or moved[x.code]),
        looked_at=frozenset(x.code for x in every),
    )


def first(found: Sequence[Change]) -> tuple[Change, ...]:
    """The first seven, with room for risk that fell."""
    up, down = ([c for c in found if c.is_up is way] for way in (True, False))
    falling = down[: max(FEWEST_DOWN, MOST - len(up))]
    return (*up[: MOST - len(falling)], *falling)


def _change(line: Line, moved: Moved | None) -> Change | None:
    """The change of the odds where it crossed its threshold, else that of the counts."""
    return (moved and _of_odds(line, moved)) or _of_counts(line, line.trend)


def _of_odds(line: Line, moved: Moved) -> Change | None:
    step = _log_odds(moved.now) - _log_odds(moved.before)
    if abs(step) < STEP or max(moved.now, moved.before) < LEAST:
        return None
    before, now = words.percent(moved.before), words.percent(moved.now)
    what = say("report.changed_odds", before=before, now=now, day=words.day(moved.as_of))
    return Change(line, step > 0, True, abs(step), what, moved.most)


def _log_odds(p: float) -> float:
    return log(p / (1 - p))


def _of_counts(line: Line, trend: Trend) -> Change | None:
    """A change of counted deaths; of places of which no model speaks too, for people are killed there all the same."""
    now, before = trend.last or 0, trend.before or 0
    few, many = sorted((now, before))
    if not trend.comparable or many < LEAST_DEATHS or many < TIMES * few:
        return None
    return Change(line, now > before, False, log((many + 1) / (few + 1)), trend.short, "")
