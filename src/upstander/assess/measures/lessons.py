"""Cases of warning and response: lead time and response lag, in days (S04).

A date of which only the month or the year is known may be any day in it, so every result is a range of days that holds
the true one wherever the true dates lie; it is one number where all dates are exact. What has no date enters nothing.
The rules are our own; the requirement asks for onset date minus first credible warning, and for the response lag.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from upstander.assess.measures import ids, plural
from upstander.records import Record
from upstander.records.forms import form

SOURCE, PART = "SG-2013", "failure to act early has consequences (S04)"
NOT_KNOWN = "Not known"
MINUS = "\u2212"


@dataclass(frozen=True, order=True)
class Span:
    """The days a date may be, from first to last; one day where it is exact."""

    first: date
    last: date

    @property
    def days(self) -> tuple[date, ...]:
        """Every day in it: a year at most."""
        return tuple(
            self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)
        )


@dataclass(frozen=True, kw_only=True)
class Days:
    """A number of days that follows from a case.

    Attributes:
        low, high: the least and the most it can be; None is not known, never 0.
        rests_on: ids of the records it was worked out from, sorted.
    """

    name: str
    low: int | None
    high: int | None
    words: str
    rests_on: tuple[str, ...]
    source: str = SOURCE
    part: str = PART

    @property
    def text(self) -> str:
        """The number or range with its unit: ``212 days``, ``31 to 61 days``, ``not known``."""
        if self.low is None or self.high is None:
            return NOT_KNOWN.lower()
        if self.low == self.high:
            return f"{_signed(self.low)} {'day' if abs(self.low) == 1 else 'days'}"
        return f"{_signed(self.low)} to {_signed(self.high)} days"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What one case says.

    Attributes:
        entries: dated ones in order of time, then the undated by id.
        onset, warned: the days of the onset and of the first credible warning; None is not known.
        lead: onset minus first credible warning; negative where the warning came after the onset.
        decision, to_act, action: from the first credible warning to the first decision of any kind, the first decision
            to act, the first action.
        course: how far the case went, from what is on record.
    """

    case: Record
    entries: tuple[Record, ...]
    onset: Span | None
    warned: Span | None
    lead: Days
    decision: Days
    to_act: Days
    action: Days
    course: str

    def of(self, type: str) -> tuple[Record, ...]:
        """Its entries of a type, in order of time."""
        return tuple(e for e in self.entries if e.body["type"] == type)

    @property
    def undated(self) -> tuple[Record, ...]:
        """Its entries without a date."""
        return tuple(e for e in self.entries if span(e.body) is None)

    @property
    def lags(self) -> tuple[Days, ...]:
        """The lead time and the three lags, as they are shown."""
        return (self.lead, self.decision, self.to_act, self.action)

    @property
    def open(self) -> tuple[str, ...]:
        """What is not known and could change the numbers, in sentences."""
        unjudged = sum(w.body["credible"] == "open" for w in self.of("warning"))
        found = []
        if self.undated:
            found.append(
                f"{plural(len(self.undated), 'entry', 'entries')} without a date: in no lead time and no lag."
            )
        if unjudged:
            found.append(
                f"{plural(unjudged, 'warning')} not judged credible or not: counted as no first warning."
            )
        return tuple(found)


def span(body: Mapping[str, Any], name: str = "day") -> Span | None:
    """The days a field's date may be; None where there is no date."""
    if not body.get(name):
        return None
    day, known = date.fromisoformat(body[name]), body.get(f"{name}_known")
    if known == "month":
        return Span(day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]))
    if known == "year":
        return Span(date(day.year, 1, 1), date(day.year, 12, 31))
    return Span(day, day)


def read(case: Record, entries: Iterable[Record]) -> Reading:
    """One case with its entries; records of other cases and kinds are left out."""
    mine = [e for e in entries if e.kind == "case_entry" and e.body["case"] == case.id]
    ordered = tuple(sorted(mine, key=lambda e: (span(e.body) or Span(date.max, date.max), e.id)))
    onset = span(case.body, "onset")
    credible = [e for e in ordered if e.body["type"] == "warning" and e.body["credible"] == "yes"]
    warnings = [(s, e) for e in credible if (s := span(e.body))]
    warned = _first([s for s, _ in warnings])
    grounds = [e for s, e in warnings if warned and s.first <= warned.last]
    undated = len(credible) - len(warnings)
    decisions = [e for e in ordered if e.body["type"] == "decision"]
    to_act = [e for e in decisions if e.body["decided"] == "act"]
    actions = [e for e in ordered if e.body["type"] == "action"]
    lags = [
        _lag(name, what, warned, grounds, found, undated)
        for name, what, found in (
            ("to the first decision", "decision", decisions),
            ("to the first decision to act", "decision to act", to_act),
            ("to the first action", "action", actions),
        )
    ]
    return Reading(
        case=case,
        entries=ordered,
        onset=onset,
        warned=warned,
        lead=_lead(case, onset, warned, grounds, undated),
        decision=lags[0],
        to_act=lags[1],
        action=lags[2],
        course=_course(warned, decisions, actions, onset),
    )


def between(start: Span, end: Span) -> tuple[int, int]:
    """The least and the most days from start to end; negative where the end comes first."""
    return (end.first - start.last).days, (end.last - start.first).days


def lag(warned: Span, responses: Sequence[Span]) -> tuple[int, int, bool] | None:
    """Days from a warning to the first response on or after it.

    For each day the warning may be, the soonest and the latest that the first response can be; a response that may
    have come before the warning counts for the soonest and is no bound for the latest.

    Returns:
        (low, high, sure): ``sure`` says that there was a response after the warning wherever the dates lie. None where
        every response came before it.
    """
    soonest, latest, sure = [], [], True
    for day in warned.days:
        after = [r for r in responses if r.last >= day]
        certain = [r.last for r in after if r.first >= day]
        sure = sure and bool(certain)
        if after:
            soonest.append((min(max(r.first, day) for r in after) - day).days)
            latest.append(((min(certain) if certain else max(r.last for r in after)) - day).days)
    return (min(soonest), max(latest), sure) if soonest else None


def _first(spans: Sequence[Span]) -> Span | None:
    """The days the first of several may be."""
    return Span(min(s.first for s in spans), min(s.last for s in spans)) if spans else None


def _lead(
    case: Record, onset: Span | None, warned: Span | None, grounds: Sequence[Record], undated: int
) -> Days:
    name, rests_on = "lead time", ids([case, *grounds])
    if onset is None or warned is None:
        why = "the case has no dated onset." if onset is None else _no_warning(undated)
        return Days(name=name, low=None, high=None, words=f"{NOT_KNOWN}: {why}", rests_on=rests_on)
    low, high = between(warned, onset)
    words = f"The first credible warning came {before_onset(low, high)}.{_earlier(undated)}"
    return Days(name=name, low=low, high=high, words=words, rests_on=rests_on)


def _lag(
    name: str,
    what: str,
    warned: Span | None,
    grounds: Sequence[Record],
    found: Sequence[Record],
    undated: int,
) -> Days:
    """The lag to the first of the records found."""
    dated = [(s, r) for r in found if (s := span(r.body))]
    if warned is None:
        return Days(
            name=name,
            low=None,
            high=None,
            words=f"{NOT_KNOWN}: {_no_warning(undated)}",
            rests_on=(),
        )
    told = lag(warned, [s for s, _ in dated])
    if told is None:
        missing = len(found) - len(dated)
        words = f"{NOT_KNOWN}: no {what} with a date on or after the first credible warning is on record."
        words += f" {plural(missing, what)} without a date." if missing else ""
        return Days(name=name, low=None, high=None, words=words, rests_on=ids([*grounds, *found]))
    low, high, sure = told
    after = [(s, r) for s, r in dated if s.last >= warned.first]
    words = (
        f"The first {what} on record came {_counted(low, high)} after the first credible warning"
    )
    if what == "decision" and (len(after) == 1 or after[0][0].last < after[1][0].first):
        words += f"; it was {form('case_entry').field('decided').choices[after[0][1].body['decided']].lower()}"
    words += "." if sure else ". The dates leave open whether it came before the warning."
    return Days(
        name=name,
        low=low,
        high=high,
        words=words + _earlier(undated),
        rests_on=ids([*grounds, *(r for _, r in after)]),
    )


def before_onset(low: int, high: int) -> str:
    """Days before the onset in words; negative days are after it."""
    if low == high == 0:
        return "on the day of the onset"
    if low >= 0:
        return f"{_counted(low, high)} before the onset"
    if high <= 0:
        return f"{_counted(-high, -low)} after the onset"
    return f"between {plural(-low, 'day')} after and {plural(high, 'day')} before the onset"


def _counted(low: int, high: int) -> str:
    return plural(low, "day") if low == high else f"{low:,} to {plural(high, 'day')}"


def _signed(days: int) -> str:
    return f"{MINUS if days < 0 else ''}{abs(days):,}"


def _no_warning(undated: int) -> str:
    if undated:
        return f"{plural(undated, 'credible warning')} on record, none with a date."
    return "no credible warning is on record."


def _earlier(undated: int) -> str:
    """Credible warnings without a date may have come first."""
    return (
        f" {plural(undated, 'credible warning')} without a date may have come earlier."
        if undated
        else ""
    )


def _course(
    warned: Span | None, decisions: Sequence[Record], actions: Sequence[Record], onset: Span | None
) -> str:
    """How far it went: no warning, a warning without decision, a decision without action, action before or after onset.

    Source: the failure modes of early warning (no warning, warning unheard, heard without action, action without effect).
    """
    if warned is None:
        return "No credible warning with a date is on record."
    acted = _first(_from(warned, actions))
    if acted is None and not _from(warned, decisions):
        return "Warned; no decision and no action after it is on record."
    if acted is None:
        return "Warned and decided; no action after it is on record."
    if onset is None:
        return "Warned and acted on."
    when = (
        "before" if acted.last < onset.first else "after" if acted.first > onset.last else "around"
    )
    return f"Warned and acted on; the first action came {when} the onset."


def _from(warned: Span, found: Sequence[Record]) -> list[Span]:
    """Those that may have come on or after the warning."""
    return [s for r in found if (s := span(r.body)) and s.last >= warned.first]
