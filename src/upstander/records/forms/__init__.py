"""Every kind of record that people make: ONE FILE PER KIND (TOML), read here, checked here, and nowhere else.

A form says which fields a record has and who may write it. From the same file come the page with its inputs, the
check of what comes in, the import template, the export and the reference in the docs. The file's name is the kind.
A new kind is one new file.

    title = "Armed group or militia"        # singular; ``plural`` for lists
    plural = "Armed groups and militias"
    help = "One record per group ..."        # one or two sentences for somebody who has never seen it
    source = "SG-2013"                       # id in the register of mandate sources, and
    part = "risk factor 3"                   # the place in it
    factor = "F3"                            # the report's factor it informs; "" for none
    parent = "review"                        # the kind it belongs to; "" for none
    within = "case"                          # or the link to what it is part of; "" for none. Its rights begin as that one's
    writers = ["analyst", "approver", "head"]
    restricted = false                       # whether new records are restricted by default
    world_when = ["published"]               # states in which a record may be made known to the world; none: any
    written_at = ""                          # the one page that writes it, in words, when the generic pages may not

    [[field]]
    name = "strength"
    label = "Number of fighters"
    type = "integer"                         # text long choice choices integer real date place link links flag
    unit = "persons"
    required = false
    minimum = 0
    help = "Best estimate; leave empty when not known."

``text`` is one line, ``long`` may hold line breaks. ``choice`` and ``choices`` need a table ``[field.choices]`` of
value = "words shown", or the name of a list in ``records/forms/choices.toml`` (``choices = "level"``). ``link`` and ``links`` need ``to``, a kind; they hold record ids. Text and long are kept under the record's own
key, so that what is said about people can be erased; ``erasable = false`` keeps one in the open (a code or a reference
that others are found by), ``erasable = true`` seals a field of another type. ``personal = true`` seals it and shows it to
those alone who see the record exactly. ``sensitive = true`` hides it until a reader asks for it.
``moved = true`` on a choice: nobody types it; it begins at its first value and moves by the form's transitions (see
``records/workflow.py``). ``stepped = true``: people choose it, but only among the states that a transition leads to. ``kept = true``: filled in by the system, never typed; ``apart = true``: shown on a page of its own, not among the fields.
``blur = true`` keeps it out of public views (see ``records/disclosure_control.py``), as ``sensitive`` does. ``official = true`` on an
area: it bounds the record's subject and is no place where something happened, so no blurring is needed. ``approved = true`` on a
flag: only an approver or head sets it (see ``records/drafts.py``). ``past = true`` on a date: it cannot lie after today
(see ``records/plausibility.py``). ``starts`` lists how a
text must begin (an address: ``https://``). ``to = "*"`` is for links to anything: a code of a framework's indicator,
or ``kind:id``; ``to = "account"`` for accounts, whose names only those who may edit the record see.
Empty is null: missing is not zero, and not "no". A field that rests on another source than its form says so with its
own ``source`` and ``part``.

    order = [["since", "until"]]             # pairs of fields; the first may not lie above the second

    [[need]]                                 # when a field holds one of these values (none given: any value),
    field = "status"                         # these others are needed
    values = ["established"]
    needs = ["body", "document"]
    why = "only a competent body establishes an element"
    any = true                               # one of them is enough; without it all are needed

    [[transition]]                           # a step of the field that is moved
    name = "publish"
    label = "Publish"                        # on the button
    from = ["in_signature"]
    to = "published"
    roles = ["approver", "head"]             # of the record's own space
    second = true                            # by somebody else than whoever made the step before
    holds = ["signatures"]                   # conditions that must hold; the kind's own module knows them by name
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from upstander.core import plugins
from upstander.core.errors import ConfigError
from upstander.core.rights import Role
from upstander.records.forms.fields import (
    MOST,
    MOST_LINKS,
    PLACE,
    TYPES,
    Field,
    Form,
    FormError,
    Need,
    Transition,
)
from upstander.records.forms.values import value_of

__all__ = [
    "MOST",
    "MOST_LINKS",
    "PLACE",
    "Field",
    "Form",
    "FormError",
    "Need",
    "Transition",
    "check",
    "choices",
    "form",
    "kinds",
]
PACKAGE, FOLDER = "upstander", "kinds"
REMEDY = {
    "choice": ": choose one",
    "choices": ": choose at least one",
    "flag": ": choose yes or no",
    "link": ": choose one",
    "links": ": choose at least one",
    "place": ": choose one",
    "date": ": give a day",
}


@cache
def _files() -> Mapping[str, Traversable]:
    """By kind, its file: in the folder ``kinds`` of whichever package the kind belongs to."""
    folders = (files(PACKAGE).joinpath(name, FOLDER) for name in plugins.folders(PACKAGE, FOLDER))
    forms = (f for folder in folders for f in folder.iterdir() if f.name.endswith(".toml"))
    return {f.name.removesuffix(".toml"): f for f in forms}


def kinds() -> tuple[str, ...]:
    """The kinds there are, sorted: the names of the files."""
    return tuple(sorted(_files()))


@cache
def form(kind: str) -> Form:
    """The form of a kind.

    Raises:
        ConfigError: no such kind, or its file is not a form.
    """
    if kind not in kinds():
        raise ConfigError(f"no kind of record named {kind!r}; have {', '.join(kinds())}")
    values = tomllib.loads(_files()[kind].read_text("utf-8"))
    try:
        made = _form(kind, values)
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError(f"{kind}.toml: {error}") from None
    if faults := _transition_faults(made):
        raise ConfigError(f"{kind}.toml: {'; '.join(faults)}")
    for f in made.fields:
        if (
            f.type not in TYPES
            or (f.type in ("choice", "choices")) != bool(f.choices)
            or (f.type in ("link", "links")) != bool(f.to)
        ):
            raise ConfigError(
                f"{kind}.toml, field {f.name}: type, choices or to do not fit together"
            )
    named = {n for pair in made.order for n in pair} | {
        n for x in made.needs for n in (x.field, *x.needs)
    }
    named |= {made.within} - {""}
    named -= {PLACE}
    if lost := sorted(named - {f.name for f in made.fields}):
        raise ConfigError(
            f"{kind}.toml: order, need or within names no field of it: {', '.join(lost)}"
        )
    return made


def _transition_faults(made: Form) -> list[str]:
    """Steps without a field that moves, a field that moves without steps, states that the field does not have."""
    field = made.state or made.stepped
    if (field is None) != (not made.transitions):
        return ["a field that is moved or stepped and transitions come together"]
    states = set(field.choices) if field else set()
    named = {s for t in made.transitions for s in (*t.from_, t.to)} | set(made.world_when)
    return [f"no state {s!r}" for s in sorted(named - states)]


def _form(kind: str, values: dict[str, Any]) -> Form:
    """The form as its file says. Raises KeyError, TypeError or ValueError where it does not fit."""
    fields = [
        {**f, "choices": choices(f["choices"])} if isinstance(f.get("choices"), str) else f
        for f in values.pop("field")
    ]
    needs = [
        {**n, "needs": tuple(n["needs"]), "values": tuple(n.get("values", ()))}
        for n in values.pop("need", ())
    ]
    order = tuple((low, high) for low, high in values.pop("order", ()))
    steps = tuple(_transition(t) for t in values.pop("transition", ()))
    return Form(
        kind=kind,
        transitions=steps,
        world_when=tuple(values.pop("world_when", ())),
        fields=tuple(Field(**f) for f in fields),
        needs=tuple(Need(**n) for n in needs),
        order=order,
        **{**values, "writers": tuple(Role(w) for w in values["writers"])},
    )


def _transition(values: dict[str, Any]) -> Transition:
    return Transition(
        name=values["name"],
        label=values["label"],
        from_=tuple(values["from"]),
        to=values["to"],
        roles=tuple(Role(r) for r in values["roles"]),
        second=values.get("second", False),
        holds=tuple(values.get("holds", ())),
    )


@cache
def _lists() -> Mapping[str, Mapping[str, str]]:
    loaded = tomllib.loads(files(__package__).joinpath("choices.toml").read_text("utf-8"))
    return {name: dict(values) for name, values in loaded.items()}


def choices(name: str) -> Mapping[str, str]:
    """A list of choices that several forms share: value -> words shown. Raises KeyError."""
    return _lists()[name]


def check(form: Form, given: Mapping[str, Any], places: frozenset[str]) -> dict[str, Any]:
    """The record's body: every field by name, cleaned, null where nothing was given.

    Args:
        given: values as typed in a page (text), or as in JSON (numbers, lists, booleans).
        places: codes a place field may hold.

    Raises:
        FormError: for all faults at once, by field; unknown fields are a fault, never dropped in silence.
    """
    faults: dict[str, str] = {}
    body: dict[str, Any] = {}
    for name in given.keys() - {f.name for f in form.fields}:
        faults[str(name)[:80]] = (
            f"{form.title} has no such field; take it away or choose one of its fields"
        )
    for f in form.fields:
        if f.moved and given.get(f.name) not in (None, ""):
            faults[f.name] = (
                f"{f.label} is not typed: it moves by its own steps, on the record's page"
            )
            continue
        try:
            body[f.name] = None if f.moved else value_of(f, given.get(f.name), places)
        except ValueError as error:
            faults[f.name] = str(error)
        else:
            if f.required and not f.moved and body[f.name] in (None, "", []):
                faults[f.name] = (
                    f"{f.label}{'' if f.label.endswith('?') else ' is needed'}{REMEDY.get(f.type, '')}"
                )
    faults |= {name: words for name, words in _across(form, body).items() if name not in faults}
    if faults:
        raise FormError(faults)
    return body


def _across(form: Form, body: Mapping[str, Any]) -> dict[str, str]:
    """Faults between fields: something is needed because of another value, or a pair stands in the wrong order."""
    faults: dict[str, str] = {}
    for need in form.needs:
        if _holds(need, body):
            faults |= _needed(form, need, body)
    for low, high in form.order:
        if body.get(low) is not None and body.get(high) is not None and body[low] > body[high]:
            faults[high] = (
                f"{form.field(high).label} lies below {form.field(low).label}; exchange them or correct one"
            )
    return faults


def _needed(form: Form, need: Need, body: Mapping[str, Any]) -> dict[str, str]:
    """Faults of the fields that are needed and empty."""
    empty = [name for name in need.needs if name != PLACE and body.get(name) in (None, "", [])]
    if not need.any:
        return {name: f"{form.field(name).label} is needed: {need.why}" for name in empty}
    if len(empty) < len(need.needs):
        return {}
    labels = " or ".join(form.field(name).label for name in need.needs)
    return {need.needs[0]: f"{labels} is needed: {need.why}"}


def _holds(need: Need, body: Mapping[str, Any]) -> bool:
    held = body.get(need.field)
    values = {str(v).lower() for v in (held if isinstance(held, list) else [held]) if v is not None}
    return bool(values and (not need.values or values & set(need.values)))


def needed_place(form: Form, body: Mapping[str, Any]) -> str:
    """Why a record of this body needs a place of its own; '' where it does not."""
    return next((n.why for n in form.needs if PLACE in n.needs and _holds(n, body)), "")
