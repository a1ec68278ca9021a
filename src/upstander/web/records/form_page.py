"""The page with the form of a record: new, edited, or sent back with what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from upstander.core.messages import say
from upstander.core.rights import Stamp
from upstander.records import Draft, Record, forms, redaction
from upstander.records.disclosure_control import blurred
from upstander.records.forms import Form
from upstander.report import record_views
from upstander.web.kernel import form_fields
from upstander.web.kernel.record_reading import back_to, places, reader_of
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.urls import url
from upstander.web.records import links
from upstander.web.records.submitted import Controls, own_place

MOST_LISTED = 100  # records to choose a link from; beyond that its id is typed
NOTHING_FOUND = {"findings": [], "mark": "", "read": redaction.READ}
Option = tuple[str, str]


@dataclass(frozen=True)
class FormPage:
    """What the page shows.

    Attributes:
        values: of the form's fields; controls: what the record has besides, by ``_name``.
        record: the version that is edited, None for a new record.
        conflict: theirs and ours, where somebody else wrote in between.
    """

    form: Form
    values: Mapping[str, Any]
    controls: Controls
    stamp: Stamp
    record: Record | None = None
    faults: Mapping[str, str] = field(default_factory=dict)
    conflict: Mapping[str, Any] | None = None


def content(request: PageRequest, shown: FormPage) -> dict[str, Any]:
    """The page's content."""
    form, record, faults = shown.form, shown.record, shown.faults
    kinds = {f.to for f in form.fields if f.to}
    near = {
        kind: listed for kind in kinds if (listed := _choices(request, kind)) is not None
    }
    here = url("record_list", kind=form.kind) + (f"/{record.id}" if record else "")
    back = back_to(str(shown.controls.get("_next", "")))
    inputs = form_fields.inputs(form, shown.values, faults, near, places(request))
    return {
        **_about(request, form, record),
        **_carried(shown),
        "action": here,
        "back": back or here,
        "next": back,
        "own_place": bool(own_place(form)),
        "submit": say("web.save_as_the_next_version") if record else "Save",
        "faults": form_fields.summary(form, faults),
        "conflict": shown.conflict,
        "inputs": inputs,
        "folded": form_fields.folded(form, inputs),
        "controls": _controls(request, shown),
        **NOTHING_FOUND,
        "open_sharing": bool(
            shown.stamp.shared or shown.stamp.editors or shown.stamp.named
        ),
    }


def _carried(shown: FormPage) -> dict[str, str]:
    """What goes with the form unseen: the version it is written upon, and the draft of a program that it was made from."""
    controls = shown.controls
    return {
        "expected": str(controls.get("_expected") or "0"),
        "draft": str(controls.get("_draft") or ""),
    }


def _about(request: PageRequest, form: Form, record: Record | None) -> dict[str, Any]:
    return {
        "title": _title(request, form, record),
        "kind": form.kind,
        "plural": form.plural,
        "help": form.help,
        "id": record.id if record else "",
    }


def _title(request: PageRequest, form: Form, record: Record | None) -> str:
    if record is None:
        return say("web.new", lower=form.title.lower())
    return say("web.edit", title_of=record_views.title_of(record, form, request.actor))


def _controls(request: PageRequest, shown: FormPage) -> dict[str, Any]:
    """Why, rights, place and parent, as inputs."""
    accounts, stamp, parent = request.state.accounts, shown.stamp, shown.form.parent
    own = request.actor.space
    colleagues = [a for a in accounts.list() if a.space == own and not a.disabled]
    return form_fields.controls(
        stamp,
        shown.faults,
        why=str(shown.controls["_why"]),
        place=str(shown.controls["_place"]),
        parent=str(shown.controls["_parent"]),
        spaces=[(s.id, s.title) for s in accounts.spaces() if s.id != stamp.space],
        accounts=[(a.account, a.name) for a in colleagues],
        places=places(request),
        may_mark=own == stamp.space,
        parents=(_choices(request, parent) or []) if parent in forms.kinds() else None,
    )


def _choices(request: PageRequest, kind: str) -> Sequence[Option] | None:
    """Records of a kind to choose from, None when there are too many to list; accounts that can write, by name."""
    if kind == record_views.ACCOUNT:
        return _by_name(list(links.accounts(request).items()))
    if kind not in forms.kinds():
        return None
    records = request.state.records.find(
        by=request.actor, as_of=request.now, kinds=[kind], limit=MOST_LISTED + 1
    )
    if len(records) > MOST_LISTED:
        return None
    form = forms.form(kind)
    return _by_name(
        [(r.id, record_views.title_of(r, form, request.actor)) for r in records]
    )


def _by_name(options: list[Option]) -> list[Option]:
    return sorted(options, key=lambda option: option[1])


def compared(
    request: PageRequest,
    form: Form,
    theirs: Record,
    ours: Draft,
) -> dict[str, Any]:
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
