"""Factor 6, intent: a ledger that is read by two people besides its authors, and never scored (F6c).

There is no number in here and no rule that adds items up. A dossier is complete when each item in it has been read, in
its present version, by two different people, neither of whom wrote any version of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from upstander.assess.measures import of
from upstander.core.messages import say
from upstander.records import Record
from upstander.records.forms import form

READERS = 2
NEEDS = say("assess.each_item_needs_an_alternative_explanation_and")
NO_ITEM = say("assess.no_item_is_on_record", capitalize=NEEDS.capitalize())
NOT_COMPLETE = say("assess.not_complete", needs=NEEDS)
COMPLETE = say("assess.each_item_was_read_by_two_people")


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
    part: str = say("assess.risk_factor_6_intent_f6c")


def dossier(records: Sequence[Record], group: str, on: date) -> Dossier:
    """The dossier as it stands on a day.

    Args:
        records: may hold several versions of an item; the highest is the present one, and who wrote any of them is
            an author. With present versions alone, authors are those of the first and of the present version.
    """
    versions: dict[str, list[Record]] = {}
    for r in of(records, "intent_item", on, group):
        versions.setdefault(r.id, []).append(r)
    opinions = _present(
        r for r in records if r.kind == "intent_opinion" and r.when.date() <= on
    )
    items = tuple(_item(each, opinions) for each in versions.values())
    complete = bool(items) and not any(item.missing for item in items)
    words = NO_ITEM
    if items:
        words = COMPLETE if complete else NOT_COMPLETE
    return Dossier(group, items, complete, words)


def _present(records: Iterable[Record]) -> tuple[Record, ...]:
    latest: dict[str, Record] = {}
    for r in sorted(records, key=lambda r: r.version):
        latest[r.id] = r
    return tuple(latest.values())


def _item(versions: Sequence[Record], opinions: Sequence[Record]) -> Item:
    now = max(versions, key=lambda r: r.version)
    authors = {r.who for r in versions} | {now.stamp.author}
    counted = {o.who: _opinion(o) for o in opinions if _counts(o, now, authors)}
    alternative = now.body.get("alternative") or ""
    return Item(
        record=now.id,
        group=now.body["group"],
        type=_in_words(now, "type"),
        issuer=_in_words(now, "issuer"),
        authenticity=_in_words(now, "authenticity"),
        inference=_in_words(now, "inference"),
        reading=now.body.get("reading") or "",
        alternative=alternative,
        opinions=tuple(counted[who] for who in sorted(counted)),
        missing=_missing(alternative, len(counted)),
    )


def _counts(opinion: Record, item: Record, authors: set[str]) -> bool:
    """An opinion counts on the present version, by its own author, who is none of the item's."""
    body = opinion.body
    is_on_it = body["item"] == item.id and body["version_read"] == item.version
    return is_on_it and opinion.who == opinion.stamp.author and opinion.who not in authors


def _opinion(opinion: Record) -> Opinion:
    view = _in_words(opinion, "view")
    return Opinion(opinion.id, opinion.who, view, opinion.body["reasons"])


def _in_words(record: Record, name: str) -> str:
    return form(record.kind).field(name).choices[record.body[name]]


def _missing(alternative: str, readers: int) -> str:
    lacking = [] if alternative else [say("assess.an_alternative_explanation")]
    if readers < READERS:
        lacking.append(
            say("assess.a_second_reviewer") if readers else say("assess.two_reviewers")
        )
    return say("assess.needs", join=" and ".join(lacking)) if lacking else ""
