"""What comes in, checked by its form: all faults at once, field by field, in words for whoever typed it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from upstander.core.messages import say
from upstander.records.forms.fields import PLACE, Field, Form, FormError, Need
from upstander.records.forms.values import value_of

EMPTY: tuple[Any, ...] = (None, "", [])
REMEDY = {
    "choice": say("records.choose_one"),
    "choices": say("records.choose_at_least_one"),
    "flag": say("records.choose_yes_or_no"),
    "link": say("records.choose_one"),
    "links": say("records.choose_at_least_one"),
    "place": say("records.choose_one"),
    "date": say("records.give_a_day"),
}


def check(
    form: Form,
    given: Mapping[str, Any],
    places: frozenset[str],
    standing: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The record's body: every field by name, cleaned, null where nothing was given.

    Args:
        given: values as typed in a page (text), or as in JSON (numbers, lists, booleans).
        places: codes a place field may hold.
        standing: the body of the version before: what is withdrawn since stays where it stands.

    Raises:
        FormError: for all faults at once, by field; unknown fields are a fault, never dropped in silence.
    """
    before = standing or {}
    body: dict[str, Any] = {}
    faults = dict(_unknown(form, given))
    for f in form.fields:
        try:
            body[f.name] = _checked(f, given.get(f.name), places, before.get(f.name))
        except ValueError as error:
            faults[f.name] = str(error)
    faults |= {
        name: words for name, words in _across(form, body).items() if name not in faults
    }
    if faults:
        raise FormError(faults)
    return body


def _unknown(form: Form, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    words = say("records.has_no_such_field_take_it_away", title=form.title)
    for name in given.keys() - {f.name for f in form.fields}:
        yield str(name)[:80], words


def _checked(
    f: Field,
    given: Any,
    places: frozenset[str],
    standing: Any,
) -> Any:
    """A field's clean value. Raises ValueError with words."""
    if f.moved and given not in (None, ""):
        raise ValueError(say("records.is_not_typed_it_moves_by_its", label=f.label))
    if f.moved:
        return None
    if f.withdrawn:
        return standing
    value = value_of(f, given, places, standing)
    if f.required and value in EMPTY:
        needed = "" if f.label.endswith("?") else say("records.is_needed_3")
        raise ValueError(f"{f.label}{needed}{REMEDY.get(f.type, '')}")
    return value


def _across(form: Form, body: Mapping[str, Any]) -> dict[str, str]:
    """Faults between fields: something is needed because of another value, or a pair stands in the wrong order."""
    faults: dict[str, str] = {}
    for need in form.needs:
        if _holds(need, body):
            faults |= _needed(form, need, body)
    for low, high in form.order:
        if (
            body.get(low) is not None
            and body.get(high) is not None
            and body[low] > body[high]
        ):
            faults[high] = say(
                "records.lies_below_exchange_them_or_correct_one",
                field=form.field(high).label,
                field_2=form.field(low).label,
            )
    return faults


def _needed(form: Form, need: Need, body: Mapping[str, Any]) -> dict[str, str]:
    """Faults of the fields that are needed and empty."""
    empty = [
        name for name in need.needs if name != PLACE and body.get(name) in (None, "", [])
    ]
    if not need.any:
        return {
            name: say("records.is_needed_2", field=form.field(name).label, why=need.why)
            for name in empty
        }
    if len(empty) < len(need.needs):
        return {}
    labels = " or ".join(form.field(name).label for name in need.needs)
    return {need.needs[0]: say("records.is_needed", labels=labels, why=need.why)}


def _holds(need: Need, body: Mapping[str, Any]) -> bool:
    held = body.get(need.field)
    values = {
        str(v).lower()
        for v in (held if isinstance(held, list) else [held])
        if v is not None
    }
    return bool(values and (not need.values or values & set(need.values)))


def needed_place(form: Form, body: Mapping[str, Any]) -> str:
    """Why a record of this body needs a place of its own; '' where it does not."""
    return next((n.why for n in form.needs if PLACE in n.needs and _holds(n, body)), "")
