"""From the columns of a file to the fields of a form: by their names, or as the office's mapping says."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from upstander.core.errors import ConfigError
from upstander.evidence.questionnaires import TOLD
from upstander.records.forms import Form

CONTACT = ("name", "phone", "email", "other")
WHERE = ("latitude", "longitude", "place_name")
LONGEST_ORDER = 40  # characters of how a day is written
MOST_CONTACT = 300  # characters of one part of a contact

# What a column is taken for: ("field" or "contact", the name), None for nothing.
Meaning = Callable[[str, Form], tuple[str, str] | None]


def _texts(found: Any) -> bool:
    return isinstance(found, dict) and all(isinstance(v, str) for v in found.values())


def _tables(found: Any) -> bool:
    return isinstance(found, dict) and all(isinstance(v, dict) for v in found.values())


def _lists(found: Any) -> bool:
    return isinstance(found, dict) and all(
        isinstance(v, list) and all(isinstance(x, str) for x in v) for v in found.values()
    )


SHAPES: Mapping[str, Callable[[Any], bool]] = {
    "fields": _texts,
    "values": _tables,
    "fixed": lambda found: isinstance(found, dict),
    "contact": _texts,
    "place": _texts,
    "dates": _texts,
    "leave": _lists,
}


@dataclass(frozen=True)
class Columns:
    """A mapping as the office wrote it; see ``evidence.formats`` for its parts. The default matches by names alone."""

    fields: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)
    contact: Mapping[str, str] = field(default_factory=dict)
    place: str = ""
    order: str = ""
    leave: tuple[str, ...] = ()


def read_mapping(text: str, form: Form) -> Columns:
    """A mapping from its TOML.

    Raises:
        ConfigError: not TOML, or a part or field that does not exist or holds what it cannot; each is named.
    """
    given = _tables_of(text)
    order = given.get("dates", {}).get("order", "")
    if order and not _writes_days(order):
        raise ConfigError(
            f"the mapping's order of dates, {order[:40]!r}, writes no day; for example %d/%m/%Y"
        )
    if wrong := _not_there(given, form):
        raise ConfigError(
            f"the mapping names what there is not: {', '.join(wrong)}; see docs/how-to/evidence.md"
        )
    return Columns(
        fields=given.get("fields", {}),
        values=given.get("values", {}),
        fixed=given.get("fixed", {}),
        contact=given.get("contact", {}),
        place=given.get("place", {}).get("column", ""),
        order=order,
        leave=tuple(given.get("leave", {}).get("columns", ())),
    )


def _tables_of(text: str) -> dict[str, Any]:
    """The parts of a mapping, each of the shape that it should have."""
    try:
        given = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"the mapping is no TOML: {str(error)[:200]}") from None
    odd = [
        f"[{part}]"
        for part, fits in SHAPES.items()
        if part in given and not fits(given[part])
    ]
    if odd:
        raise ConfigError(
            f"the mapping's {', '.join(odd)} cannot hold this; see docs/how-to/evidence.md for how it is written"
        )
    return given


def _not_there(given: Mapping[str, Any], form: Form) -> list[str]:
    """The parts, fields and parts of a contact that a mapping names and that do not exist."""
    names = {f.name for f in form.fields}
    wrong = [f"[{p}]" for p in given if p not in SHAPES]
    for part in ("fields", "values", "fixed"):
        wrong += [f"{part}.{n}" for n in given.get(part, {}) if n not in names]
    return wrong + [f"contact.{n}" for n in given.get("contact", {}) if n not in CONTACT]


def _writes_days(order: str) -> bool:
    """Whether a day that is written so can be read again."""
    day = datetime(2026, 5, 31)
    try:
        return (
            len(order) <= LONGEST_ORDER
            and datetime.strptime(day.strftime(order), order).date() == day.date()
        )
    except (ValueError, re.error):
        return False


def fitted(
    columns: tuple[str, ...],
    given: Columns,
    form: Form,
    asked: frozenset[str] = frozenset(),
) -> tuple[Columns, tuple[str, ...]]:
    """The mapping for one file: columns named, or ending (``incident/title``), as a field are matched to it.

    Where several columns could be meant none is taken, and the notes say so.

    Args:
        asked: columns that only the office's own mapping may name.

    Raises:
        ConfigError: the mapping names a column the file does not have.
    """
    named = [*given.fields.values(), *given.contact.values(), *filter(None, [given.place])]
    _refuse_lost(named, columns)
    into = {"field": dict(given.fields), "contact": dict(given.contact)}
    free = [c for c in columns if c not in {*named, *given.leave, *asked}]
    notes: list[str] = []
    for meant in _READINGS:
        for (sort, name), meant_by in _wanted(free, form, meant).items():
            if name in into[sort]:
                continue
            if len(meant_by) > 1:
                notes.append(
                    f"{name} could be any of {', '.join(meant_by)}: none was taken; name one in a mapping"
                )
            else:
                into[sort][name] = meant_by[0]
            free = [c for c in free if c not in meant_by]
    return replace(given, fields=into["field"], contact=into["contact"]), tuple(notes)


def _refuse_lost(named: Sequence[str], columns: Sequence[str]) -> None:
    lost = [c for c in named if c not in columns]
    if columns and lost:
        raise ConfigError(
            f"the file has no column {', '.join(lost)}; it has {', '.join(columns)[:600]}"
        )


def _wanted(
    columns: Sequence[str], form: Form, meant: Meaning
) -> Mapping[tuple[str, str], list[str]]:
    """The columns that one reading takes for a field or a part of a contact."""
    wanted: dict[tuple[str, str], list[str]] = defaultdict(list)
    for column in columns:
        if target := meant(column, form):
            wanted[target].append(column)
    return wanted


def _by_name(column: str, form: Form) -> tuple[str, str] | None:
    return (
        ("field", column)
        if any(f.name == column for f in form.fields)
        else _contact(column)
    )


def _by_label(column: str, form: Form) -> tuple[str, str] | None:
    word = column.casefold()
    name = next((f.name for f in form.fields if word in (f.label.casefold(), f.name)), "")
    return ("field", name) if name else None


def _by_end(column: str, form: Form) -> tuple[str, str] | None:
    """The last part of a path, but never where somebody was asked as where something happened."""
    word = column.replace("-", "/").rsplit("/", 1)[-1]
    found = _by_name(word, form) or _by_label(word, form)
    return None if found and found[1] in WHERE and TOLD.search(column) else found


def _contact(column: str) -> tuple[str, str] | None:
    part = column.removeprefix("contact_")
    return ("contact", part) if column != part and part in CONTACT else None


_READINGS: tuple[Meaning, ...] = (
    _by_name,
    _by_label,
    _by_end,
)


def filled(
    cells: Mapping[str, Any],
    columns: Columns,
    form: Form,
    *,
    divider: str = ";",
    days: frozenset[str] = frozenset(),
) -> tuple[dict[str, Any], dict[str, str]]:
    """What one line gives: fields of the form as ``check`` takes them, and the contact.

    Args:
        divider: what stands between several choices in one cell; ' ' is any blank.
        days: columns whose cell a spreadsheet keeps as a day, which the order of dates does not concern.

    Raises:
        ValueError: (field, words) where a cell cannot be taken.
    """
    given: dict[str, Any] = dict(columns.fixed)
    for name, column in columns.fields.items():
        value = cells.get(column)
        if value is None or value == "":
            continue
        sort = form.field(name).type
        divides = divider == " " and sort == "choices"
        value = _in_our_words(value, columns.values.get(name, {}), divides)
        order = "" if column in days else columns.order
        given[name] = _day(value, order, name) if sort == "date" else _listed(value)
    return given, _contact_in(cells, columns)


def _contact_in(cells: Mapping[str, Any], columns: Columns) -> dict[str, str]:
    return {
        part: str(cells[column]).strip()[:MOST_CONTACT]
        for part, column in columns.contact.items()
        if cells.get(column)
    }


def _in_our_words(value: Any, words: Mapping[str, Any], divides: bool) -> Any:
    """What the mapping puts for a value, or for each part of one that blanks divide."""
    if divides and isinstance(value, str) and value not in words:
        return [words.get(part, part) for part in value.split()]
    return words.get(str(value), value)


def _day(value: Any, order: str, name: str) -> str:
    text = str(value).strip()
    if not order:
        return text[:10] if text[10:11] in ("T", " ") else text
    try:
        return datetime.strptime(text, order).date().isoformat()  # a day, no zone in it
    except ValueError:
        raise ValueError(
            name, f"{text[:40]!r} is no day written as the mapping says ({order})"
        ) from None


def _listed(value: Any) -> Any:
    """A list of texts stays one; anything nested is left to the form's check to refuse."""
    if isinstance(value, list) and not any(isinstance(v, dict | list) for v in value):
        return [str(v) for v in value]
    return value
