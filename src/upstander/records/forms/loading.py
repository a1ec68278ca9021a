"""Forms from their files, each checked when it is first read."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from upstander.core import plugins
from upstander.core.errors import ConfigError
from upstander.core.messages import text
from upstander.core.rights import Role
from upstander.records.forms.fields import (
    PLACE,
    TYPES,
    Blind,
    Choices,
    Field,
    Form,
    Need,
    Transition,
    Was,
)

PACKAGE, FOLDER = "upstander", "kinds"
LISTED = ("world_when", "closed_when", "called", "first")  # fields and states by name
SAID = ("title", "plural", "help", "label", "unit", "why")  # what people read of a form


@cache
def _files() -> Mapping[str, tuple[str, Traversable]]:
    """By kind, the package that it belongs to and its file, in that package's folder ``kinds``."""
    found = (
        (file.name, package, file)
        for package in plugins.folders(PACKAGE, FOLDER)
        for file in files(PACKAGE).joinpath(package, FOLDER).iterdir()
    )
    return {n.removesuffix(".toml"): (p, f) for n, p, f in found if n.endswith(".toml")}


def kinds() -> tuple[str, ...]:
    """The kinds there are, sorted: the names of the files."""
    return tuple(sorted(_files()))


def package_of(kind: str) -> str:
    """The package that a kind belongs to: ``assess``, ``respond`` ... Raises KeyError."""
    return _files()[kind][0]


@cache
def importable() -> tuple[str, ...]:
    """Kinds that are brought in from files, in the order of their forms."""
    brought = (k for k in kinds() if form(k).import_order)
    return tuple(sorted(brought, key=lambda k: form(k).import_order))


@cache
def form(kind: str) -> Form:
    """The form of a kind.

    Raises:
        ConfigError: no such kind, or its file is not a form.
    """
    if kind not in kinds():
        raise ConfigError(f"no kind of record named {kind!r}; have {', '.join(kinds())}")
    values = tomllib.loads(_files()[kind][1].read_text("utf-8"))
    try:
        made = _form(kind, values)
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError(f"{kind}.toml: {error}") from None
    if faults := [*_transition_faults(made), *_field_faults(made), *_name_faults(made)]:
        raise ConfigError(f"{kind}.toml: {'; '.join(faults)}")
    return made


def _field_faults(of: Form) -> list[str]:
    """Fields whose type, choices or target do not fit together."""
    return [
        f"field {f.name}: type, choices or to do not fit together"
        for f in of.fields
        if f.type not in TYPES
        or (f.type in ("choice", "choices")) != bool(f.choices)
        or (f.type in ("link", "links")) != bool(f.to)
    ]


def _name_faults(of: Form) -> list[str]:
    """Fields that the form names and does not have; former names that are a field's of today."""
    own = {f.name for f in of.fields}
    ordered = {name for pair in of.order for name in pair}
    needed = {name for need in of.needs for name in (need.field, *need.needs)}
    blind = {of.blind.by, of.blind.given} if of.blind else set()
    listed = {of.within, *of.called, *of.first}
    named = (ordered | needed | blind | listed) - {PLACE, ""}
    faults = (
        [f"names no field of it: {', '.join(sorted(named - own))}"] if named - own else []
    )
    folded = {f.name for f in of.fields if f.required and f.is_typed} - set(of.first)
    if of.first and folded:
        faults.append(f"folds away what is needed: {', '.join(sorted(folded))}")
    former = own & {name for f in of.fields for name in f.was.names}
    return faults + [
        f"{name} is a field, so none was called so before" for name in sorted(former)
    ]


def _transition_faults(made: Form) -> list[str]:
    """Steps without a field that moves, a field that moves without steps, states that the field does not have."""
    field = made.state or made.stepped
    if (field is None) != (not made.transitions):
        return ["a field that is moved or stepped and transitions come together"]
    states = set(field.choices) if field else set()
    named = {s for t in made.transitions for s in (*t.from_, t.to)}
    named |= {*made.world_when, *made.closed_when}
    return [f"no state {s!r}" for s in sorted(named - states)]


def _form(kind: str, values: dict[str, Any]) -> Form:
    """The form as its file says. Raises KeyError, TypeError or ValueError where it does not fit."""
    fields = [_field(f) for f in values.pop("field")]
    needs = [
        {**n, "needs": tuple(n["needs"]), "values": tuple(n.get("values", ()))}
        for n in values.pop("need", ())
    ]
    order = tuple((low, high) for low, high in values.pop("order", ()))
    steps = tuple(_transition(t) for t in values.pop("transition", ()))
    listed: dict[str, Any] = {name: tuple(values.pop(name, ())) for name in LISTED}
    return Form(
        kind=kind,
        blind=_blind(values.pop("blind", None)),
        transitions=steps,
        **listed,
        fields=tuple(fields),
        needs=tuple(Need(**_said(n)) for n in needs),
        order=order,
        **{**_said(values), "writers": tuple(Role(w) for w in values["writers"])},
    )


def _blind(values: dict[str, Any] | None) -> Blind | None:
    """Which records of other spaces are seen only after one's own, as the file says it."""
    if values is None:
        return None
    return Blind(
        by=values["by"],
        during=tuple(values["during"]),
        given=values["given"],
        empty=tuple(values["empty"]),
    )


def _field(values: dict[str, Any]) -> Field:
    """One field as its file says it."""
    listed = values.pop("choices", {})
    offered = choices(listed) if isinstance(listed, str) else listed
    withdrawn = values.pop("withdrawn_choices", {})
    was = values.pop("was", {})
    return Field(
        choices=Choices(
            {code: text(words) for code, words in {**offered, **withdrawn}.items()}
        ),
        withdrawn_choices=frozenset(withdrawn),
        was=Was(names=tuple(was.get("names", ())), choices=was.get("choices", {})),
        **_said(values),
    )


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a file, those that people read as messages."""
    return {k: text(v) if k in SAID else v for k, v in values.items()}


def _transition(values: dict[str, Any]) -> Transition:
    return Transition(
        name=values["name"],
        label=text(values["label"]),
        from_=tuple(values["from"]),
        to=values["to"],
        roles=tuple(Role(r) for r in values["roles"]),
        second=values.get("second", False),
        holds=tuple(values.get("holds", ())),
    )


@cache
def _lists() -> Mapping[str, Mapping[str, str]]:
    loaded = tomllib.loads(
        files("upstander.records.forms").joinpath("choices.toml").read_text("utf-8")
    )
    return {
        name: {code: text(words) for code, words in values.items()}
        for name, values in loaded.items()
    }


def lists() -> tuple[str, ...]:
    """Names of the lists of choices that several forms share."""
    return tuple(_lists())


def choices(name: str) -> Mapping[str, str]:
    """A list of choices that several forms share: value -> words shown. Raises KeyError."""
    return _lists()[name]
