"""Writing records by page or JSON: new, edit, conflict. The same checks for both; nothing typed is ever lost.

JSON: ``POST /records/{kind}`` and ``/records/{kind}/{id}`` take ``{"fields": {...}, "why": ..., "expected": 1, "marking",
"usage", "restricted", "shared", "editors", "named", "place", "parent"}`` with the token of ``/account.json`` as the header
``X-CSRF-Token``. A record that is let travel further, and whose text holds what may lead to a person, is kept only with
``"confirmed": "<mark>"``: the answer before lists the ``findings``, and the ``mark`` that stands for these and no others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from upstander.core.errors import Conflict, NotAllowed, UnknownRecord
from upstander.core.messages import say
from upstander.core.rights import Actor, Stamp, may_stamp, may_write
from upstander.records import Draft, Record, drafts, forms, new_id, plausibility, redaction
from upstander.records.forms import Field, Form, FormError
from upstander.report import record_views
from upstander.web.kernel import form_fields
from upstander.web.kernel.record_reading import (
    back_to,
    form_of,
    is_closed,
    may_edit,
    place_codes,
    read,
    reader_of,
)
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import Again, Done
from upstander.web.kernel.routing import Given, action, page
from upstander.web.kernel.urls import url
from upstander.web.records import form_page, links
from upstander.web.records.first_rights import first_stamp
from upstander.web.records.form_page import FormPage
from upstander.web.records.submitted import (
    Submitted,
    controls_of,
    fields_of,
    own_place,
    stamp_asked_for,
    submitted,
)

NO_SPACE = say("web.your_account_belongs_to_no_space_so")
MOST_GIVEN = 1_000  # characters of a field that a link to an empty form fills in
IN_PART = say("web.you_see_this_record_in_part_only")


def look_new(request: PageRequest, kind: str) -> dict[str, Any]:
    """An empty form; place, parent, what it is part of and the page to go back to may be given in the address."""
    form, who = form_of(kind), request.signed_in()
    check_beginner(who, form)
    if request.query.get("draft"):
        return form_page.content(request, _of_program(request, form))
    start = {n: request.query.get(n, "") for n in ("place", "parent", "next")}
    controls = {"_why": "", **{f"_{n}": v for n, v in start.items()}}
    fields = _given_in_address(request, form)
    stamp = first_stamp(request, form, controls, fields)
    return form_page.content(request, FormPage(form, fields, controls, stamp))


def _of_program(request: PageRequest, form: Form) -> FormPage:
    """The form as a program filled it in for this account. Raises UnknownRecord."""
    id = request.query["draft"][:40]
    held = request.state.held_drafts.find(id, by=request.actor, now=request.now)
    if held.kind != form.kind:
        raise UnknownRecord(f"no draft {id!r} of this kind")
    texts = {n: str(held.given.get(n) or "") for n in ("why", "place", "parent")}
    controls = {**{f"_{n}": v for n, v in texts.items()}, "_next": "", "_draft": held.id}
    fields = held.given.get("fields", {})
    stamp = first_stamp(request, form, controls, fields)
    return FormPage(form, fields, controls, stamp)


def _given_in_address(request: PageRequest, form: Form) -> dict[str, Any]:
    """Fields that a link to the form may fill in: where it belongs, choices, and links; whoever sends it sees and may change them."""
    named = {form.within, own_place(form)}
    open_ = {f.name: f.type for f in form.fields if f.is_typed and _may_be_given(f, named)}
    values = {n: request.query[n][:MOST_GIVEN] for n in open_ if n in request.query}
    several = ("choices", "links")
    return {n: v.split(";") if open_[n] in several else v for n, v in values.items()}


def _may_be_given(field: Field, named: set[str]) -> bool:
    return field.name in named or field.type in ("choice", "choices", "link", "links")


def look_edit(request: PageRequest, kind: str, id: str) -> dict[str, Any]:
    """The form with what the record holds."""
    form, record = _editable(request, kind, id)
    controls = {
        "_why": "",
        "_place": record.place,
        "_parent": record.parent,
        "_expected": str(record.version),
    }
    values = links.without_hidden(request, record, form)
    return form_page.content(
        request, FormPage(form, values, controls, record.stamp, record)
    )


def create(request: PageRequest, given: Given, kind: str) -> Done | Again:
    """Keep a new record."""
    form = form_of(kind)
    check_beginner(request.signed_in(), form)
    before = first_stamp(request, form, controls_of(given), fields_of(given, form))
    return _write(request, submitted(given, form), before)


def write(
    request: PageRequest,
    given: Given,
    kind: str,
    id: str,
) -> Done | Again:
    """Keep a next version."""
    form, record = _editable(request, kind, id)
    return _write(request, submitted(given, form, record), record.stamp)


@dataclass(frozen=True)
class Checked:
    """What was sent, as it would be kept, and what stands in the way.

    Attributes:
        draft: None where the fields themselves cannot be kept.
        findings: what may lead to a person, in a text that is let travel further.
    """

    stamp: Stamp
    draft: Draft | None
    faults: Mapping[str, str]
    findings: tuple[redaction.Finding, ...] = ()


def _write(request: PageRequest, sent: Submitted, before: Stamp) -> Done | Again:
    checked = check(request, sent, before)
    if checked.faults or checked.draft is None:
        return _sent_back(request, sent, checked, checked.faults)
    try:
        [kept] = request.state.records.append(
            [checked.draft], by=request.actor, why=sent.why, now=request.now
        )
    except FormError as error:
        return _sent_back(request, sent, checked, error.faults)
    except Conflict as conflict:
        return _in_between(request, sent, checked.stamp, conflict)
    return _kept(request, sent, kept)


def check(request: PageRequest, sent: Submitted, before: Stamp) -> Checked:
    """Everything that can be said before it is kept: first the form, then what it links to, then what it gives away."""
    is_inside = request.actor.space == before.space
    stamp, faults = stamp_asked_for(sent.controls, before, is_inside=is_inside)
    faults |= dict(_control_faults(request, sent))
    form, record = sent.form, sent.record
    hidden = links.hidden_links(request, record, form) if record else {}
    try:
        draft = _draft(request, sent, stamp, hidden)
    except FormError as error:
        return Checked(stamp, None, {**error.faults, **faults})
    if not draft.place and (why := forms.needed_place(form, draft.body)):
        faults["_place"] = say("web.choose_a_place_from_the_list_2", why=why)
    if faults:
        return Checked(stamp, draft, faults)
    faults |= links.unknown_links(request, form, draft, hidden)
    faults |= plausibility.faults(form, draft.body, request.today)
    findings = _unconfirmed(request, draft, record.stamp if record else None, sent.controls)
    if findings:
        number = len(findings)
        faults["_confirmed"] = say("web.look_at_these_places_and_confirm_or", number=number)
    return Checked(stamp, draft, faults, findings)


def _control_faults(request: PageRequest, sent: Submitted) -> Mapping[str, str]:
    """What is wrong with the reason, the version and the place."""
    place = sent.controls["_place"]
    faults = {
        "_why": why_fault(sent.why),
        "_expected": ""
        if sent.has_version
        else say("web.say_upon_which_version_this_was_written"),
        "_place": ""
        if not place or place in place_codes(request)
        else say("web.choose_a_place_from_the_list"),
    }
    return {name: fault for name, fault in faults.items() if fault}


def _sent_back(
    request: PageRequest,
    sent: Submitted,
    checked: Checked,
    faults: Mapping[str, str],
) -> Again:
    """The form as it was filled in, with what is wrong with it."""
    form = sent.form
    shown = FormPage(form, sent.fields, sent.controls, checked.stamp, sent.record, faults)
    findings = [
        {"label": form.field(f.field).label, "what": f.what, "text": f.text}
        for f in checked.findings
    ]
    content = {
        "error": say("web.this_cannot_be_kept"),
        "faults_by_field": faults,
        **form_page.content(request, shown),
        "findings": findings,
        "mark": redaction.mark_of(checked.findings),
    }
    return Again("record_form.html", content)


def _in_between(
    request: PageRequest,
    sent: Submitted,
    stamp: Stamp,
    conflict: Conflict,
) -> Again:
    """Theirs and ours beside each other, to be written upon their version."""
    theirs: Record = conflict.theirs
    controls = {**sent.controls, "_expected": str(theirs.version)}
    both = form_page.compared(request, sent.form, theirs, conflict.ours)
    shown = FormPage(sent.form, sent.fields, controls, stamp, theirs, conflict=both)
    content = {
        "error": say("web.somebody_else_wrote_in_between"),
        **form_page.content(request, shown),
    }
    return Again("record_form.html", content, 409)


def _kept(request: PageRequest, sent: Submitted, record: Record) -> Done:
    here = url("record", kind=sent.form.kind, id=record.id)
    if (draft := str(sent.controls["_draft"])) and not sent.record:
        held = request.state.held_drafts
        held.finish(draft, record.kind, record.id, by=request.actor, now=request.now)
    there = record_views.home(record, sent.form, reader_of(request, [record]))
    if back := back_to(str(sent.controls["_next"])):
        there = f"{here}?{urlencode({'next': back})}"
    told = {"to": here, "id": record.id, "version": record.version}
    return Done(there, told, 200 if sent.record else 201)


def _draft(
    request: PageRequest,
    sent: Submitted,
    stamp: Stamp,
    hidden: Mapping[str, list[str]],
) -> Draft:
    """As it would be kept; links that the writer cannot see stay as they are. Raises FormError."""
    fields = dict(sent.fields)
    for name, ids in hidden.items():
        is_list = sent.form.field(name).type == "links"
        seen = fields.get(name)
        fields[name] = [*links.as_list(seen), *ids] if is_list else seen or ids[0]
    return drafts.draft(
        sent.form.kind,
        fields,
        id=sent.record.id if sent.record else new_id(),
        by=request.actor,
        places=place_codes(request),
        stamp=stamp,
        parent=sent.parent,
        place=sent.place,
        expected=sent.expected,
        settled=sent.record.body if sent.record else None,
    )


def _unconfirmed(
    request: PageRequest,
    draft: Draft,
    before: Stamp | None,
    controls: Mapping[str, Any],
) -> tuple[redaction.Finding, ...]:
    """What may lead to a person in a text that is let travel further, unless somebody has looked at it and said so.

    Who may not let it travel further is not asked: the store refuses that.
    """
    if not may_stamp(request.actor, before, draft.stamp):
        return ()
    findings = redaction.before_widening(draft.kind, draft.body, before, draft.stamp)
    return () if controls["_confirmed"] == redaction.mark_of(findings) else findings


def why_fault(why: str) -> str:
    """What is wrong with the reason that every change needs, '' when nothing is."""
    if not why:
        return say("web.why_is_needed_say_in_one_sentence")
    if len(why) > form_fields.MOST_WHY:
        return say(
            "web.why_has_characters_at_most_are_kept",
            number=len(why),
            most_why=form_fields.MOST_WHY,
        )
    try:
        forms.check(_WHY, {"why": why}, frozenset())
    except FormError as error:
        return error.faults["why"]
    return ""


_WHY = Form(
    kind="why",
    title=say("web.why"),
    plural="",
    help="",
    source="",
    part="",
    writers=(),
    fields=(
        forms.Field(
            name="why", label=say("web.why"), type="text", most=form_fields.MOST_WHY
        ),
    ),
)


# Who may


def _own_page_only(form: Form) -> None:
    if form.written_at:
        raise NotAllowed(
            say("web.are_written_on_only", plural=form.plural, written_at=form.written_at)
        )


def check_beginner(who: Actor, form: Form) -> None:
    """Raises NotAllowed where somebody may not write a new record of a kind on its own pages."""
    _own_page_only(form)
    if who.role not in form.writers:
        roles = ", ".join(form.writers)
        raise NotAllowed(
            say(
                "web.may_be_written_by_your_role_is",
                plural=form.plural,
                roles=roles,
                role=who.role,
            )
        )
    if not who.space:
        raise NotAllowed(NO_SPACE)


def _editable(request: PageRequest, kind: str, id: str) -> tuple[Form, Record]:
    request.signed_in()
    form, record = form_of(kind), read(request, kind, id)
    _own_page_only(form)
    if request.is_past:
        raise NotAllowed(say("web.the_past_can_be_read_not_written"))
    if not may_write(request.actor, record.stamp, form.writers):
        raise NotAllowed(
            say("web.your_role_or_space_may_not_edit", lower=form.title.lower())
        )
    if is_closed(record, form):
        raise NotAllowed(say("web.it_is_out_and_stands", kind=form.title.lower()))
    if not may_edit(request, record, form):
        raise NotAllowed(IN_PART)
    return form, record


ROUTES = (
    *page("record_new", "/records/{kind}/new", look_new, "record_form.html"),
    *page("record_edit", "/records/{kind}/{id}/edit", look_edit, "record_form.html"),
    action("post_record_list", "/records/{kind}", create),
    action("post_record", "/records/{kind}/{id}", write),
)
