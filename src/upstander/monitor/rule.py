"""What a rule is: one way to find what may deserve an alert. It drafts; people decide.

Three kinds, by what they read: months of deaths as of every month, people's records, or the issues of our forecasts. Those of
months are held against the past; records have none to be held against, and say so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from upstander.core.types import Array
from upstander.monitor.finding import Finding
from upstander.monitor.past import Past
from upstander.records import Record

if TYPE_CHECKING:
    from upstander.monitor.two_issues import TwoIssues

Outcome = Callable[[Past], Array]


@dataclass(frozen=True)
class Rule:
    """One way to choose what may deserve an alert.

    Attributes:
        topic: of the signals it makes; says: the id of their message, which names ``place``.
        how: when it speaks, for the reader of its page.
    """

    title: str
    topic: str
    says: str
    how: str = field(kw_only=True)

    @property
    def rests_on(self) -> str:
        """What it reads, in a few words."""
        raise NotImplementedError


@dataclass(frozen=True)
class TestableRule(Rule):
    """A rule that can be held against the past.

    Attributes:
        came: (U, T) 1 where what it speaks of came after the draft that rests on this month, 0 where not, NaN where that
            is not known yet; None for an onset or a surge. meant: the same in words.
    """

    came: Outcome | None = field(default=None, kw_only=True)
    meant: str = field(
        default="an onset within six months, or a surge in the next calendar year",
        kw_only=True,
    )


@dataclass(frozen=True)
class MonthRule(TestableRule):
    """From deaths by month: scores of every place at the end of every month, from that month and earlier ones alone.

    Attributes:
        quiet_months: how long it is silent on a place after a draft of its own; never less than six.
        drafts: how many it makes a month by default.
        score: (U, T) from the past; -inf or NaN where the rule does not speak. A higher one is drafted first.
        aim: what its drafts warn of where it may fill the queue's lists, onset or surge; '' for neither.
    """

    quiet_months: int = field(kw_only=True)
    drafts: int = field(kw_only=True)
    score: Callable[[Past], Array] = field(kw_only=True)
    aim: str = field(default="", kw_only=True)

    @property
    def rests_on(self) -> str:
        """What it reads, in a few words."""
        return "public figures by month"


@dataclass(frozen=True)
class RecordRule(Rule):
    """From people's records of one place: kinds it reads, and what it finds in them on a day."""

    kinds: tuple[str, ...] = field(kw_only=True)
    find: Callable[[Sequence[Record], date], Iterable[Finding]] = field(kw_only=True)

    @property
    def rests_on(self) -> str:
        """What it reads, in a few words."""
        return "people's records"


@dataclass(frozen=True)
class IssueRule(TestableRule):
    """From our forecasts: the target it reads, and what it finds between the issue before and the newest one.

    It speaks only where the model that made the forecast is qualified for alerts on that target.
    """

    target: str = field(kw_only=True)
    find: Callable[[TwoIssues], Iterable[Finding]] = field(kw_only=True)

    @property
    def rests_on(self) -> str:
        """What it reads, in a few words."""
        return "our forecasts"
