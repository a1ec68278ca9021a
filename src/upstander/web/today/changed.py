"""What changed since last time: at most seven lines, each with arrow, reason, interval and evidence; and how many were looked at."""

from __future__ import annotations

from typing import Any

from upstander.core.messages import say
from upstander.report import words
from upstander.report.changes import Change, Changes, first
from upstander.web.kernel.urls import url
from upstander.web.today.asked import Look

ARROWS = {True: "▲", False: "▼"}


def block(look: Look) -> dict[str, Any]:
    """The changes of the places looked at."""
    changes = look.request.state.changes(look.edition)
    own = changes if look.codes is None else changes.within(look.codes)
    shown = own.found if look.chosen["changes"] == "every" else first(own.found)
    rows = [line(look, change) for change in shown]
    return {
        "since": own.since.isoformat() if own.since else "",
        "rows": rows,
        "counted": sorted({c.line.trend.definition for c in shown if not c.is_of_odds}),
        "rest": _rest(own, len(rows)),
        "every": look.href(changes="every") if len(rows) < len(own.found) else "",
    }


def line(look: Look, change: Change) -> dict[str, Any]:
    """One change."""
    place = change.line
    chance = place.headline
    way = "up" if change.is_up else "down"
    return {
        "place": place.code,
        "name": place.name,
        "href": _day(look, url("country", name=place.code)),
        "arrow": ARROWS[change.is_up],
        "way": way,
        "way_words": say(f"web.today_way_{way}"),
        "opportunity": _opportunity(change),
        "what": change.what,
        "reason": change.reason,
        "odds": words.percent(chance.probability if chance else None),
        "interval": words.interval(chance.low, chance.high) if chance else "",
        "evidence": f"{url('evidence')}?place={place.code}",
        "note": place.note,
    }


def _opportunity(change: Change) -> str:
    """What falling odds or counts are, '' where they rose."""
    if change.is_up:
        return ""
    return say(f"web.today_opportunity_{'odds' if change.is_of_odds else 'counts'}")


def _rest(changes: Changes, shown: int) -> str:
    """That nothing else crossed a threshold, or how many more did; and of how many nothing could be compared."""
    more, looked = len(changes.found) - shown, len(changes.looked_at)
    if more:
        told = say("web.today_more_changed", n=more, looked=looked)
    else:
        told = say("web.today_nothing_else", n=looked)
    silent = looked - len(changes.compared)
    if not silent:
        return told
    return say("web.today_with_silent", told=told, n=silent)


def _day(look: Look, address: str) -> str:
    return f"{address}?as_of={look.day}" if look.day else address
