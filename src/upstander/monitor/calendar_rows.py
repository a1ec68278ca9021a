"""Dated triggers as others list them: a CSV or iCalendar file as lines, each of one country, day and precision.

CSV columns, by name and in any order: ``title`` and ``date`` (YYYY-MM-DD) are needed; ``country`` or ``iso3`` or ``iso2``;
``type``; ``date_precision`` (``exact`` or ``estimated``); ``first_seen`` and ``last_seen``, the days on which a line stood in
the calendar; ``until``. An estimated first of January means the year, an estimated first of a month the month.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from upstander.core.errors import ConfigError, UnknownPlace
from upstander.core.months import month_end
from upstander.core.places import Places
from upstander.monitor import ical_text
from upstander.monitor.ical_text import MOST_BYTES, Event

MOST_LINES = 20_000
TYPES = {  # by word of a calendar: the type of our register
    "presidential": "election",
    "legislative": "election",
    "general": "election",
    "combined": "election",
    "referendum": "election",
    "election": "election",
    "local": "election",
    "transfer": "transfer",
    "mandate": "transfer",
    "verdict": "verdict",
    "commemoration": "commemoration",
    "anniversary": "commemoration",
    "census": "census",
    "return": "return",
}
WRITTEN = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Line:
    """One line of a calendar as it stood on some days.

    Attributes:
        place: ISO3; day: as it is written; first, last: the days on which the event may be; exact: whether the day is known.
        seen, seen_until: the days on which the calendar said so; uid: the event's id where the calendar has one.
    """

    place: str
    title: str
    sort: str
    day: date
    first: date
    last: date
    exact: bool
    seen: date
    seen_until: date
    uid: str = ""
    sequence: int = 0
    cancelled: bool = False

    @property
    def type(self) -> str:
        """The type of our register of triggers."""
        return TYPES.get(self.sort, "other")


def read(
    content: bytes, places: Places, today: date
) -> tuple[tuple[Line, ...], tuple[str, ...]]:
    """The lines of a CSV or iCalendar file, and what could not be read with its reason.

    Raises:
        ConfigError: it is neither, is not UTF-8, or is larger than we take.
    """
    if len(content) > MOST_BYTES:
        raise ConfigError(f"the calendar has more than {MOST_BYTES} bytes; split it")
    if content.lstrip(b"\xef\xbb\xbf \r\n")[:15].upper() == b"BEGIN:VCALENDAR":
        return _of_events(content, places, today)
    return _of_csv(content, places, today)


def _of_csv(
    content: bytes, places: Places, today: date
) -> tuple[tuple[Line, ...], tuple[str, ...]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(
            "the calendar is not written in UTF-8; save it as UTF-8"
        ) from None
    reader = csv.DictReader(io.StringIO(text, newline=None))
    try:
        return _of_rows(reader, places, today)
    except csv.Error as error:
        raise ConfigError(
            f"the calendar, line {reader.line_num + 1}: {error}; save it as CSV again"
        ) from None


def _of_rows(
    reader: csv.DictReader[str], places: Places, today: date
) -> tuple[tuple[Line, ...], tuple[str, ...]]:
    """As ``read``, of rows by column. Raises ConfigError, csv.Error."""
    if missing := {"title", "date"} - set(reader.fieldnames or ()):
        raise ConfigError(
            f"the calendar has no column {', '.join(sorted(missing))}; it needs title, date and a country"
        )
    lines: list[Line] = []
    faults: list[str] = []
    for number, row in enumerate(reader, 2):
        if number > MOST_LINES:
            raise ConfigError(f"the calendar has more than {MOST_LINES} lines; split it")
        try:
            lines.append(_line(row, places, today))
        except (ConfigError, ValueError) as error:
            faults.append(f"line {number}: {error}")
    return tuple(lines), tuple(faults)


def _line(row: dict[str, str | None], places: Places, today: date) -> Line:
    """One row. Raises ConfigError, ValueError."""
    given = {k: (v or "").strip() for k, v in row.items() if isinstance(v, str | None)}
    if not given["title"]:
        raise ValueError("it has no title")
    day = _day(given["date"], "date")
    # a column that is there and empty does not say that the day is firm
    exact = given.get("date_precision", "exact") == "exact"
    first, last = (day, day) if exact else _window(day)
    if given.get("until"):
        last = _day(given["until"], "until")
    seen = _day(given["first_seen"], "first_seen") if given.get("first_seen") else today
    until = _day(given["last_seen"], "last_seen") if given.get("last_seen") else seen
    return Line(
        place=_place(given, places, today),
        title=given["title"][:300],
        sort=given.get("type", "").lower(),
        day=day,
        first=first,
        last=max(first, last),
        exact=exact,
        seen=seen,
        seen_until=max(seen, until),
        uid=given.get("uid", ""),
    )


def _day(text: str, column: str) -> date:
    if not WRITTEN.fullmatch(text):
        raise ValueError(f"{column} {text[:30]!r} is no day; write YYYY-MM-DD")
    return date.fromisoformat(text)


def _window(day: date) -> tuple[date, date]:
    """The days that an estimate stands for: the year, the month, or a month around the day."""
    if (day.month, day.day) == (1, 1):
        return day, date(day.year, 12, 31)
    if day.day == 1:
        return day, month_end(day)
    return day - timedelta(days=15), day + timedelta(days=15)


def _place(given: dict[str, str], places: Places, today: date) -> str:
    """The country by whichever column says it. Raises UnknownPlace."""
    for column, scheme in (("iso3", "iso3"), ("iso2", "iso2"), ("country", "name")):
        if given.get(column):
            return places.resolve(given[column], scheme, today).code
    raise UnknownPlace("it names no country (columns country, iso3 or iso2)")


def _of_events(
    content: bytes, places: Places, today: date
) -> tuple[tuple[Line, ...], tuple[str, ...]]:
    events, faults = ical_text.read(content)
    lines: list[Line] = []
    told = list(faults)
    for event in events:
        try:
            lines.append(_of_event(event, places, today))
        except (ConfigError, ValueError) as error:
            told.append(f"event {event.summary[:40]!r}: {error}")
    return tuple(lines), tuple(told)


def _of_event(event: Event, places: Places, today: date) -> Line:
    """An event; its country is one of its categories, or what its title begins with before a colon."""
    words = [*event.categories, event.summary.partition(":")[0]]
    return Line(
        place=_first_place(words, places, today),
        title=(event.summary.partition(":")[2] or event.summary).strip()[:300],
        sort=next((c.lower() for c in event.categories if c.lower() in TYPES), ""),
        day=event.since,
        first=event.since,
        last=event.until or event.since,
        exact=event.until is None and event.status != "TENTATIVE",
        seen=today,
        seen_until=today,
        uid=event.uid,
        sequence=event.sequence,
        cancelled=event.status == "CANCELLED",
    )


def _first_place(words: Iterable[str], places: Places, today: date) -> str:
    for word in words:
        for scheme in ("iso3", "name"):
            try:
                return places.resolve(word.strip(), scheme, today).code
            except UnknownPlace:
                continue
    raise UnknownPlace("none of its categories, and nothing before a colon, is a country")
