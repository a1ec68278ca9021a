"""Who is asking, and as of when: from a request to an ``Asking``, which every page and action receives.

``actor`` is the FastAPI dependency for routes that are not made with ``web.doors``. A session is a random token in a
cookie; only its hash is kept. It ends when idle, at its absolute end, at sign-out, and when the account changes.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request, Response

from upstander.core import clock
from upstander.core.errors import Busy, NotAllowed
from upstander.core.rights import VISITOR, Actor, Role
from upstander.lake.records.accounts import Account, Session, Space
from upstander.report.asker import Asker
from upstander.report.known import Known
from upstander.report.situation import Overview
from upstander.web.state import Edition, State

IDLE, LONGEST = timedelta(hours=1), timedelta(hours=12)  # a working day, with a lunch
TOUCH = timedelta(minutes=1)  # "last seen" is kept to the minute: a read need not write each time


class FormExpired(NotAllowed):
    """The form came from our own pages, but from an earlier session: what was typed into it is worth keeping."""


class SignInNeeded(NotAllowed):
    """Nobody is signed in, and this needs somebody."""


@dataclass(frozen=True)
class Asking:
    """One request.

    Attributes:
        as_of: the instant asked about, never after ``now``; is_past: whether it was asked for.
        csrf: what a form must send back.
        query: the last value of each query parameter.
        seen: restricted records that the answer rests on, for the access log.
    """

    request: Request
    state: State
    actor: Actor
    session: Session | None
    account: Account | None
    csrf: str
    now: datetime
    as_of: datetime
    is_past: bool
    query: Mapping[str, str]
    seen: set[str] = field(default_factory=set, compare=False)

    @property
    def today(self) -> date:
        """The day after which nothing can have happened: the clock's, or the installation's own if that is later."""
        return max(self.now.date(), self.state.today)

    @cached_property
    def spaces(self) -> Mapping[str, Space]:
        """Every space by its id, read once for a request."""
        return {s.id: s for s in self.state.accounts.spaces()}

    @cached_property
    def account_names(self) -> Mapping[str, str]:
        """Names by account, read once for a request."""
        return {a.account: a.name for a in self.state.accounts.list()}

    @cached_property
    def edition(self) -> Edition:
        """What public figures on the day asked about are made from."""
        return self.state.edition(min(self.as_of.date(), self.state.today))

    @cached_property
    def held(self) -> tuple[Known, Overview]:
        """What was known on the day asked about, and every place at once; found once for a request."""
        return self.state.held(self.edition)

    @property
    def asker(self) -> Asker:
        """Who the page is made for."""
        return Asker(self.actor, self.space_title(self.actor.space), self.csrf)

    def space_title(self, id: str) -> str:
        """What a space is called; no space has the title "no space"."""
        return self.spaces[id].title if id in self.spaces else id or "no space"

    def signed_in(self, *roles: Role) -> Actor:
        """The actor, who must be signed in, in one of the roles if any are named.

        Raises:
            SignInNeeded, NotAllowed
        """
        if self.session is None:
            raise SignInNeeded("Sign in to see or do this.")
        if roles and self.actor.role not in roles:
            named = ", ".join(roles)
            raise NotAllowed(
                f"This page is open to: {named}. Your role is {self.actor.role}; an administrator can change it."
            )
        return self.actor


def now() -> datetime:
    """The clock of the doors."""
    return datetime.now(UTC)


def ask(request: Request) -> Asking:
    """Read who asks and as of when. Raises ConfigError for an instant that is none."""
    state: State = request.app.state.held
    at = now()
    session, account = _session(request, state, at)
    wanted = instant(request.query_params.get("as_of", ""))
    return Asking(
        request=request,
        state=state,
        actor=account.actor if account else VISITOR,
        session=session,
        account=account,
        csrf=session.csrf if session else form_token(request.cookies.get(form_cookie(request), "")),
        now=at,
        as_of=min(wanted or at, at),
        is_past=wanted is not None and wanted < at,
        query=dict(request.query_params),
    )


def actor(request: Request) -> Actor:
    """FastAPI dependency: who is asking, VISITOR when nobody is signed in."""
    return ask(request).actor


def asker(request: Request) -> Asker:
    """Who a page is made for, where nothing else of the request matters."""
    state: State = request.app.state.held
    session, account = _session(request, state, now())
    if session is None or account is None:
        return Asker()
    return Asker(account.actor, state.space_title(account.space), session.csrf)


def instant(text: str) -> datetime | None:
    """What ``core.clock`` reads in the text; None when it is empty."""
    return clock.instant(text) if text else None


# Sessions


def token_hash(token: str) -> str:
    """What is kept of a token. It is random and long, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin_session(response: Response, request: Request, account: Account) -> str:
    """Sign in: a new token always, so that one planted before is worth nothing; the session before ends.

    Returns:
        What a form of the new session must send back.
    """
    state: State = request.app.state.held
    at = now()
    end_session(request)
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    state.accounts.start_session(
        token_hash(token), account.account, csrf=csrf, ends=at + LONGEST, now=at
    )
    _set(response, request, session_cookie(request), token)
    response.delete_cookie(form_cookie(request), path="/")
    return csrf


def end_session(request: Request) -> None:
    """Sign out here."""
    if token := request.cookies.get(session_cookie(request)):
        request.app.state.held.accounts.end_session(token_hash(token))


def forget(response: Response, request: Request) -> None:
    """Take the session's cookie back."""
    response.delete_cookie(
        session_cookie(request), path="/", secure=is_secure(request), httponly=True, samesite="lax"
    )


def _session(
    request: Request, state: State, at: datetime
) -> tuple[Session, Account] | tuple[None, None]:
    token = request.cookies.get(session_cookie(request), "")
    if not 20 <= len(token) <= 100:
        return None, None
    hashed = token_hash(token)
    found = state.accounts.session(hashed, now=at)
    if found is None:
        return None, None
    if at - found[0].seen > IDLE:
        state.accounts.end_session(hashed)
        return None, None
    if at - found[0].seen > TOUCH:
        with suppress(Busy):  # a page is read all the same; "last seen" is kept at the next
            state.accounts.touch(hashed, now=at)
    return found


# Forms


def give_form_cookie(response: Response, request: Request) -> str:
    """For somebody not signed in: a random cookie that the form's token is made from. Returns the token."""
    value = request.cookies.get(form_cookie(request)) or secrets.token_urlsafe(32)
    _set(response, request, form_cookie(request), value)
    return form_token(value)


def form_token(cookie: str) -> str:
    """The token that belongs to a form cookie, '' when there is none."""
    return hashlib.sha256(f"form {cookie}".encode()).hexdigest() if cookie else ""


def check_origin(asking: Asking, token: Any) -> None:
    """A writing request must come from our own pages: its Origin is ours and it carries the session's token.

    Raises:
        NotAllowed: it comes from another site. FormExpired: its token is that of an earlier session, or of none.
    """
    if not is_ours(asking.request):
        raise NotAllowed("This request came from another site. Nothing was done.")
    if (
        not asking.csrf
        or not isinstance(token, str)
        or not hmac.compare_digest(token.encode(), asking.csrf.encode())
    ):
        raise FormExpired(
            "The form is too old or came from elsewhere. Go back, reload the page and send it again."
        )


def is_ours(request: Request) -> bool:
    """Whether a request comes from our own pages, as far as its headers say; a program's says nothing."""
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site", "same-origin")
    return origin in (None, address(request, request.app.state.held)) and site in (
        "same-origin",
        "none",
    )


def address(request: Request, state: State) -> str:
    """Scheme, host and port that people see."""
    return state.settings.url.rstrip("/") or f"{request.url.scheme}://{request.url.netloc}"


def is_secure(request: Request) -> bool:
    """Whether people reach us over TLS; plain http is for this machine alone."""
    return urlsplit(address(request, request.app.state.held)).scheme == "https"


def session_cookie(request: Request) -> str:
    """``__Host-`` binds a cookie to this very host over TLS; browsers refuse the prefix on plain http."""
    return "__Host-session" if is_secure(request) else "session"


def form_cookie(request: Request) -> str:
    """Name of the cookie behind the forms of people who are not signed in."""
    return "__Host-form" if is_secure(request) else "form"


def _set(response: Response, request: Request, name: str, value: str) -> None:
    # Lax, not Strict: a link in a message must open for somebody who is signed in; writing needs the token anyway.
    response.set_cookie(
        name, value, path="/", secure=is_secure(request), httponly=True, samesite="lax"
    )
