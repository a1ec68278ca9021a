"""Between stored bodies and code: what was kept under a former form is read as today's form says it.

Records are chained and never rewritten, so a form may only grow: ``[field.was]`` names what a field or a choice was called
before, ``withdrawn`` keeps what nobody may write any more. Missing fields are null, or an empty list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from upstander.records.forms import Field, form, kinds

LISTS = ("choices", "links")


def upcast(kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """A stored body with every field of today's form; what the form does not know stays as it is.

    A kind that no package has any more stays as it is too: its records are kept, and nothing shows them.
    """
    if kind not in kinds():
        return dict(body)
    fields = form(kind).fields
    former = {name for f in fields for name in f.was.names}
    unknown = {name: value for name, value in body.items() if name not in former}
    return unknown | {f.name: _value(f, body) for f in fields}


def _value(f: Field, body: Mapping[str, Any]) -> Any:
    """The value under the name of today, or the last of its former names."""
    name = next((n for n in (f.name, *f.was.names) if n in body), None)
    if name is None:
        return [] if f.type in LISTS else None
    value = body[name]
    if not f.was.choices:
        return value
    if isinstance(value, list):
        return [f.was.choices.get(v, v) for v in value]
    return f.was.choices.get(value, value)


def spellings(
    of: Sequence[str],
    name: str,
    value: str,
) -> Iterator[tuple[str, str]]:
    """Every name and value under which records of these kinds may hold this value of a field.

    >>> list(spellings(["review"], "status", "open"))
    [('status', 'open')]
    """
    fields = [
        f for kind in of if kind in kinds() for f in form(kind).fields if f.name == name
    ]
    names = dict.fromkeys((name, *(n for f in fields for n in f.was.names)))
    former = (old for f in fields for old, new in f.was.choices.items() if new == value)
    return product(names, dict.fromkeys((value, *former)))
