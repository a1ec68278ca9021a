"""``core.rights.may_read`` as SQL, so that what a reader may not see is never fetched, counted or paged over."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, exists, false, func, or_, select, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from upstander.core.errors import ConfigError
from upstander.core.rights import CLEARED, Actor, Marking, Role, Usage
from upstander.lake.records.chain import canonical
from upstander.lake.records.schema import current, data_key, entry, granted, words

# What a record is made from; ``Records`` unpacks a row in this order.
SHOWN = (
    *(entry.c[n] for n in ("kind", "id", "version", "body", "stamp", "parent", "place", "who", "at", "why", "hash")),
    entry.c.sealed, current.c.erased, data_key.c.wrapped,
)  # fmt: skip


def visible(actor: Actor) -> ColumnElement[bool]:
    """Condition on ``current``: the rows that ``may_read(actor, stamp)`` allows. A property test holds the two equal."""
    c = current.c
    open_ = c.restricted.is_(false())
    if actor.role is Role.VISITOR:
        return and_(c.marking == Marking.CLEAR, c.usage == Usage.PUBLIC, open_)
    inside = or_(c.space == actor.space, _granted("space", actor.space))
    return or_(
        c.author == actor.account,
        and_(c.marking == Marking.RED, _granted("account", actor.account)),
        and_(
            c.marking != Marking.RED,
            true() if actor.role in CLEARED else open_,
            or_(
                and_(c.marking.in_([Marking.CLEAR, Marking.GREEN]), or_(open_, inside)),
                and_(c.marking == Marking.AMBER, inside),
                and_(c.marking == Marking.STRICT, c.space == actor.space),
            ),
        ),
    )


def _granted(sort: str, name: str) -> ColumnElement[bool]:
    return exists().where(granted.c.id == current.c.id, granted.c.sort == sort, granted.c.name == name)


def wanted(
    by: Actor | None, as_of: datetime | None, *, kinds: Sequence[str] = (), parent: str = "", place: str = "",
    ids: Sequence[str] | None = None, where: Mapping[str, str] | None = None, text: str = "", after: str = "",
    version: int | None = None, every: bool = False,
) -> Select[Any]:  # fmt: skip
    """Entries that fit and may be read: of each record the version that stood at ``as_of`` (None: now), or ``every``.

    ``by`` is None only for the store itself, which hands a writer what she has just written.
    """
    e, c = entry.c, current.c
    asked = (
        select(*SHOWN)
        .join_from(current, entry, e.id == c.id)
        .outerjoin(data_key, and_(data_key.c.id == e.id, e.sealed.is_not(None)))
    )
    if by is not None:
        asked = asked.where(visible(by))
    if as_of is not None:
        asked = asked.where(e.at <= as_of)
    if version is not None:
        asked = asked.where(e.version == version)
    elif not every:
        asked = asked.where(e.version == _standing(as_of))
    if kinds:
        asked = asked.where(c.kind.in_(kinds))
    if parent:
        asked = asked.where(e.parent == parent)
    if place:
        asked = asked.where(e.place == place)
    if ids is not None:
        asked = asked.where(c.id.in_(ids))
    if after:
        asked = asked.where(c.id > after)
    for name, value in (where or {}).items():
        asked = asked.where(holds(name, value))
    return asked.where(*(_says(word) for word in folded(text).split()))


def _standing(as_of: datetime | None) -> Any:
    """Number of the version that stood at an instant."""
    if as_of is None:
        return current.c.version
    other = entry.alias("other")
    newest = select(func.max(other.c.version)).where(other.c.id == current.c.id, other.c.at <= as_of)
    return newest.correlate(current).scalar_subquery()


def holds(name: str, value: str) -> ColumnElement[bool]:
    """Whether a body field is this value, as text or as a number or flag, or a list that holds it."""
    if not name.replace("_", "").isalnum():
        raise ConfigError(f"{name[:80]!r} is not the name of a field")
    kept = field_json(entry.c.body, name)
    quoted = canonical(value)
    is_in_list = func.replace(kept, quoted, "") != kept  # not LIKE: on SQLite it takes F1 and f1 for the same
    return or_(kept == quoted, kept == value, and_(kept.startswith("["), is_in_list))


def _says(word: str) -> ColumnElement[bool]:
    here = and_(words.c.id == entry.c.id, words.c.version == entry.c.version)
    return exists().where(here, words.c.text.contains(word, autoescape=True))


class field_json(FunctionElement[str]):  # noqa: N801 - reads as the SQL function that it is
    """JSON text of one field of a JSON object, null when it has none: ``field_json(column, name)``."""

    type = Text()
    inherit_cache = True
    name = "field_json"


@compiles(field_json, "sqlite")
@compiles(field_json, "postgresql")
def _field_json(element: field_json, compiler: Any, **options: Any) -> str:
    body, name = (compiler.process(part, **options) for part in element.clauses)
    if compiler.dialect.name == "sqlite":
        return f"({body} -> {name})"
    return f"(({body})::json -> {name})::text"


def folded(text: str) -> str:
    """Text as it is searched: compatibility forms and case folded, so that é is found however it was typed."""
    return unicodedata.normalize("NFKC", text.replace("\0", " ")).casefold()
