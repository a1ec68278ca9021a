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
from upstander.lake.records.accounts import Account, Accounts
from upstander.lake.records.attempts import Bound, attempts_of
from upstander.web import devices, oidc, passwords, typed
from upstander.web.answers import Again, Done
from upstander.web.asking import (
    Asking,
    address,
    begin_session,
    end_session,
    forget,
    now,
    token_hash,
)
from upstander.web.doors import Doors, Given
from upstander.web.limits import source

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


def add(doors: Doors) -> None:
    """The pages of signing in and out."""
    doors.page("/sign-in", look_sign_in, "sign_in.html")
    doors.action("/sign-in", sign_in, is_open=True, is_secret=True)
    doors.action("/sign-out", sign_out)
    doors.action("/sign-out-everywhere", sign_out_everywhere)
    doors.page("/setup", look_setup, "join.html")
    doors.action("/setup", set_up, is_open=True, is_secret=True)
    doors.page("/join", look_join, "join.html")
    doors.action("/join", join, is_open=True, is_secret=True)
    doors.page("/reset", look_reset, "join.html")
    doors.action("/reset", reset, is_open=True, is_secret=True)
    doors.page("/oidc/start", start, "sign_in.html")
    doors.page("/oidc/callback", come_back, "sign_in.html")


# Local accounts


def look_sign_in(asking: Asking) -> Mapping[str, Any] | Done:
    """The sign-in page."""
    there = _inside(asking.query.get("next", ""))
    return Done(there) if asking.session else _sign_in_page(asking.state.settings, there)


def sign_in(asking: Asking, given: Given) -> Done | Again:
    """Check a name and a password, at the same cost whoever it is."""
    name, there = given.text("name").casefold()[:64], _inside(given.text("next"))
    accounts, password = asking.state.accounts, given.values.get("password", "")
    kept_words = str(given.values.get(typed.FIELD, ""))
    found = accounts.by_name(name)
    limits = _limits(asking, name, found)
    if not asking.state.attempts.begin(limits, since=asking.now - WINDOW, now=asking.now):
        return Again(
            "sign_in.html", _sign_in_page(asking.state.settings, there, name, SLOW, kept_words), 429
        )
    kept = found.password_hash if found and not found.disabled else None
    right = passwords.holds(kept, password if isinstance(password, str) else "")
    if not right or found is None or kept is None:
        asking.state.records.log(
            DOOR, "sign-in failed", name if found else "no such account", now=asking.now
        )
        return Again(
            "sign_in.html",
            _sign_in_page(asking.state.settings, there, name, WRONG, kept_words),
            401,
        )
    asking.state.attempts.succeeded(limits, now=asking.now)
    if passwords.is_old(kept):
        accounts.set_password(name, passwords.hashed(str(password)), by=found.actor, now=asking.now)
        found = accounts.known(name)
    return (
        _with_words(asking, found, kept_words) if kept_words else _signed_in(asking, found, there)
    )


def _limits(asking: Asking, name: str, found: Account | None) -> tuple[Bound, ...]:
    """What an attempt counts against, the narrowest first. A browser that has signed in to the account before has a count
    of its own: what others try, wherever they are, does not close the account to its holder."""
    if found and (device := devices.known(asking, found)):
        return (Bound(f"device:{device}", MOST_HERE),)
    where = asking.state.records.key.sign(f"source {source(asking.request)}")[:32]
    anywhere = attempts_of(name)
    return (
        Bound(f"{anywhere} {where}", MOST_HERE),
        Bound(anywhere, MOST_ANYWHERE),
        Bound(f"source:{where}", MOST_OF_SOURCE, PAUSE),
    )


def _with_words(asking: Asking, account: Account, kept_words: str) -> Again:
    """Signed in: what was typed before, to look at and send in the new session."""
    cookies = Response()
    csrf = _begin(cookies, asking, account)

    def finish(answer: Response) -> None:
        answer.raw_headers.extend(h for h in cookies.raw_headers if h[0] == b"set-cookie")

    return Again("typed.html", {**typed.page(kept_words), "form_token": csrf}, 200, finish)


def sign_out(asking: Asking, _: Given) -> Done:
    """End this session."""
    end_session(asking.request)
    return Done("/", finish=lambda answer: forget(answer, asking.request))


def sign_out_everywhere(asking: Asking, _: Given) -> Done:
    """End every session of the account."""
    asking.state.accounts.end_sessions(asking.signed_in().account)
    return Done("/sign-in", finish=lambda answer: forget(answer, asking.request))


def _signed_in(asking: Asking, account: Account, there: str) -> Done:
    return Done(there, finish=lambda answer: _begin(answer, asking, account))


def _begin(answer: Response, asking: Asking, account: Account) -> str:
    """Sign in: the log, the session's cookie, and the browser known from now on. Returns what the session's forms send."""
    asking.state.records.log(account.actor, "signed in", account.account, now=asking.now)
    devices.remember(answer, asking, account)
    return begin_session(answer, asking.request, account)


def _sign_in_page(
    settings: Settings, there: str, name: str = "", fault: str = "", kept_words: str = ""
) -> dict[str, Any]:
    faults = [{"href": "#f-name", "words": fault}] if fault else []
    shown = typed.page(kept_words)["shown"] if kept_words else []
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


def look_setup(asking: Asking) -> Mapping[str, Any]:
    """The page behind the link that the first start prints."""
    _only_first(asking.state.accounts)
    return _setup_page(asking.query.get("token", ""), {}, {})


def set_up(asking: Asking, given: Given) -> Done | Again:
    """Make the administrator and the first space."""
    accounts = asking.state.accounts
    _only_first(accounts)
    name = given.text("name").casefold()
    faults = _join_faults(given, name)
    if fault := name_fault(name):
        faults["name"] = fault
    if not given.text("space_title"):
        faults["space_title"] = "Give the space a name: your agency, for example"
    if faults:
        return Again("join.html", _setup_page(given.text("token"), given.values, faults))
    _redeem(asking, given.text("token"), "setup")
    _only_first(accounts)
    title = given.text("space_title")[:100]
    accounts.add_space(
        space_id(title), title, given.text("space_type") or "government", by=SETUP, now=asking.now
    )
    made = accounts.create(
        name,
        given.text("shown")[:100],
        Role.ADMINISTRATOR,
        space_id(title),
        by=SETUP,
        now=asking.now,
        password_hash=passwords.hashed(str(given.values["password"])),
    )
    return _signed_in(asking, made, "/accounts")


def look_join(asking: Asking) -> Mapping[str, Any]:
    """The page behind an invitation."""
    token = asking.query.get("token", "")
    return _join_page(asking, token, _offered(asking, token, "invitation"), {}, {})


def join(asking: Asking, given: Given) -> Done | Again:
    """Make the account of somebody invited, under the name that the invitation gives: nobody learns which others there are."""
    token = given.text("token")
    name = _offered(asking, token, "invitation")
    if faults := _join_faults(given, name):
        return Again("join.html", _join_page(asking, token, name, given.values, faults))
    details = _redeem(asking, token, "invitation")
    made = asking.state.accounts.create(
        name,
        given.text("shown")[:100],
        Role(details["role"]),
        details["space"],
        by=DOOR,
        now=asking.now,
        password_hash=passwords.hashed(str(given.values["password"])),
    )
    return _signed_in(asking, made, "/")


def look_reset(asking: Asking) -> Mapping[str, Any]:
    """The page behind a link for a new password."""
    token = asking.query.get("token", "")
    _offered(asking, token, "reset")
    return _reset_page(token, {})


def reset(asking: Asking, given: Given) -> Done | Again:
    """Give an account a new password, once, and open it again if failed attempts had closed it."""
    accounts, token = asking.state.accounts, given.text("token")
    name = _offered(asking, token, "reset")
    if fault := passwords.fault(
        str(given.values.get("password", "")), str(given.values.get("again", "")), name
    ):
        return Again("join.html", _reset_page(token, {"password": fault}))
    account = accounts.by_name(str(_redeem(asking, token, "reset")["account"]))
    if account is None or account.disabled:
        raise NotAllowed("This account cannot sign in here. Ask an administrator.")
    accounts.set_password(
        name, passwords.hashed(str(given.values["password"])), by=account.actor, now=asking.now
    )
    asking.state.attempts.forget(name)
    return _signed_in(asking, accounts.known(name), "/")


def _offered(asking: Asking, token: str, purpose: str) -> str:
    """The account that a link is for. Raises NotAllowed when it is not valid, or waits for somebody to let its holder in."""
    details = asking.state.links.offered(token_hash(token[:200]), purpose, now=asking.now)
    if details is None:
        raise NotAllowed(NOT_VALID)
    return str(details["account"])


def _redeem(asking: Asking, token: str, purpose: str) -> Mapping[str, Any]:
    details = asking.state.links.redeem(token_hash(token[:200]), purpose, now=asking.now)
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
        "action": "/reset",
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
        "action": "/setup",
        "submit": "Create the account",
        "lead": "The administrator keeps accounts and spaces, and reads no restricted evidence.",
        "provider": "",
    }


def _join_page(
    asking: Asking, token: str, name: str, given: Mapping[str, Any], faults: Mapping[str, str]
) -> dict[str, Any]:
    settings = asking.state.settings
    return {
        **_new_page("Join Upstander", token, _own_lines(given, faults), faults),
        "action": "/join",
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


def start(asking: Asking) -> Done:
    """Send somebody to the provider, and remember what we asked and from which browser.

    A link, not a form: the page's policy lets no form lead to another site.
    """
    settings = asking.state.settings
    _only_configured(settings)
    if not asking.csrf:
        return Done(
            "/sign-in"
        )  # only the sign-in page gives the cookie that the answer must come back with
    try:
        to, pending = oidc.begin(oidc.discover(settings), settings, _back(asking))
    except oidc.NotProven as error:
        raise _failed(error) from None
    invitation = asking.query.get("invitation", "")
    details = {
        "nonce": pending.nonce,
        "verifier": pending.verifier,
        "next": _inside(asking.query.get("next", "")),
        "browser": asking.csrf,
        "invitation": token_hash(invitation) if invitation else "",
    }
    asking.state.links.issue(
        token_hash(pending.state), "oidc", details, ends=asking.now + OIDC_LASTS
    )
    return Done(to)


def come_back(asking: Asking) -> Done:
    """Somebody returns from the provider: once, in the browser that left, with proof."""
    settings, accounts = asking.state.settings, asking.state.accounts
    _only_configured(settings)
    state = asking.query.get("state", "")
    kept = asking.state.links.redeem(token_hash(state[:200]), "oidc", now=asking.now)
    if kept is None or kept["browser"] != asking.csrf:
        raise _failed(oidc.NotProven("the state is unknown, used or from another browser"))
    try:
        who = oidc.finish(
            oidc.discover(settings),
            settings,
            _back(asking),
            oidc.Pending(state, kept["nonce"], kept["verifier"]),
            asking.query,
            now(),
        )
    except oidc.NotProven as error:
        raise _failed(error) from None
    account = accounts.by_subject(f"{who.issuer} {who.subject}") or _newcomer(
        asking, who, kept["invitation"]
    )
    if account.disabled:
        raise NotAllowed("This account cannot sign in here. Ask an administrator.")
    return _signed_in(asking, account, kept["next"])


def _newcomer(asking: Asking, who: oidc.Identity, invitation: str) -> Account:
    """The account of somebody the provider proved for the first time: invited, or by the installation's rule."""
    settings, accounts = asking.state.settings, asking.state.accounts
    details: Mapping[str, Any] | None = None
    if invitation:
        details = asking.state.links.redeem(invitation, "invitation", now=asking.now)
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
        now=asking.now,
        subject=f"{who.issuer} {who.subject}",
    )


def _back(asking: Asking) -> str:
    return f"{address(asking.request, asking.state)}/oidc/callback"


def _only_configured(settings: Settings) -> None:
    if not settings.oidc_issuer:
        raise ConfigError(
            "No provider is set up here. Sign in with an account of this installation."
        )


def _failed(error: oidc.NotProven) -> NotAllowed:
    log.warning("sign-in by provider refused: %s", error)
    return NotAllowed("The provider did not prove who you are. Start again at the sign-in page.")
