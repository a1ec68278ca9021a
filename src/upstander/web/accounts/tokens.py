"""Tokens for programs, on a page of their holder: made with what they read and how long they work, shown once, revoked."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from upstander.core.errors import ConfigError
from upstander.core.messages import say, words_of
from upstander.records.api_tokens import (
    READ_PUBLIC,
    READ_RECORDS,
    WRITE_DRAFTS,
    ApiToken,
)
from upstander.web.accounts import passwords
from upstander.web.kernel import form_fields
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import Again, Done
from upstander.web.kernel.routing import Given, action, page
from upstander.web.kernel.sessions import address, token_hash
from upstander.web.kernel.urls import url

PREFIX = "upst_"  # by which programs that look for secrets in files know one
TEMPLATE = "account_tokens.html"
BOTH = f"{READ_RECORDS} {WRITE_DRAFTS}"
SCOPES: Mapping[str, str] = {
    READ_PUBLIC: say("web.token_scope_public"),
    READ_RECORDS: say("web.token_scope_records"),
    WRITE_DRAFTS: say("web.token_scope_drafts"),
    BOTH: say("web.token_scope_both"),
}
OF_SCOPE = {
    READ_PUBLIC: (READ_PUBLIC,),
    READ_RECORDS: (READ_PUBLIC, READ_RECORDS),
    WRITE_DRAFTS: (READ_PUBLIC, WRITE_DRAFTS),
    BOTH: (READ_PUBLIC, READ_RECORDS, WRITE_DRAFTS),
}
LASTS = (30, 90, 365)  # days


def look(request: PageRequest) -> dict[str, Any]:
    """The tokens of whoever is signed in, and the form that makes one."""
    who = request.signed_in()
    tokens = request.state.api_tokens.of(who.account, now=request.now)
    return {
        "title": say("web.tokens_of_programs"),
        "tokens": [_row(t) for t in tokens],
        "made": None,
        "faults": [],
        **_inputs(request, {}, {}),
    }


def _row(token: ApiToken) -> dict[str, Any]:
    chosen = next(c for c, scopes in OF_SCOPE.items() if set(scopes) == set(token.scopes))
    return {
        "id": token.id,
        "name": token.name,
        "reads": SCOPES[chosen],
        "created": token.created.isoformat(),
        "ends": token.ends.isoformat(),
        "seen": token.seen.isoformat() if token.seen else "",
    }


def _inputs(
    request: PageRequest, typed: Mapping[str, str], faults: Mapping[str, str]
) -> dict[str, Any]:
    name = form_fields.line(
        "name",
        say("web.token_name_label"),
        say("web.token_name_help"),
        typed.get("name", ""),
        faults,
        required=True,
    )
    lasts = {str(n): say("web.token_lasts", n=n) for n in LASTS}
    scope = typed.get("scope") or READ_PUBLIC
    days = typed.get("lasts") or str(LASTS[1])
    return {
        "name": name,
        "scope": _choice("scope", say("web.token_scope_label"), SCOPES, scope, faults),
        "lasts": _choice("lasts", say("web.token_lasts_label"), lasts, days, faults),
        "password": _password(request, faults),
    }


def _choice(
    name: str,
    label: str,
    options: Mapping[str, str],
    chosen: str,
    faults: Mapping[str, str],
) -> dict[str, Any]:
    shown = form_fields.line(name, label, "", "", faults, required=True)
    return {**shown, "options": form_fields.marked(list(options.items()), [chosen])}


def _password(request: PageRequest, faults: Mapping[str, str]) -> dict[str, Any] | None:
    """The line for the password: a session that somebody else holds makes no token. None for accounts without one."""
    if request.account is None or not request.account.password_hash:
        return None
    label = say("web.password_now")
    return passwords.line("password", label, "", faults, fill="current-password")


def make(request: PageRequest, given: Given) -> Again:
    """A token, shown once."""
    request.signed_in()
    typed = {name: given.text(name) for name in ("name", "scope", "lasts")}
    if faults := _faults(request, given, typed):
        return _again(request, typed, faults)
    token = PREFIX + secrets.token_urlsafe(32)
    try:
        _issue(request, token, typed)
    except ConfigError as error:
        return _again(request, typed, {"name": words_of(error)})
    base = address(request.http, request.state)
    made = {"token": token, "name": typed["name"], "example": f"{base}{url('v1_me')}"}
    return Again(TEMPLATE, {**look(request), "made": made}, 201)


def _issue(request: PageRequest, token: str, typed: Mapping[str, str]) -> None:
    request.state.api_tokens.issue(
        token_hash(token),
        typed["name"],
        OF_SCOPE[typed["scope"]],
        by=request.actor,
        now=request.now,
        ends=request.now + timedelta(days=int(typed["lasts"])),
    )


def _faults(request: PageRequest, given: Given, typed: Mapping[str, str]) -> dict[str, str]:
    account = request.account
    faults: dict[str, str] = {}
    if account and account.password_hash:
        password = str(given.values.get("password", ""))
        if not passwords.holds(account.password_hash, password):
            faults["password"] = say("web.this_is_not_your_password")
    if typed["scope"] not in SCOPES or typed["lasts"] not in map(str, LASTS):
        faults["scope"] = say("web.token_choose")
    return faults


def _again(
    request: PageRequest, typed: Mapping[str, str], faults: Mapping[str, str]
) -> Again:
    shown = [{"href": f"#f-{n}", "words": w} for n, w in faults.items()]
    told = {"faults": shown, **_inputs(request, typed, faults)}
    return Again(TEMPLATE, {**look(request), **told})


def revoke(request: PageRequest, _: Given, id: str) -> Done:
    """A token works no more."""
    who = request.signed_in()
    request.state.api_tokens.revoke(id, by=who, now=request.now)
    return Done(url("account_tokens"))


ROUTES = (
    *page("account_tokens", "/account/tokens", look, TEMPLATE),
    action("account_token", "/account/tokens", make, is_secret=True),
    action("account_token_revoke", "/account/tokens/{id}/revoke", revoke),
)
