"""Subscriptions of one's own, how one ends without signing in, and the page that says whom to write to."""

from __future__ import annotations

import hmac
from typing import Any

from upstander.core.errors import UnknownRecord
from upstander.core.messages import say
from upstander.monitor.outbox import SUBSCRIPTION, monitor
from upstander.monitor.sending import leave_token, secret_of
from upstander.records import Record
from upstander.records.drafts import next_version
from upstander.records.forms import form
from upstander.web.alerts.reading import feeds
from upstander.web.kernel.record_reading import everything, places
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import Done, Given, action, page
from upstander.web.kernel.urls import url


def look(request: PageRequest) -> dict[str, Any]:
    """The reader's own subscriptions."""
    who, made = request.signed_in(), form(SUBSCRIPTION)
    own = [
        s
        for s in everything(request, kinds=(SUBSCRIPTION,))
        if s.stamp.author == who.account
    ]
    return {
        "title": made.plural,
        "may_write": who.role in made.writers and not request.is_past,
        "rows": [_row(request, s) for s in own],
    }


def _row(request: PageRequest, subscription: Record) -> dict[str, Any]:
    """One of the reader's own; the secret is its owner's to see."""
    body, made = subscription.body, form(SUBSCRIPTION)
    names, key = dict(places(request)), request.state.records.key
    chosen = ("channel", "rhythm", "language")
    is_webhook = body["channel"] == "webhook"
    return {
        "id": subscription.id,
        "href": url("record", kind=SUBSCRIPTION, id=subscription.id),
        **{n: made.field(n).choices[str(body[n])] for n in chosen},
        "place": names.get(str(body.get("place")), ""),
        "ended": bool(body.get("ended")),
        "leave": _leave(request, subscription),
        "secret": secret_of(key, subscription.id) if is_webhook else "",
    }


def _leave(request: PageRequest, subscription: Record) -> str:
    token = leave_token(request.state.records.key, subscription.id)
    return url("alerts_leave", id=subscription.id, token=token)


def look_leave(request: PageRequest, id: str, token: str) -> dict[str, Any]:
    """The one button that ends a subscription; whoever has the address from a message may press it."""
    subscription = _of_token(request, id, token)
    return {
        "title": say("monitor.leave"),
        "action": url("alerts_leave", id=id, token=token),
        "ended": bool(subscription.body.get("ended")),
    }


def leave(
    request: PageRequest,
    given: Given,  # noqa: ARG001
    id: str,
    token: str,
) -> Done:
    """End a subscription."""
    subscription = _of_token(request, id, token)
    if not subscription.body.get("ended"):
        by = monitor(subscription.stamp.space)
        ended = next_version(subscription, form(SUBSCRIPTION), fields={"ended": True})
        request.state.records.append(
            [ended], by=by, why="ended by its address", now=request.now
        )
    return Done(url("alerts_leave", id=id, token=token), {"ended": True})


def _of_token(request: PageRequest, id: str, token: str) -> Record:
    """The subscription of a token. Raises UnknownRecord: the same for none and for a wrong token."""
    good = leave_token(request.state.records.key, id)
    if hmac.compare_digest(good.encode(), token.encode()):
        for space in request.spaces:
            found = request.state.records.find(
                by=monitor(space), as_of=request.now, kinds=[SUBSCRIPTION], ids=[id]
            )
            if found:
                return found[0]
    raise UnknownRecord(say("monitor.no_subscription"))


def look_contact(request: PageRequest) -> dict[str, Any]:
    """Whom to write to, and the public feeds."""
    return {
        "title": say("monitor.contact"),
        "contact": request.state.settings.contact,
        "feeds": feeds(),
        "places": [
            (name, url("alerts_feed", suffix="atom") + f"?place={code}")
            for code, name in places(request)
        ],
        "intake": bool(request.state.settings.intake),
    }


ROUTES = (
    *page(
        "alerts_subscriptions", "/alerts/subscriptions", look, "alerts_subscriptions.html"
    ),
    *page("alerts_leave", "/alerts/leave/{id}/{token}", look_leave, "alerts_leave.html"),
    action("alerts_leave_now", "/alerts/leave/{id}/{token}", leave, is_open=True),
    *page("alerts_contact", "/alerts/contact", look_contact, "alerts_contact.html"),
)
