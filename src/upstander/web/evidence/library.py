"""Content of the evidence library: what there is, how it is graded, what it speaks for and against, what is missing.

Everything is shown as ``records.disclosure_control`` leaves it for the reader; counts are of what the reader may read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from upstander.assess import frameworks
from upstander.assess.aggregation import CAVEAT
from upstander.assess.crimes import acts_of, crimes
from upstander.core.folding import folded
from upstander.core.messages import say
from upstander.core.rights import Actor
from upstander.evidence import queries
from upstander.records import Record
from upstander.records.disclosure_control import blurred, sees_exactly
from upstander.records.forms import form
from upstander.report import record_views
from upstander.report.registers import cell, table
from upstander.web.evidence import proposals
from upstander.web.kernel.urls import url

PAGE = 50  # items of a page
MOST_GAPS = 50
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
SAID = ("day", "reliability", "credibility", "publisher", "precision")
MOST_SIDES = 200  # indicators and records
STATUSES = {
    "library": say("web.in_the_library"),
    "inbox": say("web.inbox"),
    "set_aside": say("web.set_aside"),
    "all": say("web.all"),
}


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
    chosen = _chosen(items, asked, status)
    pages = max(1, -(-len(chosen) // PAGE))
    page = min(max(1, page), pages)
    shown = chosen[(page - 1) * PAGE : page * PAGE]
    names, users = dict(places), _users(others)
    return {
        "title": say("web.evidence"),
        "asked": {**asked, "status": status},
        "count": len(chosen),
        "page": page,
        "pages": pages,
        "statuses": _statuses(items),
        "crimes": [(c.id, c.words) for c in crimes()],
        "rows": [_row(r, actor, names, users.get(r.id, ())) for r in shown],
        "grading": _grading(chosen),
        "sides": _sides(items, {r.id: r for r in others}, actor),
        "pairs": proposals.content(shown, items, actor),
        **_ungraded(chosen, actor),
        "caveat": CAVEAT,
    }


def _ungraded(items: Sequence[Record], actor: Actor) -> dict[str, Any]:
    """What items do not say, and the grades there are."""
    return {
        "gaps": _gaps(items, actor),
        "letters": list(_grades("reliability").items()),
        "numbers": list(_grades("credibility").items()),
    }


def _statuses(items: Sequence[Record]) -> list[dict[str, Any]]:
    return [
        {
            "id": s,
            "label": label,
            "count": sum(s in ("all", r.body["status"]) for r in items),
        }
        for s, label in STATUSES.items()
    ]


def _grades(name: str) -> Mapping[str, str]:
    return form("evidence").field(name).choices


def _chosen(
    items: Sequence[Record], asked: Mapping[str, str], status: str
) -> tuple[Record, ...]:
    """The items that fit what was asked, the newest first."""
    chosen = queries.chosen(
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
        chosen = tuple(r for r in chosen if asked["of"] in r.body[asked["side"]])
    if asked["crime"]:
        acts = acts_of(asked["crime"])
        chosen = tuple(r for r in chosen if acts & set(r.body["act_types"]))
    return tuple(sorted(chosen, key=_newness, reverse=True))


def _newness(item: Record) -> tuple[str, str]:
    return item.body["day"] or item.body["reported"] or "", item.id


def _users(others: Iterable[Record]) -> Mapping[str, list[Record]]:
    """Records by the items they may point to, so that each item is held against few."""
    found: dict[str, list[Record]] = defaultdict(list)
    for r in others:
        for id in record_views.links_of(r, form(r.kind)):
            found[id].append(r)
    return found


def _row(
    item: Record,
    actor: Actor,
    places: Mapping[str, str],
    users: Iterable[Record],
) -> dict[str, Any]:
    body = blurred(item, actor).body
    said = {n: body[n] or "" for n in SAID}
    is_blurred = not sees_exactly(actor, item) and not item.body.get("published")
    return {
        **_link(item, actor),
        "status": body["status"],
        "day": said["day"],
        "place": item.place,
        "where": _where(body, places.get(item.place, item.place)),
        **{name: said[name] for name in ("reliability", "credibility", "publisher")},
        **{name: body[name] for name in ("affected", "latitude", "longitude")},
        "precision": said["precision"],
        "blurred": is_blurred,
        "used_in": list(queries.used_in(item, users)),
        **{side: len(body[side]) for side in ("supports", "against")},
    }


def _link(item: Record, actor: Actor) -> dict[str, str]:
    title = record_views.title_of(item, form("evidence"), actor)
    return {
        "id": item.id,
        "href": url("record", kind="evidence", id=item.id),
        "title": title,
    }


def _where(body: Mapping[str, Any], place: str) -> str:
    """From the nearest name to the country's, as far as they are known."""
    near = [body[n] for n in ("place_name", "admin2", "admin1") if body[n]]
    return ", ".join([*near, place]).strip(", ")


def _grading(items: Sequence[Record]) -> dict[str, Any]:
    counts = queries.grading(items)
    letters = list(dict.fromkeys(letter for letter, _ in counts))
    numbers = list(dict.fromkeys(number for _, number in counts))
    words = _grades("reliability")
    rows = [
        [
            cell(words.get(a, say("web.not_graded_2"))),
            *(cell(str(counts[a, b])) for b in numbers),
        ]
        for a in letters
    ]
    return table(
        say("web.items_by_reliability_of_the_source_down"),
        [say("web.reliability"), *(n or say("web.not_graded") for n in numbers)],
        rows,
    )


def _sides(
    items: Sequence[Record], others: Mapping[str, Record], actor: Actor
) -> dict[str, Any]:
    """For and against, by indicator or record, the most spoken of first."""
    sides = sorted(queries.sides(items).items(), key=_spoken_of)
    rows = [
        [
            cell(_code(code, others, actor)),
            _side(code, "supports", len(side.supports)),
            _side(code, "against", len(side.against)),
        ]
        for code, side in sides[:MOST_SIDES]
    ]
    return table(
        say("web.items_in_the_library_for_and_against"),
        [say("web.indicator_or_record"), say("web.for"), say("web.against")],
        rows,
        say("web.no_item_in_the_library_speaks_for"),
    )


def _spoken_of(entry: tuple[str, queries.Sides]) -> tuple[int, str]:
    code, sides = entry
    return -len(sides.supports) - len(sides.against), code


def _side(code: str, side: str, number: int) -> dict[str, Any]:
    """How many items stand on a side, with the way to them."""
    href = url("evidence") + f"?of={code}&side={side}" if number else ""
    return cell(str(number), href=href)


def _code(code: str, others: Mapping[str, Record], actor: Actor) -> str:
    if code in (rated := frameworks.shipped().rated):
        return f"{code} {rated[code][2].label}"
    kind, _, id = code.partition(":")
    if id in others:
        return f"{form(kind).title}: {record_views.title_of(others[id], form(kind), actor)}"
    return say("web.a_record_elsewhere") if id else code


def readable(items: Sequence[Record], known: Container[str]) -> list[Record]:
    """The items without what they say of records that are not known to the reader: not listed, linked or counted."""
    return [_without_unknown(item, known) for item in items]


def _without_unknown(item: Record, known: Container[str]) -> Record:
    sides = {side: item.body[side] for side in ("supports", "against")}
    seen = {
        side: [c for c in codes if _is_known(c, known)] for side, codes in sides.items()
    }
    return item if seen == sides else replace(item, body={**item.body, **seen})


def _is_known(code: str, known: Container[str]) -> bool:
    """Whether a code is that of a framework, or of a record the reader knows."""
    id = record_views.linked_id(code)
    return not id or id in known


def _gaps(items: Sequence[Record], actor: Actor) -> dict[str, Any]:
    """What items do not say of sex and age. The words hold counts, so only of what the reader sees exactly."""
    mine = [r for r in items if sees_exactly(actor, r)]
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
