"""The days on which a code or name means a place, and which place it means on one day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations


@dataclass(frozen=True)
class Span:
    """The days, both included, on which a code or name means a place."""

    place: str
    first: date
    last: date

    def covers(self, on: date) -> bool:
        """Whether a day is one of them."""
        return self.first <= on <= self.last

    def distance(self, on: date) -> int:
        """Days from the span to a day outside it."""
        return max((self.first - on).days, (on - self.last).days)

    def words(self) -> str:
        """``SUN 1945-10-24..1991-12-25``; an open end is left empty."""
        return f"{self.place} {_day(self.first)}..{_day(self.last)}"


Index = Mapping[str, tuple[Span, ...]]


def only(spans: Iterable[Span]) -> str | None:
    """The place, where the spans name one only."""
    bearers = {s.place for s in spans}
    return bearers.pop() if len(bearers) == 1 else None


def pick(spans: tuple[Span, ...], on: date) -> str | None:
    """The place of that day; else the nearest of that calendar year; else the only one there ever was."""
    for span in spans:
        if span.covers(on):
            return span.place
    of_year = [s for s in spans if s.first.year <= on.year <= s.last.year]
    if of_year:
        return min(of_year, key=lambda s: s.distance(on)).place
    return only(spans)


def overlap(spans: Sequence[Span]) -> bool:
    """Whether two places bear the name on one day."""
    return any(_clash(a, b) for a, b in combinations(spans, 2))


def _clash(a: Span, b: Span) -> bool:
    return a.place != b.place and a.first <= b.last and b.first <= a.last


def _day(day: date) -> str:
    return "" if day in (date.min, date.max) else day.isoformat()
