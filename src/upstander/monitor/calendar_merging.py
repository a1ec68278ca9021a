"""From lines of a calendar to events: one that moves, becomes exact, is renamed or stands twice is one, with its history.

Two lines are one event when they have an id in common; or are of the same country, of offices that may be voted for
together, not of different rounds, and their days may be the same: a day that is set moves by at most MOST_MOVED. A calendar
that lists one title twice within a season and on the same days means two rounds.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from upstander.core.name_folding import fold
from upstander.monitor.calendar_rows import Line

MOST_MOVED = timedelta(
    days=45
)  # an exact day that moves farther was another event, or is decided by people
SEASON = timedelta(days=60)  # between two rounds
CLOSE = timedelta(
    days=6
)  # one title twice within a week is a correction, not a second round
MOST_EVENTS = 200  # of one country in one file: more is no calendar of triggers
ROUND = re.compile(r"\b(?:round|tour|runoff|run-off)\s*(\d)?", re.I)
OFFICES: Mapping[str, frozenset[str]] = {
    "presidential": frozenset({"president"}),
    "legislative": frozenset({"parliament"}),
    "general": frozenset({"president", "parliament"}),
    "combined": frozenset({"president", "parliament"}),
}
PARTS = {
    "senate": "senate",
    "state": "state",
    "states": "state",
    "regional": "regional",
    "local": "local",
    "municipal": "local",
}


@dataclass(frozen=True)
class Event:
    """An event, its lines oldest first: what the calendar said of it, and when."""

    lines: tuple[Line, ...]
    round: int

    @property
    def now(self) -> Line:
        """What stands: what was said last; but a wide estimate does not displace a narrower one that lies in it."""
        last = max(self.lines, key=_standing)
        inside = [x for x in self.lines if last.first <= x.first and x.last <= last.last]
        narrowest = min(x.last - x.first for x in inside)
        return max((x for x in inside if x.last - x.first == narrowest), key=_standing)

    @property
    def changes(self) -> tuple[tuple[date, str], ...]:
        """What changed and on which day, in words of ``CHANGES``: moved, became exact, was renamed; and stood twice."""
        found: list[tuple[date, str]] = []
        for before, after in pairwise(self.lines):
            if (before.exact, after.exact) == (False, True):
                found.append((after.seen, "exact"))
            elif before.day != after.day:
                found.append((after.seen, "moved"))
            if fold(before.title) != fold(after.title):
                is_beside = after.seen <= before.seen_until
                found.append((after.seen, "twice" if is_beside else "renamed"))
        return tuple(dict.fromkeys(found))


def merged(lines: Sequence[Line]) -> tuple[Event, ...]:
    """The events of a calendar, by day and country."""
    by_place: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_place[line.place].append(line)
    events = [e for own in by_place.values() for e in _of_place(own)]
    return tuple(sorted(events, key=lambda e: (e.now.first, e.now.place, e.round)))


def _of_place(lines: Sequence[Line]) -> list[Event]:
    """The events of one country: exact lines first, so that estimates join what they turned out to be."""
    rounds = _rounds(lines)
    ordered = sorted(lines, key=lambda x: (not x.exact, x.seen, x.first, x.title))
    groups: list[tuple[int, list[Line]]] = []
    for line in ordered:
        near = [g for g in groups if _is_one(line, rounds[line], g)]
        if near:
            min(near, key=lambda g: _apart(line, g[1]))[1].append(line)
        elif len(groups) < MOST_EVENTS:
            groups.append((rounds[line], [line]))
    return [Event(tuple(sorted(own, key=_by_time)), n) for n, own in groups]


def _standing(line: Line) -> tuple[date, bool, timedelta, str]:
    return line.seen_until, line.exact, line.seen_until - line.seen, line.title


def _by_time(line: Line) -> tuple[date, date, bool, str]:
    return line.seen, line.seen_until, line.exact, line.title


def _rounds(lines: Iterable[Line]) -> dict[Line, int]:
    """The round of each line: as it says, else by its order where its title stands twice in a season, else the first."""
    together: dict[tuple[str, str], list[Line]] = defaultdict(list)
    found = {}
    for line in lines:
        said = ROUND.search(line.title)
        found[line] = int(said.group(1) or 2) if said else 1
        if not said:
            together[(fold(line.title), line.sort)].append(line)
    for own in together.values():
        first = min(x.first for x in own)
        for line in own:
            is_beside = any(
                x.first < line.first and _overlap(x, line) for x in own if x.exact
            )
            if line.exact and is_beside and CLOSE < line.first - first <= SEASON:
                found[line] = 2
    return found


def _overlap(one: Line, other: Line) -> bool:
    """Whether the calendar said both on the same day."""
    return one.seen <= other.seen_until and other.seen <= one.seen_until


def _is_one(
    line: Line,
    round: int,
    group: tuple[int, list[Line]],
) -> bool:
    number, own = group
    if line.uid and any(x.uid == line.uid for x in own):
        return True
    if number != round or (line.type != own[0].type and line.sort and own[0].sort):
        return False
    return _shares_office(line, own) and any(_may_be_same_day(line, x) for x in own)


def _shares_office(line: Line, own: Sequence[Line]) -> bool:
    """Whether they may be votes on one day for offices that belong together; other triggers share their title."""
    if line.type != "election":
        return any(fold(line.title) == fold(x.title) for x in own)
    offices = _offices(line)
    return any(offices & _offices(x) for x in own)


def _offices(line: Line) -> frozenset[str]:
    words = set(re.findall(r"\w+", fold(line.title)))
    if part := next((PARTS[w] for w in PARTS if w in words), ""):
        return frozenset({part})
    return OFFICES.get(line.sort, frozenset({line.sort or "vote"}))


def _may_be_same_day(one: Line, other: Line) -> bool:
    """Whether their days meet; a day that is set may have moved, unless the calendar lists both under one title at once."""
    if one.first <= other.last and other.first <= one.last:
        return True
    is_listed_twice = _overlap(one, other) and fold(one.title) == fold(other.title)
    gap = max(one.first - other.last, other.first - one.last)
    return gap <= MOST_MOVED and not (
        is_listed_twice and one.exact and other.exact and gap > CLOSE
    )


def _apart(line: Line, own: Sequence[Line]) -> tuple[timedelta, timedelta]:
    """How far a line's days lie from a group's."""
    nearest = min(abs(line.first - x.first) for x in own)
    return max(
        min(max(line.first - x.last, x.first - line.last) for x in own), timedelta()
    ), nearest
