"""What somebody sent to be kept: the values of the form's fields, and what every record has besides."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from upstander.core.messages import say
from upstander.core.rights import Marking, Stamp, Usage
from upstander.records import Record
from upstander.records.forms import MOST_LINKS, Field, Form, FormError
from upstander.web.kernel.routing import Given

# What a record has besides its fields: ``name`` in JSON, ``_name`` in a page's form.
TEXTS = (
    "why",
    "marking",
    "usage",
    "restricted",
    "place",
    "parent",
    "expected",
    "confirmed",
    "next",
    "draft",
)
NAMES = ("shared", "editors", "named")
LONGEST_CONTROL = 1000  # characters
LISTS = ("choices", "links")
Controls = Mapping[str, Any]


@dataclass(frozen=True)
class Submitted:
    """One record as it was sent.

    Attributes:
        record: the version that was edited, None for a new record.
        controls: what it has besides its fields, by ``_name``.
    """

    form: Form
    record: Record | None
    fields: Mapping[str, Any]
    controls: Controls

    @property
    def why(self) -> str:
        """The reason for the change."""
        return str(self.controls["_why"])

    @property
    def expected(self) -> int:
        """The version it was written upon, 0 for a new record."""
        return int(self._version[:9]) if self.record and self._version.isdecimal() else 0

    @property
    def has_version(self) -> bool:
        """Whether it says upon which version of the record it was written."""
        return self.record is None or 0 < self.expected <= self.record.version

    @property
    def _version(self) -> str:
        return str(self.controls["_expected"] or "0")

    @property
    def parent(self) -> str:
        """Id of the record it belongs to; what an edit does not name stays."""
        if not self.form.parent:
            return ""
        named = str(self.controls["_parent"])
        return self.record.parent if self.record and not named else named

    @property
    def place(self) -> str:
        """The place it is about: the form's own field, or the control that stands in its stead."""
        own = own_place(self.form)
        return str(self.fields.get(own) or "") if own else str(self.controls["_place"])


def submitted(given: Given, form: Form, record: Record | None = None) -> Submitted:
    """Read what was sent. Raises FormError where it is no object of fields, or gives one that only the system sets."""
    fields, named = fields_of(given, form), controls_of(given)
    _refuse_kept(fields, form, record)
    if record and given.is_json:  # what a program does not name stays
        own = {"_place": record.place, "_parent": record.parent}
        named |= {
            name: value for name, value in own.items() if name[1:] not in given.values
        }
    return Submitted(form, record, fields, named)


def _refuse_kept(fields: Mapping[str, Any], form: Form, record: Record | None) -> None:
    """Raise FormError where a field that the system keeps (which rule found a signal, what was sent) is given otherwise."""
    standing = record.body if record else {}
    faults = {
        f.name: say("web.is_kept_by_the_system", label=f.label)
        for f in form.fields
        if f.kept and fields.get(f.name) not in (None, "", standing.get(f.name))
    }
    if faults:
        raise FormError(faults)


def own_place(form: Form) -> str:
    """The form's own field for the place of the record, '' when it has none."""
    return next(
        (f.name for f in form.fields if f.type == "place" and f.name == "place"), ""
    )


def fields_of(given: Given, form: Form) -> dict[str, Any]:
    """The values of the form's fields; unknown names stay in, so that the check refuses them."""
    if given.is_json:
        fields = given.values.get("fields", {})
        if not isinstance(fields, dict):
            raise FormError({"fields": say("web.fields_takes_an_object_of_field_names")})
        return fields
    values = {
        k: v for k, v in given.values.items() if not k.startswith("_") and k != "csrf"
    }
    typed = {f.name: _typed(f, values[f.name]) for f in form.fields if f.name in values}
    return values | typed


def _typed(f: Field, value: Any) -> Any:
    """A value of a page's form: a list where the field takes several, the last where it takes one."""
    if f.type in LISTS and isinstance(value, str):
        return [v.strip() for v in re.split(r"[;\n]", value) if v.strip()]
    if f.type not in LISTS and isinstance(value, list):
        return value[-1]
    return value


def controls_of(given: Given) -> dict[str, Any]:
    """What every record has besides its fields, by ``_name``."""
    sent = {n: given.values.get(n if given.is_json else f"_{n}") for n in (*TEXTS, *NAMES)}
    texts = {f"_{n}": _text(sent[n]) for n in TEXTS}
    return {**texts, **{f"_{n}": _list(sent[n]) for n in NAMES}, "_is_json": given.is_json}


def _text(value: Any) -> str:
    return str(value).strip()[:LONGEST_CONTROL] if isinstance(value, str | int) else ""


def _list(value: Any) -> list[str] | None:
    if value is None:
        return None
    listed = value if isinstance(value, list) else [value]
    return [v for v in listed if isinstance(v, str) and v]


def stamp_asked_for(
    controls: Controls, before: Stamp, *, is_inside: bool
) -> tuple[Stamp, dict[str, str]]:
    """The rights asked for, and what is wrong with them; people of other spaces leave them as they are.

    In JSON what is not named stays.
    """
    if not is_inside:
        return before, {}
    stamp, faults = _marked(controls, before)
    if controls["_restricted"] or not controls["_is_json"]:
        stamp = replace(stamp, restricted=_is_on(controls["_restricted"]))
    shared, editors, named = (_names(controls, n, getattr(stamp, n)) for n in NAMES)
    return replace(stamp, shared=shared, editors=editors, named=named), faults


def _marked(controls: Controls, before: Stamp) -> tuple[Stamp, dict[str, str]]:
    stamp, faults = before, dict[str, str]()
    try:
        stamp = replace(stamp, marking=Marking(controls["_marking"] or stamp.marking))
    except ValueError:
        faults["_marking"] = say(
            "web.choose_one_of", join=", ".join(m.value for m in Marking)
        )
    try:
        stamp = replace(stamp, usage=Usage(controls["_usage"] or stamp.usage))
    except ValueError:
        faults["_usage"] = say("web.choose_one_of", join=", ".join(u.value for u in Usage))
    return stamp, faults


def _names(controls: Controls, name: str, before: tuple[str, ...]) -> tuple[str, ...]:
    chosen = controls[f"_{name}"]
    if chosen is None and controls["_is_json"]:
        return before
    return tuple(dict.fromkeys(chosen or ()))[:MOST_LINKS]


def _is_on(value: str) -> bool:
    return value.casefold() in ("true", "yes", "on", "1")
