"""Content of the intent dossier: items in words, other explanations, two readers each. There is no score in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from upstander.assess.measures.intent import READERS, Item, dossier
from upstander.records import Record
from upstander.records.forms import form
from upstander.report import record_views
from upstander.report.registers import Held

RULE = (
    "Intent is never scored and items are never added up. Opinions count while they are on the present version of an "
    "item, from two readers who wrote no version of it."
)


def content(
    held: Held, name: str, group: str, versions: Sequence[Record], accounts: Mapping[str, str]
) -> dict[str, Any]:
    """The dossier of one country.

    Args:
        versions: every version of every item, and the present opinions.
        accounts: names of accounts by id.
    """
    found = dossier(versions, group, held.on)
    present = {r.id: r for r in sorted(versions, key=lambda r: r.version)}
    return {
        "title": f"{name}: intent dossier",
        "place": held.place,
        "name": name,
        "rule": RULE,
        "words": found.words,
        "complete": found.complete,
        "group": group,
        "groups": [{"id": g.id, "label": held.group(g.id)} for g in held.of("group")],
        "items": [_item(held, i, present[i.record], accounts) for i in found.items],
        "add": f"/records/intent_item/new?place={held.place}" if "intent_item" in held.adds else "",
        "add_opinion": f"/records/intent_opinion/new?place={held.place}"
        if "intent_opinion" in held.adds
        else "",
        "source": f"{found.source}, {found.part}",
        "as_of": held.on.isoformat(),
    }


def _item(held: Held, item: Item, record: Record, accounts: Mapping[str, str]) -> dict[str, Any]:
    return {
        "title": record_views.title_of(record, form("intent_item"), held.actor),
        "href": f"/records/intent_item/{item.record}",
        "version": record.version,
        "group": held.group(item.group),
        "type": item.type,
        "issuer": item.issuer,
        "authenticity": item.authenticity,
        "inference": item.inference,
        "reading": item.reading,
        "alternative": item.alternative,
        "missing": item.missing,
        "readers": f"{len(item.opinions)} of {READERS}",
        "opinions": [
            {
                "reader": accounts.get(o.reader, "another account"),
                "view": o.view,
                "reasons": o.reasons,
                "href": f"/records/intent_opinion/{o.record}",
            }
            for o in item.opinions
        ],
    }
