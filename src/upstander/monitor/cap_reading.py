"""CAP 1.1 and 1.2 as others send it: strictly, as the schema has it, or tolerantly, telling what is wrong.

Source: OASIS CAP 1.1 (2005) and 1.2 (2010); the schemas' order of elements, lists of values and forms of times.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from upstander.core.errors import FileRefused
from upstander.monitor import cap_outlines, cap_schema
from upstander.monitor.cap_outlines import Outline
from upstander.monitor.safe_xml import name_of, namespace_of, parsed, text_of

VERSIONS = {
    "urn:oasis:names:tc:emergency:cap:1.1": "1.1",
    "urn:oasis:names:tc:emergency:cap:1.2": "1.2",
}
NEEDED = (
    "identifier",
    "sender",
    "sent",
    "status",
    "msgType",
    "scope",
)  # without these it is no alert
MOST_TOLD, MOST_AREAS = 50, 5_000


@dataclass(frozen=True)
class ReadArea:
    """An area as it was sent; ``codes`` and circles as they stand."""

    name: str
    outlines: tuple[Outline, ...]
    circles: tuple[str, ...]
    codes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Told:
    """One ``<info>``: its language ('' where none is said), its elements by name, its areas."""

    language: str
    values: Mapping[str, tuple[str, ...]]
    parameters: tuple[tuple[str, str], ...]
    areas: tuple[ReadArea, ...]


@dataclass(frozen=True)
class ReadAlert:
    """An alert as it was sent.

    Attributes:
        faults: against the schema, empty where it is valid; notes: what of a valid alert could not be taken as it stands.
    """

    version: str
    values: Mapping[str, tuple[str, ...]]
    told: tuple[Told, ...]
    faults: tuple[str, ...]
    notes: tuple[str, ...]

    def one(self, name: str) -> str:
        """A value of the alert itself, '' where it is not said."""
        return next(iter(self.values.get(name, ())), "")

    @property
    def sent(self) -> datetime:
        """When it was sent."""
        return datetime.fromisoformat(self.one("sent"))


def read(content: bytes, *, tolerant: bool = False) -> ReadAlert:
    """An alert.

    Raises:
        FileRefused: it is no CAP alert; strictly, also with any fault: the message names the first ones.
    """
    root, faults = parsed(content)
    if name_of(root) != "alert" or namespace_of(root) not in VERSIONS:
        raise FileRefused(
            f"no CAP 1.1 or 1.2 alert: it begins with {str(root.tag)[:80]!r}; "
            "a feed of alerts is read as a feed"
        )
    version = VERSIONS[namespace_of(root)]
    found = (*faults, *cap_schema.faults(root, version))
    notes: list[str] = []
    told = tuple(_told(root, notes))
    alert = ReadAlert(version, _values(root), told, found, tuple(notes))
    if missing := [n for n in NEEDED if not alert.one(n)]:
        raise FileRefused(f"no alert without {', '.join(missing)}")
    if not _is_instant(alert.one("sent")):
        raise FileRefused(f"sent {alert.one('sent')[:40]!r} is no time with its zone")
    if found and not tolerant:
        raise FileRefused(f"not valid CAP {version}: {'; '.join(found[:5])}")
    return alert


def _is_instant(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _values(element: etree._Element) -> Mapping[str, tuple[str, ...]]:
    """Text of the elements that hold text alone, by name, in their order."""
    found: dict[str, tuple[str, ...]] = {}
    for child in element:
        if name_of(child) and not len(child.findall("*")):
            found[name_of(child)] = (*found.get(name_of(child), ()), text_of(child))
    return found


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (c for c in element if name_of(c) == name)


def _told(root: etree._Element, notes: list[str]) -> Iterator[Told]:
    for number, element in enumerate(_children(root, "info"), 1):
        if number > MOST_TOLD:
            notes.append(f"more than {MOST_TOLD} languages; the rest is left out")
            return
        values = _values(element)
        areas = list(_children(element, "area"))
        if len(areas) > MOST_AREAS:
            notes.append(f"more than {MOST_AREAS} areas; the rest is left out")
        language = next(iter(values.get("language", ())), "")
        read_areas = tuple(_area(a, notes) for a in areas[:MOST_AREAS])
        yield Told(language, values, _pairs(element, "parameter"), read_areas)


def _pairs(element: etree._Element, name: str) -> tuple[tuple[str, str], ...]:
    pairs = (_values(c) for c in _children(element, name))
    return tuple(
        (next(iter(p.get("valueName", ())), ""), next(iter(p.get("value", ())), ""))
        for p in pairs
    )


def _area(element: etree._Element, notes: list[str]) -> ReadArea:
    values = _values(element)
    name = next(iter(values.get("areaDesc", ())), "")
    outlines = []
    for text in values.get("polygon", ()):
        try:
            outline = cap_outlines.read(text)
        except ValueError as error:
            notes.append(f"area {name[:40]!r}: {error}")
            continue
        outlines.append(outline)
        if len(outline.points) < outline.whole:
            kept = f"{len(outline.points)} of {outline.whole} points kept"
            notes.append(f"area {name[:40]!r}: {kept}")
    return ReadArea(
        name, tuple(outlines), values.get("circle", ()), _pairs(element, "geocode")
    )
