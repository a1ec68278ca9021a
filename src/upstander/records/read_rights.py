"""``core.rights.may_read`` as SQL, so that what a reader may not see is never fetched, counted or paged over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    func,
    not_,
    or_,
    select,
    true,
)

from upstander.core.errors import ConfigError
from upstander.core.rights import CLEARED, Actor, Marking, Role, Usage
from upstander.records.chain import canonical
from upstander.records.forms.upcast import spellings
from upstander.records.json_columns import field_json, list_holds
from upstander.records.own_first import seen_yet
from upstander.records.schema import current, entry, granted

# What ``remembering`` makes or remembers a record by, and what is counted.
FOUND = (current.c.kind, entry.c.id, entry.c.version, entry.c.hash, current.c.erased)
OTHER = entry.alias("other")  # versions of a record beside the one looked at


@dataclass(frozen=True)
class _Rights:
    """Rights as SQL, from wherever they are kept. ``has(field, name)``: whether shared or named holds a name."""

    space: ColumnElement[str]
    author: ColumnElement[str]
    marking: ColumnElement[str]
    usage: ColumnElement[str]
    restricted: ColumnElement[bool]
    spelt: Callable[[str], str]
    has: Callable[[str, str], ColumnElement[bool]]


@lru_cache(maxsize=256)  # a page asks several things for one reader
def visible(actor: Actor) -> ColumnElement[bool]:
    """Condition on ``current`` and ``entry``: the versions that the actor may read. A property test holds it equal to
    ``may_read`` of both stamps: the record's as it is now, and the version's own.

    So a record made stricter cannot be read by way of its past, and opening one does not open what it said before.
    """
    now, then = _rights_now(), _rights_of_version()
    return and_(
        _allowed(actor, now),
        or_(entry.c.version == current.c.version, _allowed(actor, then)),
    )


def _allowed(actor: Actor, of: _Rights) -> ColumnElement[bool]:
    """``may_read(actor, stamp)``, line by line."""
    open_ = not_(of.restricted)

    def marked(*markings: Marking) -> ColumnElement[bool]:
        return of.marking.in_([of.spelt(m) for m in markings])

    if actor.role is Role.VISITOR:
        return and_(marked(Marking.CLEAR), of.usage == of.spelt(Usage.PUBLIC), open_)
    own = of.space == of.spelt(actor.space)
    inside = or_(own, of.has("shared", actor.space))
    return or_(
        of.author == of.spelt(actor.account),
        and_(marked(Marking.RED), of.has("named", actor.account)),
        and_(
            not_(marked(Marking.RED)),
            true() if actor.role in CLEARED else open_,
            or_(
                and_(marked(Marking.CLEAR, Marking.GREEN), or_(open_, inside)),
                and_(marked(Marking.AMBER), inside),
                and_(marked(Marking.STRICT), own),
            ),
        ),
    )


def _rights_now() -> _Rights:
    c = current.c
    return _Rights(
        c.space, c.author, c.marking, c.usage, c.restricted.is_(true()), str, _granted
    )


def _rights_of_version() -> _Rights:
    space, author, marking, usage, restricted = (
        field_json(entry.c.stamp, n)
        for n in ("space", "author", "marking", "usage", "restricted")
    )
    return _Rights(
        space,
        author,
        marking,
        usage,
        restricted == "true",
        canonical,
        lambda field, name: list_holds(entry.c.stamp, field, name),
    )


# What ``granted`` calls the names in each field of a stamp.
SORTS = {"shared": "space", "named": "account"}


def _granted(field: str, name: str) -> ColumnElement[bool]:
    return exists().where(
        granted.c.id == current.c.id, granted.c.sort == SORTS[field], granted.c.name == name
    )


def wanted(
    by: Actor | None,
    as_of: datetime | None,
    *,
    kinds: Sequence[str] = (),
    parent: str = "",
    place: str = "",
    ids: Sequence[str] | None = None,
    where: Mapping[str, str] | None = None,
    after: str = "",
    version: int | None = None,
    every: bool = False,
    whole: bool = False,
) -> Select[Any]:
    """Entries that fit and may be read: of each record the version that stood at ``as_of`` (None: now), or ``every``.

    What a reader may not see yet, before her own space has said its own (``own_first``), is left out but of the ``whole``.

    ``by`` is None only for the store itself, which hands a writer what she has just written.
    """
    e, c = entry.c, current.c
    rights = [
        None if by is None else visible(by),
        None if by is None or whole else seen_yet(by),
        None if as_of is None else e.at <= as_of,
        _versions(as_of, version, every=every),
    ]
    fits = [
        c.kind.in_(kinds) if kinds else None,
        e.parent == parent if parent else None,
        e.place == place if place else None,
        None if ids is None else c.id.in_(ids),
        c.id > after if after else None,
        *(_holds_any(kinds, name, value) for name, value in (where or {}).items()),
    ]
    asked = select(*FOUND).join_from(current, entry, e.id == c.id)
    return asked.where(*(x for x in (*rights, *fits) if x is not None))


def _versions(
    as_of: datetime | None, version: int | None, *, every: bool
) -> ColumnElement[bool] | None:
    """The version asked for, every one, or the one that stood."""
    if version is not None:
        return entry.c.version == version
    return None if every else _stands(as_of)


def _holds_any(kinds: Sequence[str], name: str, value: str) -> ColumnElement[bool]:
    """Whether a field is this value, under any name and spelling that its forms have had."""
    return or_(*(holds(*spelling) for spelling in spellings(kinds, name, value)))


def _stands(as_of: datetime | None) -> ColumnElement[bool]:
    """Whether a version, which was there at an instant, was the newest then. Of most records nothing but the current
    version needs looking at."""
    is_current = entry.c.version == current.c.version
    if as_of is None:
        return is_current
    later = exists().where(
        OTHER.c.id == entry.c.id, OTHER.c.version > entry.c.version, OTHER.c.at <= as_of
    )
    return or_(is_current, not_(later))


def holds(name: str, value: str) -> ColumnElement[bool]:
    """Whether a body field is this value, as text or as a number or flag, or a list that holds it."""
    if not name.replace("_", "").isalnum():
        raise ConfigError(f"{name[:80]!r} is not the name of a field")
    kept = field_json(entry.c.body, name)
    quoted = canonical(value)
    is_in_list = (
        func.replace(kept, quoted, "") != kept
    )  # not LIKE: on SQLite it takes F1 and f1 for the same
    return or_(kept == quoted, kept == value, and_(kept.startswith("["), is_in_list))
