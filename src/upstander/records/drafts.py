"""From what somebody filled in to a draft of a record: checked by its form, stamped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from upstander.core.messages import say
from upstander.core.rights import APPROVERS, Actor, Marking, Stamp, Usage, stamp_within
from upstander.records import Draft, Record
from upstander.records.forms import Form, FormError, check, form


@dataclass(frozen=True, kw_only=True)
class About:
    """What a record has besides its body.

    Attributes:
        stamp: its rights; by default the writer's own space, TLP:AMBER, restricted as the form says.
        expected: the version it was written upon, 0 for a new record.
        settled: the body of the version before, or of a source of open data: flags that take an approver and are set
            already, and the state that only transitions move.
    """

    id: str
    stamp: Stamp | None = None
    parent: str = ""
    place: str = ""
    expected: int = 0
    settled: Mapping[str, Any] = field(default_factory=dict)


def draft(
    kind: str,
    given: Mapping[str, Any],
    *,
    by: Actor,
    places: frozenset[str],
    **about: Any,
) -> Draft:
    """A checked draft, ready to append.

    Args:
        about: see ``About``.

    Raises:
        FormError: by field, why the values cannot be kept.
    """
    wanted, record = form(kind), About(**about)
    body = _body(wanted, given, places, record.settled or {})
    if by.role not in APPROVERS and (
        unsettled := _unapproved(wanted, body, record.settled or {})
    ):
        raise FormError(unsettled)
    _check_step(wanted, body, record.settled or {}, by)
    _check_world(wanted, body, record.stamp)
    own = Stamp(space=by.space, author=by.account, restricted=wanted.restricted)
    return Draft(
        kind=kind,
        id=record.id,
        body=body,
        sealed=wanted.sealed,
        stamp=record.stamp or own,
        writers=wanted.writers,
        parent=record.parent,
        place=record.place,
        expected=record.expected,
    )


def position(
    kind: str,
    given: Mapping[str, Any],
    *,
    id: str,
    by: Actor,
    whole: Record,
    before: Record | None = None,
    expected: int = 0,
    parent: str = "",
) -> Draft:
    """What a space says within a whole (a review, a version of one): it travels as far as that does, or as it did before.

    Args:
        before: what it said before, if it did; a next version of the same record.
        parent: id of what it belongs to, where that is not the whole itself.

    Raises:
        FormError: by field, why the values cannot be kept.
    """
    return draft(
        kind,
        given,
        id=id,
        by=by,
        places=frozenset(),
        stamp=before.stamp if before else stamp_within(whole.stamp, by),
        parent=parent or whole.id,
        place=whole.place,
        expected=expected,
    )


def next_version(
    record: Record,
    form: Form,
    *,
    stamp: Stamp | None = None,
    fields: Mapping[str, Any] | None = None,
) -> Draft:
    """The next version of a record: the same but for the rights or the fields that are given."""
    return Draft(
        kind=record.kind,
        id=record.id,
        body={**record.body, **(fields or {})},
        sealed=form.sealed,
        stamp=stamp or record.stamp,
        writers=form.writers,
        parent=record.parent,
        place=record.place,
        expected=record.version,
    )


def _body(
    wanted: Form,
    given: Mapping[str, Any],
    places: frozenset[str],
    settled: Mapping[str, Any],
) -> dict[str, Any]:
    """The checked body; the state stays where transitions have moved it."""
    state = wanted.state
    if state is None:
        return check(wanted, given, places, settled)
    standing = settled.get(state.name)
    if (
        given.get(state.name) == standing
    ):  # a program that sends a record back whole moves nothing
        given = {name: value for name, value in given.items() if name != state.name}
    return {**check(wanted, given, places, settled), state.name: standing or state.first}


def _check_step(
    wanted: Form,
    body: Mapping[str, Any],
    settled: Mapping[str, Any],
    by: Actor,
) -> None:
    """A state that people choose goes where a transition leads, by whom it names, and nowhere else. Raises FormError.

    A record begins in the first state; in another one only by somebody who may bring records into it.
    """
    field = wanted.stepped
    if field is None or settled.get(field.name) == body[field.name]:
        return
    before, now = settled.get(field.name), body[field.name]
    if before is None and field.required and now == field.first:
        return
    onward = [t for t in wanted.transitions if before is None or before in t.from_]
    if not any(t.to == now and by.role in t.roles for t in onward):
        ways = ", ".join(
            say("records.by", to=field.choices[t.to], join=" or ".join(t.roles))
            for t in onward
        ) or say("records.nowhere_any_more")
        start = (
            say("records.from_it_goes_to", before=field.choices[before])
            if before
            else say("records.a_new_record_goes_to")
        )
        raise FormError({field.name: f"{field.label}: {start} {ways}"})


def _check_world(wanted: Form, body: Mapping[str, Any], stamp: Stamp | None) -> None:
    """What is not yet published is not shown to the world. Raises FormError."""
    state = wanted.state
    if (
        stamp is None
        or state is None
        or not wanted.world_when
        or body[state.name] in wanted.world_when
    ):
        return
    if stamp.marking is Marking.CLEAR or stamp.usage is Usage.PUBLIC:
        shown = " or ".join(
            state.choices[s].split(":")[0].lower() for s in wanted.world_when
        )
        raise FormError(
            {
                "_marking": say(
                    "records.the_world_may_read_it_once_it", title=wanted.title, shown=shown
                )
            }
        )


def _unapproved(
    wanted: Form, body: Mapping[str, Any], settled: Mapping[str, Any]
) -> dict[str, str]:
    """Flags that are set here and take an approver: they let a record be shown more exactly."""
    set_now = [
        f
        for f in wanted.fields
        if f.approved and body.get(f.name) and not settled.get(f.name)
    ]
    return {
        f.name: say("records.an_approver_or_head_of_your_space", label=f.label)
        for f in set_now
    }
