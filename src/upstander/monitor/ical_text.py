"""iCalendar as text: lines folded and unfolded, values escaped and read back. Source: RFC 5545, sections 3.1 and 3.3.11."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from upstander.core.errors import ConfigError

LONGEST = 75  # octets of a line
MOST_BYTES, MOST_EVENTS = 5_000_000, 20_000


@dataclass(frozen=True)
class Event:
    """One VEVENT.

    Attributes:
        until: the last day, where it has one; sequence: grows with each version; properties: others by name, in capitals.
        reminded: days before it on which a calendar reminds of it; none where nothing is to be done.
    """

    uid: str
    summary: str
    since: date
    until: date | None = None
    stamp: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    sequence: int = 0
    status: str = "CONFIRMED"
    description: str = ""
    categories: tuple[str, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)
    reminded: tuple[int, ...] = ()


def written(events: Iterable[Event], title: str) -> bytes:
    """A calendar of whole days; a last day is written as the day after it, as the format wants."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Upstander//Calendar//EN"]
    lines += [f"X-WR-CALNAME:{escaped(title)}"]
    for event in events:
        lines += _lines(event)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _fold(line)).encode()


def _lines(event: Event) -> Iterator[str]:
    after = (event.until or event.since) + timedelta(days=1)
    yield "BEGIN:VEVENT"
    yield f"UID:{escaped(event.uid)}"
    yield f"DTSTAMP:{event.stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{event.since:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{after:%Y%m%d}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"STATUS:{event.status}"
    yield f"SUMMARY:{escaped(event.summary)}"
    if event.description:
        yield f"DESCRIPTION:{escaped(event.description)}"
    if event.categories:
        yield f"CATEGORIES:{','.join(escaped(c) for c in event.categories)}"
    for name, value in event.properties.items():
        yield f"{name}:{escaped(value)}"
    for days in event.reminded:
        yield from _reminder(event, days)
    yield "END:VEVENT"


def _reminder(event: Event, days: int) -> Iterator[str]:
    """A VALARM of an event. Source: RFC 5545, section 3.6.6."""
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield f"TRIGGER:-P{days}D"
    yield f"DESCRIPTION:{escaped(event.summary)}"
    yield "END:VALARM"


def escaped(text: str) -> str:
    """A text value: backslash, semicolon, comma and line break escaped; other control characters gone."""
    safe = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    safe = safe.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return re.sub(r"[\x00-\x1f\x7f]", " ", safe)


def _fold(line: str) -> Iterator[str]:
    """Parts of at most 75 octets, never cut inside a character; each but the first begins with a space."""
    part, length = "", 0
    for sign in line:
        octets = len(sign.encode())
        if length + octets > LONGEST:
            yield part
            part, length = " ", 1
        part, length = part + sign, length + octets
    yield part


def read(content: bytes) -> tuple[tuple[Event, ...], tuple[str, ...]]:
    """The events of a calendar, and what could not be read with its reason.

    Raises:
        ConfigError: it is no calendar, is not UTF-8, or is larger than we take.
    """
    if len(content) > MOST_BYTES:
        raise ConfigError(f"the calendar has more than {MOST_BYTES} bytes; split it")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"the calendar is not written in UTF-8 ({error.reason})"
        ) from None
    lines = re.sub(r"\r?\n[ \t]", "", text).splitlines()
    if not lines or lines[0].strip().upper() != "BEGIN:VCALENDAR":
        raise ConfigError("no iCalendar file: it does not begin with BEGIN:VCALENDAR")
    events: list[Event] = []
    faults: list[str] = []
    for number, block in _blocks(lines):
        if len(events) >= MOST_EVENTS:
            raise ConfigError(f"the calendar has more than {MOST_EVENTS} events; split it")
        try:
            events.append(_event(block))
        except (KeyError, ValueError) as error:
            faults.append(f"event at line {number}: {error}")
    return tuple(events), tuple(faults)


def _blocks(lines: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each VEVENT: its line, and the last value of each property; what lies inside it (alarms) is passed over."""
    block: dict[str, str] | None = None
    start, depth = 0, 0
    for number, line in enumerate(lines, 1):
        name, _, value = line.partition(":")
        name = name.split(";")[0].strip().upper()
        what = value.strip().upper()
        if name == "BEGIN" and what == "VEVENT":
            block, start, depth = {}, number, 0
        elif block is not None and name == "BEGIN":
            depth += 1
        elif block is not None and name == "END" and what == "VEVENT":
            yield start, block
            block = None
        elif block is not None and name == "END":
            depth -= 1
        elif block is not None and depth == 0:
            block[name] = value
    if block is not None:
        yield start, {}


def _event(block: dict[str, str]) -> Event:
    if "DTSTART" not in block:
        raise ValueError("it has no DTSTART, or the file ends inside it")
    since = _day(block["DTSTART"])
    until = _day(block["DTEND"]) if "DTEND" in block else None
    is_whole = len(block.get("DTEND", "").strip()) == len("20260101")
    if until and is_whole:
        until -= timedelta(days=1)
    if until and until < since:
        raise ValueError(f"it ends on {until}, before it begins on {since}")
    plain = {k: unescaped(v) for k, v in block.items() if k.startswith("X-")}
    return Event(
        uid=unescaped(block.get("UID", "")),
        summary=unescaped(block.get("SUMMARY", "")),
        since=since,
        until=until if until != since else None,
        sequence=int(block.get("SEQUENCE", "0").strip() or 0),
        status=block.get("STATUS", "CONFIRMED").strip().upper(),
        description=unescaped(block.get("DESCRIPTION", "")),
        categories=tuple(
            unescaped(c) for c in re.split(r"(?<!\\),", block.get("CATEGORIES", "")) if c
        ),
        properties=plain,
    )


def _day(value: str) -> date:
    text = value.strip()
    if not re.fullmatch(r"\d{8}(T\d{6}Z?)?", text):
        raise ValueError(f"{text[:30]!r} is no day or time of iCalendar")
    return datetime.strptime(text[:8], "%Y%m%d").replace(tzinfo=UTC).date()


def unescaped(text: str) -> str:
    """The text that an escaped value means."""
    return re.sub(
        r"\\(.)", lambda m: "\n" if m.group(1) in "nN" else m.group(1), text.strip()
    )
