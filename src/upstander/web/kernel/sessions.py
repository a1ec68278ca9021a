"""Sessions: a random token in a cookie, of which only the hash is kept.

One ends when idle, at its absolute end, at sign-out, and when the account changes.
"""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from fastapi import Request, Response

from upstander.core.errors import Busy
from upstander.records.accounts import Account, Session
from upstander.web.kernel import made_up
from upstander.web.kernel.made_up import state_of
from upstander.web.kernel.state import State

IDLE, LONGEST = timedelta(hours=1), timedelta(hours=12)  # a working day, with a lunch
# "Last seen" is kept to the minute: a read need not write each time.
TOUCH = timedelta(minutes=1)


def token_hash(token: str) -> str:
    """What is kept of a token. It is random and long, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin_session(response: Response, http: Request, account: Account) -> str:
    """Sign in: a new token always, so that one planted before is worth nothing; the session before ends.

    Returns:
        What a form of the new session must send back.
    """
    state: State = state_of(http)
    at = state.clock.now()
    end_session(http)
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    state.accounts.start_session(
        token_hash(token), account.account, csrf=csrf, ends=at + LONGEST, now=at
    )
    set_cookie(response, http, session_cookie(http), token)
    response.delete_cookie(form_cookie(http), path="/")
    return csrf


def end_session(http: Request) -> None:
    """Sign out here."""
    if token := http.cookies.get(session_cookie(http)):
        state_of(http).accounts.end_session(token_hash(token))


def forget(response: Response, http: Request) -> None:
    """Take the session's cookie back."""
    response.delete_cookie(
        session_cookie(http),
        path="/",
        secure=is_secure(http),
        httponly=True,
        samesite="lax",
    )


def session_of(
    http: Request, state: State, at: datetime
) -> tuple[Session, Account] | tuple[None, None]:
    token = http.cookies.get(session_cookie(http), "")
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


def address(http: Request, state: State) -> str:
    """Scheme, host and port that people see."""
    return state.settings.url.rstrip("/") or f"{http.url.scheme}://{http.url.netloc}"


def is_secure(http: Request) -> bool:
    """Whether people reach us over TLS; plain http is for this machine alone."""
    return urlsplit(address(http, state_of(http))).scheme == "https"


def session_cookie(http: Request) -> str:
    """``__Host-`` binds a cookie to this very host over TLS; browsers refuse the prefix on plain http."""
    name = made_up.COOKIE if state_of(http).is_made_up else "session"
    return made_up.PREFIX + name if is_secure(http) else name


def set_cookie(
    response: Response,
    http: Request,
    name: str,
    value: str,
) -> None:
    # Lax, not Strict: a link in a message must open for somebody who is signed in; writing needs the token anyway.
    response.set_cookie(
        name, value, path="/", secure=is_secure(http), httponly=True, samesite="lax"
    )


def form_cookie(http: Request) -> str:
    """Name of the cookie behind the forms of people who are not signed in."""
    return "__Host-form" if is_secure(http) else "form"
