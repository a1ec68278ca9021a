"""Content of the intent dossier: items in words, other explanations, two readers each. There is no score in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from upstander.assess.measures.intent import READERS, Item, Opinion, dossier
from upstander.core.messages import say
from upstander.records import Record
from upstander.records.forms import form
from upstander.report import record_views
from upstander.report.registers import Registers, Shown

RULE = say("web.intent_is_never_scored_and_items_are")


def content(
    registers: Registers,
    name: str,
    group: str,
    versions: Sequence[Record],
    accounts: Mapping[str, str],
) -> Shown:
    """The dossier of one country.

    Args:
        versions: every version of every item, and the present opinions.
        accounts: names of accounts by id.
    """
    present = {r.id: r for r in sorted(versions, key=lambda r: r.version)}
    assembled = dossier(versions, group, registers.on)
    items = [_item(registers, i, present[i.record], accounts) for i in assembled.items]
    return {
        "title": say("web.intent_dossier", name=name),
        "place": registers.place,
        "name": name,
        "rule": RULE,
        "words": assembled.words,
        "complete": assembled.complete,
        "group": group,
        "groups": registers.groups(),
        "items": items,
        "add": registers.add("intent_item"),
        "add_opinion": registers.add("intent_opinion"),
        "source": f"{assembled.source}, {assembled.part}",
        "as_of": registers.on.isoformat(),
    }


def _item(
    registers: Registers,
    item: Item,
    record: Record,
    accounts: Mapping[str, str],
) -> Shown:
    opinions = [_opinion(opinion, accounts) for opinion in item.opinions]
    return {
        "title": record_views.title_of(record, form("intent_item"), registers.actor),
        "href": f"/records/intent_item/{item.record}",
        "version": record.version,
        "group": registers.group(item.group),
        "type": item.type,
        "issuer": item.issuer,
        "authenticity": item.authenticity,
        "inference": item.inference,
        "reading": item.reading,
        "alternative": item.alternative,
        "missing": item.missing,
        "readers": say("web.of_3", number=len(opinions), readers=READERS),
        "opinions": opinions,
    }


def _opinion(opinion: Opinion, accounts: Mapping[str, str]) -> dict[str, str]:
    return {
        "reader": accounts.get(opinion.reader, say("web.another_account")),
        "view": opinion.view,
        "reasons": opinion.reasons,
        "href": f"/records/intent_opinion/{opinion.record}",
    }
