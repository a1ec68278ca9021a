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
value = "words shown", or the name of a list in ``assess/choices.toml`` (``choices = "level"``). ``link`` and ``links`` need ``to``, a kind; they hold record ids. ``personal = true`` puts the
value under the record's own key, so that it can be erased. ``sensitive = true`` hides it until a reader asks for it.
``moved = true`` on a choice: nobody types it; it begins at its first value and moves by the form's transitions (see
``assess/workflow.py``). ``kept = true``: filled in by the system, never typed; ``apart = true``: shown on a page of its own, not among the fields.
``blur = true`` keeps it out of public views (see ``assess/blur.py``), as ``sensitive`` does. ``official = true`` on an
area: it bounds the record's subject and is no place where something happened, so no blurring is needed. ``approved = true`` on a
flag: only an approver or head sets it (see ``assess/keeping.py``). ``past = true`` on a date: it cannot lie after today
(see ``assess/plausibility.py``). ``starts`` lists how a
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

import math
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from upstander.core.cleaning import BREAKS, OVERRIDES, cleaned
from upstander.core.errors import ConfigError, UpstanderError
from upstander.core.rights import Role

PLACE = "place"
TYPES = ("text", "long", "choice", "choices", "integer", "real", "date", "place", "link", "links", "flag")
MOST = {"text": 300, "long": 20_000}  # characters, unless the field says otherwise
MOST_LINKS = 500
REMEDY = {"choice": ": choose one", "choices": ": choose at least one", "flag": ": choose yes or no", "link": ": choose one",
          "links": ": choose at least one", "place": ": choose one", "date": ": give a day"}  # fmt: skip
EARLIEST, LATEST = date(1800, 1, 1), date(2200, 12, 31)
# Written for thousands by some and for a fraction by others: nobody can tell which was meant.
AMBIGUOUS = re.compile(r"[+-]?\d{1,3}(?:[.,]\d{3})+")


class FormError(UpstanderError):
    """What somebody filled in cannot be kept: ``faults`` says field by field why and what to do."""

    exit_code = 2

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {words}" for name, words in faults.items()))
        self.faults = dict(faults)


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field. ``most`` bounds characters of text; ``minimum`` and ``maximum`` bound numbers."""

    name: str
    label: str
    type: str
    required: bool = False
    help: str = ""
    unit: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    to: str = ""
    most: int = 0
    minimum: float | None = None
    maximum: float | None = None
    personal: bool = False
    sensitive: bool = False
    source: str = ""
    part: str = ""
    starts: tuple[str, ...] = ()
    blur: bool = False
    official: bool = False
    approved: bool = False
    past: bool = False
    moved: bool = False
    kept: bool = False
    apart: bool = False

    @property
    def is_typed(self) -> bool:
        """Whether people fill it in."""
        return not (self.moved or self.kept)


@dataclass(frozen=True, kw_only=True)
class Need:
    """When ``field`` holds one of ``values`` (any value where there are none), ``needs`` are needed too; ``any``: one of them.

    ``place`` among the needs is the place of the record itself, which is no field of its form.
    """

    field: str
    needs: tuple[str, ...]
    why: str
    values: tuple[str, ...] = ()
    any: bool = False


@dataclass(frozen=True, kw_only=True)
class Transition:
    """A step of a record from one state to the next; see the module's head."""

    name: str
    label: str
    from_: tuple[str, ...]
    to: str
    roles: tuple[Role, ...]
    second: bool = False
    holds: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Form:
    """One kind of record; see the module's head for what each part means."""

    kind: str
    title: str
    plural: str
    help: str
    source: str
    part: str
    fields: tuple[Field, ...]
    writers: tuple[Role, ...]
    factor: str = ""
    parent: str = ""
    within: str = ""
    restricted: bool = False
    written_at: str = ""
    order: tuple[tuple[str, str], ...] = ()
    needs: tuple[Need, ...] = ()
    transitions: tuple[Transition, ...] = ()
    world_when: tuple[str, ...] = ()

    @property
    def state(self) -> Field | None:
        """The field that moves by transitions, if there is one."""
        return next((f for f in self.fields if f.moved), None)

    def field(self, name: str) -> Field:
        """The field of this name. Raises KeyError."""
        return {f.name: f for f in self.fields}[name]


def kinds() -> tuple[str, ...]:
    """The kinds there are, sorted: the names of the files."""
    found = files(__package__).iterdir()
    return tuple(sorted(f.name.removesuffix(".toml") for f in found if f.name.endswith(".toml")))


@cache
def form(kind: str) -> Form:
    """The form of a kind.

    Raises:
        ConfigError: no such kind, or its file is not a form.
    """
    if kind not in kinds():
        raise ConfigError(f"no kind of record named {kind!r}; have {', '.join(kinds())}")
    values = tomllib.loads(files(__package__).joinpath(f"{kind}.toml").read_text("utf-8"))
    try:
        made = _form(kind, values)
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError(f"assess/forms/{kind}.toml: {error}") from None
    if faults := _transition_faults(made):
        raise ConfigError(f"assess/forms/{kind}.toml: {'; '.join(faults)}")
    for f in made.fields:
        if (
            f.type not in TYPES
            or (f.type in ("choice", "choices")) != bool(f.choices)
            or (f.type in ("link", "links")) != bool(f.to)
        ):
            raise ConfigError(f"assess/forms/{kind}.toml, field {f.name}: type, choices or to do not fit together")
    named = {n for pair in made.order for n in pair} | {n for x in made.needs for n in (x.field, *x.needs)}
    named |= {made.within} - {""}
    named -= {PLACE}
    if lost := sorted(named - {f.name for f in made.fields}):
        raise ConfigError(f"assess/forms/{kind}.toml: order, need or within names no field of it: {', '.join(lost)}")
    return made


def _transition_faults(made: Form) -> list[str]:
    """Steps without a field that moves, a field that moves without steps, states that the field does not have."""
    if (made.state is None) != (not made.transitions):
        return ["a field that is moved and transitions come together"]
    states = set(made.state.choices) if made.state else set()
    named = {s for t in made.transitions for s in (*t.from_, t.to)} | set(made.world_when)
    return [f"no state {s!r}" for s in sorted(named - states)]


def _form(kind: str, values: dict[str, Any]) -> Form:
    """The form as its file says. Raises KeyError, TypeError or ValueError where it does not fit."""
    fields = [
        {**f, "choices": choices(f["choices"])} if isinstance(f.get("choices"), str) else f for f in values.pop("field")
    ]
    needs = [{**n, "needs": tuple(n["needs"]), "values": tuple(n.get("values", ()))} for n in values.pop("need", ())]
    order = tuple((low, high) for low, high in values.pop("order", ()))
    steps = tuple(_transition(t) for t in values.pop("transition", ()))
    return Form(
        kind=kind, transitions=steps, world_when=tuple(values.pop("world_when", ())), fields=tuple(Field(**f) for f in fields), needs=tuple(Need(**n) for n in needs), order=order,
        **{**values, "writers": tuple(Role(w) for w in values["writers"])},
    )  # fmt: skip


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
    loaded = tomllib.loads(files("upstander.assess").joinpath("choices.toml").read_text("utf-8"))
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
        faults[str(name)[:80]] = f"{form.title} has no such field; take it away or choose one of its fields"
    for f in form.fields:
        if f.moved and given.get(f.name) not in (None, ""):
            faults[f.name] = f"{f.label} is not typed: it moves by its own steps, on the record's page"
            continue
        try:
            body[f.name] = None if f.moved else _value(f, given.get(f.name), places)
        except ValueError as error:
            faults[f.name] = str(error)
        else:
            if f.required and not f.moved and body[f.name] in (None, "", []):
                faults[f.name] = f"{f.label}{'' if f.label.endswith('?') else ' is needed'}{REMEDY.get(f.type, '')}"
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
            faults[high] = f"{form.field(high).label} lies below {form.field(low).label}; exchange them or correct one"
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


def _value(f: Field, given: Any, places: frozenset[str]) -> Any:
    """One clean value, None when empty. Raises ValueError with words for the person who typed it."""
    if given is None or given == "" or given == []:
        return [] if f.type in ("choices", "links") else None
    if f.type in ("text", "long"):
        return _text(f, given)
    if f.type in ("integer", "real"):
        return _number(f, given)
    if f.type in ("choices", "links"):
        return _several(f, given)
    text = _line(given, f)
    if f.type == "choice":
        return _choice(f, text)
    if f.type == "date":
        return _day(f, text)
    if f.type == "flag":
        return _flag(f, given)
    if f.type == "place" and text not in places:
        raise ValueError(f"{text!r} is not a place code; use the three letters, for example SDN")
    return text


def _line(given: Any, f: Field) -> str:
    if isinstance(given, bool | int):
        return str(given).lower()
    if not isinstance(given, str):
        raise ValueError(f"{f.label} takes text")
    return given.strip()


def _text(f: Field, given: Any) -> str | None:
    if not isinstance(given, str):
        raise ValueError(f"{f.label} takes text")
    text = cleaned(given).strip()
    if f.type == "text" and any(c in BREAKS for c in given if c not in "\r\n"):
        text = text.replace("\n", " ")  # a word processor's break in what is one line here
    most = f.most or MOST[f.type]
    if len(text) > most:
        raise ValueError(f"{f.label} has {len(text):,} characters; at most {most:,} are kept. Shorten it")
    if f.starts and text and not text.lower().startswith(tuple(f.starts)):
        raise ValueError(f"{f.label} must begin with {' or '.join(f.starts)}")
    if OVERRIDES & set(text):
        raise ValueError(
            f"{f.label} holds invisible marks that change the direction of reading (overrides); type it without them"
        )
    allowed = "\n\t" if f.type == "long" else "\t"
    if bad := next((c for c in text if unicodedata.category(c) in ("Cc", "Cs", "Co") and c not in allowed), None):
        where = "one line only" if bad == "\n" else f"the character U+{ord(bad):04X} cannot be kept"
        raise ValueError(f"{f.label}: {where}")
    return text or None


def _number(f: Field, given: Any) -> float | int:
    if f.type == "integer" and isinstance(given, str) and AMBIGUOUS.fullmatch(text := given.strip()):
        plain, first = re.sub("[.,]", "", text), re.split("[.,]", text)[0]
        raise ValueError(f"{f.label}: {text[:20]} can mean {plain[:20]} or {first}; write {plain[:20]} or {first}")
    try:
        number = float(str(given).strip()) if not isinstance(given, bool) else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{f.label} takes a number written with digits, for example 12")
    if f.type == "integer" and number != int(number):
        raise ValueError(f"{f.label} takes a whole number")
    if (f.minimum is not None and number < f.minimum) or (f.maximum is not None and number > f.maximum):
        low, high = (("" if b is None else f"{b:g}") for b in (f.minimum, f.maximum))
        raise ValueError(
            f"{f.label} lies outside what is possible ({low} to {high})".replace("( to", "(up to").replace(
                " to )", " or more)"
            )
        )
    return int(number) if f.type == "integer" else number


def _choice(f: Field, text: str) -> str:
    if text not in f.choices:
        raise ValueError(f"{f.label}: {text[:40]!r} is not one of {', '.join(f.choices)}")
    return text


def _several(f: Field, given: Any) -> list[str]:
    found = [
        g.strip() for g in (given.split(";") if isinstance(given, str) else given) if isinstance(g, str) and g.strip()
    ]
    if not isinstance(given, str | list | tuple) or len(found) > MOST_LINKS:
        raise ValueError(f"{f.label} takes a list of at most {MOST_LINKS}")
    return [_choice(f, x) for x in dict.fromkeys(found)] if f.type == "choices" else list(dict.fromkeys(found))


def _day(f: Field, text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{f.label} takes a day written YYYY-MM-DD, for example 2026-05-31") from None
    if not EARLIEST <= day <= LATEST:
        raise ValueError(f"{f.label}: {text} lies outside {EARLIEST.year} to {LATEST.year}")
    return day.isoformat()


def _flag(f: Field, given: Any) -> bool:
    found = {"true": True, "yes": True, "1": True, "on": True, "false": False, "no": False, "0": False}
    text = str(given).strip().lower()
    if text not in found:
        raise ValueError(f"{f.label} takes yes or no")
    return found[text]
