"""The public form for reports, and what the holder of a receipt code is told. Nobody has to sign in.

Nothing of the request is kept: no address, no session. Each source has its own bound on reports, counted in memory alone;
nobody closes the form to others by sending many.
"""

from __future__ import annotations

import secrets
from collections.abc import Container, Mapping
from typing import Any

from upstander.core.errors import ContactsLost, NotAllowed, UnknownRecord
from upstander.core.messages import say
from upstander.core.rights import Actor
from upstander.evidence import submissions
from upstander.evidence.column_mapping import MOST_CONTACT
from upstander.evidence.submissions import InAlready
from upstander.records import Record, forms
from upstander.records.forms import FormError
from upstander.records.vault import Vault
from upstander.web.kernel import form_fields
from upstander.web.kernel.rate_limits import source
from upstander.web.kernel.record_reading import place_codes, places
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import Again
from upstander.web.kernel.routing import Given, action, page

# What the office fills in, not the person who reports.
OURS = (
    "reliability",
    "status",
    "reason",
    "evidence",
    "contact",
    "receipt",
    "origin",
    "origin_id",
)
CONTACT = {
    "name": say("web.your_name"),
    "phone": say("web.phone"),
    "email": "E-mail",
    "other": say("web.another_way_to_reach_you"),
}
CONSENTS = ("consent_use", "consent_share", "consent_identify")
CODE_MOST, ONCE_MOST = 60, 100
TOO_MANY = say("web.very_many_reports_came_from_where_you")
LOST = say("web.this_office_cannot_keep_contacts_safely_just")


def look(request: PageRequest) -> dict[str, Any]:
    """An empty form."""
    return _page(request, {}, {})


def send(request: PageRequest, given: Given) -> Again:
    """Keep a report; the receipt code is shown this once."""
    by = _intake(request)
    if not request.state.reports.take(source(request.http), request.now):
        raise NotAllowed(TOO_MANY)
    try:
        kept, code = _received(request, given, by)
    except InAlready:
        done = {
            "title": say("web.your_report_is_in_already"),
            "code": "",
            "has_contact": False,
        }
        return Again("submission_done.html", done, 200)
    except FormError as error:
        return Again("submission.html", _page(request, {**given.values}, error.faults))
    except ContactsLost:
        return Again(
            "submission.html", _page(request, {**given.values}, {"contact_name": LOST})
        )
    content = {
        "title": say("web.your_report_was_received"),
        "code": code,
        "has_contact": bool(kept.body["contact"]),
    }
    return Again("submission_done.html", content, 201)


def _received(request: PageRequest, given: Given, by: Actor) -> tuple[Record, str]:
    """The report as it was kept, and its receipt code. Raises FormError, InAlready, ContactsLost."""
    codes, place = place_codes(request), given.text("_place")
    if place and place not in codes:
        raise FormError({"_place": say("web.choose_a_place_from_the_list")})
    fields = forms.form("submission").fields
    contact = {part: given.text(f"contact_{part}")[:MOST_CONTACT] for part in CONTACT}
    return submissions.received(
        {f.name: given.values.get(f.name) for f in fields if f.name not in OURS},
        contact,
        records=request.state.records,
        vault=Vault.open(request.state.records, request.state.settings.vault_key),
        by=by,
        place=place,
        places=codes,
        now=request.now,
        today=request.today,
        once=given.text("_once")[:ONCE_MOST],
    )


def look_status(request: PageRequest) -> dict[str, Any]:
    """A field for the code."""
    _intake(request)
    return {"title": say("web.what_became_of_your_report"), "said": ""}


def tell(request: PageRequest, given: Given) -> Again:
    """What the office says of the report; the code is never in an address, where it would be kept."""
    by = _intake(request)
    said = submissions.status(
        given.text("code")[:CODE_MOST],
        records=request.state.records,
        by=by,
        as_of=request.now,
    )
    return Again(
        "submission_status.html",
        {"title": say("web.what_became_of_your_report"), "said": said},
        200,
    )


def _intake(request: PageRequest) -> Actor:
    """As whom the form writes. Raises UnknownRecord when no space receives reports."""
    space = request.state.settings.intake
    if space not in {s.id for s in request.state.accounts.spaces()}:
        raise UnknownRecord(say("web.no_space_receives_reports_by_the_public"))
    return submissions.intake(space)


def _page(
    request: PageRequest, values: Mapping[str, Any], faults: Mapping[str, str]
) -> dict[str, Any]:
    inputs = {i["name"]: i for i in _inputs(request, values, faults)}
    consents = [inputs.pop(name) for name in CONSENTS]
    contact = [
        _field(f"contact_{part}", label, values, faults) for part, label in CONTACT.items()
    ]
    return {
        "once": values.get("_once") or secrets.token_urlsafe(32),
        "title": say("web.report_what_you_saw"),
        "space": request.state.space_title(_intake(request).space),
        "inputs": list(inputs.values()),
        "place": _place_input(request, values, faults),
        "consents": consents,
        "contact": contact,
        "faults": _summary(faults, {*inputs, "_place"}),
    }


def _inputs(
    request: PageRequest, values: Mapping[str, Any], faults: Mapping[str, str]
) -> list[dict[str, Any]]:
    form = forms.form("submission")
    inputs = form_fields.inputs(form, values, faults, {}, places(request))
    return [i for i in inputs if i["name"] not in OURS]


def _place_input(
    request: PageRequest, values: Mapping[str, Any], faults: Mapping[str, str]
) -> dict[str, Any]:
    options = [
        {"value": v, "label": label, "chosen": v == values.get("_place", "")}
        for v, label in [("", form_fields.NOT_SAID), *places(request)]
    ]
    return {**_field("_place", "Country or territory", values, faults), "options": options}


def _summary(faults: Mapping[str, str], shown: Container[str]) -> list[dict[str, str]]:
    """What is wrong, each with the input it is about, where it has one."""

    def href(name: str) -> str:
        has_input = name in shown or name.startswith(("consent", "contact"))
        return f"#f-{name}" if has_input else ""

    return [{"href": href(name), "words": words} for name, words in faults.items()]


def _field(
    name: str,
    label: str,
    values: Mapping[str, Any],
    faults: Mapping[str, str],
) -> dict[str, Any]:
    value = values.get(name, "")
    return form_fields.line(
        name, label, "", value if isinstance(value, str) else "", faults
    )


ROUTES = (
    *page("report", "/report", look, "submission.html"),
    action("post_report", "/report", send, is_open=True),
    *page("report_status", "/report/status", look_status, "submission_status.html"),
    action("post_report_status", "/report/status", tell, is_open=True),
)
