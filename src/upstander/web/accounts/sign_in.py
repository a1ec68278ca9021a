"""Sign in and out, the first administrator, invitations, and the way by an OpenID Connect provider.

Nothing said here tells whether an account exists: the words and the work are the same for a wrong name, a wrong
password and a disabled account.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from fastapi import Response

from upstander.core.errors import ConfigError, NotAllowed
from upstander.core.rights import Actor, Role
from upstander.core.settings import Settings
from upstander.records.accounts import Account, Accounts
from upstander.records.sign_in_attempts import Bound, attempts_of
from upstander.web.accounts import devices, oidc, passwords
from upstander.web.kernel import typed_values
from upstander.web.kernel.rate_limits import source
from upstander.web.kernel.requests import (
    PageRequest,
    address,
    begin_session,
    end_session,
    forget,
    now,
    token_hash,
)
from upstander.web.kernel.responses import Again, Done
from upstander.web.kernel.routing import Given, action, page
from upstander.web.kernel.urls import url

WINDOW = timedelta(minutes=15)  # how long failures count
MOST_HERE, MOST_ANYWHERE = (
    5,
    50,
)  # failures at one account within the window: from one source, and from all together
MOST_OF_SOURCE = 30  # failures of one source; an office may share one address, so it is slowed down, never closed
PAUSE = timedelta(seconds=5)  # between two attempts of a source that has had its fill
OIDC_LASTS = timedelta(minutes=10)
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
NOT_VALID = "This link is not valid: it works once, and not for ever. Ask for a new one."
WRONG = "The account or the password is wrong."
SLOW = f"Too many attempts. Wait {WINDOW.seconds // 60} minutes, then try again. An administrator can help; so can a browser you signed in with before."
SETUP = Actor("setup", "first start", Role.ADMINISTRATOR, "")  # who makes the first administrator
DOOR = Actor("sign-in", "sign-in", Role.ADMINISTRATOR, "")  # who makes an account for an invitation
log = logging.getLogger("upstander.web")


# Local accounts


def look_sign_in(request: PageRequest) -> Mapping[str, Any] | Done:
    """The sign-in page."""
    there = _inside(request.query.get("next", ""))
    return Done(there) if request.session else _sign_in_page(request.state.settings, there)


def sign_in(request: PageRequest, given: Given) -> Done | Again:
    """Check a name and a password, at the same cost whoever it is."""
    name, there = given.text("name").casefold()[:64], _inside(given.text("next"))
    accounts, password = request.state.accounts, given.values.get("password", "")
    kept_words = str(given.values.get(typed_values.FIELD, ""))
    found = accounts.by_name(name)
    limits = _limits(request, name, found)
    if not request.state.attempts.begin(limits, since=request.now - WINDOW, now=request.now):
        return Again(
            "sign_in.html",
            _sign_in_page(request.state.settings, there, name, SLOW, kept_words),
            429,
        )
    kept = found.password_hash if found and not found.disabled else None
    right = passwords.holds(kept, password if isinstance(password, str) else "")
    if not right or found is None or kept is None:
        request.state.records.log(
            DOOR, "sign-in failed", name if found else "no such account", now=request.now
        )
        return Again(
            "sign_in.html",
            _sign_in_page(request.state.settings, there, name, WRONG, kept_words),
            401,
        )
    request.state.attempts.succeeded(limits, now=request.now)
    if passwords.is_old(kept):
        accounts.set_password(
            name, passwords.hashed(str(password)), by=found.actor, now=request.now
        )
        found = accounts.known(name)
    return (
        _with_words(request, found, kept_words) if kept_words else _signed_in(request, found, there)
    )


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
        "typed_values.html", {**typed_values.page(kept_words), "form_token": csrf}, 200, finish
    )


def sign_out(request: PageRequest, _: Given) -> Done:
    """End this session."""
    end_session(request.http)
    return Done("/", finish=lambda answer: forget(answer, request.http))


def sign_out_everywhere(request: PageRequest, _: Given) -> Done:
    """End every session of the account."""
    request.state.accounts.end_sessions(request.signed_in().account)
    return Done(url("sign_in"), finish=lambda answer: forget(answer, request.http))


def _signed_in(request: PageRequest, account: Account, there: str) -> Done:
    return Done(there, finish=lambda answer: _begin(answer, request, account))


def _begin(answer: Response, request: PageRequest, account: Account) -> str:
    """Sign in: the log, the session's cookie, and the browser known from now on. Returns what the session's forms send."""
    request.state.records.log(account.actor, "signed in", account.account, now=request.now)
    devices.remember(answer, request, account)
    return begin_session(answer, request.http, account)


def _sign_in_page(
    settings: Settings, there: str, name: str = "", fault: str = "", kept_words: str = ""
) -> dict[str, Any]:
    faults = [{"href": "#f-name", "words": fault}] if fault else []
    shown = typed_values.page(kept_words)["shown"] if kept_words else []
    return {
        "title": "Sign in",
        "next": there,
        "name": name,
        "faults": faults,
        "typed": kept_words,
        "shown": shown,
        "provider": settings.oidc_name if settings.oidc_issuer else "",
    }


def _inside(there: str) -> str:
    """Where to go on: a path of ours, never another site."""
    return there if re.fullmatch(r"/(?![/\\])[^\\\x00-\x1f]*", there) else "/"


# The first administrator, and people who are invited


def look_setup(request: PageRequest) -> Mapping[str, Any]:
    """The page behind the link that the first start prints."""
    _only_first(request.state.accounts)
    return _setup_page(request.query.get("token", ""), {}, {})


def set_up(request: PageRequest, given: Given) -> Done | Again:
    """Make the administrator and the first space."""
    accounts = request.state.accounts
    _only_first(accounts)
    name = given.text("name").casefold()
    faults = _join_faults(given, name)
    if fault := name_fault(name):
        faults["name"] = fault
    if not given.text("space_title"):
        faults["space_title"] = "Give the space a name: your agency, for example"
    if faults:
        return Again("join.html", _setup_page(given.text("token"), given.values, faults))
    _redeem(request, given.text("token"), "setup")
    _only_first(accounts)
    title = given.text("space_title")[:100]
    accounts.add_space(
        space_id(title), title, given.text("space_type") or "government", by=SETUP, now=request.now
    )
    made = accounts.create(
        name,
        given.text("shown")[:100],
        Role.ADMINISTRATOR,
        space_id(title),
        by=SETUP,
        now=request.now,
        password_hash=passwords.hashed(str(given.values["password"])),
    )
    return _signed_in(request, made, url("accounts"))


def look_join(request: PageRequest) -> Mapping[str, Any]:
    """The page behind an invitation."""
    token = request.query.get("token", "")
    return _join_page(request, token, _offered(request, token, "invitation"), {}, {})


def join(request: PageRequest, given: Given) -> Done | Again:
    """Make the account of somebody invited, under the name that the invitation gives: nobody learns which others there are."""
    token = given.text("token")
    name = _offered(request, token, "invitation")
    if faults := _join_faults(given, name):
        return Again("join.html", _join_page(request, token, name, given.values, faults))
    details = _redeem(request, token, "invitation")
    made = request.state.accounts.create(
        name,
        given.text("shown")[:100],
        Role(details["role"]),
        details["space"],
        by=DOOR,
        now=request.now,
        password_hash=passwords.hashed(str(given.values["password"])),
    )
    return _signed_in(request, made, "/")


def look_reset(request: PageRequest) -> Mapping[str, Any]:
    """The page behind a link for a new password."""
    token = request.query.get("token", "")
    _offered(request, token, "reset")
    return _reset_page(token, {})


def reset(request: PageRequest, given: Given) -> Done | Again:
    """Give an account a new password, once, and open it again if failed attempts had closed it."""
    accounts, token = request.state.accounts, given.text("token")
    name = _offered(request, token, "reset")
    if fault := passwords.fault(
        str(given.values.get("password", "")), str(given.values.get("again", "")), name
    ):
        return Again("join.html", _reset_page(token, {"password": fault}))
    account = accounts.by_name(str(_redeem(request, token, "reset")["account"]))
    if account is None or account.disabled:
        raise NotAllowed("This account cannot sign in here. Ask an administrator.")
    accounts.set_password(
        name, passwords.hashed(str(given.values["password"])), by=account.actor, now=request.now
    )
    request.state.attempts.forget(name)
    return _signed_in(request, accounts.known(name), "/")


def _offered(request: PageRequest, token: str, purpose: str) -> str:
    """The account that a link is for. Raises NotAllowed when it is not valid, or waits for somebody to let its holder in."""
    details = request.state.links.offered(token_hash(token[:200]), purpose, now=request.now)
    if details is None:
        raise NotAllowed(NOT_VALID)
    return str(details["account"])


def _redeem(request: PageRequest, token: str, purpose: str) -> Mapping[str, Any]:
    details = request.state.links.redeem(token_hash(token[:200]), purpose, now=request.now)
    if details is None:
        raise NotAllowed(NOT_VALID)
    return details


def name_fault(name: str) -> str:
    """What is wrong with a sign-in name, '' when nothing is."""
    return (
        ""
        if NAME.fullmatch(name)
        else "Use 2 to 64 letters a to z, digits, dots, hyphens; begin with a letter or digit"
    )


def space_id(title: str) -> str:
    """A short id from a space's title."""
    plain = re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")[:40]
    return plain or f"space-{secrets.token_hex(3)}"


def _only_first(accounts: Accounts) -> None:
    if accounts.list():
        raise NotAllowed("This installation has its administrator. Ask them for an invitation.")


def _join_faults(given: Given, name: str) -> dict[str, str]:
    faults: dict[str, str] = {}
    if not given.text("shown"):
        faults["shown"] = "Say what colleagues call you"
    if wrong := passwords.fault(
        str(given.values.get("password", "")), str(given.values.get("again", "")), name
    ):
        faults["password"] = wrong
    return faults


def _reset_page(token: str, faults: Mapping[str, str]) -> dict[str, Any]:
    return {
        **_new_page("A new password", token, passwords.lines(faults, "New password"), faults),
        "action": url("reset"),
        "submit": "Keep the password",
        "provider": "",
        "lead": "An administrator made this link for you. It works once; your other sessions end.",
    }


def _setup_page(token: str, given: Mapping[str, Any], faults: Mapping[str, str]) -> dict[str, Any]:
    name = _line(
        "name", "Account", "To sign in with; it never changes.", given, faults, fill="username"
    )
    agency = _line(
        "space_title", "Your agency", "The first space. More can be added later.", given, faults
    )
    lines = [name, *_own_lines(given, faults), agency]
    return {
        **_new_page("Create the administrator", token, lines, faults),
        "action": url("setup"),
        "submit": "Create the account",
        "lead": "The administrator keeps accounts and spaces, and reads no restricted evidence.",
        "provider": "",
    }


def _join_page(
    request: PageRequest, token: str, name: str, given: Mapping[str, Any], faults: Mapping[str, str]
) -> dict[str, Any]:
    settings = request.state.settings
    return {
        **_new_page("Join Upstander", token, _own_lines(given, faults), faults),
        "action": url("join"),
        "submit": "Create the account",
        "provider": settings.oidc_name if settings.oidc_issuer else "",
        "lead": f"You were invited as {name}: this is what you sign in with.",
    }


def _new_page(
    title: str, token: str, lines: list[dict[str, Any]], faults: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "title": title,
        "token": token[:200],
        "inputs": lines,
        "faults": [{"href": f"#f-{n}", "words": w} for n, w in faults.items()],
    }


def _own_lines(given: Mapping[str, Any], faults: Mapping[str, str]) -> list[dict[str, Any]]:
    shown = _line(
        "shown", "Your name", "As colleagues see it beside what you write.", given, faults
    )
    return [shown, *passwords.lines(faults, "Password")]


def _line(
    name: str,
    label: str,
    help: str,
    given: Mapping[str, Any],
    faults: Mapping[str, str],
    *,
    fill: str = "off",
) -> dict[str, Any]:
    return {
        "name": name,
        "id": f"f-{name}",
        "label": label,
        "help": help,
        "value": str(given.get(name, "")),
        "type": "text",
        "fault": faults.get(name, ""),
        "required": True,
        "unit": "",
        "personal": False,
        "fill": fill,
    }


# OpenID Connect


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
        "next": _inside(request.query.get("next", "")),
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
        raise _failed(oidc.NotProven("the state is unknown, used or from another browser"))
    try:
        who = oidc.finish(
            oidc.discover(settings),
            settings,
            _back(request),
            oidc.Pending(state, kept["nonce"], kept["verifier"]),
            request.query,
            now(),
        )
    except oidc.NotProven as error:
        raise _failed(error) from None
    account = accounts.by_subject(f"{who.issuer} {who.subject}") or _newcomer(
        request, who, kept["invitation"]
    )
    if account.disabled:
        raise NotAllowed("This account cannot sign in here. Ask an administrator.")
    return _signed_in(request, account, kept["next"])


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
        raise NotAllowed("You have no account here yet. Ask an administrator for an invitation.")
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
        raise ConfigError(
            "No provider is set up here. Sign in with an account of this installation."
        )


def _failed(error: oidc.NotProven) -> NotAllowed:
    log.warning("sign-in by provider refused: %s", error)
    return NotAllowed("The provider did not prove who you are. Start again at the sign-in page.")


ROUTES = (
    *page("sign_in", "/sign-in", look_sign_in, "sign_in.html"),
    action("post_sign_in", "/sign-in", sign_in, is_open=True, is_secret=True),
    action("sign_out", "/sign-out", sign_out),
    action("sign_out_everywhere", "/sign-out-everywhere", sign_out_everywhere),
    *page("setup", "/setup", look_setup, "join.html"),
    action("post_setup", "/setup", set_up, is_open=True, is_secret=True),
    *page("join", "/join", look_join, "join.html"),
    action("post_join", "/join", join, is_open=True, is_secret=True),
    *page("reset", "/reset", look_reset, "join.html"),
    action("post_reset", "/reset", reset, is_open=True, is_secret=True),
    *page("oidc_start", "/oidc/start", start, "sign_in.html"),
    *page("oidc_callback", "/oidc/callback", come_back, "sign_in.html"),
)
