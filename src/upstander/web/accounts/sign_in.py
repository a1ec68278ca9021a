"""Sign in and out, the first administrator, invitations, and the way by an OpenID Connect provider.

Nothing said here tells whether an account exists: the words and the work are the same for a wrong name, a wrong
password and a disabled account.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fastapi import Response

from upstander.core.messages import say
from upstander.core.rights import Actor, Role
from upstander.core.settings import Settings
from upstander.records.accounts import Account
from upstander.records.sign_in_attempts import Bound, attempts_of
from upstander.web.accounts import devices, passwords
from upstander.web.kernel import typed_values
from upstander.web.kernel.rate_limits import source
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import Again, Done
from upstander.web.kernel.routing import Given, action, page
from upstander.web.kernel.sessions import begin_session, end_session, forget
from upstander.web.kernel.urls import url

WINDOW = timedelta(minutes=15)  # how long failures count
# Failures at one account within the window: from one source, and from all together.
MOST_HERE, MOST_ANYWHERE = 5, 50
MOST_OF_SOURCE = 30  # failures of one source; an office may share one address, so it is slowed down, never closed
PAUSE = timedelta(seconds=5)  # between two attempts of a source that has had its fill
WRONG = say("web.the_account_or_the_password_is_wrong")
SLOW = say("web.too_many_attempts_wait_minutes_then_try", seconds=WINDOW.seconds // 60)
DOOR = Actor(
    "sign-in", "sign-in", Role.ADMINISTRATOR, ""
)  # who makes an account for an invitation


def look_sign_in(request: PageRequest) -> Mapping[str, Any] | Done:
    """The sign-in page."""
    there = inside(request.query.get("next", ""))
    return Done(there) if request.session else _sign_in_page(request.state.settings, there)


@dataclass(frozen=True)
class Typed:
    """What stood in the form: the name, where to go on, and what was typed elsewhere before the session ended."""

    name: str
    there: str
    words: str


def sign_in(request: PageRequest, given: Given) -> Done | Again:
    """Check a name and a password, at the same cost whoever it is."""
    typed = Typed(
        name=given.text("name").casefold()[:64],
        there=inside(given.text("next")),
        words=str(given.values.get(typed_values.FIELD, "")),
    )
    password = given.values.get("password", "")
    account = request.state.accounts.by_name(typed.name)
    limits = _limits(request, typed.name, account)
    if not request.state.attempts.begin(
        limits, since=request.now - WINDOW, now=request.now
    ):
        return _refused(request, typed, SLOW, 429)
    if not _is_right(account, password) or account is None:
        name = typed.name if account else "no such account"
        request.state.records.log(DOOR, "sign-in failed", name, now=request.now)
        return _refused(request, typed, WRONG, 401)
    request.state.attempts.succeeded(limits, now=request.now)
    account = _with_newest_hash(request, account, str(password))
    if typed.words:
        return _with_words(request, account, typed.words)
    return signed_in(request, account, typed.there)


def _is_right(account: Account | None, password: Any) -> bool:
    """Whether the password is the account's; as costly where there is no account, or it is disabled."""
    hashed = account.password_hash if account and not account.disabled else None
    holds = passwords.holds(hashed, password if isinstance(password, str) else "")
    return holds and hashed is not None


def _with_newest_hash(request: PageRequest, account: Account, password: str) -> Account:
    """The account, its password hashed anew where it was hashed by an earlier profile."""
    if account.password_hash is None or not passwords.is_old(account.password_hash):
        return account
    accounts, hashed = request.state.accounts, passwords.hashed(password)
    accounts.set_password(account.account, hashed, by=account.actor, now=request.now)
    return accounts.known(account.account)


def _refused(
    request: PageRequest,
    typed: Typed,
    fault: str,
    status: int,
) -> Again:
    settings = request.state.settings
    page = _sign_in_page(settings, typed.there, typed.name, fault, typed.words)
    return Again("sign_in.html", page, status)


def _limits(request: PageRequest, name: str, found: Account | None) -> tuple[Bound, ...]:
    """What an attempt counts against, the narrowest first. A browser that has signed in to the account before has a count
    of its own: what others try, wherever they are, does not close the account to its holder."""
    if found and (device := devices.known(request, found)):
        return (Bound(f"device:{device}", MOST_HERE),)
    where = request.state.records.key.sign(f"source {source(request.http)}")[:32]
    anywhere = attempts_of(name)
    return (
        Bound(f"{anywhere} {where}", MOST_HERE),
        Bound(anywhere, MOST_ANYWHERE),
        Bound(f"source:{where}", MOST_OF_SOURCE, PAUSE),
    )


def _with_words(request: PageRequest, account: Account, kept_words: str) -> Again:
    """Signed in: what was typed before, to look at and send in the new session."""
    cookies = Response()
    csrf = _begin(cookies, request, account)

    def finish(answer: Response) -> None:
        answer.raw_headers.extend(h for h in cookies.raw_headers if h[0] == b"set-cookie")

    return Again(
        "typed_values.html",
        {**typed_values.page(kept_words), "form_token": csrf},
        200,
        finish,
    )


def sign_out(request: PageRequest, _: Given) -> Done:
    """End this session."""
    end_session(request.http)
    return Done("/", finish=lambda answer: forget(answer, request.http))


def sign_out_everywhere(request: PageRequest, _: Given) -> Done:
    """End every session of the account."""
    request.state.accounts.end_sessions(request.signed_in().account)
    return Done(url("sign_in"), finish=lambda answer: forget(answer, request.http))


def signed_in(request: PageRequest, account: Account, there: str) -> Done:
    return Done(there, finish=lambda answer: _begin(answer, request, account))


def _begin(answer: Response, request: PageRequest, account: Account) -> str:
    """Sign in: the log, the session's cookie, and the browser known from now on. Returns what the session's forms send."""
    request.state.records.log(account.actor, "signed in", account.account, now=request.now)
    devices.remember(answer, request, account)
    return begin_session(answer, request.http, account)


def _sign_in_page(
    settings: Settings,
    there: str,
    name: str = "",
    fault: str = "",
    kept_words: str = "",
) -> dict[str, Any]:
    faults = [{"href": "#f-name", "words": fault}] if fault else []
    shown = typed_values.page(kept_words)["shown"] if kept_words else []
    return {
        "title": say("web.sign_in"),
        "next": there,
        "name": name,
        "faults": faults,
        "typed": kept_words,
        "shown": shown,
        "provider": settings.oidc_name if settings.oidc_issuer else "",
    }


def inside(there: str) -> str:
    """Where to go on: a path of ours, never another site."""
    return there if re.fullmatch(r"/(?![/\\])[^\\\x00-\x1f]*", there) else "/"


ROUTES = (
    *page("sign_in", "/sign-in", look_sign_in, "sign_in.html"),
    action("post_sign_in", "/sign-in", sign_in, is_open=True, is_secret=True),
    action("sign_out", "/sign-out", sign_out),
    action("sign_out_everywhere", "/sign-out-everywhere", sign_out_everywhere),
)
