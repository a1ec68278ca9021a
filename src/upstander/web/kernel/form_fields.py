"""A form as inputs of a page: labels, help, what was typed, and what is wrong with it, field by field.

What somebody typed is shown again exactly as typed, also when it is wrong. Names that begin with ``_`` are not fields
of the form but of every record: why, rights, place, parent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from upstander.core.messages import say, text
from upstander.core.rights import Marking, Stamp, Usage
from upstander.records import Record
from upstander.records.forms import MOST, Field, Form
from upstander.report.record_views import MARKINGS, USAGES

MOST_WHY = 500  # characters
NOT_SAID, CHOOSE = say("web.not_said"), text("choose")
Options = Sequence[tuple[str, str]]
WHY_HELP = say("web.say_what_you_changed_and_why_it")


def inputs(
    form: Form,
    given: Mapping[str, Any],
    faults: Mapping[str, str],
    links: Mapping[str, Options],
    places: Options,
) -> list[dict[str, Any]]:
    """One input per field.

    Args:
        given: values by field name, as typed or as kept.
        links: by kind, the records this writer may choose; a kind that is missing has too many to list.
    """
    return [
        _input(f, given.get(f.name), faults.get(f.name, ""), links, places)
        for f in form.fields
        if f.is_typed
    ]


def folded(form: Form, shown: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The inputs that a page shows first, those it folds away, and whether these stand open: where one is wrong or filled in."""
    if not form.first:
        return {"first": list(shown), "rest": [], "is_open": False}
    rest = [i for i in shown if i["name"] not in form.first]
    return {
        "first": [i for i in shown if i["name"] in form.first],
        "rest": rest,
        "is_open": any(i["fault"] or i["value"] for i in rest),
    }


def controls(
    stamp: Stamp,
    faults: Mapping[str, str],
    *,
    why: str,
    place: str,
    parent: str,
    spaces: Options,
    accounts: Options,
    places: Options,
    parents: Options | None,
    may_mark: bool,
) -> dict[str, Any]:
    """The inputs of every record: why, rights, place, parent.

    Args:
        spaces: other spaces it may be shared with; accounts: those that a TLP:RED record may name.
        parents: records to choose the parent from; None when the kind has no parent.
        may_mark: whether this writer may set the rights, or only see them.
    """
    markings = [
        (m.value, say("web.marking", label=m.label, readers=MARKINGS[m])) for m in Marking
    ]
    usages = [(u.value, say(f"web.usage_{u.value}", means=USAGES[u])) for u in Usage]
    all_places = [("", NOT_SAID), *places]
    inputs = {
        "why": line("_why", say("web.why"), WHY_HELP, why, faults, required=True),
        "may_mark": may_mark,
        "marking": _choose(
            "_marking", say("web.who_may_read_it"), stamp.marking.value, faults, markings
        ),
        "usage": _choose(
            "_usage", say("web.what_may_be_done_with_it"), stamp.usage.value, faults, usages
        ),
        "restricted": {
            **line("_restricted", say("web.restricted"), "", "", faults),
            "chosen": stamp.restricted,
        },
        **_sharing(stamp, faults, spaces, accounts),
        "place": _choose("_place", say("web.place_it_is_about"), place, faults, all_places),
    }
    if parents is None:
        return inputs
    all_parents = [("", NOT_SAID), *parents]
    return {
        **inputs,
        "parent": _choose("_parent", say("web.belongs_to"), parent, faults, all_parents),
    }


def _sharing(
    stamp: Stamp,
    faults: Mapping[str, str],
    spaces: Options,
    accounts: Options,
) -> dict[str, Any]:
    """With whom it is shared beyond its marking."""
    shared, editors = (
        say("web.shared_with_these_spaces_tlp_amber"),
        say("web.spaces_that_may_also_edit_it"),
    )
    return {
        "shared": _choose("_shared", shared, stamp.shared, faults, spaces),
        "editors": _choose("_editors", editors, stamp.editors, faults, spaces),
        "named": _choose(
            "_named", say("web.named_accounts_tlp_red"), stamp.named, faults, accounts
        ),
    }


def summary(form: Form, faults: Mapping[str, str]) -> list[dict[str, str]]:
    """What is wrong, in the order of the page, each with where to go."""
    known = [f.name for f in form.fields]
    order = {name: i for i, name in enumerate(known)}
    return [
        {
            "href": f"#f-{name}" if name in order or name.startswith("_") else "",
            "words": words,
        }
        for name, words in sorted(faults.items(), key=lambda x: order.get(x[0], len(known)))
    ]


def kept(record: Record, form: Form) -> dict[str, Any]:
    """The values of a record, to edit."""
    return {f.name: record.body.get(f.name) for f in form.fields if f.is_typed}


def _input(
    f: Field,
    value: Any,
    fault: str,
    links: Mapping[str, Options],
    places: Options,
) -> dict[str, Any]:
    chosen, sort = _typed(value), _sort(f, links)
    if sort == "day" and fault:
        sort = "line"  # a date input would drop what it cannot read
    return {
        "name": f.name,
        "id": f"f-{f.name}",
        "label": f.label,
        "help": f.help,
        "unit": f.unit,
        "required": f.required,
        "fault": fault,
        "personal": f.personal,
        "sensitive": f.sensitive,
        "value": "\n".join(chosen),
        "most": (f.most or MOST[f.type]) if f.type in MOST else 0,
        "options": _options(f, sort, chosen, links, places),
        "input": sort,
    }


def _options(
    f: Field,
    sort: str,
    chosen: list[str],
    links: Mapping[str, Options],
    places: Options,
) -> list[dict[str, Any]]:
    """What may be chosen, and what was chosen and may not be any more."""
    if sort not in ("one", "several"):
        return []
    offered = _offered(f, links, places)
    known = {value for value, _ in offered}
    lost = [(v, f.choices.get(v, v)) for v in dict.fromkeys(chosen) if v not in known]
    blank = [("", CHOOSE if f.required else NOT_SAID)] if sort == "one" else []
    return marked([*blank, *offered, *lost], chosen or [""])


def _offered(f: Field, links: Mapping[str, Options], places: Options) -> Options:
    if f.type == "flag":
        return (("true", text("yes")), ("false", text("no")))
    if f.type == "place":
        return places
    return links[f.to] if f.to else tuple(f.offered.items())


def _sort(f: Field, links: Mapping[str, Options]) -> str:
    """Which sort of input a field gets."""
    if f.type in ("link", "links") and f.to not in links:
        return "line" if f.type == "link" else "area"
    sorts = {
        "text": "line",
        "long": "area",
        "integer": "number",
        "real": "number",
        "date": "day",
        "choices": "several",
        "links": "several",
    }
    return sorts.get(f.type, "one")


def _typed(value: Any) -> list[str]:
    if value is None or value == "":
        return []
    if isinstance(value, bool):
        return [str(value).lower()]
    if isinstance(value, float):
        return [str(value).removesuffix(".0")]
    return [str(v) for v in value] if isinstance(value, list | tuple) else [str(value)]


def line(
    name: str,
    label: str,
    help: str,
    value: str,
    faults: Mapping[str, str],
    *,
    required: bool = False,
) -> dict[str, Any]:
    """One input that stands outside a form of records: what the macros of ``form_fields.html`` read."""
    return {
        "name": name,
        "id": f"f-{name}",
        "label": label,
        "help": help,
        "value": value,
        "fault": faults.get(name, ""),
        "required": required,
        "unit": "",
        "personal": False,
    }


def _choose(
    name: str,
    label: str,
    chosen: str | Sequence[str],
    faults: Mapping[str, str],
    options: Options,
) -> dict[str, Any]:
    several = [chosen] if isinstance(chosen, str) else list(chosen)
    return {**line(name, label, "", "", faults), "options": marked(options, several)}


def marked(options: Options, chosen: Sequence[str]) -> list[dict[str, Any]]:
    """Options as an input shows them; ``chosen``: the values that are."""
    every = frozenset(chosen)
    return [
        {"value": value, "label": label, "chosen": value in every}
        for value, label in options
    ]
