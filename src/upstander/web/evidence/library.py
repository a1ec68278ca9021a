"""Content of the evidence library: what there is, how it is graded, what it speaks for and against, what is missing.

Everything is shown as ``records.disclosure_control`` leaves it for the reader; counts are of what the reader may read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from upstander.assess import frameworks
from upstander.assess.aggregation import CAVEAT
from upstander.assess.crimes import acts_of, crimes
from upstander.core.folding import folded
from upstander.core.rights import Actor
from upstander.evidence import duplicates, queries
from upstander.records import Record
from upstander.records.disclosure_control import blurred, sees_exactly
from upstander.records.forms import form
from upstander.report import record_views
from upstander.report.registers import cell, table
from upstander.web.kernel.urls import url

PAGE = 50  # items of a page
MOST_GAPS, MOST_PAIRS = 50, 50
OPEN_TEXT = (
    "title",
    "passage",
    "translation",
    "neutral",
    "publisher",
    "admin1",
    "admin2",
    "place_name",
    "notes",
)
STATUSES = {"library": "In the library", "inbox": "Inbox", "set_aside": "Set aside", "all": "All"}


def holds(item: Record, actor: Actor, words: str) -> bool:
    """Whether what the reader may see of an item holds all words: what is held back cannot be found out by asking."""
    body = blurred(item, actor).body
    text = folded(" ".join(str(body.get(n) or "") for n in OPEN_TEXT))
    return all(word in text for word in folded(words).split())


def content(
    items: Sequence[Record],
    others: Sequence[Record],
    actor: Actor,
    asked: Mapping[str, str],
    places: Sequence[tuple[str, str]],
    *,
    page: int,
) -> dict[str, Any]:
    """The library as one reader sees it.

    Args:
        items: every item that fits place and words. others: records that may link to items.
        asked: status, place, crime, of, side, reliability, credibility, since, until, ungraded, text as given.
    """
    status = asked["status"] if asked["status"] in STATUSES else "library"
    found = _chosen(items, asked, status)
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(1, page), pages)
    shown = found[(page - 1) * PAGE : page * PAGE]
    names, users = dict(places), _users(others)
    return {
        "title": "Evidence",
        "asked": {**asked, "status": status},
        "count": len(found),
        "page": page,
        "pages": pages,
        "statuses": [
            {"id": s, "label": label, "count": sum(s in ("all", r.body["status"]) for r in items)}
            for s, label in STATUSES.items()
        ],
        "crimes": [(c.id, c.words) for c in crimes()],
        "rows": [_row(r, actor, names, users.get(r.id, ())) for r in shown],
        "grading": _grading(found),
        "sides": _sides(items, {r.id: r for r in others}, actor),
        "pairs": _pairs(shown, items, actor),
        "gaps": _gaps(found, actor),
        "letters": list(form("evidence").field("reliability").choices.items()),
        "numbers": list(form("evidence").field("credibility").choices.items()),
        "caveat": CAVEAT,
    }


def _chosen(items: Sequence[Record], asked: Mapping[str, str], status: str) -> tuple[Record, ...]:
    found = queries.chosen(
        items,
        status="" if status == "all" else status,
        of=asked["of"],
        reliability=asked["reliability"],
        credibility=asked["credibility"],
        since=asked["since"],
        until=asked["until"],
        ungraded=asked["ungraded"] == "yes",
    )
    if asked["of"] and asked["side"] in ("supports", "against"):
        found = tuple(r for r in found if asked["of"] in r.body[asked["side"]])
    if asked["crime"]:
        acts = acts_of(asked["crime"])
        found = tuple(r for r in found if acts & set(r.body["act_types"] or ()))
    return tuple(
        sorted(found, key=lambda r: (r.body["day"] or r.body["reported"] or "", r.id), reverse=True)
    )


def _users(others: Iterable[Record]) -> Mapping[str, list[Record]]:
    """Records by the items they may point to, so that each item is held against few."""
    found: dict[str, list[Record]] = defaultdict(list)
    for r in others:
        for id in record_views.links_of(r, form(r.kind)):
            found[id].append(r)
    return found


def _row(
    item: Record, actor: Actor, places: Mapping[str, str], users: Iterable[Record]
) -> dict[str, Any]:
    seen, is_exact = blurred(item, actor), sees_exactly(actor, item)
    body = seen.body
    where = [body[n] for n in ("place_name", "admin2", "admin1") if body[n]]
    return {
        "id": item.id,
        "href": url("record", kind="evidence", id=item.id),
        "title": record_views.title_of(item, form("evidence"), actor),
        "status": body["status"],
        "day": body["day"] or "",
        "place": item.place,
        "where": ", ".join([*where, places.get(item.place, item.place)]).strip(", "),
        "reliability": body["reliability"] or "",
        "credibility": body["credibility"] or "",
        "publisher": body["publisher"] or "",
        "affected": body["affected"],
        "latitude": body["latitude"],
        "longitude": body["longitude"],
        "precision": body["precision"] or "",
        "blurred": not is_exact and not item.body.get("published"),
        "used_in": list(queries.used_in(item, users)),
        "supports": len(body["supports"]),
        "against": len(body["against"]),
    }


def _grading(found: Sequence[Record]) -> dict[str, Any]:
    counts = queries.grading(found)
    letters, numbers = (
        list(dict.fromkeys(a for a, _ in counts)),
        list(dict.fromkeys(b for _, b in counts)),
    )
    shown = form("evidence").field("reliability").choices
    rows = [
        [cell(shown.get(a, "Not graded")), *(cell(str(counts[a, b])) for b in numbers)]
        for a in letters
    ]
    return table(
        "Items by reliability of the source (down) and credibility of the information (across)",
        ["Reliability", *(n or "not graded" for n in numbers)],
        rows,
    )


def _sides(items: Sequence[Record], others: Mapping[str, Record], actor: Actor) -> dict[str, Any]:
    """For and against, by indicator or record, the most spoken of first."""
    found = sorted(
        queries.sides(items).items(), key=lambda x: (-len(x[1].supports) - len(x[1].against), x[0])
    )
    rows = [
        [
            cell(_code(code, others, actor)),
            cell(
                str(len(s.supports)),
                href=url("evidence") + f"?of={code}&side=supports" if s.supports else "",
            ),
            cell(
                str(len(s.against)),
                href=url("evidence") + f"?of={code}&side=against" if s.against else "",
            ),
        ]
        for code, s in found[:200]
    ]
    return table(
        "Items in the library for and against",
        ["Indicator or record", "For", "Against"],
        rows,
        "No item in the library speaks for or against anything.",
    )


def _code(code: str, others: Mapping[str, Record], actor: Actor) -> str:
    if code in (rated := frameworks.shipped().rated):
        return f"{code} {rated[code][2].label}"
    kind, _, id = code.partition(":")
    if id in others:
        return f"{form(kind).title}: {record_views.title_of(others[id], form(kind), actor)}"
    return "A record elsewhere" if id else code


def readable(items: Sequence[Record], known: Container[str]) -> list[Record]:
    """The items without what they say of records that are not known to the reader: not listed, linked or counted."""

    def kept(code: str) -> bool:
        return not (id := record_views.linked_id(code)) or id in known

    return [
        r
        if all(map(kept, (*r.body["supports"], *r.body["against"])))
        else replace(
            r,
            body={
                **r.body,
                **{side: [c for c in r.body[side] if kept(c)] for side in ("supports", "against")},
            },
        )
        for r in items
    ]


def _pairs(shown: Sequence[Record], items: Sequence[Record], actor: Actor) -> list[dict[str, Any]]:
    """Duplicates proposed for the inbox items on this page; people decide."""
    fresh = [r for r in shown if r.body["status"] == "inbox" and sees_exactly(actor, r)]
    if not fresh:
        return []
    ids, near = {r.id for r in fresh}, _near(fresh)
    known = [
        r
        for r in items
        if r.id not in ids
        and r.body["status"] != "set_aside"
        and near(r)
        and sees_exactly(actor, r)
    ]
    by_id = {r.id: r for r in (*known, *fresh)}
    alike = duplicates.search(
        *([duplicates.item(r.id, r.place, r.body) for r in rs] for rs in (fresh, known))
    )
    groups = [
        duplicates.Pair(g.ids[0], g.ids[1], f"{g.kind}, one of {len(g.ids)} alike", 100.0)
        for g in alike.groups
    ]
    found = (*groups, *alike.pairs)
    return [
        {
            "kind": p.kind,
            "alike": f"{p.alike:.0f} of 100",
            "items": [
                {
                    "title": record_views.title_of(by_id[i], form("evidence"), actor),
                    "href": url("record", kind="evidence", id=i),
                }
                for i in (p.first, p.second)
            ],
        }
        for p in found[:MOST_PAIRS]
    ]


def _near(fresh: Sequence[Record]) -> Callable[[Record], bool]:
    """Whether an item can be the same as one of these at all: the same origin, or the same place within a few days."""
    days, origins = set(), set()
    for r in fresh:
        origins.add((r.body["origin"], r.body["origin_id"]))
        if day := r.body["day"] or r.body["reported"]:
            at = date.fromisoformat(day)
            days |= {
                (r.place, (at + timedelta(days=d)).isoformat())
                for d in range(-duplicates.DAYS, duplicates.DAYS + 1)
            }
    return lambda r: (
        (r.place, r.body["day"] or r.body["reported"]) in days
        or (bool(r.body["origin_id"]) and (r.body["origin"], r.body["origin_id"]) in origins)
    )


def _gaps(found: Sequence[Record], actor: Actor) -> dict[str, Any]:
    """What items do not say of sex and age. The words hold counts, so only of what the reader sees exactly."""
    mine = [r for r in found if sees_exactly(actor, r)]
    whole, of = queries.sex_age_complete(mine)
    gaps, by_id = queries.sex_age_gaps(mine), {r.id: r for r in mine}
    return {
        "whole": whole,
        "of": of,
        "more": max(0, len(gaps) - MOST_GAPS),
        "items": [
            {
                "title": record_views.title_of(by_id[g.id], form("evidence"), actor),
                "href": url("record_edit", kind="evidence", id=g.id),
                "words": g.words,
            }
            for g in gaps[:MOST_GAPS]
        ],
    }
