"""Factor 6, intent: a ledger that is read by two people besides its authors, and never scored (F6c).

There is no number in here and no rule that adds items up. A dossier is complete when each item in it has been read, in
its present version, by two different people, neither of whom wrote any version of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from upstander.assess.measures import of
from upstander.records import Record
from upstander.records.forms import form

READERS = 2


@dataclass(frozen=True)
class Opinion:
    """One reader's view of an item, in words."""

    record: str
    reader: str
    view: str
    reasons: str


@dataclass(frozen=True)
class Item:
    """One item of the ledger with its readers. ``missing`` says what it lacks, '' when it is complete."""

    record: str
    group: str
    type: str
    issuer: str
    authenticity: str
    inference: str
    reading: str
    alternative: str
    opinions: tuple[Opinion, ...]
    missing: str


@dataclass(frozen=True)
class Dossier:
    """All items about one group, or all groups: a narrative with bands in words. It carries no score."""

    group: str
    items: tuple[Item, ...]
    complete: bool
    words: str
    source: str = "SG-2013"
    part: str = "risk factor 6, intent (F6c)"


def dossier(records: Sequence[Record], group: str, on: date) -> Dossier:
    """The dossier as it stands on a day.

    Args:
        records: may hold several versions of an item; the highest is the present one, and who wrote any of them is
            an author. With present versions alone, authors are those of the first and of the present version.
    """
    versions: dict[str, list[Record]] = {}
    for r in of(records, "intent_item", on, group):
        versions.setdefault(r.id, []).append(r)
    opinions = _present(r for r in records if r.kind == "intent_opinion" and r.when.date() <= on)
    items = tuple(_item(held, opinions) for held in versions.values())
    complete = bool(items) and not any(i.missing for i in items)
    if not items:
        words = "No item is on record. Each item needs an alternative explanation and two reviewers, neither of them its author."
    elif complete:
        words = "Each item was read by two people besides its authors. The items are material for a competent body, not a finding."
    else:
        words = "Not complete: each item needs an alternative explanation and two reviewers, neither of them its author."
    return Dossier(group, items, complete, words)


def _present(records: Iterable[Record]) -> tuple[Record, ...]:
    latest: dict[str, Record] = {}
    for r in sorted(records, key=lambda r: r.version):
        latest[r.id] = r
    return tuple(latest.values())


def _item(versions: Sequence[Record], opinions: Sequence[Record]) -> Item:
    now = max(versions, key=lambda r: r.version)
    authors = {r.who for r in versions} | {now.stamp.author}
    counted = {
        o.who: Opinion(
            o.id,
            o.who,
            form("intent_opinion").field("view").choices[o.body["view"]],
            o.body["reasons"],
        )
        for o in opinions
        if o.body["item"] == now.id
        and o.body["version_read"] == now.version
        and o.who == o.stamp.author
        and o.who not in authors
    }
    shown = form("intent_item")
    words = {
        n: shown.field(n).choices[now.body[n]]
        for n in ("type", "issuer", "authenticity", "inference")
    }
    lacking = [] if now.body.get("alternative") else ["an alternative explanation"]
    if len(counted) < READERS:
        lacking.append("two reviewers" if not counted else "a second reviewer")
    return Item(
        now.id,
        now.body["group"],
        **words,
        reading=now.body.get("reading") or "",
        alternative=now.body.get("alternative") or "",
        opinions=tuple(counted[who] for who in sorted(counted)),
        missing=f"Needs {' and '.join(lacking)}." if lacking else "",
    )
