"""Items that may be the same: found and shown, never merged by machine.

Exact: the same id in the same program. Near: the same place, days apart by at most three, and similar words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rapidfuzz import fuzz, process, utils

DAYS = 3  # newspapers and monitors date one event apart by up to a weekend
# token_sort_ratio, 0 to 100. Among 86,410 pairs of different headlines of one country within three days (UCDP Candidate
# events, January to October 2023) 1.2 % reach 75; of headlines that lost a quarter of their words 85 % do. At 70 the
# share of wrong pairs is 1.8 %, at 85 every second shortened copy is missed. Proposals are read by people: a wrong one
# costs a look, a missed one counts a killing twice.
ALIKE = 75


@dataclass(frozen=True)
class Item:
    """What two items are compared by. ``text`` is the title and the passage; ``published`` means that a publisher keeps
    its items apart itself, so that two of the same program with different ids are two."""

    id: str
    place: str
    day: date | None
    text: str
    origin: tuple[str, str] = ("", "")
    published: bool = False


@dataclass(frozen=True)
class Pair:
    """Two items that may be the same: ids, ``exact`` or ``near``, and how alike (0 to 100)."""

    first: str
    second: str
    kind: str
    alike: float


def item(id: str, place: str, body: Mapping[str, Any]) -> Item:
    """What a record or draft of evidence, or a report, is compared by."""
    day = body.get("day") or body.get("reported")
    text = f"{body['title']}\n{body.get('passage') or body.get('text') or ''}"[:2000]
    return Item(
        id, place, date.fromisoformat(day) if day else None, text,
        (body.get("origin") or "", body.get("origin_id") or ""), bool(body.get("published")),
    )  # fmt: skip


def pairs(new: Sequence[Item], known: Iterable[Item] = ()) -> tuple[Pair, ...]:
    """Proposals among the new items, and between them and the known ones; the most alike first."""
    everything = [*known, *new]
    fresh = {i.id for i in new}
    found: dict[tuple[str, str], Pair] = {}
    for same in _by_origin(everything).values():
        for at, b in enumerate(same):
            for a in same[:at]:
                if {a.id, b.id} & fresh:
                    found[a.id, b.id] = Pair(a.id, b.id, "exact", 100.0)
    for near in _by_place(everything).values():
        for pair in _near(near, fresh):
            found.setdefault((pair.first, pair.second), pair)
    return tuple(sorted(found.values(), key=lambda p: (-p.alike, p.first, p.second)))


def _by_origin(items: Iterable[Item]) -> dict[tuple[str, str], list[Item]]:
    found = defaultdict(list)
    for i in items:
        if i.origin[1]:
            found[i.origin].append(i)
    return found


def _by_place(items: Iterable[Item]) -> dict[str, list[Item]]:
    found = defaultdict(list)
    for i in sorted((i for i in items if i.day), key=lambda i: (i.day or date.min, i.id)):
        found[i.place].append(i)
    return found


def _near(items: list[Item], fresh: set[str]) -> Iterable[Pair]:
    """Pairs of one place, sorted by day: each is compared with those of the days before it only."""
    start = 0
    for at, b in enumerate(items):
        while (b.day or date.min).toordinal() - (items[start].day or date.min).toordinal() > DAYS:
            start += 1
        before = [a for a in items[start:at] if (b.id in fresh or a.id in fresh) and not _kept_apart(a, b)]
        scores = process.cdist(
            [b.text], [a.text for a in before], scorer=fuzz.token_sort_ratio, processor=utils.default_process,
            score_cutoff=ALIKE,
        )[0] if before else ()  # fmt: skip
        yield from (Pair(a.id, b.id, "near", round(float(s), 1)) for a, s in zip(before, scores, strict=True) if s)


def _kept_apart(a: Item, b: Item) -> bool:
    return a.published and b.published and a.origin[0] == b.origin[0] != ""
