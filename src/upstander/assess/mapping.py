"""From the columns of a file to the fields of a form: by their names, or as the office's mapping says."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from upstander.assess.forms import Form
from upstander.core.errors import ConfigError

PARTS = {"fields", "values", "fixed", "contact", "place", "dates", "leave"}
CONTACT = ("name", "phone", "email", "other")
MOST_CONTACT = 300  # characters of one part of a contact


@dataclass(frozen=True)
class Columns:
    """A mapping as the office wrote it; see ``assess.imports`` for its parts. The default matches by names alone."""

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
        ConfigError: not TOML, or a part or field that does not exist; each is named.
    """
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"the mapping is no TOML: {error}") from None
    names = {f.name for f in form.fields}
    wrong = [f"[{p}]" for p in given if p not in PARTS]
    wrong += [f"{part}.{n}" for part in ("fields", "values", "fixed") for n in given.get(part, {}) if n not in names]
    wrong += [f"contact.{n}" for n in given.get("contact", {}) if n not in CONTACT]
    if wrong:
        raise ConfigError(f"the mapping names what there is not: {', '.join(wrong)}; see docs/evidence.md")
    return Columns(
        fields=given.get("fields", {}), values=given.get("values", {}), fixed=given.get("fixed", {}),
        contact=given.get("contact", {}), place=given.get("place", {}).get("column", ""),
        order=given.get("dates", {}).get("order", ""), leave=tuple(given.get("leave", {}).get("columns", ())),
    )  # fmt: skip


def fitted(columns: tuple[str, ...], given: Columns, form: Form) -> Columns:
    """The mapping for one file: columns named, or ending (``incident/title``), as a field are matched to it.

    Raises:
        ConfigError: the mapping names a column the file does not have.
    """
    named = [*given.fields.values(), *given.contact.values(), *filter(None, [given.place])]
    if columns and (lost := [c for c in named if c not in columns]):
        raise ConfigError(f"the file has no column {', '.join(lost)}; it has {', '.join(columns)[:600]}")
    own = {f.label.casefold(): f.name for f in form.fields} | {f.name: f.name for f in form.fields}
    fields, contact = dict(given.fields), dict(given.contact)
    taken = {*named, *given.leave}
    for exact in (True, False):
        for column in columns:
            word = column if exact else column.replace("-", "/").rsplit("/", 1)[-1]
            target = own.get(word) or own.get(word.casefold())
            part = word.removeprefix("contact_")
            if column in taken:
                continue
            if target and target not in fields:
                fields[target] = column
                taken.add(column)
            elif word != part and part in CONTACT and part not in contact:
                contact[part] = column
                taken.add(column)
    return Columns(fields, given.values, given.fixed, contact, given.place, given.order, given.leave)


def filled(cells: Mapping[str, Any], columns: Columns, form: Form) -> tuple[dict[str, Any], dict[str, str]]:
    """What one line gives: fields of the form as ``check`` takes them, and the contact.

    Raises:
        ValueError: (field, words) where a cell cannot be taken.
    """
    given: dict[str, Any] = dict(columns.fixed)
    for name, column in columns.fields.items():
        value = cells.get(column)
        if value is None or value == "":
            continue
        spoken = columns.values.get(name, {})
        value = spoken.get(str(value), value)
        given[name] = _day(value, columns.order, name) if form.field(name).type == "date" else _listed(value)
    contact = {
        part: str(cells[column]).strip()[:MOST_CONTACT] for part, column in columns.contact.items() if cells.get(column)
    }
    return given, contact


def _day(value: Any, order: str, name: str) -> str:
    text = str(value).strip()
    if not order:
        return text[:10] if text[10:11] in ("T", " ") else text
    try:
        return datetime.strptime(text, order).date().isoformat()  # a day, no zone in it
    except ValueError:
        raise ValueError(name, f"{text[:40]!r} is no day written as the mapping says ({order})") from None


def _listed(value: Any) -> Any:
    """A list of texts stays one; anything nested is left to the form's check to refuse."""
    return (
        [str(v) for v in value]
        if isinstance(value, list) and all(not isinstance(v, dict | list) for v in value)
        else value
    )
