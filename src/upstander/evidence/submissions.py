"""A monitor's report: the receipt code, what its holder is told later, and the evidence item made from it.

The receipt is shown once. It has 80 random bits, so that a plain hash of it is safe to keep: there is nothing to guess.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from upstander.core.errors import Conflict, NotAllowed, UpstanderError
from upstander.core.rights import Actor, Marking, Role, Stamp, Usage
from upstander.records import ALPHABET, Draft, Record, new_id, plausibility, spelt
from upstander.records.drafts import draft
from upstander.records.forms import FormError, form

if TYPE_CHECKING:
    from upstander.records.store import Records
    from upstander.records.vault import Vault

GROUPS, IN_GROUP = 4, 4  # 16 characters of 5 bits; short enough to copy by hand
NOT_FOUND = (
    "No report has this receipt code. Look at it again: it has 16 letters and digits."
)
SAID = {
    "received": "Your report was received. Nobody has looked at it yet.",
    "checking": "Your report is being checked.",
    "used": "Your report was used in an assessment.",
    "not_used": "Your report was not used.",
}


RECEIVED = "report received"
TWICE = "this report is in already; it was kept once"


class InAlready(UpstanderError):
    """The same form was sent again."""


def receipt() -> str:
    """A new receipt code, such as ``7f2k-m9xq-0c4r-t8wz``."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(GROUPS * IN_GROUP))
    return "-".join(letters[at : at + IN_GROUP] for at in range(0, len(letters), IN_GROUP))


def hashed(code: str) -> str:
    """What is kept of a receipt code; dividers, case and letters that look like digits do not matter."""
    plain = "".join(
        c
        for c in code.lower().translate(str.maketrans("oil", "011"))
        if c.isascii() and c.isalnum()
    )
    return hashlib.sha256(plain.encode()).hexdigest()


def intake(space: str) -> Actor:
    """As whom the public form writes: it may add reports to one space, and reads only what it added itself."""
    return Actor(f"intake-{space}", "public form", Role.CONTRIBUTOR, space)


def received(
    given: Mapping[str, Any],
    contact: Mapping[str, str],
    *,
    records: Records,
    vault: Vault,
    by: Actor,
    place: str,
    places: frozenset[str],
    now: datetime,
    today: date = date.max,
    once: str = "",
) -> tuple[Record, str]:
    """Keep a report and, apart from it, its contact; the record, and the receipt code to show once.

    Args:
        once: what the form was sent with, the same each time it is sent: it is kept once.

    Raises:
        FormError: by field, before anything is kept.
        ContactsLost: the vault's key is gone; a report without contact is still taken.
        InAlready: this very form was sent before; nothing is kept again.
    """
    code, given = receipt(), {**given, "status": "received"}
    # Faults are said before the contact is kept.
    checked = one(given, by=by, place=place, places=places)
    if faults := plausibility.faults(form("submission"), checked.body, today):
        raise FormError(faults)
    id = id_of(once) if once else new_id()
    if once and records.find(by=by, as_of=now, kinds=("submission",), ids=(id,), limit=1):
        raise InAlready(TWICE)
    given_contact = {k: v for k, v in contact.items() if v}
    ref = new_id() if given_contact else ""
    body = {**given, "receipt": hashed(code), "contact": ref}
    report = one(body, by=by, place=place, places=places, id=id)
    contacts = {ref: given_contact} if given_contact else {}
    try:
        reports = vault.keep(contacts, [report], by=by, why=RECEIVED, now=now)
    except Conflict:  # sent twice at once: the other one is kept
        raise InAlready(TWICE) from None
    return reports[0], code


def one(
    given: Mapping[str, Any], *, by: Actor, place: str, places: frozenset[str], id: str = ""
) -> Draft:
    """A report as a draft: restricted, for its own space alone."""
    stamp = Stamp(by.space, by.account, Marking.STRICT, Usage.OFFICE, restricted=True)
    return draft(
        "submission",
        given,
        id=id or new_id(),
        by=by,
        places=places,
        stamp=stamp,
        place=place,
    )


def id_of(once: str) -> str:
    """The id of the report that a form sends: the same form has the same, and nobody can choose one."""
    return spelt(int.from_bytes(hashlib.sha256(f"report {once}".encode()).digest()[:16]))


def status(code: str, *, records: Records, by: Actor, as_of: datetime) -> str:
    """What the holder of a receipt code is told; the same words for every code that fits nothing."""
    found = records.find(
        by=by, as_of=as_of, kinds=("submission",), where={"receipt": hashed(code)}, limit=1
    )
    if not found:
        return NOT_FOUND
    body = found[0].body
    reason = (
        f" Why: {body['reason']}" if body["status"] == "not_used" and body["reason"] else ""
    )
    return SAID[body["status"]] + reason


def evidence_from(report: Record, *, by: Actor, places: frozenset[str]) -> Draft:
    """An item for the inbox, made from a report within what its giver consented to; never their contact.

    Raises:
        NotAllowed: they did not consent that what they said be used.
    """
    said = report.body
    if not said["consent_use"]:
        raise NotAllowed(
            "the person who reported this did not consent to its use; it stays as it is"
        )
    same = {f.name for f in form("evidence").fields} & {
        f.name for f in form("submission").fields
    }
    given = {name: said[name] for name in same - {"status", "origin", "origin_id"}}
    given |= {
        "passage": said["text"],
        "status": "inbox",
        "submission": report.id,
        "reported": report.when.date().isoformat(),
    }
    marking = Marking.AMBER if said["consent_share"] else Marking.STRICT
    stamp = Stamp(
        by.space,
        by.account,
        marking,
        Usage.RESTRICTED if said["consent_share"] else Usage.OFFICE,
        restricted=True,
    )
    return draft(
        "evidence",
        given,
        id=new_id(),
        by=by,
        places=places,
        stamp=stamp,
        place=report.place,
    )
