"""Cases of warning and response as pages show them: the steps in time, lead time and lags, the model beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from upstander.assess.measures.lessons import (
    Days,
    Reading,
    Span,
    before_onset,
    between,
    span,
)
from upstander.core.messages import say
from upstander.core.rights import Actor
from upstander.core.types import CAVEAT
from upstander.forecast.scoreboard.board import Board
from upstander.forecast.targets import YEARLY_HEADLINE
from upstander.records import Record
from upstander.records.disclosure_control import blurred
from upstander.records.forms import form
from upstander.report import words
from upstander.report.probabilities import Chance, chance_of, label, ties_of
from upstander.report.registers import said

Shown = dict[str, Any]
Issue = tuple[Mapping[str, Any], pa.Table]  # of ``forecast.issue.chances_then``
HINDSIGHT = say("report.hindsight_flatters_warnings_those_that_came_true")
VISIBLE = say("report.worked_out_from_the_entries_that_you")
NONE_SHIPPED = say("report.no_case_comes_with_the_software_the")
HOW = say("report.lead_time_is_the_onset_minus_the")
NO_HINDCAST = say("report.the_scoreboard_keeps_hindcasts_of_single_places")
SIGNS = {
    "warning": ("▲", "△"),
    "decision": ("■", "□"),
    "action": ("●", "●"),
    "outcome": ("◆", "◆"),
}
NO_DATE, NOT_SAID = say("report.date_not_known"), say("report.not_said")
OF_A_STEP = (
    "from_onset",
    "by",
    "to",
    "credible",
    "credible_why",
    "openness",
    "decided",
    "figure",
    "figure_from",
    "account",
)


def case(reading: Reading, actor: Actor, place_names: Mapping[str, str]) -> Shown:
    """One case as a page shows it, its steps in order of time."""
    seen = blurred(reading.case, actor)
    return {
        **_identity(seen, place_names),
        **_moments(seen, reading),
        "crimes": said(seen, "crimes"),
        "account": seen.body["account"] or "",
        "lesson": seen.body["lesson"] or "",
        "known_from": seen.body["known_from"],
        "marking": seen.stamp.marking.label,
        "lead": reading.lead.text,
        "lead_words": reading.lead.words,
        "measures": [_measure(lag) for lag in reading.lags],
        "course": reading.course,
        "open": list(reading.open),
        "items": _items(seen, reading, actor),
    }


def _identity(seen: Record, place_names: Mapping[str, str]) -> Shown:
    return {
        "id": seen.id,
        "title": seen.body["title"],
        "href": f"/lessons/{seen.id}",
        "record": f"/records/warning_case/{seen.id}",
        "place": seen.place,
        "place_name": place_names.get(seen.place, seen.place),
        "judged": said(seen, "judged"),
        "judged_why": seen.body["judged_why"],
        "period": period(seen),
        "goes_on": bool(seen.body["goes_on"]),
    }


def _moments(seen: Record, reading: Reading) -> Shown:
    """The onset and the first credible warning."""
    return {
        "onset_words": when(seen.body, "onset"),
        "onset_of": seen.body["onset_of"] or "",
        "onset": _ends(reading.onset),
        "warned_words": _words(reading.warned),
        "warned": _ends(reading.warned),
    }


def _items(seen: Record, reading: Reading, actor: Actor) -> list[Shown]:
    steps = [_item(entry, reading.onset, actor) for entry in reading.entries]
    return _with_onset(steps, seen, reading.onset)


def page(shown: Mapping[str, Any], model: Sequence[Mapping[str, str]]) -> Shown:
    """A case's own page."""
    return {
        **shown,
        "model": list(model),
        "hindsight": HINDSIGHT,
        "visible": VISIBLE,
        "how": HOW,
        "caveat": CAVEAT,
    }


def listing(shown: Sequence[Mapping[str, Any]], title: str, most: int) -> Shown:
    """A page of many cases: those that have not ended first, then by the place's name and the title."""
    rows = sorted(shown, key=lambda c: (not c["goes_on"], c["place_name"], c["title"]))
    return {
        "title": title,
        "cases": rows[:most],
        "more": max(0, len(rows) - most),
        "count": len(rows),
        "hindsight": HINDSIGHT,
        "visible": VISIBLE,
        "how": HOW,
        "none_shipped": NONE_SHIPPED,
        "caveat": CAVEAT,
    }


def when(body: Mapping[str, Any], name: str = "day") -> str:
    """A date as exactly as it is known: ``7 April 1994``, ``April 1994``, ``1994``, or that it is not known."""
    return _words(span(body, name)) if body.get(name) else NO_DATE


def period(record: Record) -> str:
    """From when to when a case goes."""
    since, until = said(record, "since"), said(record, "until")
    if since and until:
        return say("report.to_3", since=since, until=until)
    return (
        say("report.not_ended", half=_half(since, until))
        if record.body["goes_on"]
        else _half(since, until)
    )


def _half(since: str, until: str) -> str:
    if since:
        return say("report.from", since=since)
    return say("report.until", until=until) if until else say("report.period_not_said")


def figure(entry: Record) -> str:
    """An outcome's figure with its range, as this reader may see it; '' where there is none."""
    low, best, high = (_number(entry.body[n]) for n in ("low", "best", "high"))
    if not (low or best or high):
        return ""
    bounds = (
        say("report.to_2", not_said=low or NOT_SAID, not_said_2=high or NOT_SAID)
        if low or high
        else ""
    )
    return f"{said(entry, 'counted')}: {best or 'no best estimate'}{bounds}"


def then(
    moment: str,
    day: date,
    about: date,
    issue: Issue | None,
    place: str,
) -> dict[str, str]:
    """What the model said on a day of a case.

    Args:
        about: the day that its forecast must reach.
        issue: the newest issue of that day and its chances, of ``forecast.issue.chances_then``.
    """
    return {"moment": f"{moment}, {words.day(day)}", "words": _model(about, issue, place)}


def _model(about: date, issue: Issue | None, place: str) -> str:
    if issue is None:
        return say("report.no_forecast_of_this_installation_speaks_from")
    meta, table = issue
    chance = _headline_then(table, place)
    name = say(
        "report.forecast_made_on",
        id_=meta["id"],
        iso_day=words.iso_day(str(meta["made_on"])),
    )
    if chance is None:
        return say("report.says_nothing_on_this_place", name=name)
    last = chance.last_month
    if (about.year, about.month) > (last.year, last.month):
        return say(
            "report.the_newest_then_spoke_of_and_reaches", name=name, period=chance.period
        )
    note = f" {chance.note}" if chance.note else ""
    return f"{chance.label}, {chance.period}: {chance.text}. {name}.{note}"


def _headline_then(table: pa.Table, place: str) -> Chance | None:
    rows = table.filter(pc.equal(table["target"], YEARLY_HEADLINE)).to_pylist()
    row = next((r for r in rows if r["unit"] == place), None)
    return None if row is None else chance_of(row, len(rows), ties_of(rows))


def hindcast(board: Board | None, place_name: str, onset: Span | None) -> str:
    """What the yearly hindcast said of the year of the onset, where the scoreboard holds it."""
    table = (
        next((t for t in board.tables if t.id == "annual.misses"), None) if board else None
    )
    if table is None or onset is None or onset.first.year != onset.last.year:
        return NO_HINDCAST
    year = onset.first.year
    of_place = (
        r for r in table.rows if r["place"] == place_name and r["target"] == YEARLY_HEADLINE
    )
    row = next((r for r in of_place if int(r["year"]) == year - 1), None)
    if row is None:
        return NO_HINDCAST
    return say(
        "report.rank_a_hindcast_the_scoreboard_keeps_it",
        label=label(YEARLY_HEADLINE),
        year=year,
        percent=words.percent(row["said"]),
        rank=row["rank"],
        happened=row["happened"],
    )


def _item(entry: Record, onset: Span | None, actor: Actor) -> Shown:
    """One step; what its kind does not have is ''."""
    seen = blurred(entry, actor)
    body, type, hollow = seen.body, seen.body["type"], _is_hollow(seen)
    return {
        "type": type,
        "type_title": form("case_entry").field("type").choices[type],
        "sign": SIGNS[type][hollow],
        "hollow": hollow,
        **_when(entry, body, onset),
        "title": body["title"],
        "by": body["body"] or "",
        "to": body["to"] or "",
        **_particulars(seen),
        "href": f"/records/case_entry/{seen.id}",
        "marking": seen.stamp.marking.label,
    }


def _particulars(entry: Record) -> Shown:
    """What a step of this kind or that has beside its day, its title and who took it."""
    body = entry.body
    return {
        "credible": said(entry, "credible"),
        "credible_why": body["credible_why"] or "",
        "openness": said(entry, "openness"),
        "decided": said(entry, "decided"),
        "figure": figure(entry),
        "figure_from": body["figure_from"] or "",
        "account": body["account"] or "",
        "known_from": body["known_from"],
    }


def _is_hollow(entry: Record) -> bool:
    """Whether its sign is empty: a warning that was not credible, a decision not to act."""
    body = entry.body
    if body["type"] == "warning":
        return bool(body["credible"] != "yes")
    return bool(body["type"] == "decision" and body["decided"] != "act")


def _when(entry: Record, shown: Mapping[str, Any], onset: Span | None) -> dict[str, str]:
    own = span(entry.body)
    return {
        "when": when(shown),
        "first": own.first.isoformat() if own else "",
        "last": own.last.isoformat() if own else "",
        "from_onset": before_onset(*between(own, onset)) if own and onset else "",
    }


def _with_onset(steps: list[Shown], seen: Record, onset: Span | None) -> list[Shown]:
    """The steps with the onset among them, before all that is sure to have come later."""
    if onset is None:
        return steps
    own = _onset(seen, onset)
    at = sum(bool(step["first"]) and step["first"] < own["first"] for step in steps)
    return [*steps[:at], own, *steps[at:]]


def _onset(seen: Record, onset: Span) -> Shown:
    return {
        **dict.fromkeys(OF_A_STEP, ""),
        "type": "onset",
        "type_title": say("report.onset"),
        "sign": "┃",
        "hollow": False,
        "when": _words(onset),
        "first": onset.first.isoformat(),
        "last": onset.last.isoformat(),
        "title": seen.body["onset_of"],
        "known_from": seen.body["known_from"],
        "href": f"/records/warning_case/{seen.id}",
        "marking": seen.stamp.marking.label,
    }


def _measure(lag: Days) -> Shown:
    return {
        "name": words.capitalize_first(lag.name),
        "text": lag.text,
        "low": lag.low,
        "high": lag.high,
        "words": lag.words,
        "rests_on": list(lag.rests_on),
        "source": lag.source,
        "part": lag.part,
    }


def _words(days: Span | None) -> str:
    """Days a date may be, in words."""
    if days is None:
        return NO_DATE
    first, last = days.first, days.last
    if first == last:
        return words.day(first)
    if _is_year(first, last):
        return str(first.year)
    if _is_month(first, last):
        return words.month(first)
    return say("report.between_and", day=words.day(first), day_2=words.day(last))


def _is_year(first: date, last: date) -> bool:
    whole = (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    return whole and first.year == last.year


def _is_month(first: date, last: date) -> bool:
    same = (first.year, first.month) == (last.year, last.month)
    return same and first.day == 1 and (last + timedelta(days=1)).day == 1


def _ends(days: Span | None) -> list[str]:
    return [days.first.isoformat(), days.last.isoformat()] if days else []


def _number(value: Any) -> str:
    """A count, or the words that stand for one that is held back; '' where there is none."""
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else str(value)
