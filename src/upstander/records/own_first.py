"""What others say is seen once one's own space has said its own: the one place where this is decided, for every page, list,
search, count, export and program.

Two agencies that rate the same thing are two opinions only as long as the second does not copy the first. A form says by
``[blind]`` which of its records are kept so: another space's record is not there for who may write one, until her space has
one of the same ``by`` under the same parent, while that parent stands in a state of ``during``. A record that says
``empty`` in ``given`` opens nothing. A peer is no second rater: a space that has such a parent of its own, of other places
alone, reads another's (two States exchange reviews) until it writes a record under it. Readers who write none see what ``core.rights`` lets them see, and what is frozen
and signed holds everything: it is read ``whole``.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, or_, select

from upstander.core.rights import Actor, Marking
from upstander.records.chain import canonical
from upstander.records.forms import Blind, Form, form, kinds
from upstander.records.json_columns import field_json
from upstander.records.schema import current, entry


@lru_cache(maxsize=256)
def seen_yet(actor: Actor) -> ColumnElement[bool] | None:
    """Condition on ``current`` and ``entry``; None for a reader from whom nothing is kept so."""
    blind = [(f, f.blind) for f in map(form, kinds()) if f.blind is not None]
    hidden = [
        _hidden(actor, f, rule)
        for f, rule in blind
        if actor.space and actor.role in f.writers
    ]
    return not_(or_(*hidden)) if hidden else None


def _hidden(actor: Actor, of: Form, rule: Blind) -> ColumnElement[bool]:
    """Whether a record is another space's that the actor does not see yet."""
    c = current.c
    of_another = and_(c.space != actor.space, c.author != actor.account)
    said = func.coalesce(_about(current, entry, rule), "")
    return and_(
        c.kind == of.kind,
        of_another,
        c.parent.in_(_open_parents(actor, of, rule)),
        said.not_in(_own(actor, of, rule)),
    )


def _about(of: Any, says: Any, rule: Blind) -> ColumnElement[str]:
    """What a record is about: its parent, and the field by which one is told from another there."""
    about: ColumnElement[str] = of.c.parent.concat(" ")
    return about.concat(field_json(says.c.body, rule.by))


def _open_parents(actor: Actor, of: Form, rule: Blind) -> Select[Any]:
    """The parents in which the actor says her own first: in a state for that, and no peer's."""
    whole, says = current.alias(), entry.alias()
    state = form(of.parent).state
    stands = field_json(says.c.body, state.name if state else "")
    places = _own_places(actor, of)
    takes_part = or_(
        whole.c.space == actor.space,
        says.c.place.in_(places),
        not_(exists(places)),
        whole.c.id.in_(_own_parents(actor, of)),
    )
    return (
        select(whole.c.id)
        .join(says, and_(says.c.id == whole.c.id, says.c.version == whole.c.version))
        .where(
            whole.c.kind == of.parent,
            stands.in_([canonical(s) for s in rule.during]),
            takes_part,
        )
    )


def _own_places(actor: Actor, of: Form) -> Select[Any]:
    """The places that the parents of the actor's own space are about."""
    whole, says = current.alias(), entry.alias()
    return (
        select(says.c.place)
        .join(whole, and_(says.c.id == whole.c.id, says.c.version == whole.c.version))
        .where(whole.c.kind == of.parent, whole.c.space == actor.space)
    )


def _own_parents(actor: Actor, of: Form) -> Select[Any]:
    """The parents under which the actor's own space has written a record of the kind."""
    own = current.alias()
    return select(own.c.parent).where(own.c.kind == of.kind, own.c.space == actor.space)


def _own(actor: Actor, of: Form, rule: Blind) -> Select[Any]:
    """What the actor's space has said something about: what few of it may read is theirs alone."""
    own, says = current.alias(), entry.alias()
    about = _about(own, says, rule)
    said = field_json(says.c.body, rule.given)
    return (
        select(about)
        .join(says, and_(says.c.id == own.c.id, says.c.version == own.c.version))
        .where(
            own.c.kind == of.kind,
            own.c.space == actor.space,
            or_(own.c.marking != Marking.RED, own.c.author == actor.account),
            about.is_not(None),
            said.not_in([canonical(value) for value in rule.empty]),
        )
    )
