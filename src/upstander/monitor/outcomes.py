"""What came of our released alerts: hits, false alarms, what went on already, what is claimed averted, and what was missed.

People say it (``alert_outcome``), else the data do, as in a look back: an alert is a hit where a hard onset came within six
months of its release, or a surge in a calendar year that began within twelve. Where 100 or more civilians had been killed
deliberately in the twelve months before, mass violence went on already: neither hit nor false alarm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from upstander.core.months import month_after, month_end, number_of
from upstander.core.thresholds import MASS_ONE_SIDED
from upstander.forecast.rolling.months import month_at, rolling
from upstander.monitor import alerts, past
from upstander.monitor.replay import SPANS
from upstander.records import Record

if TYPE_CHECKING:
    from upstander.core.places import Places
    from upstander.lake.as_of import Reads
    from upstander.monitor.past import Past

LONGEST = max(SPANS.values())  # months after a release until the data have said all


class Outcome(StrEnum):
    """What came of an alert."""

    HIT = "hit"
    FALSE_ALARM = "false_alarm"
    ONGOING = "ongoing"
    AVERTED = "averted_claimed"
    OPEN = "open"


SAID = {
    "came": Outcome.HIT,
    "not_came": Outcome.FALSE_ALARM,
    "ongoing": Outcome.ONGOING,
    "averted": Outcome.AVERTED,
}


@dataclass(frozen=True)
class Event:
    """A hard onset, or a surge (dated by the January of its year)."""

    kind: str
    place: str
    month: date


@dataclass(frozen=True)
class Truth:
    """What the data say on a day.

    Attributes:
        events: onsets and surges; known_to: last day whose deaths are known.
        violent: first days of the months at whose end mass violence had gone on for a year, by place.
    """

    events: tuple[Event, ...]
    known_to: date
    violent: Mapping[str, frozenset[date]]


@dataclass(frozen=True)
class Came:
    """What came of one alert: by whom it is said, since when, and why (people's reasons, else the event)."""

    outcome: Outcome
    by_people: bool
    day: date | None
    why: str


def read(lake: Reads, places: Places, *, as_of: date) -> Truth:
    """The truth as known on a day. Raises NotCovered."""
    return truth(past.read(lake, places, as_of=as_of))


def truth(known: Past) -> Truth:
    """Events and ongoing violence of every place."""
    kinds = (("onset", known.onsets), ("surge", known.surges))
    events = (
        Event(kind, known.units[unit], month_at(at))
        for kind, found in kinds
        for unit, at in found
    )
    year = rolling(known.killed, past.YEAR) >= MASS_ONE_SIDED
    violent = {
        place: frozenset(month_at(int(at)) for at in np.flatnonzero(year[unit]))
        for unit, place in enumerate(known.units)
    }
    return Truth(tuple(events), month_end(month_at(known.count - 1)), violent)


def came(alert: Record, said: Sequence[Record], known: Truth | None) -> Came:
    """What came of a released alert.

    Args:
        said: what people said of it; known: None where no deaths by month and type are known.
    """
    if said:
        return _by_people(max(said, key=lambda r: (r.when, r.id)))
    sent = alerts.sent_at(alert)
    if sent is None or known is None:
        return Came(Outcome.OPEN, False, None, "")
    return _by_data(str(alert.body["place"]), sent.date(), known)


def _by_people(said: Record) -> Came:
    day = said.body.get("day")
    since = date.fromisoformat(str(day)) if day else None
    why = str(said.body.get("why") or "")
    return Came(SAID[str(said.body["outcome"])], True, since, why)


def _by_data(place: str, sent: date, known: Truth) -> Came:
    followed = [e for e in known.events if e.place == place and is_warned(e, sent)]
    if month_after(sent, -1) in known.violent.get(place, frozenset()):
        return Came(Outcome.ONGOING, False, None, "")
    if followed:
        first = min(followed, key=lambda e: e.month)
        return Came(Outcome.HIT, False, first.month, first.kind)
    is_over = known.known_to >= month_end(month_after(sent, LONGEST))
    return Came(Outcome.FALSE_ALARM if is_over else Outcome.OPEN, False, None, "")


def is_warned(event: Event, sent: date) -> bool:
    """Whether a release of that day came in time before an event."""
    return 0 < number_of(event.month) - number_of(sent) <= SPANS[event.kind]


def missed(released: Sequence[Record], known: Truth | None) -> tuple[Event, ...]:
    """Events since the first release here that no release came before in time, newest first; drills warn of nothing."""
    sent = [
        (str(a.body["place"]), at.date())
        for a in released
        if (at := alerts.sent_at(a)) and not a.body.get("exercise")
    ]
    if not sent or known is None:
        return ()
    first = min(day for _, day in sent)
    after = (e for e in known.events if number_of(e.month) > number_of(first))
    unwarned = [
        e for e in after if not any(p == e.place and is_warned(e, d) for p, d in sent)
    ]
    return tuple(sorted(unwarned, key=lambda e: (e.month, e.place), reverse=True))
