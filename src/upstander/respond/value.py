"""Did prevention help? What was forecast before, what was done, what moved, what came, and how the risk changed.

It never proves anything. A change of risk is said with an interval and the words "consistent with": the interval of the
difference of two independent probabilities from their own intervals, each half-width in quadrature (the usual rule for a
difference of independent estimates). Where an interval holds zero the change is said not to be told from none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import hypot

from upstander.core.messages import say
from upstander.records import Record


@dataclass(frozen=True)
class Chance:
    """A probability with its 90 % interval, the day it speaks from, and of what."""

    probability: float
    low: float
    high: float
    as_of: date
    label: str
    period: str


@dataclass(frozen=True)
class Change:
    """From one forecast to the next, in probability; negative is less risk."""

    change: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out no change at all."""
        return not self.low <= 0 <= self.high


def change(before: Chance | None, now: Chance | None) -> Change | None:
    """The difference with its interval, within what a difference of probabilities can be; None without two forecasts."""
    if before is None or now is None or before.as_of >= now.as_of:
        return None
    middle = now.probability - before.probability
    down = hypot(now.probability - now.low, before.high - before.probability)
    up = hypot(now.high - now.probability, before.probability - before.low)
    return Change(middle, max(-1.0, middle - down), min(1.0, middle + up))


def words(
    found: Change | None,
    done: int,
    better: int,
    worse: int,
) -> str:
    """What may be said of it, and no more."""
    if found is None:
        return say("respond.value_no_forecast")
    if not found.is_clear:
        return say("respond.value_not_told")
    fell = found.change < 0
    if fell and done and better > worse:
        return say("respond.value_consistent", done=done, better=better, worse=worse)
    if fell:
        return say("respond.value_fell_without", done=done, better=better, worse=worse)
    return say("respond.value_rose", done=done)


# What others did


@dataclass(frozen=True)
class Lag:
    """One sort of body: how many could have acted, did, and the median of the days they took."""

    who: str
    could: int
    acted: int
    days: float | None


def lags(responses: Sequence[Record]) -> list[Lag]:
    """The response of others, by who could have acted (Z06)."""
    sorts = dict.fromkeys(str(r.body["who"]) for r in responses)
    return [_lag(who, [r for r in responses if r.body["who"] == who]) for who in sorts]


def _lag(who: str, own: Sequence[Record]) -> Lag:
    days = sorted(_days(own))
    middle = len(days) // 2
    median = (days[middle] + days[~middle]) / 2 if days else None
    return Lag(who, len(own), len(days), median)


def _days(responses: Iterable[Record]) -> Iterable[int]:
    for response in responses:
        asked, acted = response.body["asked"], response.body["acted"]
        if acted:
            yield (date.fromisoformat(acted) - date.fromisoformat(asked)).days
