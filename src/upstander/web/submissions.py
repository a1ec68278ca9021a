"""The public form for reports, and what the holder of a receipt code is told. Nobody has to sign in.

Nothing of the request is kept: no address, no session. Each source has its own bound on reports, counted in memory alone;
nobody closes the form to others by sending many.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from upstander.assess import forms, submissions
from upstander.assess.forms import FormError
from upstander.assess.mapping import MOST_CONTACT
from upstander.assess.submissions import InAlready
from upstander.core.errors import ContactsLost, NotAllowed, UnknownRecord
from upstander.core.rights import Actor
from upstander.lake.records.vault import Vault
from upstander.report import inputs
from upstander.web.answers import Again
from upstander.web.asking import Asking
from upstander.web.doors import Doors, Given
from upstander.web.limits import source
from upstander.web.reading import places

# What the office fills in, not the person who reports.
OURS = ("reliability", "status", "reason", "evidence", "contact", "receipt", "origin", "origin_id")
CONTACT = {
    "name": "Your name",
    "phone": "Phone",
    "email": "E-mail",
    "other": "Another way to reach you",
}
CODE_MOST, ONCE_MOST = 60, 100


def add(doors: Doors) -> None:
    """The form and the page of receipt codes."""
    doors.page("/report", look, "submission.html")
    doors.action("/report", send, is_open=True)
    doors.page("/report/status", look_status, "submission_status.html")
    doors.action("/report/status", tell, is_open=True)


def look(asking: Asking) -> dict[str, Any]:
    """An empty form."""
    return _page(asking, {}, {})


def send(asking: Asking, given: Given) -> Again:
    """Keep a report; the receipt code is shown this once."""
    by = _intake(asking)
    form = forms.form("submission")
    if not asking.state.reports.take(source(asking.request), asking.now):
        raise NotAllowed(
            "Very many reports came from where you are within the hour. This one was not kept. Keep your words, "
            "and please send them in an hour."
        )
    values = {f.name: given.values.get(f.name) for f in form.fields if f.name not in OURS}
    contact = {part: given.text(f"contact_{part}")[:MOST_CONTACT] for part in CONTACT}
    codes, place = frozenset(c for c, _ in places(asking)), given.text("_place")
    faults = {} if not place or place in codes else {"_place": "Choose a place from the list"}
    vault = Vault.open(asking.state.records, asking.state.settings.vault_key)
    try:
        if faults:
            raise FormError(faults)
        kept, code = submissions.received(
            values,
            contact,
            records=asking.state.records,
            vault=vault,
            by=by,
            place=place,
            places=codes,
            now=asking.now,
            today=asking.today,
            once=given.text("_once")[:ONCE_MOST],
        )
    except InAlready:
        return Again(
            "submission_done.html",
            {"title": "Your report is in already", "code": "", "has_contact": False},
            200,
        )
    except FormError as error:
        return Again("submission.html", _page(asking, {**given.values}, error.faults))
    except ContactsLost:
        lost = "This office cannot keep contacts safely just now. Leave the contact empty, or come back later"
        return Again("submission.html", _page(asking, {**given.values}, {"contact_name": lost}))
    content = {
        "title": "Your report was received",
        "code": code,
        "has_contact": bool(kept.body["contact"]),
    }
    return Again("submission_done.html", content, 201)


def look_status(asking: Asking) -> dict[str, Any]:
    """A field for the code."""
    _intake(asking)
    return {"title": "What became of your report", "said": ""}


def tell(asking: Asking, given: Given) -> Again:
    """What the office says of the report; the code is never in an address, where it would be kept."""
    by = _intake(asking)
    said = submissions.status(
        given.text("code")[:CODE_MOST], records=asking.state.records, by=by, as_of=asking.now
    )
    return Again(
        "submission_status.html", {"title": "What became of your report", "said": said}, 200
    )


def _intake(asking: Asking) -> Actor:
    """As whom the form writes. Raises UnknownRecord when no space receives reports."""
    space = asking.state.settings.intake
    if space not in {s.id for s in asking.state.accounts.spaces()}:
        raise UnknownRecord("no space receives reports by the public form")
    return submissions.intake(space)


def _page(asking: Asking, values: Mapping[str, Any], faults: Mapping[str, str]) -> dict[str, Any]:
    by = _intake(asking)
    form = forms.form("submission")
    made = [
        i for i in inputs.inputs(form, values, faults, {}, places(asking)) if i["name"] not in OURS
    ]
    by_name = {i["name"]: i for i in made}
    consents = [by_name.pop(n) for n in ("consent_use", "consent_share", "consent_identify")]
    place = {
        **_field("_place", "Country or territory", values, faults),
        "options": [
            {"value": v, "label": label, "chosen": v == values.get("_place", "")}
            for v, label in [("", inputs.NOT_SAID), *places(asking)]
        ],
    }
    contact = [_field(f"contact_{part}", label, values, faults) for part, label in CONTACT.items()]
    order = {**{n: n for n in by_name}, "_place": "_place"}
    return {
        "once": values.get("_once") or secrets.token_urlsafe(32),
        "title": "Report what you saw",
        "space": asking.state.space_title(by.space),
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
