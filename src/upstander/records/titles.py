"""What a record is called: by the fields its form names, else by the first open text in it, or the first choice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from upstander.core.dates import iso_day
from upstander.records.forms import Field, Form

LONGEST = 120  # characters
EMPTY: tuple[Any, ...] = (None, "", [])


def title(
    form: Form,
    body: Mapping[str, Any],
    hidden: str = "",
) -> str:
    """The title of a record, '' where nothing in it can be one.

    Args:
        hidden: the words that stand in a body for what this reader may not see.
    """
    named = [form.field(n) for n in form.called if body.get(n) != hidden or not hidden]
    if words := ", ".join(w for f in named if (w := said(f, body.get(f.name)))):
        return words
    return next(
        (_short(f, body[f.name]) for f in _open_fields(form) if body.get(f.name)), ""
    )


def said(field: Field, value: Any) -> str:
    """A field's value in the words of its form; '' when there is none."""
    if value in EMPTY:
        return ""
    if field.type == "date":
        return iso_day(str(value))
    if not field.choices:
        return str(value)
    values = value if isinstance(value, list | tuple) else [value]
    return ", ".join(field.choices.get(str(v), str(v)) for v in values)


def _open_fields(form: Form) -> Iterable[Field]:
    """Fields that may be a title: texts, then long texts, then choices; none that is personal, sensitive or a code."""
    for wanted in ("text", "long", "choice"):
        for f in form.fields:
            if f.type == wanted and not (f.personal or f.sensitive or f.erasable is False):
                yield f


def _short(field: Field, value: Any) -> str:
    words = field.choices.get(value, value) if field.choices else value
    text = " ".join(str(words).split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
