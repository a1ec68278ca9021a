"""What the system says to people, by id and values, in any language.

``say("forecast.no_border")`` is the message's English and remembers its id and values, so that the same can be said in
another language later, by whoever shows it. The words stand in ``locale/<language>/LC_MESSAGES/<package>.po``; an id begins with
the package it belongs to. What is kept for years (the reasons of an issue, signals, alerts) is kept as id and values:
``stored`` and ``restored``. An id that was ever stored stays in the English catalogue.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date
from string import Formatter
from typing import Any, Self

from upstander.core.catalogues import TEXTS, UnknownMessage, catalogue, text_in
from upstander.core.languages import ENGLISH, Language
from upstander.core.left_to_right import isolated
from upstander.core.message_values import FORMATS

Value = str | int | float | date | None | Sequence["Value"]
PLURAL = "n"  # the value that chooses the plural form


class Message(str):
    """A text in English that remembers what it says.

    Attributes:
        id: ``<package>.<name>``.
        values: by the name the words give them; a text, number, day, message, or several of these.
        changes: what was done to the words afterwards (a first letter made small), done again in another language.
    """

    id: str
    values: Mapping[str, Value]
    changes: tuple[Callable[[str], str], ...]

    def __new__(
        cls,
        text: str,
        id: str,
        values: Mapping[str, Value],
        changes: tuple[Callable[[str], str], ...] = (),
    ) -> Self:
        message = super().__new__(cls, text)
        message.id, message.values, message.changes = id, values, changes
        return message

    def __getnewargs__(self) -> tuple[Any, ...]:
        return str(self), self.id, dict(self.values), self.changes


def say(id: str, /, **values: Value) -> Message:
    """The message of an id.

    Raises:
        UnknownMessage: the English catalogue has no such id.
        KeyError: its words name a value that was not given.
    """
    return Message(_words(id, values, ENGLISH), id, values)


def text(english: str, /, **values: Value) -> Message:
    """A text whose English is its id: of a form, of a framework, of a constant, or of signs between messages.

    A message stays the one it is.
    """
    if isinstance(english, Message) and not values:
        return english
    words = filled(english, values, ENGLISH) if values else english
    return Message(words, f"{TEXTS}.{english}", values)


def joined(parts: Iterable[str], sign: str) -> str:
    """Several texts as one, a message where any of them is one.

    >>> joined(["a", "b"], "; ")
    'a; b'
    """
    named = {f"part_{n}": part for n, part in enumerate(parts)}
    if not any(isinstance(part, Message) for part in named.values()):
        return sign.join(named.values())
    return text(sign.join(f"{{{name}}}" for name in named), **named)


def texts(values: Any) -> Any:
    """The values of a file, strings in lists and tables being texts; keys and what reads as a code stay as they are."""
    if isinstance(values, dict):
        return {key: texts(value) for key, value in values.items()}
    if isinstance(values, list):
        return [texts(value) for value in values]
    is_text = isinstance(values, str) and not _is_code(values)
    return text(values) if is_text else values


def _is_code(value: str) -> bool:
    """SG-2013, framework_2014: no word of a language."""
    has_sign = any(c == "_" or c.isdigit() for c in value)
    return " " not in value and (value == value.upper() or has_sign)


def in_language(text: Any, language: Language) -> Any:
    """The text in a language, where it is a message; anything else as it is."""
    if not isinstance(text, Message) or language == ENGLISH:
        return text
    words = _words(text.id, text.values, language)
    for change in text.changes:
        words = change(words)
    return words


def translated(value: Any, language: Language) -> Any:
    """A value with every message in it, however deep, in a language."""
    if language == ENGLISH or isinstance(value, str):
        return in_language(value, language)
    if is_dataclass(value) and not isinstance(value, type):
        names = [f.name for f in fields(value) if f.init]
        return replace(value, **{n: translated(getattr(value, n), language) for n in names})
    if isinstance(value, Mapping):
        return {translated(k, language): translated(v, language) for k, v in value.items()}
    if isinstance(value, tuple | list):
        return type(value)([translated(part, language) for part in value])
    return value


def words_of(error: Exception) -> str:
    """What an error says; a message where it is one."""
    said = error.args[0] if error.args else ""
    return said if isinstance(said, Message) else str(error)


def changed(text: str, change: Callable[[str], str]) -> str:
    """The text after a change of its letters; a message stays one."""
    if not isinstance(text, Message):
        return change(text)
    return Message(change(str(text)), text.id, text.values, (*text.changes, change))


def _words(id: str, values: Mapping[str, Value], language: Language) -> str:
    words = _said(id, values, language)
    return isolated(words) if language.is_rtl and not language.is_pseudo else words


def _said(id: str, values: Mapping[str, Value], language: Language) -> str:
    domain, _, rest = id.partition(".")
    if domain == TEXTS:
        words = text_in(rest, language)
        return filled(words, values, language) if values else words
    translations = catalogue(domain, language)
    pattern = (
        translations.ngettext(id, id, _number(values[PLURAL]))
        if PLURAL in values
        else translations.gettext(id)
    )
    return filled(pattern, values, language)


def _number(value: Value) -> int:
    if not isinstance(value, int):
        raise TypeError(
            f"{value!r}: the value n chooses a plural form and is a whole number"
        )
    return value


def filled(pattern: str, values: Mapping[str, Value], language: Language) -> str:
    """A message's words with its values in them: ``{deaths:count}`` by the format ``count``, ``{name}`` as it is.

    Raises:
        KeyError: a value or a format of this name does not exist.
    """
    return "".join(
        literal + ("" if name is None else _shown(values[name], form or "", language))
        for literal, name, form, _ in Formatter().parse(pattern)
    )


def _shown(value: Value, form: str, language: Language) -> str:
    if isinstance(value, Message):
        return str(in_language(value, language))
    if value is None and form:
        return _words("core.not_known", {}, language)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(_shown(part, form, language) for part in value)
    return FORMATS[form](value, language)


def stored(message: Message) -> str:
    """Id and values as one line of JSON; equal messages give equal lines."""
    return json.dumps(_plain(message), sort_keys=True, ensure_ascii=False)


def _plain(value: Value) -> Any:
    if isinstance(value, Message):
        return {"id": value.id, "values": {k: _plain(v) for k, v in value.values.items()}}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(part) for part in value]
    return value


def restored(line: str) -> str:
    """The message that ``stored`` wrote; a text of before messages had ids is shown as it stands."""
    if not line.startswith('{"id": '):
        return line
    return _said_again(json.loads(line))


def _said_again(plain: Mapping[str, Any]) -> str:
    """A stored message said again; where no catalogue knows its id any more, id and values as they are."""
    values = {k: _value(v) for k, v in plain["values"].items()}
    try:
        return say(plain["id"], **values)
    except UnknownMessage:
        return f"{plain['id']} {json.dumps(plain['values'], ensure_ascii=False)}"


def _value(plain: Any) -> Value:
    if isinstance(plain, list):
        return [_value(part) for part in plain]
    if isinstance(plain, dict):
        return date.fromisoformat(plain["day"]) if "day" in plain else _said_again(plain)
    return plain  # type: ignore[no-any-return]
