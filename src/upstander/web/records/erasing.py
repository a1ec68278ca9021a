"""Erasing what a record says, and the contact of whoever reported it: looked at before, with a reason, in the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from upstander.core.errors import NotAllowed, UnknownRecord
from upstander.core.messages import say
from upstander.core.rights import CLEARED, may_erase
from upstander.records import Record
from upstander.records.forms import Form
from upstander.records.vault import Vault
from upstander.report import record_views
from upstander.web.evidence.submissions import CONTACT
from upstander.web.kernel import form_fields
from upstander.web.kernel.record_reading import (
    everything,
    form_of,
    history,
    read,
    reader_of,
)
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import Again, Done
from upstander.web.kernel.routing import Given, action, page
from upstander.web.kernel.urls import url
from upstander.web.records.writing import why_fault

REPORT = "submission"  # the kind of record that names a contact
OLDER = (
    "Versions {} were written before free text was sealed. What they say stands in the chain and cannot be erased from it: "
    "make the record TLP:RED, so that nobody else reads it."
)


def look_erase(request: PageRequest, kind: str, id: str) -> dict[str, Any]:
    """What erasing means, before it is done."""
    return _erase_page(request, *_erasable(request, kind, id), {})


def erase(
    request: PageRequest,
    given: Given,
    kind: str,
    id: str,
) -> Done | Again:
    """Delete the record's own key, and with it what it says."""
    form, record = _erasable(request, kind, id)
    why, faults = _why(given)
    if faults:
        return Again("record_erase.html", _erase_page(request, form, record, faults))
    made = request.state.records.erase(kind, id, by=request.actor, why=why, now=request.now)
    return Done(url("record", kind=kind, id=id), {"id": id, "version": made.version})


def _erasable(request: PageRequest, kind: str, id: str) -> tuple[Form, Record]:
    request.signed_in()
    form, record = form_of(kind), read(request, kind, id)
    if not may_erase(request.actor, record.stamp):
        raise NotAllowed(say("web.its_author_or_an_approver_or_head"))
    return form, record


def _erase_page(
    request: PageRequest,
    form: Form,
    record: Record,
    faults: Mapping[str, str],
) -> dict[str, Any]:
    made = _made_from(request, record) if form.kind == REPORT else ()
    reader = reader_of(request, made)
    lines = [record_views.line(r, form_of(r.kind), reader) for r in made]
    has_contact = form.kind == REPORT and _vault(request).has(
        str(record.body["contact"]), by=request.actor
    )
    return {
        **_page(
            "Erase what it says",
            request,
            form,
            record,
            faults,
            help=say("web.for_example_the_person_asked_for_it"),
        ),
        "labels": [f.label for f in form.fields if f.is_sealed and record.body.get(f.name)],
        "older": _older(history(request, form.kind, record.id), form),
        "also": [{"href": x["href"], "title": x["title"]} for x in lines],
        "contact": url("records_submission_contact", id=record.id) if has_contact else "",
    }


def _older(versions: Sequence[Record], form: Form) -> str:
    """What is said of versions whose free text stands in the chain in the open; '' when there are none."""
    open_ = [
        r.version for r in versions if any(r.body.get(n) for n in form.sealed - r.sealed)
    ]
    return OLDER.format(", ".join(map(str, open_))) if open_ else ""


def _made_from(request: PageRequest, report: Record) -> Sequence[Record]:
    """Evidence made from a report: what it says is its own, and is erased apart."""
    return everything(request, kinds=("evidence",), where={"submission": report.id})


# Contacts


def look_contact(request: PageRequest, id: str) -> dict[str, Any]:
    """Whether there is a contact to open; nothing of it is shown yet."""
    return _contact_page(request, _report(request, id), {})


def open_contact(request: PageRequest, given: Given, id: str) -> Again:
    """Show a contact, once, after who opened it and why was kept in the access log."""
    report = _report(request, id)
    why, faults = _why(given)
    if faults:
        return Again("contact.html", _contact_page(request, report, faults))
    found = _vault(request).get(
        str(report.body["contact"]), by=request.actor, now=request.now, why=why
    )
    opened = {CONTACT.get(part, part): words for part, words in found.items()}
    return Again(
        "contact.html", {**_contact_page(request, report, {}), "opened": opened}, 200
    )


def delete_contact(request: PageRequest, given: Given, id: str) -> Done | Again:
    """Delete a contact for good."""
    report = _report(request, id)
    why, faults = _why(given)
    if faults:
        return Again("contact.html", _contact_page(request, report, faults))
    _vault(request).forget(
        str(report.body["contact"]), by=request.actor, now=request.now, why=why
    )
    return Done(url("records_submission_contact", id=id))


def _report(request: PageRequest, id: str) -> Record:
    """A report of the reader's own space. Raises UnknownRecord: of another's, nobody learns whether it has a contact."""
    who = request.signed_in(*CLEARED)
    report = read(request, REPORT, id)
    if report.stamp.space != who.space:
        raise UnknownRecord(say("web.no_report_of_this_id_in_your"))
    return report


def _contact_page(
    request: PageRequest, report: Record, faults: Mapping[str, str]
) -> dict[str, Any]:
    there = _vault(request).has(str(report.body["contact"]), by=request.actor)
    page = _page(
        "Contact of a report",
        request,
        form_of(REPORT),
        report,
        faults,
        help=say("web.who_asks_and_what_for"),
    )
    consent = (
        say("web.may_be_named")
        if report.body["consent_identify"]
        else say("web.may_not_be_named")
    )
    return {**page, "there": there, "opened": {}, "consent": consent}


def _page(
    title: str,
    request: PageRequest,
    form: Form,
    record: Record,
    faults: Mapping[str, str],
    *,
    help: str,
) -> dict[str, Any]:
    why = form_fields.line("_why", say("web.why"), help, "", faults, required=True)
    return {
        "title": title,
        "record_title": record_views.title_of(record, form, request.actor),
        "why": why,
        "href": url("record", kind=form.kind, id=record.id),
        "faults": form_fields.summary(form, faults),
    }


def _why(given: Given) -> tuple[str, dict[str, str]]:
    why = given.text("why" if given.is_json else "_why")
    fault = why_fault(why)
    return why, {"_why": fault} if fault else {}


def _vault(request: PageRequest) -> Vault:
    return Vault.open(request.state.records, request.state.settings.vault_key)


ROUTES = (
    *page("record_erase", "/records/{kind}/{id}/erase", look_erase, "record_erase.html"),
    action("post_record_erase", "/records/{kind}/{id}/erase", erase),
    *page(
        "records_submission_contact",
        "/records/submission/{id}/contact",
        look_contact,
        "contact.html",
    ),
    action(
        "post_records_submission_contact", "/records/submission/{id}/contact", open_contact
    ),
    action(
        "records_submission_contact_delete",
        "/records/submission/{id}/contact/delete",
        delete_contact,
    ),
)
