"""Records of any kind, checked by their form: what is needed and not given is filled with the plainest value."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from upstander.core.rights import Stamp
from upstander.records import Record
from upstander.records.forms import Field, check, form

ON = date(2026, 6, 30)
PLACES = frozenset({"AAA", "BBB"})
PLAIN = {
    "text": "something",
    "long": "some words",
    "integer": 10,
    "real": 10.0,
    "date": "2026-01-01",
    "place": "AAA",
    "flag": True,
}
_numbers = iter(range(10**9))


def plain(field: Field) -> Any:
    """The plainest value that the field takes."""
    if field.choices:
        first = next(iter(field.choices))
        return [first] if field.type == "choices" else first
    if field.to:
        return [f"{field.to}1"] if field.type == "links" else f"{field.to}1"
    return (
        max(PLAIN[field.type], field.minimum or 0)
        if field.type in ("integer", "real")
        else PLAIN[field.type]
    )


def record(
    kind: str,
    /,
    *,
    id: str = "",
    who: str = "ana",
    author: str = "",
    version: int = 1,
    when: date = ON,
    **given: Any,
) -> Record:
    """A record of a kind as the store would return it; ``given`` are values as typed in its form."""
    wanted = form(kind)
    needed = {f.name: plain(f) for f in wanted.fields if f.required}
    return Record(
        kind=kind,
        id=id or f"{kind}{next(_numbers):06}",
        version=version,
        body=check(wanted, {**needed, **given}, PLACES),
        stamp=Stamp(space="gov", author=author or who),
        parent="",
        place="AAA",
        who=who,
        when=datetime(when.year, when.month, when.day, 12, tzinfo=UTC),
        why="test",
        fingerprint="",
    )
