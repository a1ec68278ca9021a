"""Drafts from programs: checked as a form's page checks, listed for the account they were written for, finished or deleted by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from upstander.core.messages import say
from upstander.records import forms
from upstander.records.forms import Form, FormError
from upstander.records.held_drafts import HeldDraft
from upstander.web.kernel.record_reading import form_of, places
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import Done
from upstander.web.kernel.routing import Given, action, page
from upstander.web.kernel.urls import url
from upstander.web.records import links, writing
from upstander.web.records.first_rights import first_stamp
from upstander.web.records.submitted import Submitted, own_place, submitted

LINKS = ("link", "links")
CONFIRMED = "_confirmed"  # for the person who finishes it


def check(
    request: PageRequest, kind: str, given: Mapping[str, Any], *, reads: bool
) -> None:
    """Whether a draft could be kept as a record by whoever asks, once they have said its rights and why.

    Args:
        given: ``fields``, ``place``, ``parent`` and ``why``, as in the JSON of a form.
        reads: whether it may link to records, which says whether they are there.

    Raises:
        NotAllowed: they may not write this kind. FormError: by field, what is wrong.
    """
    form = form_of(kind)
    writing.check_beginner(request.actor, form)
    sent = submitted(Given(given, is_json=True), form)
    faults = {**_not_of_kind(form, given), **_linked(form, sent, reads=reads)}
    if not faults:
        faults = {**_unknown_parent(request, sent), **_faults(request, sent)}
    if faults:
        raise FormError({name.removeprefix("_"): words for name, words in faults.items()})


def _faults(request: PageRequest, sent: Submitted) -> Mapping[str, str]:
    """What the page of the form would say."""
    before = first_stamp(request, sent.form, sent.controls, sent.fields)
    faults = dict(writing.check(request, sent, before).faults)
    faults.pop(CONFIRMED, None)
    if not sent.why:
        faults.pop("_why", None)
    return faults


def _not_of_kind(form: Form, given: Mapping[str, Any]) -> dict[str, str]:
    """A place or parent that records of this kind have elsewhere, or not at all."""
    has = {"place": not own_place(form), "parent": bool(form.parent)}
    words = say("records.has_no_such_field_take_it_away", title=form.title)
    return {n: words for n, is_there in has.items() if given.get(n) and not is_there}


def _linked(form: Form, sent: Submitted, *, reads: bool) -> dict[str, str]:
    """Links by who may not look whether there is such a record."""
    if reads:
        return {}
    given = {f.name: sent.fields.get(f.name) for f in form.fields if f.type in LINKS}
    return {
        name: say("web.api_draft_links")
        for name, value in {**given, "_parent": sent.parent}.items()
        if value
    }


def _unknown_parent(request: PageRequest, sent: Submitted) -> dict[str, str]:
    """A parent that is no record of its kind which the writer may read."""
    if not sent.parent:
        return {}
    found = request.state.records.find(
        by=request.actor, as_of=request.now, kinds=[sent.form.parent], ids=[sent.parent]
    )
    return {} if found else {"_parent": links.NONE_THAT_YOU_MAY_READ}


# The page


def look(request: PageRequest) -> dict[str, Any]:
    """The drafts that wait for whoever is signed in."""
    who = request.signed_in()
    names = dict(places(request))
    held = request.state.held_drafts.of(who.account, now=request.now)
    known = [d for d in held if d.kind in forms.kinds()]
    return {
        "title": say("web.drafts_of_programs"),
        "drafts": [_row(d, forms.form(d.kind), names) for d in known],
    }


def _row(held: HeldDraft, form: Form, names: Mapping[str, str]) -> dict[str, Any]:
    fields = held.given.get("fields", {})
    place = str(fields.get(own_place(form)) or held.given.get("place") or "")
    return {
        "id": held.id,
        "kind": form.title,
        "called": _called(form, fields),
        "place": names.get(place, place),
        "token": str(held.given.get("token", "")),
        "made": held.made.isoformat(),
        "ends": held.ends.isoformat(),
        "href": url("record_new", kind=form.kind) + f"?draft={held.id}",
    }


def _called(form: Form, fields: Mapping[str, Any]) -> str:
    """The first words of a draft, by which its holder knows it."""
    texts = (fields.get(f.name) for f in form.fields if f.type in ("text", "long"))
    return next((str(text)[:120] for text in texts if text), "")


def drop(request: PageRequest, _: Given, id: str) -> Done:
    """Delete a draft for good."""
    who = request.signed_in()
    request.state.held_drafts.drop(id, by=who, now=request.now)
    return Done(url("drafts"))


ROUTES = (
    *page("drafts", "/account/drafts", look, "held_drafts.html"),
    action("draft_drop", "/account/drafts/{id}/drop", drop),
)
