"""Feeds of others, RSS and Atom of any age, well formed or not: what they say, and every reason to doubt it.

Nothing in them is run, fetched or shown as markup: texts come back as text, markup in them still written as markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.entities import html5

from lxml import etree

from upstander.core.errors import FileRefused
from upstander.monitor import feed_text
from upstander.monitor.safe_xml import MOST_BYTES, name_of, namespace_of, parsed, text_of

MOST_ENTRIES = 5_000
CAP = "urn:oasis:names:tc:emergency:cap:"
ENTITY = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});)(\w{0,40};?)"
)
DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,300}\?>")


@dataclass(frozen=True)
class Entry:
    """One item; empty texts where it does not say. ``cap``: elements of CAP in it, by name."""

    id: str
    title: str
    link: str
    summary: str
    updated: str
    cap: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Feed:
    """A feed as it was read; ``reasons`` says everything that was wrong or put right, empty where nothing was."""

    title: str
    encoding: str
    entries: tuple[Entry, ...]
    reasons: tuple[str, ...]


def read(content: bytes, content_type: str = "") -> Feed:
    """A feed.

    Raises:
        FileRefused: it is no feed and nothing like one, or larger than MOST_BYTES: the message says why.
    """
    if len(content) > MOST_BYTES:
        raise FileRefused(f"more than {MOST_BYTES} bytes; no feed is as large")
    decoded = feed_text.decoded(content, content_type)
    reasons = list(decoded.doubts)
    if content_type and not re.search("xml|rss|atom", content_type, re.I):
        reasons.append(f"the server calls it {content_type[:60]!r}, which is no feed")
    root, faults = _root(decoded.text)
    reasons += faults
    entries, notes = _entries(root)
    channel = next((c for c in root.iter() if name_of(c) == "channel"), root)
    if name_of(root) not in ("rss", "feed", "RDF"):
        reasons.append(f"it begins with {name_of(root)!r}: no RSS and no Atom")
    title = feed_text.mended(_first(channel, "title"))
    found = (*reasons, *notes, *([title[1]] if title[1] else []))
    return Feed(title[0], decoded.encoding, entries, tuple(dict.fromkeys(found)))


def _root(text: str) -> tuple[etree._Element, tuple[str, ...]]:
    """The root element: of well-formed XML; else with entities of HTML put in; else of what can be read."""
    body = DECLARATION.sub("", text.lstrip("\ufeff"), count=1).lstrip()
    try:
        return parsed(body.encode("utf-8", "replace"))
    except FileRefused as refused:
        why = str(refused)
    mended = ENTITY.sub(_entity, body)
    root, faults = parsed(mended.encode("utf-8", "replace"), recover=True)
    return root, (why, *faults)


def _entity(found: re.Match[str]) -> str:
    """A name of HTML as the letter it is; any other ampersand as itself."""
    name = found.group(1)
    letter = html5.get(name) if name.endswith(";") else None
    return letter if letter and letter not in "<&" else f"&amp;{name}"


def _entries(root: etree._Element) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    notes: list[str] = []
    entries: list[Entry] = []
    for element in root.iter():
        if name_of(element) not in ("item", "entry"):
            continue
        if len(entries) == MOST_ENTRIES:
            notes.append(f"more than {MOST_ENTRIES} entries; the rest is left out")
            break
        entries.append(_entry(element, notes))
    return tuple(entries), tuple(dict.fromkeys(notes))


def _entry(element: etree._Element, notes: list[str]) -> Entry:
    def said(*names: str) -> str:
        text, note = feed_text.mended(_first(element, *names))
        if note:
            notes.append(note)
        return text

    return Entry(
        id=said("id", "guid"),
        title=said("title"),
        link=said("link") or _address(element),
        summary=said("summary", "description", "content", "encoded"),
        updated=said("updated", "pubDate", "published", "date", "modified", "issued"),
        cap=dict(_cap(element)),
    )


def _first(element: etree._Element, *names: str) -> str:
    """The first child of any of these names that says something; what is of CAP is not meant."""
    for name in names:
        for child in element:
            is_meant = name_of(child) == name and not namespace_of(child).startswith(CAP)
            if is_meant and (text := text_of(child)):
                return text
    return ""


def _address(element: etree._Element) -> str:
    links = [c for c in element if name_of(c) == "link" and c.get("href")]
    alternate = [x for x in links if x.get("rel", "alternate") == "alternate"]
    return next((str(x.get("href")) for x in alternate or links), "")


def _cap(element: etree._Element) -> Iterator[tuple[str, str]]:
    for inner in element.iter():
        if namespace_of(inner).startswith(CAP) and not len(inner):
            yield name_of(inner), text_of(inner)
