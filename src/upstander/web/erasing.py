"""Erasing what a record says, and the contact of whoever reported it: looked at before, with a reason, in the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from upstander.assess.forms import Form
from upstander.core.errors import NotAllowed, UnknownRecord
from upstander.core.rights import CLEARED, may_erase
from upstander.lake.records import Record
from upstander.lake.records.vault import Vault
from upstander.report import entries, inputs
from upstander.web.answers import Again, Done
from upstander.web.asking import Asking
from upstander.web.doors import Doors, Given
from upstander.web.reading import everything, form_of, history, read, reader_of
from upstander.web.submissions import CONTACT
from upstander.web.writing import why_fault

REPORT = "submission"  # the kind of record that names a contact
OLDER = (
    "Versions {} were written before free text was sealed. What they say stands in the chain and cannot be erased from it: "
    "make the record TLP:RED, so that nobody else reads it."
)


def add(doors: Doors) -> None:
    """The pages of erasing and of contacts."""
    doors.page("/records/{kind}/{id}/erase", look_erase, "record_erase.html")
    doors.action("/records/{kind}/{id}/erase", erase)
    doors.page("/records/submission/{id}/contact", look_contact, "contact.html")
    doors.action("/records/submission/{id}/contact", open_contact)
    doors.action("/records/submission/{id}/contact/delete", delete_contact)


def look_erase(asking: Asking, kind: str, id: str) -> dict[str, Any]:
    """What erasing means, before it is done."""
    return _erase_page(asking, *_erasable(asking, kind, id), {})


def erase(asking: Asking, given: Given, kind: str, id: str) -> Done | Again:
    """Delete the record's own key, and with it what it says."""
    form, record = _erasable(asking, kind, id)
    why, faults = _why(given)
    if faults:
        return Again("record_erase.html", _erase_page(asking, form, record, faults))
    made = asking.state.records.erase(kind, id, by=asking.actor, why=why, now=asking.now)
    return Done(f"/records/{kind}/{id}", {"id": id, "version": made.version})


def _erasable(asking: Asking, kind: str, id: str) -> tuple[Form, Record]:
    asking.signed_in()
    form, record = form_of(kind), read(asking, kind, id)
    if not may_erase(asking.actor, record.stamp):
        raise NotAllowed("Its author, or an approver or head of its space, may erase what it says.")
    return form, record


def _erase_page(
    asking: Asking, form: Form, record: Record, faults: Mapping[str, str]
) -> dict[str, Any]:
    made = _made_from(asking, record) if form.kind == REPORT else ()
    reader = reader_of(asking, made)
    lines = [entries.line(r, form_of(r.kind), reader) for r in made]
    has_contact = form.kind == REPORT and _vault(asking).has(
        str(record.body["contact"]), by=asking.actor
    )
    return {
        **_page(
            "Erase what it says",
            asking,
            form,
            record,
            faults,
            help="For example: the person asked for it.",
        ),
        "labels": [f.label for f in form.fields if f.is_sealed and record.body.get(f.name)],
        "older": _older(history(asking, form.kind, record.id), form),
        "also": [{"href": x["href"], "title": x["title"]} for x in lines],
        "contact": f"/records/{REPORT}/{record.id}/contact" if has_contact else "",
    }


def _older(versions: Sequence[Record], form: Form) -> str:
    """What is said of versions whose free text stands in the chain in the open; '' when there are none."""
    open_ = [r.version for r in versions if any(r.body.get(n) for n in form.sealed - r.sealed)]
    return OLDER.format(", ".join(map(str, open_))) if open_ else ""


def _made_from(asking: Asking, report: Record) -> Sequence[Record]:
    """Evidence made from a report: what it says is its own, and is erased apart."""
    return everything(asking, kinds=("evidence",), where={"submission": report.id})


# Contacts


def look_contact(asking: Asking, id: str) -> dict[str, Any]:
    """Whether there is a contact to open; nothing of it is shown yet."""
    return _contact_page(asking, _report(asking, id), {})


def open_contact(asking: Asking, given: Given, id: str) -> Again:
    """Show a contact, once, after who opened it and why was kept in the access log."""
    report = _report(asking, id)
    why, faults = _why(given)
    if faults:
        return Again("contact.html", _contact_page(asking, report, faults))
    found = _vault(asking).get(
        str(report.body["contact"]), by=asking.actor, now=asking.now, why=why
    )
    opened = {CONTACT.get(part, part): words for part, words in found.items()}
    return Again("contact.html", {**_contact_page(asking, report, {}), "opened": opened}, 200)


def delete_contact(asking: Asking, given: Given, id: str) -> Done | Again:
    """Delete a contact for good."""
    report = _report(asking, id)
    why, faults = _why(given)
    if faults:
        return Again("contact.html", _contact_page(asking, report, faults))
    _vault(asking).forget(str(report.body["contact"]), by=asking.actor, now=asking.now, why=why)
    return Done(f"/records/{REPORT}/{id}/contact")


def _report(asking: Asking, id: str) -> Record:
    """A report of the reader's own space. Raises UnknownRecord: of another's, nobody learns whether it has a contact."""
    who = asking.signed_in(*CLEARED)
    report = read(asking, REPORT, id)
    if report.stamp.space != who.space:
        raise UnknownRecord("no report of this id in your space")
    return report


def _contact_page(asking: Asking, report: Record, faults: Mapping[str, str]) -> dict[str, Any]:
    there = _vault(asking).has(str(report.body["contact"]), by=asking.actor)
    page = _page(
        "Contact of a report",
        asking,
        form_of(REPORT),
        report,
        faults,
        help="Who asks, and what for.",
    )
    consent = "may be named" if report.body["consent_identify"] else "may not be named"
    return {**page, "there": there, "opened": {}, "consent": consent}


def _page(
    title: str, asking: Asking, form: Form, record: Record, faults: Mapping[str, str], *, help: str
) -> dict[str, Any]:
    why = {
        "name": "_why",
        "id": "f-_why",
        "label": "Why",
        "help": help,
        "value": "",
        "fault": faults.get("_why", ""),
        "required": True,
        "unit": "",
        "personal": False,
    }
    return {
        "title": title,
        "record_title": entries.title_of(record, form, asking.actor),
        "why": why,
        "href": f"/records/{form.kind}/{record.id}",
        "faults": inputs.summary(form, faults),
    }


def _why(given: Given) -> tuple[str, dict[str, str]]:
    why = given.text("why" if given.is_json else "_why")
    fault = why_fault(why)
    return why, {"_why": fault} if fault else {}


def _vault(asking: Asking) -> Vault:
    return Vault.open(asking.state.records, asking.state.settings.vault_key)
