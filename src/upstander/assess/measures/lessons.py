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
from upstander.core.messages import say, text
from upstander.records import Record
from upstander.records.forms import form

SOURCE, PART = "SG-2013", say("assess.failure_to_act_early_has_consequences_s04")
NOT_KNOWN = say("assess.not_known_2")
MINUS = "\u2212"


@dataclass(frozen=True, order=True)
class Span:
    """The days a date may be, from first to last; one day where it is exact."""

    first: date
    last: date

    @property
    def days(self) -> tuple[date, ...]:
        """Every day in it: a year at most."""
        number = (self.last - self.first).days + 1
        return tuple(self.first + timedelta(days=n) for n in range(number))


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
        return say("assess.to_days", signed=_signed(self.low), signed_2=_signed(self.high))


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
        sentences = []
        if self.undated:
            entries = plural(len(self.undated), "entry")
            sentences.append(say("assess.without_a_date_in_no_lead_time", entries=entries))
        unjudged = sum(warning.body["credible"] == "open" for warning in self.of("warning"))
        if unjudged:
            warnings = plural(unjudged, "warning")
            sentences.append(
                say("assess.not_judged_credible_or_not_counted_as", warnings=warnings)
            )
        return tuple(sentences)


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
    ordered = tuple(sorted(mine, key=_time_and_id))
    onset = span(case.body, "onset")
    warning = _warning(ordered)
    decisions = _of_type(ordered, "decision")
    to_act = [decision for decision in decisions if decision.body["decided"] == "act"]
    actions = _of_type(ordered, "action")
    return Reading(
        case=case,
        entries=ordered,
        onset=onset,
        warned=warning.days,
        lead=_lead(case, onset, warning),
        decision=_lag(
            say("assess.to_the_first_decision"), text("decision"), warning, decisions
        ),
        to_act=_lag(
            say("assess.to_the_first_decision_to_act"),
            say("assess.decision_to_act"),
            warning,
            to_act,
        ),
        action=_lag(say("assess.to_the_first_action"), text("action"), warning, actions),
        course=_course(warning.days, decisions, actions, onset),
    )


def _time_and_id(entry: Record) -> tuple[Span, str]:
    """In order of time; what has no date comes last."""
    return span(entry.body) or Span(date.max, date.max), entry.id


def _of_type(entries: Sequence[Record], type: str) -> list[Record]:
    return [entry for entry in entries if entry.body["type"] == type]


@dataclass(frozen=True)
class _Warning:
    """The first credible warning.

    Attributes:
        days: that it may have come on; None where no credible warning has a date.
        grounds: the warnings that may have been the first. undated: number of credible ones without a date.
    """

    days: Span | None
    grounds: Sequence[Record]
    undated: int


def _warning(entries: Sequence[Record]) -> _Warning:
    credible = [e for e in _of_type(entries, "warning") if e.body["credible"] == "yes"]
    dated = [(days, e) for e in credible if (days := span(e.body))]
    first = _first([days for days, _ in dated])
    grounds = [e for days, e in dated if first and days.first <= first.last]
    return _Warning(first, grounds, len(credible) - len(dated))


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
        after = [response for response in responses if response.last >= day]
        certain = [response.last for response in after if response.first >= day]
        sure = sure and bool(certain)
        if after:
            first = min(max(response.first, day) for response in after)
            last = min(certain) if certain else max(response.last for response in after)
            soonest.append((first - day).days)
            latest.append((last - day).days)
    return (min(soonest), max(latest), sure) if soonest else None


def _first(spans: Sequence[Span]) -> Span | None:
    """The days the first of several may be."""
    if not spans:
        return None
    return Span(min(s.first for s in spans), min(s.last for s in spans))


def _unknown(name: str, why: str, grounds: Iterable[Record]) -> Days:
    words = text("{not_known}: {why}", not_known=NOT_KNOWN, why=why)
    return Days(name=name, low=None, high=None, words=words, rests_on=ids(grounds))


def _lead(case: Record, onset: Span | None, warning: _Warning) -> Days:
    name, grounds = say("assess.lead_time"), [case, *warning.grounds]
    if onset is None:
        return _unknown(name, say("assess.the_case_has_no_dated_onset"), grounds)
    if warning.days is None:
        return _unknown(name, _no_warning(warning.undated), grounds)
    low, high = between(warning.days, onset)
    words = say(
        "assess.the_first_credible_warning_came",
        before_onset=before_onset(low, high),
        earlier=_earlier(warning.undated),
    )
    return Days(name=name, low=low, high=high, words=words, rests_on=ids(grounds))


def _lag(
    name: str,
    what: str,
    warning: _Warning,
    responses: Sequence[Record],
) -> Days:
    """The lag to the first of the responses, which are ``what``: decisions, actions."""
    if warning.days is None:
        return _unknown(name, _no_warning(warning.undated), ())
    dated = [(days, r) for r in responses if (days := span(r.body))]
    first = lag(warning.days, [days for days, _ in dated])
    if first is None:
        why = _no_response(what, len(responses) - len(dated))
        return _unknown(name, why, [*warning.grounds, *responses])
    after = [(days, r) for days, r in dated if days.last >= warning.days.first]
    grounds = [*warning.grounds, *(r for _, r in after)]
    decided = _decided(after) if what == "decision" else ""
    words = f"{_came(what, first)}{decided}{_end(first)}{_earlier(warning.undated)}"
    low, high, _ = first
    return Days(name=name, low=low, high=high, words=words, rests_on=ids(grounds))


def _came(what: str, first: tuple[int, int, bool]) -> str:
    low, high, _ = first
    days = _counted(low, high)
    return say("assess.the_first_on_record_came_after_the", what=what, days=days)


def _end(first: tuple[int, int, bool]) -> str:
    is_sure = first[2]
    return "." if is_sure else say("assess.the_dates_leave_open_whether_it_came")


def _no_response(what: str, undated: int) -> str:
    why = say("assess.no_with_a_date_on_or_after", what=what)
    return (
        say("assess.without_a_date", why=why, plural=plural(undated, what))
        if undated
        else why
    )


def _decided(after: Sequence[tuple[Span, Record]]) -> str:
    """What the first decision was, where it is sure which one came first."""
    days, first = after[0]
    if len(after) > 1 and days.last >= after[1][0].first:
        return ""
    decisions = form("case_entry").field("decided").choices
    return say("assess.it_was", lower=decisions[first.body["decided"]].lower())


def before_onset(low: int, high: int) -> str:
    """Days before the onset in words; negative days are after it."""
    if low == high == 0:
        return say("assess.on_the_day_of_the_onset")
    if low >= 0:
        return say("assess.before_the_onset", counted=_counted(low, high))
    if high <= 0:
        return say("assess.after_the_onset", counted=_counted(-high, -low))
    return say(
        "assess.between_after_and_before_the_onset",
        plural=plural(-low, "day"),
        plural_2=plural(high, "day"),
    )


def _counted(low: int, high: int) -> str:
    return (
        plural(low, "day")
        if low == high
        else say("assess.to_2", low=low, plural=plural(high, "day"))
    )


def _signed(days: int) -> str:
    return f"{MINUS if days < 0 else ''}{abs(days):,}"


def _no_warning(undated: int) -> str:
    if undated:
        return say(
            "assess.on_record_none_with_a_date", plural=plural(undated, "credible warning")
        )
    return say("assess.no_credible_warning_is_on_record")


def _earlier(undated: int) -> str:
    """Credible warnings without a date may have come first."""
    if not undated:
        return ""
    return say(
        "assess.without_a_date_may_have_come_earlier",
        plural=plural(undated, "credible warning"),
    )


def _course(
    warned: Span | None,
    decisions: Sequence[Record],
    actions: Sequence[Record],
    onset: Span | None,
) -> str:
    """How far it went: no warning, a warning without decision, a decision without action, action before or after onset.

    Source: the failure modes of early warning (no warning, warning unheard, heard without action, action without effect).
    """
    if warned is None:
        return say("assess.no_credible_warning_with_a_date_is")
    acted = _first(_from(warned, actions))
    if acted is None and not _from(warned, decisions):
        return say("assess.warned_no_decision_and_no_action_after")
    if acted is None:
        return say("assess.warned_and_decided_no_action_after_it")
    if onset is None:
        return say("assess.warned_and_acted_on")
    if acted.last < onset.first:
        return say("assess.acted_on_before_the_onset")
    if acted.first > onset.last:
        return say("assess.acted_on_after_the_onset")
    return say("assess.acted_on_around_the_onset")


def _from(warned: Span, responses: Sequence[Record]) -> list[Span]:
    """Those that may have come on or after the warning."""
    return [days for r in responses if (days := span(r.body)) and days.last >= warned.first]
