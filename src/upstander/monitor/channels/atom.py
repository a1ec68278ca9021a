"""Atom: the alerts a reader may see, newest first, each with its level, place and marking in categories.

Source: RFC 4287.
"""

from __future__ import annotations

from datetime import UTC, datetime

from lxml import etree

from upstander.core.messages import say
from upstander.monitor.alert_message import (
    AlertMessage,
    Batch,
    Channel,
    fallback,
    marked,
    printable,
)

NAMESPACE = "http://www.w3.org/2005/Atom"
XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
AUTHOR = "Upstander"


def write(batch: Batch) -> bytes:
    """The feed; ``updated`` is that of its newest alert, so that an unchanged feed stays byte for byte the same."""
    newest = sorted(batch.messages, key=lambda m: (m.sent, m.id), reverse=True)
    root = etree.Element(f"{{{NAMESPACE}}}feed", nsmap={None: NAMESPACE})
    root.set(XML_LANGUAGE, batch.language)
    _add(root, "id", batch.address)
    _add(root, "title", batch.title)
    _add(root, "updated", _instant(newest[0].sent if newest else batch.made))
    _link(root, batch.address, "self")
    _add(etree.SubElement(root, f"{{{NAMESPACE}}}author"), "name", AUTHOR)
    for message in newest:
        _entry(root, message, batch.language)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _entry(
    root: etree._Element,
    message: AlertMessage,
    language: str,
) -> None:
    words = message.said_in(language)
    entry = etree.SubElement(root, f"{{{NAMESPACE}}}entry")
    entry.set(XML_LANGUAGE, words.language)
    _add(entry, "id", f"urn:upstander:alert:{message.id}")
    _add(entry, "title", marked(message, words.headline))
    _add(entry, "updated", _instant(message.sent))
    _add(entry, "published", _instant(message.sent))
    if message.web:
        _link(entry, message.web, "alternate")
    note = fallback(message, language)
    _add(entry, "summary", "\n\n".join(filter(None, (note, words.description))))
    _category(entry, "level", str(message.level))
    _category(entry, "step", message.step.value)
    _category(entry, "marking", message.marking.label)
    for area in message.areas:
        for scheme, code in area.codes:
            _category(entry, scheme, code)


def _add(
    parent: etree._Element,
    name: str,
    text: str,
) -> None:
    etree.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = printable(text)


def _link(
    parent: etree._Element,
    address: str,
    relation: str,
) -> None:
    etree.SubElement(parent, f"{{{NAMESPACE}}}link", rel=relation, href=printable(address))


def _category(
    entry: etree._Element,
    scheme: str,
    term: str,
) -> None:
    name = f"urn:upstander:{scheme.lower()}"
    etree.SubElement(entry, f"{{{NAMESPACE}}}category", scheme=name, term=term)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


CHANNEL = Channel(
    say("monitor.channel_atom"), "application/atom+xml; charset=utf-8", "atom", write
)
