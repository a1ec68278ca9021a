"""How a record moves from state to state: by the transitions of its form, never by typing a state.

A transition says who may make it, whether a second person must, and what must hold. What must hold is worked out by
the module of the kind (a review: ``assess/review.py``) and handed in as gaps by name; nothing is decided there twice.
The state stands in the record's body, so that every version says in which state it was and who moved it there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from upstander.core.errors import NotAllowed
from upstander.core.messages import say
from upstander.core.rights import Actor
from upstander.records import Draft, Record
from upstander.records.drafts import next_version
from upstander.records.forms import Form, Transition

Gaps = Mapping[
    str, Sequence[str]
]  # by condition, what is missing, in words; a condition without any holds


@dataclass(frozen=True)
class Move:
    """A transition from where a record stands: whether this actor may make it now, and if not, why not.

    Attributes:
        missing: what does not hold yet, in words; why_not: what else stands in the way of this actor, '' for nothing.
    """

    transition: Transition
    missing: tuple[str, ...]
    why_not: str

    @property
    def is_open(self) -> bool:
        """Whether the actor may make it now."""
        return not self.missing and not self.why_not


def state_of(form: Form, record: Record) -> str:
    """The state a record stands in. Raises ConfigError's cause, a KeyError, for a kind without one."""
    field = form.state
    if field is None:
        raise KeyError(say("records.has_no_state", kind=form.kind))
    return str(record.body.get(field.name) or field.first)


def last_mover(form: Form, history: Sequence[Record]) -> str:
    """The account that brought a record into the state it stands in; history oldest first."""
    mover, before = "", ""
    for version in history:
        now = state_of(form, version)
        if now != before:
            mover, before = version.who, now
    return mover


def moves(
    form: Form,
    history: Sequence[Record],
    by: Actor,
    gaps: Gaps,
) -> tuple[Move, ...]:
    """The transitions that lead on from where a record stands, in the order of its form.

    Args:
        history: versions of the record that are known, oldest first, at least one.
    """
    record = history[-1]
    state = state_of(form, record)
    mover = last_mover(form, history)
    found = [t for t in form.transitions if state in t.from_]
    return tuple(Move(t, _missing(t, gaps), _why_not(t, record, by, mover)) for t in found)


def _missing(transition: Transition, gaps: Gaps) -> tuple[str, ...]:
    return tuple(words for name in transition.holds for words in gaps.get(name, ()))


def _why_not(
    transition: Transition,
    record: Record,
    by: Actor,
    mover: str,
) -> str:
    if by.space != record.stamp.space or by.role not in transition.roles:
        return say(
            "records.of_the_space_it_belongs_to_does", join=" or ".join(transition.roles)
        )
    if transition.second and by.account == mover:
        return say("records.a_second_person_does_this_whoever_made")
    return ""


def moved(
    form: Form,
    history: Sequence[Record],
    name: str,
    by: Actor,
    gaps: Gaps,
) -> Draft:
    """The next version of a record, one transition on.

    Raises:
        NotAllowed: the record has no such transition now, the actor may not make it, or something must hold first.
    """
    move = next(
        (m for m in moves(form, history, by, gaps) if m.transition.name == name), None
    )
    record, field = history[-1], form.state
    if move is None or field is None:
        raise NotAllowed(
            say("records.no_such_step_leads_on_from_where", lower=form.title.lower())
        )
    if not move.is_open:
        raise NotAllowed(
            f"{move.transition.label}: {move.why_not or '; '.join(move.missing)}."
        )
    return next_version(record, form, fields={field.name: move.transition.to})
