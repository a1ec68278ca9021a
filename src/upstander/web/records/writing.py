"""Writing records by page or JSON: new, edit, conflict. The same checks for both; nothing typed is ever lost.

JSON: ``POST /records/{kind}`` and ``/records/{kind}/{id}`` take ``{"fields": {...}, "why": ..., "expected": 1, "marking",
"usage", "restricted", "shared", "editors", "named", "place", "parent"}`` with the token of ``/account.json`` as the header
``X-CSRF-Token``. A record that is let travel further, and whose text holds what may lead to a person, is kept only with
``"confirmed": "<mark>"``: the answer before lists the ``findings``, and the ``mark`` that stands for these and no others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from upstander.core.errors import Conflict, NotAllowed
from upstander.core.rights import Actor, Marking, Stamp, Usage, may_stamp, may_write, stamp_within
from upstander.records import Draft, Record, drafts, forms, new_id, plausibility, redaction
from upstander.records.disclosure_control import blurred
from upstander.records.forms import MOST_LINKS, Form, FormError
from upstander.report import record_views
from upstander.web.kernel import form_fields
from upstander.web.kernel.record_reading import back_to, form_of, may_edit, places, read, reader_of
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import Again, Done
from upstander.web.kernel.routing import Given, action, page
from upstander.web.kernel.urls import url
from upstander.web.records import links

MOST_LISTED = 100  # records to choose a link from; beyond that its id is typed
CONTROLS = (
    "why",
    "marking",
    "usage",
    "restricted",
    "shared",
    "editors",
    "named",
    "place",
    "parent",
    "expected",
    "confirmed",
    "next",
)


def look_new(request: PageRequest, kind: str) -> dict[str, Any]:
    """An empty form; place, parent, what it is part of and the page to go back to may be given in the address."""
    form, who = form_of(kind), request.signed_in()
    _may_begin(who, form)
    start = {n: request.query.get(n, "") for n in ("place", "parent", "next")}
    about = {"_why": "", **{f"_{n}": v for n, v in start.items()}}
    fields = {n: request.query.get(n, "") for n in (form.within, _own_place(form)) if n}
    return _form_page(
        request, form, fields, about, _first_stamp(request, form, start["parent"], fields), {}
    )


def _first_stamp(request: PageRequest, form: Form, parent: str, fields: Mapping[str, Any]) -> Stamp:
    """Rights that a new record starts with: in a review, or as part of another record, it travels as far as that does."""
    who = request.actor
    kind = (
        form.field(form.within).to
        if form.within
        else form.parent
        if form.parent == "review"
        else ""
    )
    whole = str(fields.get(form.within) or "") if form.within else parent
    if kind and whole and not form.restricted:
        found = request.state.records.find(by=who, as_of=request.now, kinds=[kind], ids=[whole])
        if found:
            return stamp_within(found[0].stamp, who)
    return Stamp(who.space, who.account, restricted=form.restricted)


def look_edit(request: PageRequest, kind: str, id: str) -> dict[str, Any]:
    """The form with what the record holds."""
    form, record = _editable(request, kind, id)
    values = links.without_hidden(request, record, form)
    about = {
        "_why": "",
        "_place": record.place,
        "_parent": record.parent,
        "_expected": str(record.version),
    }
    return _form_page(request, form, values, about, record.stamp, {}, record)


def create(request: PageRequest, given: Given, kind: str) -> Done | Again:
    """Keep a new record."""
    form = form_of(kind)
    _may_begin(request.signed_in(), form)
    before = _first_stamp(request, form, str(_controls(given)["_parent"]), _fields(given, form))
    return _write(request, given, form, None, before)


def write(request: PageRequest, given: Given, kind: str, id: str) -> Done | Again:
    """Keep a next version."""
    form, record = _editable(request, kind, id)
    return _write(request, given, form, record, record.stamp)


def _write(
    request: PageRequest, given: Given, form: Form, record: Record | None, before: Stamp
) -> Done | Again:
    fields, about = _fields(given, form), _controls(given)
    if record and given.is_json:  # what a program does not name stays
        about |= {f"_{n}": getattr(record, n) for n in ("place", "parent") if n not in given.values}
    stamp, faults = _stamp(about, before, is_inside=request.actor.space == before.space)
    faults |= {"_why": fault} if (fault := why_fault(str(about["_why"]))) else {}
    hidden = links.hidden_links(request, record, form) if record else {}
    found: tuple[redaction.Finding, ...] = ()
    expected = str(about["_expected"] or "0")
    if record and not (expected.isdecimal() and 0 < int(expected[:9]) <= record.version):
        faults["_expected"] = "Say upon which version this was written, as a number"
    try:
        if place := _wrong_place(request, about):
            faults["_place"] = place
        draft = _draft(request, form, fields, about, stamp, record, hidden)
        if not draft.place and (why := forms.needed_place(form, draft.body)):
            faults["_place"] = f"Choose a place from the list: {why}"
        if faults:
            raise FormError({})
        faults |= links.unknown_links(request, form, draft, hidden)
        faults |= plausibility.faults(form, draft.body, request.today)
        found = _unconfirmed(request, draft, record.stamp if record else None, about)
        faults |= (
            {"_confirmed": f"Look at these {len(found)} places and confirm, or take them out"}
            if found
            else {}
        )
        if faults:
            raise FormError({})
        kept = request.state.records.append(
            [draft], by=request.actor, why=str(about["_why"]), now=request.now
        )[0]
    except FormError as error:
        faults = {**error.faults, **faults}
        page = _form_page(request, form, fields, about, stamp, faults, record)
        page["findings"] = [
            {"label": form.field(f.field).label, "what": f.what, "text": f.text} for f in found
        ]
        page["mark"] = redaction.mark_of(found)
        return Again(
            "record_form.html", {"error": "This cannot be kept", "faults_by_field": faults, **page}
        )
    except Conflict as conflict:
        theirs, ours = conflict.theirs, conflict.ours
        about = {**about, "_expected": str(theirs.version)}
        page = _form_page(
            request,
            form,
            fields,
            about,
            stamp,
            {},
            theirs,
            conflict=compared(request, form, theirs, ours),
        )
        return Again("record_form.html", {"error": "Somebody else wrote in between", **page}, 409)
    there = record_views.home(kept, form, reader_of(request, [kept]))
    if back := back_to(str(about["_next"])):
        there = url("record", kind=form.kind, id=kept.id) + f"?{urlencode({'next': back})}"
    return Done(
        there,
        {"to": url("record", kind=form.kind, id=kept.id), "id": kept.id, "version": kept.version},
        200 if record else 201,
    )


def _draft(
    request: PageRequest,
    form: Form,
    fields: Mapping[str, Any],
    about: Mapping[str, Any],
    stamp: Stamp,
    record: Record | None,
    hidden: Mapping[str, list[str]],
) -> Draft:
    known = frozenset(code for code, _ in places(request))
    own = _own_place(form)
    full = dict(fields)
    for name, ids in hidden.items():  # links the writer cannot see stay as they are
        is_list = form.field(name).type == "links"
        full[name] = [*links.as_list(full.get(name)), *ids] if is_list else full.get(name) or ids[0]
    place = str(fields.get(own) or "") if own else str(about["_place"])
    return drafts.draft(
        form.kind,
        full,
        id=record.id if record else new_id(),
        by=request.actor,
        places=known,
        stamp=stamp,
        parent=(record.parent if record and not about["_parent"] else str(about["_parent"]))
        if form.parent
        else "",
        place=place,
        expected=int(str(about["_expected"] or "0")[:9]) if record else 0,
        settled=record.body if record else None,
    )


def compared(request: PageRequest, form: Form, theirs: Record, ours: Draft) -> dict[str, Any]:
    """Theirs and ours, field by field where they differ."""
    mine = Record(
        kind=ours.kind,
        id=ours.id,
        version=theirs.version,
        body=ours.body,
        stamp=ours.stamp,
        parent=ours.parent,
        place=ours.place,
        who=request.actor.account,
        when=request.now,
        why="",
        fingerprint="",
    )
    reader = reader_of(request, [theirs, mine])
    return {
        "version": theirs.version,
        "who": reader.who(theirs.who, theirs.stamp.space),
        "why": blurred(theirs, request.actor, form).why,
        "changes": record_views.changed(theirs, mine, form, reader),
        "theirs": record_views.one(theirs, form, reader),
        "ours": record_views.one(mine, form, reader)["fields"],
    }


# What was sent


def _fields(given: Given, form: Form) -> dict[str, Any]:
    """The values of the form's fields; unknown names stay in, so that the check refuses them."""
    if given.is_json:
        found = given.values.get("fields", {})
        if not isinstance(found, dict):
            raise FormError({"fields": "fields takes an object of field names and values"})
        return found
    values = {k: v for k, v in given.values.items() if not k.startswith("_") and k != "csrf"}
    for f in form.fields:
        if f.type in ("choices", "links") and isinstance(values.get(f.name), str):
            values[f.name] = [v.strip() for v in re.split(r"[;\n]", values[f.name]) if v.strip()]
        elif isinstance(values.get(f.name), list) and f.type not in ("choices", "links"):
            values[f.name] = values[f.name][-1]
    return values


def _controls(given: Given) -> dict[str, Any]:
    """What every record has besides its fields, by ``_name``."""
    made: dict[str, Any] = {}
    for name in CONTROLS:
        value = given.values.get(name if given.is_json else f"_{name}")
        if name in ("shared", "editors", "named"):
            listed = value if isinstance(value, list) else [value]
            made[f"_{name}"] = (
                None if value is None else [v for v in listed if isinstance(v, str) and v]
            )
        else:
            made[f"_{name}"] = str(value).strip()[:1000] if isinstance(value, str | int) else ""
    made["_is_json"] = given.is_json
    return made


def _stamp(
    about: Mapping[str, Any], before: Stamp, *, is_inside: bool
) -> tuple[Stamp, dict[str, str]]:
    """The rights asked for; people of other spaces leave them as they are. In JSON what is not named stays."""
    if not is_inside:
        return before, {}
    faults: dict[str, str] = {}
    made = before
    try:
        made = replace(made, marking=Marking(about["_marking"] or made.marking))
    except ValueError:
        faults["_marking"] = f"Choose one of {', '.join(m.value for m in Marking)}"
    try:
        made = replace(made, usage=Usage(about["_usage"] or made.usage))
    except ValueError:
        faults["_usage"] = f"Choose one of {', '.join(u.value for u in Usage)}"
    if about["_restricted"] or not about["_is_json"]:
        made = replace(made, restricted=_is_on(about["_restricted"]))

    def names(name: str, before: tuple[str, ...]) -> tuple[str, ...]:
        chosen = about[f"_{name}"]
        stays = chosen is None and about["_is_json"]
        return before if stays else tuple(dict.fromkeys(chosen or ()))[:MOST_LINKS]

    shared, editors, named = (names(n, getattr(made, n)) for n in ("shared", "editors", "named"))
    return replace(made, shared=shared, editors=editors, named=named), faults


def _is_on(value: str) -> bool:
    return value.casefold() in ("true", "yes", "on", "1")


def _unconfirmed(
    request: PageRequest, draft: Draft, before: Stamp | None, about: Mapping[str, Any]
) -> tuple[redaction.Finding, ...]:
    """What may lead to a person in a text that is let travel further, unless somebody has looked at it and said so.

    Who may not let it travel further is not asked: the store refuses that.
    """
    if not may_stamp(request.actor, before, draft.stamp):
        return ()
    found = redaction.before_widening(draft.kind, draft.body, before, draft.stamp)
    return () if about["_confirmed"] == redaction.mark_of(found) else found


def why_fault(why: str) -> str:
    """What is wrong with the reason that every change needs, '' when nothing is."""
    if not why:
        return "Why is needed: say in one sentence what you changed and why"
    if len(why) > form_fields.MOST_WHY:
        return f"Why has {len(why):,} characters; at most {form_fields.MOST_WHY:,} are kept. Shorten it"
    try:
        forms.check(_WHY, {"why": why}, frozenset())
    except FormError as error:
        return error.faults["why"]
    return ""


_WHY = Form(
    kind="why",
    title="Why",
    plural="",
    help="",
    source="",
    part="",
    writers=(),
    fields=(forms.Field(name="why", label="Why", type="text", most=form_fields.MOST_WHY),),
)


def _wrong_place(request: PageRequest, about: Mapping[str, Any]) -> str:
    place = about["_place"]
    return "" if not place or place in dict(places(request)) else "Choose a place from the list"


# Pages


def _own_page_only(form: Form) -> None:
    if form.written_at:
        raise NotAllowed(f"{form.plural} are written on {form.written_at} only.")


def _may_begin(who: Actor, form: Form) -> None:
    _own_page_only(form)
    if who.role not in form.writers:
        roles = ", ".join(form.writers)
        raise NotAllowed(
            f"{form.plural}: may be written by {roles}. Your role is {who.role}; an administrator can change it."
        )
    if not who.space:
        raise NotAllowed(
            "Your account belongs to no space, so it writes nothing. An administrator can invite you into one."
        )


def _editable(request: PageRequest, kind: str, id: str) -> tuple[Form, Record]:
    request.signed_in()
    form, record = form_of(kind), read(request, kind, id)
    _own_page_only(form)
    if request.is_past:
        raise NotAllowed("The past can be read, not written. Open the record without a day.")
    if not may_write(request.actor, record.stamp, form.writers):
        raise NotAllowed(f"Your role or space may not edit this {form.title.lower()}.")
    if not may_edit(request, record, form):
        raise NotAllowed(
            "You see this record in part only. Its author and analysts of its space can edit it."
        )
    return form, record


def _own_place(form: Form) -> str:
    """The form's own field for the place of the record, '' when it has none."""
    return next((f.name for f in form.fields if f.type == "place" and f.name == "place"), "")


def _form_page(
    request: PageRequest,
    form: Form,
    values: Mapping[str, Any],
    about: Mapping[str, Any],
    stamp: Stamp,
    faults: Mapping[str, str],
    record: Record | None = None,
    conflict: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    own, accounts = request.actor.space, request.state.accounts
    spaces = [(s.id, s.title) for s in accounts.spaces() if s.id != stamp.space]
    people = [(a.account, a.name) for a in accounts.list() if a.space == own and not a.disabled]
    kinds = {f.to for f in form.fields if f.to}
    near = {kind: found for kind in kinds if (found := _choices(request, kind)) is not None}
    here = url("record_list", kind=form.kind) + (f"/{record.id}" if record else "")
    back = back_to(str(about.get("_next", "")))
    return {
        "title": f"Edit: {record_views.title_of(record, form, request.actor)}"
        if record
        else f"New {form.title.lower()}",
        "kind": form.kind,
        "plural": form.plural,
        "help": form.help,
        "id": record.id if record else "",
        "action": here,
        "back": back or here,
        "next": back,
        "expected": about.get("_expected") or "0",
        "own_place": bool(_own_place(form)),
        "submit": "Save as the next version" if record else "Save",
        "faults": form_fields.summary(form, faults),
        "conflict": conflict,
        "inputs": form_fields.inputs(form, values, faults, near, places(request)),
        "controls": form_fields.controls(
            stamp,
            faults,
            why=str(about["_why"]),
            place=str(about["_place"]),
            parent=str(about["_parent"]),
            spaces=spaces,
            accounts=people,
            places=places(request),
            may_mark=own == stamp.space,
            parents=(_choices(request, form.parent) or [])
            if form.parent in forms.kinds()
            else None,
        ),
        "findings": [],
        "mark": "",
        "read": redaction.READ,
        "open_sharing": bool(stamp.shared or stamp.editors or stamp.named),
    }


def _choices(request: PageRequest, kind: str) -> Sequence[tuple[str, str]] | None:
    """Records of a kind to choose from, None when there are too many to list; accounts that can write, by name."""
    if kind == record_views.ACCOUNT:
        return sorted(links.accounts(request).items(), key=lambda x: x[1])
    if kind not in forms.kinds():
        return None
    found = request.state.records.find(
        by=request.actor, as_of=request.now, kinds=[kind], limit=MOST_LISTED + 1
    )
    if len(found) > MOST_LISTED:
        return None
    return sorted(
        ((r.id, record_views.title_of(r, forms.form(kind), request.actor)) for r in found),
        key=lambda x: x[1],
    )


ROUTES = (
    *page("record_new", "/records/{kind}/new", look_new, "record_form.html"),
    *page("record_edit", "/records/{kind}/{id}/edit", look_edit, "record_form.html"),
    action("post_record_list", "/records/{kind}", create),
    action("post_record", "/records/{kind}/{id}", write),
)
