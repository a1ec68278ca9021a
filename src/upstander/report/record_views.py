"""People's records as a reader sees them: one record, a list, a history, a comparison. Plain values, made once.

A page and its JSON twin are made from the same content, so the two cannot differ. Links to records that the reader
may not read are left out without a trace; names of accounts are shown only to people who are signed in. Everything here
shows a record as ``records.disclosure_control`` lets this reader see it: this is the one way from records to pages, JSON and files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from upstander.core.rights import CLEARED, Actor, Marking, Role, Stamp, Usage
from upstander.records import ALPHABET, Record
from upstander.records.disclosure_control import FEWER, WITHHELD, blurred
from upstander.records.forms import Field, Form
from upstander.records.titles import EMPTY, title
from upstander.records.titles import said as value_said

QUOTED = ("passage", "quote", "text")  # fields that hold the words of a source
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")  # BCP 47
MARKINGS = {
    Marking.CLEAR: "anyone, also without an account, if the use is public",
    Marking.GREEN: "everyone with an account here",
    Marking.AMBER: "people of the space, and of the spaces it is shared with",
    Marking.STRICT: "people of the space alone",
    Marking.RED: "its author and the accounts it names",
}
USAGES = {
    Usage.PUBLIC: "may be published and quoted",
    Usage.RESTRICTED: "for the work of those who may read it; ask before passing it on",
    Usage.OFFICE: "inside the office only",
    Usage.EARLY_WARNING: "for early warning only, never for prosecution or immigration",
}
ID_LENGTH = 26
ACCOUNT = "account"  # a link to it holds the name of an account, not the id of a record


@dataclass(frozen=True)
class Reader:
    """Who content is made for, and what they may see things called.

    Attributes:
        accounts: names by account id; spaces: titles by space id; places: names by code.
        titles: of the linked records that this reader may read, by id: (kind, title).
    """

    actor: Actor
    accounts: Mapping[str, str] = field(default_factory=dict)
    spaces: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def who(self, account: str, space: str) -> str:
        """The name of an account, or of its space for people outside."""
        shown = self.spaces.get(space, space)
        if self.actor.role is Role.VISITOR:
            return shown
        return self.accounts.get(account) or f"an account of {shown}"


def home(record: Record, form: Form, reader: Reader) -> str:
    """The page where work on a record goes on, as its form says: its own, or what it is part of if the reader sees that."""
    wholes = {name: _whole(record, name) for name in _names_in(form.home)}
    if any(id not in reader.titles for id in wholes.values()):
        return f"/records/{record.kind}/{record.id}"
    return form.home.format(id=record.id, kind=record.kind, **wholes)


def _names_in(address: str) -> set[str]:
    """What an address names besides the record itself: its parent, or fields that link to what it is part of."""
    return set(re.findall(r"{(\w+)}", address)) - {"id", "kind"}


def _whole(record: Record, name: str) -> str:
    return record.parent if name == "parent" else str(record.body.get(name) or "")


def linked_id(value: str) -> str:
    """The record id in a link, plain or written ``kind:id``; '' when it is a code of a framework."""
    last = value.rsplit(":", 1)[-1]
    return last if len(last) == ID_LENGTH and set(last) <= set(ALPHABET) else ""


def links_of(record: Record, form: Form) -> set[str]:
    """Ids of all records that a record points to."""
    found = {record.parent} if record.parent else set()
    for f in form.fields:
        if f.type in ("link", "links"):
            found |= {linked_id(v) for v in _several(record.body.get(f.name))}
    return found - {""}


def title_of(record: Record, form: Form, actor: Actor) -> str:
    """What a record is called for this reader."""
    bare = f"{form.title} {record.id[-6:]}"
    if record.erased:
        return f"{bare}, erased"
    seen = blurred(record, actor, form)
    return title(form, seen.body, hidden=WITHHELD) or bare


def said(record: Record, field: Field) -> str:
    """A field's value in the words of its form; '' when there is none."""
    return value_said(field, record.body.get(field.name))


def one(record: Record, form: Form, reader: Reader) -> dict[str, Any]:
    """Everything a page shows of one version of a record."""
    seen = blurred(record, reader.actor, form)
    return {
        **line(record, form, reader),
        "help": form.help,
        "source": form.source,
        "part": form.part,
        "home": home(record, form, reader),
        "parent": _link(record.parent, reader),
        "why": seen.why,
        "fingerprint": record.fingerprint,
        "erased": record.erased,
        "fields": [_field(seen, f, reader) for f in form.fields if _is_shown(seen, f)],
    }


def _is_shown(record: Record, field: Field) -> bool:
    """A field that was withdrawn shows where it was filled in."""
    return not field.apart and not (field.withdrawn and record.body.get(field.name) in EMPTY)


def line(record: Record, form: Form, reader: Reader) -> dict[str, Any]:
    """What a list shows of a record."""
    return {
        "kind": record.kind,
        "kind_title": form.title,
        "id": record.id,
        "href": f"/records/{record.kind}/{record.id}",
        "title": title_of(record, form, reader.actor),
        "version": record.version,
        "place": record.place,
        "place_name": reader.places.get(record.place, record.place),
        "who": reader.who(blurred(record, reader.actor, form).who, record.stamp.space),
        "when": record.when.isoformat(timespec="microseconds"),
        "stamp": stamp(record.stamp, reader),
    }


def stamp(of: Stamp, reader: Reader) -> dict[str, Any]:
    """Rights in words; whom a record is shared with is told only inside its own space."""
    inside = reader.actor.space == of.space or (
        bool(of.author) and reader.actor.account == of.author
    )
    return {
        "label": of.marking.label,
        "marking": of.marking.value,
        "readers": MARKINGS[of.marking],
        "usage": of.usage.value,
        "usage_words": USAGES[of.usage],
        "space": of.space,
        "space_title": reader.spaces.get(of.space, of.space),
        "restricted": of.restricted,
        "shared": [reader.spaces.get(s, s) for s in of.shared] if inside else [],
        "editors": [reader.spaces.get(s, s) for s in of.editors] if inside else [],
        "named": [reader.accounts.get(a, "another account") for a in of.named] if inside else [],
    }


def history(versions: Sequence[Record], form: Form, reader: Reader) -> list[dict[str, Any]]:
    """Every version, newest first, each with what it changed."""
    made = []
    for before, now in zip([None, *versions], versions, strict=False):
        changes = [] if before is None else changed(before, now, form, reader)
        why = blurred(now, reader.actor, form).why
        made.append(
            {
                **line(now, form, reader),
                "why": why,
                "fingerprint": now.fingerprint,
                "changes": changes,
            }
        )
    return made[::-1]


def changed(before: Record, now: Record, form: Form, reader: Reader) -> list[dict[str, str]]:
    """Fields and rights that differ between two versions, in words; a change that is held back is no row."""
    old, new = stamp(before.stamp, reader), stamp(now.stamp, reader)
    before, now = blurred(before, reader.actor, form), blurred(now, reader.actor, form)
    rows = [
        (
            f.name,
            f.label,
            _words(_field(before, f, reader)),
            _words(_field(now, f, reader)),
            f.sensitive,
        )
        for f in form.fields
        if not f.apart and before.body.get(f.name) != now.body.get(f.name)
    ]
    rows += [
        (f"_{k}", label, _plain(old[k]), _plain(new[k]), False)
        for k, label in (
            ("label", "Marking"),
            ("usage_words", "Use"),
            ("restricted", "Restricted"),
            ("shared", "Shared with"),
            ("editors", "Editors"),
            ("named", "Named accounts"),
        )
        if old[k] != new[k]
    ]
    if before.place != now.place:
        rows.append(("_place", "Place", before.place or "—", now.place or "—", False))
    return [
        {"name": n, "label": label, "before": b, "after": a, "sensitive": s}  # type: ignore[dict-item]
        for n, label, b, a, s in rows
    ]


def _field(record: Record, f: Field, reader: Reader) -> dict[str, Any]:
    """One field with its value as kept, and as words and links to show."""
    value = record.body.get(f.name)
    erased = record.erased and f.is_sealed and not value
    links: list[dict[str, str]] = []
    if f.to == ACCOUNT:
        seen = _several(value) if _sees_accounts(record, reader.actor) else []
        links = [{"title": reader.accounts.get(v, v), "href": ""} for v in seen]
        value = value if links else None
    elif f.type in ("link", "links"):
        seen = [v for v in _several(value) if not linked_id(v) or linked_id(v) in reader.titles]
        links = [found for v in seen if (found := _link(v, reader))]
        value = seen if f.type == "links" else (seen[0] if seen else None)
    return {
        "name": f.name,
        "label": f.label,
        "type": f.type,
        "unit": f.unit,
        "help": f.help,
        "sensitive": f.sensitive,
        "personal": f.personal,
        "erased": erased,
        "value": None if erased else value,
        "links": links,
        "words": _shown(f, value, reader),
        "lang": _language(record, f),
    }


def _language(record: Record, f: Field) -> str:
    """Code of the language of a text that quotes somebody, as its record says (WCAG 3.1.2); '' where it is not known."""
    code = str(record.body.get("language") or "") if f.name in QUOTED else ""
    return code if LANGUAGE.fullmatch(code) else ""


def _sees_accounts(record: Record, actor: Actor) -> bool:
    """Whether the accounts that a record names are shown: to its author and those of its space who may edit it."""
    inside = actor.space == record.stamp.space and actor.role in CLEARED
    return inside or (bool(actor.account) and actor.account == record.stamp.author)


def _shown(f: Field, value: Any, reader: Reader) -> list[str]:
    """A value in words, [] when there is none."""
    if value is None or value == [] or f.type in ("link", "links"):
        return []
    if value in (FEWER, WITHHELD):
        return [value]
    if f.type in ("choice", "choices"):
        return [f.choices.get(v, v) for v in _several(value)]
    if f.type == "flag":
        return ["yes" if value else "no"]
    if f.type == "place":
        return [reader.places.get(value, value)]
    if f.type in ("integer", "real") and not isinstance(
        value, str
    ):  # a count that is held back is words
        return [f"{value:,}".removesuffix(".0")]
    return [str(value)]


def _link(value: str, reader: Reader) -> dict[str, str] | None:
    if not value:
        return None
    if not (id := linked_id(value)):
        return {"title": value, "href": ""}
    if id not in reader.titles:
        return None
    kind, title = reader.titles[id]
    return {"title": title, "href": f"/records/{kind}/{id}"}


def _several(value: Any) -> list[str]:
    if value in (None, ""):
        return []
    return [str(v) for v in value] if isinstance(value, list | tuple) else [str(value)]


def _words(shown: Mapping[str, Any]) -> str:
    if shown["erased"]:
        return "erased"
    return _plain([*shown["words"], *(x["title"] for x in shown["links"])])


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Iterable) and not isinstance(value, str):
        return "; ".join(str(v) for v in value) or "—"
    return str(value) if value not in (None, "") else "—"
