"""The made-up country's page: load and remove it (an administrator), enter it in a role (whoever is signed in), leave it."""

from __future__ import annotations

import secrets
from typing import Any

from fastapi import Response

from upstander.core.errors import ConfigError, NotAllowed
from upstander.core.messages import say
from upstander.core.rights import Role
from upstander.records.accounts import Account
from upstander.web.kernel.made_up import COOKIE, NAME, PREFIX, beside_of, is_loaded
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import Done
from upstander.web.kernel.routing import Given, action, page
from upstander.web.kernel.sessions import (
    LONGEST,
    end_session,
    is_secure,
    set_cookie,
    token_hash,
)
from upstander.web.kernel.state import State
from upstander.web.kernel.urls import url
from upstander.web.made_up import loading


def look(request: PageRequest) -> dict[str, Any]:
    """What it is, whether it is there, and the roles in which it can be looked at."""
    who, inside = request.actor, request.state.is_made_up
    loaded = inside or is_loaded(request.state.settings)
    people = _people(request) if loaded and not inside and request.session else []
    return {
        "title": say("web.made_up_title"),
        "name": NAME,
        "loaded": loaded,
        "inside": inside,
        "known": bool(request.session),
        "may_set": who.role is Role.ADMINISTRATOR and not inside,
        "people": [
            {"account": a.account, "name": a.name, "role": a.role.value} for a in people
        ],
    }


def _people(request: PageRequest) -> tuple[Account, ...]:
    beside = beside_of(request.http).state(request.state)
    return beside.accounts.list() if beside else ()


def load(request: PageRequest, _: Given) -> Done:
    """Load it, in one click."""
    who = _administrator(request)
    loading.load(request.state.settings, request.now)
    request.state.records.log(who, "made-up country loaded", NAME, now=request.now)
    return Done(url("made_up"))


def remove(request: PageRequest, _: Given) -> Done:
    """Remove it with everything written there, in one click."""
    who = _administrator(request)
    loading.remove(request.state.settings)
    beside_of(request.http).state(request.state)  # lets go of its files
    request.state.records.log(who, "made-up country removed", NAME, now=request.now)
    return Done(url("made_up"))


def _administrator(request: PageRequest) -> Any:
    if request.state.is_made_up:
        raise NotAllowed(say("web.made_up_leave_first"))
    return request.signed_in(Role.ADMINISTRATOR)


def enter(request: PageRequest, given: Given) -> Done:
    """Look at it as one of its people, for whoever is signed in; the own session stays as it is."""
    request.signed_in()
    beside = None
    if not request.state.is_made_up:
        beside = beside_of(request.http).state(request.state)
    if beside is None:
        raise ConfigError(say("web.made_up_not_loaded"))
    account = beside.accounts.known(str(given.values.get("account", ""))[:80])
    token = _begun(beside, account, request)
    return Done(url("today"), finish=lambda answer: _keep(answer, request, token))


def _begun(beside: State, account: Account, request: PageRequest) -> str:
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    beside.accounts.start_session(
        token_hash(token),
        account.account,
        csrf=csrf,
        ends=request.now + LONGEST,
        now=request.now,
    )
    return token


def _name(request: PageRequest) -> str:
    return PREFIX + COOKIE if is_secure(request.http) else COOKIE


def _keep(answer: Response, request: PageRequest, token: str) -> None:
    set_cookie(answer, request.http, _name(request), token)


def leave(request: PageRequest, _: Given) -> Done:
    """Back to the real installation."""
    if request.state.is_made_up:
        end_session(request.http)
    return Done(url("today"), finish=lambda answer: _forget(answer, request))


def _forget(answer: Response, request: PageRequest) -> None:
    answer.delete_cookie(
        _name(request),
        path="/",
        secure=is_secure(request.http),
        httponly=True,
        samesite="lax",
    )


ROUTES = (
    *page("made_up", "/made-up", look, "made_up.html"),
    action("made_up_load", "/made-up/load", load),
    action("made_up_remove", "/made-up/remove", remove),
    action("made_up_enter", "/made-up/enter", enter),
    action("made_up_leave", "/made-up/leave", leave),
)
