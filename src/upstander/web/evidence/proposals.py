"""Items in the inbox that may be the same as others: proposed, and people decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from upstander.core.messages import say
from upstander.core.rights import Actor
from upstander.evidence import duplicates
from upstander.records import Record
from upstander.records.disclosure_control import sees_exactly
from upstander.records.forms import form
from upstander.report import record_views
from upstander.web.kernel.urls import url

MOST_PAIRS = 50
Origin = tuple[Any, Any]


def content(
    shown: Sequence[Record], items: Sequence[Record], actor: Actor
) -> list[dict[str, Any]]:
    """Duplicates proposed for the inbox items on this page."""
    fresh = [r for r in shown if r.body["status"] == "inbox" and sees_exactly(actor, r)]
    if not fresh:
        return []
    known = _known(fresh, items, actor)
    titles = {
        r.id: record_views.title_of(r, form("evidence"), actor) for r in (*known, *fresh)
    }
    return [_pair(p, titles) for p in _alike(fresh, known)[:MOST_PAIRS]]


def _known(
    fresh: Sequence[Record],
    items: Sequence[Record],
    actor: Actor,
) -> list[Record]:
    """Items that one of the fresh ones may be the same as, as far as the reader sees them exactly."""
    ids, near = {r.id for r in fresh}, _near(fresh)
    standing = (r for r in items if r.id not in ids and r.body["status"] != "set_aside")
    return [r for r in standing if near(r) and sees_exactly(actor, r)]


def _alike(fresh: Sequence[Record], known: Sequence[Record]) -> list[duplicates.Pair]:
    """Groups, each by its first two, then pairs."""
    alike = duplicates.search(_compared(fresh), _compared(known))
    groups = [
        duplicates.Pair(
            g.ids[0],
            g.ids[1],
            say("web.one_of_alike", kind=g.kind, number=len(g.ids)),
            100.0,
        )
        for g in alike.groups
    ]
    return [*groups, *alike.pairs]


def _compared(records: Sequence[Record]) -> list[duplicates.Item]:
    return [duplicates.item(r.id, r.place, r.body) for r in records]


def _pair(pair: duplicates.Pair, titles: Mapping[str, str]) -> dict[str, Any]:
    items = [
        {"title": titles[id], "href": url("record", kind="evidence", id=id)}
        for id in (pair.first, pair.second)
    ]
    return {
        "kind": pair.kind,
        "alike": say("web.of_100", alike=f"{pair.alike:.0f}"),
        "items": items,
    }


def _near(fresh: Sequence[Record]) -> Callable[[Record], bool]:
    """Whether an item can be the same as one of these at all: the same origin, or the same place within a few days."""
    days = {day for r in fresh for day in _days_around(r)}
    origins = {_origin(r) for r in fresh}

    def is_near(item: Record) -> bool:
        is_same_origin = bool(item.body["origin_id"]) and _origin(item) in origins
        return (item.place, _day(item)) in days or is_same_origin

    return is_near


def _days_around(item: Record) -> list[tuple[str, str]]:
    """The item's place with each day near its own; none where its day is not known."""
    if not (day := _day(item)):
        return []
    at, reach = date.fromisoformat(day), duplicates.DAYS
    return [
        (item.place, (at + timedelta(days=d)).isoformat()) for d in range(-reach, reach + 1)
    ]


def _day(item: Record) -> Any:
    return item.body["day"] or item.body["reported"]


def _origin(item: Record) -> Origin:
    return item.body["origin"], item.body["origin_id"]
