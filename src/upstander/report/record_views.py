"""People's records as a reader sees them: one record, a list, a history, a comparison. Plain values, made once.

A page and its JSON twin are made from the same content, so the two cannot differ. Links to records that the reader
may not read are left out without a trace; names of accounts are shown only to people who are signed in. Everything here
shows a record as ``records.disclosure_control`` lets this reader see it: this is the one way from records to pages, JSON and files.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from upstander.core.messages import joined, say
from upstander.core.rights import CLEARED, Actor, Marking, Role, Stamp, Usage
from upstander.records import Record
from upstander.records.disclosure_control import FEWER, WITHHELD, blurred
from upstander.records.forms import Field, Form
from upstander.records.titles import EMPTY, title
from upstander.records.titles import said as value_said

Shown = dict[str, Any]
Link = dict[str, str]  # a title and an address
QUOTED = ("passage", "quote", "text")  # fields that hold the words of a source
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")  # BCP 47
MARKINGS = {
    Marking.CLEAR: say("report.anyone_also_without_an_account_if_the"),
    Marking.GREEN: say("report.everyone_with_an_account_here"),
    Marking.AMBER: say("report.people_of_the_space_and_of_the"),
    Marking.STRICT: say("report.people_of_the_space_alone"),
    Marking.RED: say("report.its_author_and_the_accounts_it_names"),
}
USAGES = {
    Usage.PUBLIC: say("report.may_be_published_and_quoted"),
    Usage.RESTRICTED: say("report.for_the_work_of_those_who_may"),
    Usage.OFFICE: say("report.inside_the_office_only"),
    Usage.EARLY_WARNING: say("report.for_early_warning_only_never_for_prosecution"),
}
# Which of a record's rights are compared, and under which label.
RIGHTS = {
    "label": say("report.marking"),
    "usage_words": say("report.use"),
    "restricted": say("report.restricted"),
    "shared": say("report.shared_with"),
    "editors": say("report.editors"),
    "named": say("report.named_accounts"),
}
LINKS = ("link", "links")  # types of fields that hold ids of records
NONE = "—"
ID = re.compile("[0-9a-z]{26}")  # drawn by chance, or made from what it is the one of
ACCOUNT = "account"  # a link to it holds the name of an account, not the id of a record


@dataclasses.dataclass(frozen=True)
class Reader:
    """Who content is made for, and what they may see things called.

    Attributes:
        accounts: names by account id; spaces: titles by space id; places: names by code.
        titles: of the linked records that this reader may read, by id: (kind, title).
    """

    actor: Actor
    accounts: Mapping[str, str] = dataclasses.field(default_factory=dict)
    spaces: Mapping[str, str] = dataclasses.field(default_factory=dict)
    places: Mapping[str, str] = dataclasses.field(default_factory=dict)
    titles: Mapping[str, tuple[str, str]] = dataclasses.field(default_factory=dict)

    def who(self, account: str, space: str) -> str:
        """The name of an account, or of its space for people outside."""
        shown = self.spaces.get(space, space)
        if self.actor.role is Role.VISITOR:
            return shown
        return self.accounts.get(account) or say("report.an_account_of", shown=shown)


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
    """The record id in a link, plain or written ``kind:id``, of either sort of id; '' when it is a code of a framework."""
    last = value.rsplit(":", 1)[-1]
    return last if ID.fullmatch(last) else ""


def links_of(record: Record, form: Form) -> set[str]:
    """Ids of all records that a record points to."""
    ids = {record.parent} if record.parent else set()
    for field in form.fields:
        if field.type in LINKS:
            ids |= {linked_id(value) for value in _several(record.body.get(field.name))}
    return ids - {""}


def title_of(record: Record, form: Form, actor: Actor) -> str:
    """What a record is called for this reader."""
    bare = f"{form.title} {record.id[-6:]}"
    if record.erased:
        return say("report.erased", bare=bare)
    seen = blurred(record, actor, form)
    return title(form, seen.body, hidden=WITHHELD) or bare


def said(record: Record, field: Field) -> str:
    """A field's value in the words of its form; '' when there is none."""
    return value_said(field, record.body.get(field.name))


def one(record: Record, form: Form, reader: Reader) -> Shown:
    """Everything a page shows of one version of a record."""
    seen = blurred(record, reader.actor, form)
    fields = [
        _field(seen, field, reader) for field in form.fields if _is_shown(seen, field)
    ]
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
        "fields": fields,
    }


def _is_shown(record: Record, field: Field) -> bool:
    """A field that was withdrawn shows where it was filled in."""
    return not field.apart and not (
        field.withdrawn and record.body.get(field.name) in EMPTY
    )


def line(record: Record, form: Form, reader: Reader) -> Shown:
    """What a list shows of a record."""
    author = blurred(record, reader.actor, form).who
    return {
        "kind": record.kind,
        "kind_title": form.title,
        "id": record.id,
        "href": f"/records/{record.kind}/{record.id}",
        "title": title_of(record, form, reader.actor),
        "version": record.version,
        "place": record.place,
        "place_name": reader.places.get(record.place, record.place),
        "who": reader.who(author, record.stamp.space),
        "when": record.when.isoformat(timespec="microseconds"),
        "stamp": stamp(record.stamp, reader),
    }


def stamp(of: Stamp, reader: Reader) -> Shown:
    """Rights in words; whom a record is shared with is told only inside its own space."""
    return {
        "label": of.marking.label,
        "marking": of.marking.value,
        "readers": MARKINGS[of.marking],
        "usage": of.usage.value,
        "usage_words": USAGES[of.usage],
        "space": of.space,
        "space_title": reader.spaces.get(of.space, of.space),
        "restricted": of.restricted,
        **_shared(of, reader),
    }


def _shared(of: Stamp, reader: Reader) -> dict[str, list[str]]:
    is_author = bool(of.author) and reader.actor.account == of.author
    if reader.actor.space != of.space and not is_author:
        return {"shared": [], "editors": [], "named": []}
    return {
        "shared": [reader.spaces.get(space, space) for space in of.shared],
        "editors": [reader.spaces.get(space, space) for space in of.editors],
        "named": [
            reader.accounts.get(account, say("report.another_account"))
            for account in of.named
        ],
    }


def history(versions: Sequence[Record], form: Form, reader: Reader) -> list[Shown]:
    """Every version, newest first, each with what it changed."""
    rows = []
    for before, now in zip([None, *versions], versions, strict=False):
        row = {
            **line(now, form, reader),
            "why": blurred(now, reader.actor, form).why,
            "fingerprint": now.fingerprint,
            "changes": [] if before is None else changed(before, now, form, reader),
        }
        rows.append(row)
    return rows[::-1]


def changed(
    before: Record,
    now: Record,
    form: Form,
    reader: Reader,
) -> list[Shown]:
    """Fields and rights that differ between two versions, in words; a change that is held back is no row."""
    old, new = blurred(before, reader.actor, form), blurred(now, reader.actor, form)
    rows = [
        *_changed_fields(old, new, form, reader),
        *_changed_rights(stamp(before.stamp, reader), stamp(now.stamp, reader)),
    ]
    if old.place != new.place:
        rows.append(
            _change("_place", say("report.place"), old.place or NONE, new.place or NONE)
        )
    return rows


def _changed_fields(
    old: Record,
    new: Record,
    form: Form,
    reader: Reader,
) -> list[Shown]:
    rows = []
    for field in form.fields:
        if not field.apart and old.body.get(field.name) != new.body.get(field.name):
            before = _words(_field(old, field, reader))
            after = _words(_field(new, field, reader))
            rows.append(_change(field.name, field.label, before, after, field.sensitive))
    return rows


def _changed_rights(old: Shown, new: Shown) -> list[Shown]:
    return [
        _change(f"_{key}", label, _plain(old[key]), _plain(new[key]))
        for key, label in RIGHTS.items()
        if old[key] != new[key]
    ]


def _change(
    name: str,
    label: str,
    before: str,
    after: str,
    sensitive: bool = False,
) -> Shown:
    return {
        "name": name,
        "label": label,
        "before": before,
        "after": after,
        "sensitive": sensitive,
    }


def _field(record: Record, field: Field, reader: Reader) -> Shown:
    """One field with its value as kept, and as words and links to show."""
    value, links = _open_value(record, field, reader)
    erased = record.erased and field.is_sealed and not record.body.get(field.name)
    return {
        "name": field.name,
        "label": field.label,
        "type": field.type,
        "unit": field.unit,
        "help": field.help,
        "sensitive": field.sensitive,
        "personal": field.personal,
        "erased": erased,
        "value": None if erased else value,
        "links": links,
        "words": _shown(field, value, reader),
        "lang": _language(record, field),
    }


def _open_value(record: Record, field: Field, reader: Reader) -> tuple[Any, list[Link]]:
    """A field's value as far as this reader may have it, with the accounts or the records that it names."""
    value = record.body.get(field.name)
    if field.to == ACCOUNT:
        accounts = _several(value) if _sees_accounts(record, reader.actor) else []
        named = [{"title": reader.accounts.get(a, a), "href": ""} for a in accounts]
        return (value if named else None), named
    if field.type not in LINKS:
        return value, []
    ids = [v for v in _several(value) if not linked_id(v) or linked_id(v) in reader.titles]
    links = [link for id in ids if (link := _link(id, reader))]
    if field.type == "links":
        return ids, links
    return (ids[0] if ids else None), links


def _language(record: Record, f: Field) -> str:
    """Code of the language of a text that quotes somebody, as its record says (WCAG 3.1.2); '' where it is not known."""
    code = str(record.body.get("language") or "") if f.name in QUOTED else ""
    return code if LANGUAGE.fullmatch(code) else ""


def _sees_accounts(record: Record, actor: Actor) -> bool:
    """Whether the accounts that a record names are shown: to its author and those of its space who may edit it."""
    inside = actor.space == record.stamp.space and actor.role in CLEARED
    return inside or (bool(actor.account) and actor.account == record.stamp.author)


def _shown(field: Field, value: Any, reader: Reader) -> list[str]:
    """A value in words, [] when there is none."""
    if value is None or value == [] or field.type in LINKS:
        return []
    if value in (FEWER, WITHHELD):
        return [value]
    if field.type in ("choice", "choices"):
        return [field.choices.get(v, v) for v in _several(value)]
    return [_one_in_words(field, value, reader)]


def _one_in_words(field: Field, value: Any, reader: Reader) -> str:
    if field.type == "flag":
        return "yes" if value else "no"
    if field.type == "place":
        return reader.places.get(value, value)
    # A count that is held back is words.
    if field.type in ("integer", "real") and not isinstance(value, str):
        return f"{value:,}".removesuffix(".0")
    return str(value)


def _link(value: str, reader: Reader) -> Link | None:
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
    titles = (link["title"] for link in shown["links"])
    return _plain([*shown["words"], *titles])


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Iterable) and not isinstance(value, str):
        return joined((str(v) for v in value), "; ") or NONE
    return str(value) if value not in (None, "") else NONE
