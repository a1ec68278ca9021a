"""Which items of evidence bear on which codes, for and against, as far as the reader may read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from upstander.assess.rating import Table
from upstander.records import Record

Ids = frozenset[str]
Ties = Mapping[str, tuple[Ids, Ids]]  # by code: ids of evidence for and against


def ties_of(records: Iterable[Record]) -> Ties:
    """Evidence by what it bears on, from the evidence records the reader may read; key ``""`` holds all their ids."""
    items = [record for record in records if record.kind == "evidence"]
    supports, against = _by_code(items, "supports"), _by_code(items, "against")
    ties = {
        code: (frozenset(supports.get(code, ())), frozenset(against.get(code, ())))
        for code in supports.keys() | against.keys()
    }
    return {**ties, "": (frozenset(item.id for item in items), frozenset())}


def _by_code(items: Iterable[Record], key: str) -> dict[str, set[str]]:
    ids: dict[str, set[str]] = {}
    for item in items:
        for code in item.body.get(key) or ():
            ids.setdefault(code, set()).add(item.id)
    return ids


def evidence_of(
    codes: Iterable[str],
    table: Table,
    ties: Ties,
) -> tuple[Ids, Ids]:
    """Ids of the items for and against any of these codes, as items or as ratings name them.

    An id that a rating names but the reader may not read is not counted: what may not be seen is not hinted at.
    """
    readable = ties.get("", (frozenset(), frozenset()))[0]
    supports: set[str] = set()
    against: set[str] = set()
    for code in codes:
        named_for, named_against = ties.get(code, (frozenset(), frozenset()))
        supports |= named_for
        against |= named_against
        if rating := table.get(code):
            supports |= readable.intersection(rating.supports)
            against |= readable.intersection(rating.against)
    return frozenset(supports), frozenset(against)
