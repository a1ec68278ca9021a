"""The public form for reports, and what the holder of a receipt code is told. Nobody has to sign in.

Nothing of the request is kept: no address, no session. Each source has its own bound on reports, counted in memory alone;
nobody closes the form to others by sending many.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from upstander.core.errors import ContactsLost, NotAllowed, UnknownRecord
from upstander.core.rights import Actor
from upstander.evidence import submissions
from upstander.evidence.column_mapping import MOST_CONTACT
from upstander.evidence.submissions import InAlready
from upstander.records import forms
from upstander.records.forms import FormError
from upstander.records.vault import Vault
from upstander.web.kernel import form_fields
from upstander.web.kernel.rate_limits import source
from upstander.web.kernel.record_reading import places
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import Again
from upstander.web.kernel.routing import Given, action, page

# What the office fills in, not the person who reports.
OURS = ("reliability", "status", "reason", "evidence", "contact", "receipt", "origin", "origin_id")
CONTACT = {
    "name": "Your name",
    "phone": "Phone",
    "email": "E-mail",
    "other": "Another way to reach you",
}
CODE_MOST, ONCE_MOST = 60, 100


def look(request: PageRequest) -> dict[str, Any]:
    """An empty form."""
    return _page(request, {}, {})


def send(request: PageRequest, given: Given) -> Again:
    """Keep a report; the receipt code is shown this once."""
    by = _intake(request)
    form = forms.form("submission")
    if not request.state.reports.take(source(request.http), request.now):
        raise NotAllowed(
            "Very many reports came from where you are within the hour. This one was not kept. Keep your words, "
            "and please send them in an hour."
        )
    values = {f.name: given.values.get(f.name) for f in form.fields if f.name not in OURS}
    contact = {part: given.text(f"contact_{part}")[:MOST_CONTACT] for part in CONTACT}
    codes, place = frozenset(c for c, _ in places(request)), given.text("_place")
    faults = {} if not place or place in codes else {"_place": "Choose a place from the list"}
    vault = Vault.open(request.state.records, request.state.settings.vault_key)
    try:
        if faults:
            raise FormError(faults)
        kept, code = submissions.received(
            values,
            contact,
            records=request.state.records,
            vault=vault,
            by=by,
            place=place,
            places=codes,
            now=request.now,
            today=request.today,
            once=given.text("_once")[:ONCE_MOST],
        )
    except InAlready:
        return Again(
            "submission_done.html",
            {"title": "Your report is in already", "code": "", "has_contact": False},
            200,
        )
    except FormError as error:
        return Again("submission.html", _page(request, {**given.values}, error.faults))
    except ContactsLost:
        lost = "This office cannot keep contacts safely just now. Leave the contact empty, or come back later"
        return Again("submission.html", _page(request, {**given.values}, {"contact_name": lost}))
    content = {
        "title": "Your report was received",
        "code": code,
        "has_contact": bool(kept.body["contact"]),
    }
    return Again("submission_done.html", content, 201)


def look_status(request: PageRequest) -> dict[str, Any]:
    """A field for the code."""
    _intake(request)
    return {"title": "What became of your report", "said": ""}


def tell(request: PageRequest, given: Given) -> Again:
    """What the office says of the report; the code is never in an address, where it would be kept."""
    by = _intake(request)
    said = submissions.status(
        given.text("code")[:CODE_MOST], records=request.state.records, by=by, as_of=request.now
    )
    return Again(
        "submission_status.html", {"title": "What became of your report", "said": said}, 200
    )


def _intake(request: PageRequest) -> Actor:
    """As whom the form writes. Raises UnknownRecord when no space receives reports."""
    space = request.state.settings.intake
    if space not in {s.id for s in request.state.accounts.spaces()}:
        raise UnknownRecord("no space receives reports by the public form")
    return submissions.intake(space)


def _page(
    request: PageRequest, values: Mapping[str, Any], faults: Mapping[str, str]
) -> dict[str, Any]:
    by = _intake(request)
    form = forms.form("submission")
    made = [
        i
        for i in form_fields.inputs(form, values, faults, {}, places(request))
        if i["name"] not in OURS
    ]
    by_name = {i["name"]: i for i in made}
    consents = [by_name.pop(n) for n in ("consent_use", "consent_share", "consent_identify")]
    place = {
        **_field("_place", "Country or territory", values, faults),
        "options": [
            {"value": v, "label": label, "chosen": v == values.get("_place", "")}
            for v, label in [("", form_fields.NOT_SAID), *places(request)]
        ],
    }
    contact = [_field(f"contact_{part}", label, values, faults) for part, label in CONTACT.items()]
    order = {**{n: n for n in by_name}, "_place": "_place"}
    return {
        "once": values.get("_once") or secrets.token_urlsafe(32),
        "title": "Report what you saw",
        "space": request.state.space_title(by.space),
        "inputs": list(by_name.values()),
        "place": place,
        "consents": consents,
        "contact": contact,
        "faults": [
            {
                "href": f"#f-{n}" if n in order or n.startswith(("consent", "contact")) else "",
                "words": w,
            }
            for n, w in faults.items()
        ],
    }


def _field(
    name: str, label: str, values: Mapping[str, Any], faults: Mapping[str, str]
) -> dict[str, Any]:
    value = values.get(name, "")
    return {
        "name": name,
        "id": f"f-{name}",
        "label": label,
        "help": "",
        "value": value if isinstance(value, str) else "",
        "fault": faults.get(name, ""),
        "required": False,
        "unit": "",
        "personal": False,
    }


ROUTES = (
    *page("report", "/report", look, "submission.html"),
    action("post_report", "/report", send, is_open=True),
    *page("report_status", "/report/status", look_status, "submission_status.html"),
    action("post_report_status", "/report/status", tell, is_open=True),
)
