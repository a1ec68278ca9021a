"""Sign in by an OpenID Connect provider: the way there, the way back, and who comes for the first time."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from upstander.core.errors import ConfigError, NotAllowed
from upstander.core.messages import say
from upstander.core.rights import Role
from upstander.core.settings import Settings
from upstander.records.accounts import Account
from upstander.web.accounts import oidc
from upstander.web.accounts.sign_in import DOOR, inside, signed_in
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import Done
from upstander.web.kernel.routing import page
from upstander.web.kernel.sessions import address, token_hash
from upstander.web.kernel.urls import url

OIDC_LASTS = timedelta(minutes=10)


log = logging.getLogger("upstander.web")


def start(request: PageRequest) -> Done:
    """Send somebody to the provider, and remember what we asked and from which browser.

    A link, not a form: the page's policy lets no form lead to another site.
    """
    settings = request.state.settings
    _only_configured(settings)
    if not request.csrf:
        return Done(
            url("sign_in")
        )  # only the sign-in page gives the cookie that the answer must come back with
    try:
        to, pending = oidc.begin(oidc.discover(settings), settings, _back(request))
    except oidc.NotProven as error:
        raise _failed(error) from None
    invitation = request.query.get("invitation", "")
    details = {
        "nonce": pending.nonce,
        "verifier": pending.verifier,
        "next": inside(request.query.get("next", "")),
        "browser": request.csrf,
        "invitation": token_hash(invitation) if invitation else "",
    }
    request.state.links.issue(
        token_hash(pending.state), "oidc", details, ends=request.now + OIDC_LASTS
    )
    return Done(to)


def come_back(request: PageRequest) -> Done:
    """Somebody returns from the provider: once, in the browser that left, with proof."""
    settings, accounts = request.state.settings, request.state.accounts
    _only_configured(settings)
    state = request.query.get("state", "")
    kept = request.state.links.redeem(token_hash(state[:200]), "oidc", now=request.now)
    if kept is None or kept["browser"] != request.csrf:
        raise _failed(oidc.NotProven(say("web.the_state_is_unknown_used_or_from")))
    try:
        who = oidc.finish(
            oidc.discover(settings),
            settings,
            _back(request),
            oidc.Pending(state, kept["nonce"], kept["verifier"]),
            request.query,
            request.now,
        )
    except oidc.NotProven as error:
        raise _failed(error) from None
    account = accounts.by_subject(f"{who.issuer} {who.subject}") or _newcomer(
        request, who, kept["invitation"]
    )
    if account.disabled:
        raise NotAllowed(say("web.this_account_cannot_sign_in_here_ask"))
    return signed_in(request, account, kept["next"])


def _newcomer(request: PageRequest, who: oidc.Identity, invitation: str) -> Account:
    """The account of somebody the provider proved for the first time: invited, or by the installation's rule."""
    settings, accounts = request.state.settings, request.state.accounts
    details: Mapping[str, Any] | None = None
    if invitation:
        details = request.state.links.redeem(invitation, "invitation", now=request.now)
    elif settings.oidc_role is not None:
        details = {
            "role": settings.oidc_role,
            "space": settings.oidc_space,
            "account": f"oidc-{secrets.token_hex(6)}",
        }
    if details is None:
        raise NotAllowed(say("web.you_have_no_account_here_yet_ask"))
    return accounts.create(
        details["account"],
        who.name or "a colleague",
        Role(details["role"]),
        details["space"],
        by=DOOR,
        now=request.now,
        subject=f"{who.issuer} {who.subject}",
    )


def _back(request: PageRequest) -> str:
    return f"{address(request.http, request.state)}/oidc/callback"


def _only_configured(settings: Settings) -> None:
    if not settings.oidc_issuer:
        raise ConfigError(say("web.no_provider_is_set_up_here_sign"))


def _failed(error: oidc.NotProven) -> NotAllowed:
    log.warning("sign-in by provider refused: %s", error)
    return NotAllowed(say("web.the_provider_did_not_prove_who_you"))


ROUTES = (
    *page("oidc_start", "/oidc/start", start, "sign_in.html"),
    *page("oidc_callback", "/oidc/callback", come_back, "sign_in.html"),
)
