"""Sign in and out, the first administrator, invitations, and the way by an OpenID Connect provider.

Nothing said here tells whether an account exists: the words and the work are the same for a wrong name, a wrong
password and a disabled account.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from fastapi import Request, Response

from upstander.core.errors import ConfigError, NotAllowed
from upstander.core.rights import Actor, Role
from upstander.core.settings import Settings
from upstander.lake.records.accounts import Account, Accounts, attempts_of
from upstander.web import oidc, passwords, typed
from upstander.web.answers import Again, Done
from upstander.web.asking import Asking, address, begin_session, end_session, forget, now, token_hash
from upstander.web.doors import Doors, Given

WINDOW = timedelta(minutes=15)  # how long failures count, and so how long a lockout lasts
MOST_OF_ACCOUNT, MOST_OF_ADDRESS = 5, 30  # failures within the window; an office may share one address
SETUP_LASTS, INVITATION_LASTS, OIDC_LASTS = timedelta(hours=24), timedelta(days=7), timedelta(minutes=10)
RESET_LASTS = timedelta(hours=24)  # of a link that an administrator makes, for somebody who is waiting for it
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
NOT_VALID = "This link is not valid: it works once, and not for ever. Ask for a new one."
WRONG = "The account or the password is wrong."
SLOW = f"Too many attempts. Wait {WINDOW.seconds // 60} minutes, then try again; an administrator can help."
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


def first_link(accounts: Accounts, at: datetime) -> str:
    """Path of the one-time link that makes the administrator; '' once there is an account."""
    if accounts.list():
        return ""
    token = secrets.token_urlsafe(32)
    accounts.issue(token_hash(token), "setup", {}, ends=at + SETUP_LASTS)
    return f"/setup?token={token}"


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
    keys = {attempts_of(name): MOST_OF_ACCOUNT, f"address:{_from(asking.request)}": MOST_OF_ADDRESS}
    if any(len(accounts.failures(k, since=asking.now - WINDOW)) >= most for k, most in keys.items()):
        return Again("sign_in.html", _sign_in_page(asking.state.settings, there, name, SLOW, kept_words), 429)
    found = accounts.by_name(name)
    kept = found.password_hash if found and not found.disabled else None
    right = passwords.holds(kept, password if isinstance(password, str) else "")
    if not right or found is None or kept is None:
        for key in keys:
            accounts.failed(key, now=asking.now)
        asking.state.records.log(DOOR, "sign-in failed", name if found else "no such account", now=asking.now)
        return Again("sign_in.html", _sign_in_page(asking.state.settings, there, name, WRONG, kept_words), 401)
    accounts.forget_failures(attempts_of(name))
    accounts.forget_failures(before=asking.now - WINDOW)
    if passwords.is_old(kept):
        accounts.set_password(name, passwords.hashed(str(password)), by=found.actor, now=asking.now)
    return _with_words(asking, found, kept_words) if kept_words else _signed_in(asking, found, there)


def _with_words(asking: Asking, account: Account, kept_words: str) -> Again:
    """Signed in: what was typed before, to look at and send in the new session."""
    asking.state.records.log(account.actor, "signed in", account.account, now=asking.now)
    cookies = Response()
    csrf = begin_session(cookies, asking.request, account)

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
    asking.state.records.log(account.actor, "signed in", account.account, now=asking.now)
    return Done(there, finish=lambda answer: begin_session(answer, asking.request, account))


def _sign_in_page(
    settings: Settings, there: str, name: str = "", fault: str = "", kept_words: str = ""
) -> dict[str, Any]:
    faults = [{"href": "#f-name", "words": fault}] if fault else []
    shown = typed.page(kept_words)["shown"] if kept_words else []
    return {"title": "Sign in", "next": there, "name": name, "faults": faults, "typed": kept_words, "shown": shown,
            "provider": settings.oidc_name if settings.oidc_issuer else ""}  # fmt: skip


def _inside(there: str) -> str:
    """Where to go on: a path of ours, never another site."""
    return there if re.fullmatch(r"/(?![/\\])[^\\\x00-\x1f]*", there) else "/"


def _from(request: Request) -> str:
    return request.client.host if request.client else "unknown"


# The first administrator, and people who are invited


def look_setup(asking: Asking) -> Mapping[str, Any]:
    """The page behind the link that the first start prints."""
    _only_first(asking.state.accounts)
    return _join_page(asking, asking.query.get("token", ""), {}, {}, setup=True)


def set_up(asking: Asking, given: Given) -> Done | Again:
    """Make the administrator and the first space."""
    accounts = asking.state.accounts
    _only_first(accounts)
    faults = _join_faults(accounts, given)
    if not given.text("space_title"):
        faults["space_title"] = "Give the space a name: your agency, for example"
    if faults:
        return Again("join.html", _join_page(asking, given.text("token"), given.values, faults, setup=True))
    _redeem(asking, given.text("token"), "setup")
    _only_first(accounts)
    title = given.text("space_title")[:100]
    accounts.add_space(space_id(title), title, given.text("space_type") or "government", by=SETUP, now=asking.now)
    made = accounts.create(
        given.text("name").casefold(), given.text("shown")[:100], Role.ADMINISTRATOR, space_id(title), by=SETUP,
        now=asking.now, password_hash=passwords.hashed(str(given.values["password"])),
    )  # fmt: skip
    return _signed_in(asking, made, "/accounts")


def look_join(asking: Asking) -> Mapping[str, Any]:
    """The page behind an invitation."""
    return _join_page(asking, asking.query.get("token", ""), {}, {})


def join(asking: Asking, given: Given) -> Done | Again:
    """Make the account of somebody invited; without an invitation nobody learns which names there are."""
    if asking.state.accounts.offered(token_hash(given.text("token")[:200]), "invitation", now=asking.now) is None:
        raise NotAllowed(NOT_VALID)
    if faults := _join_faults(asking.state.accounts, given):
        return Again("join.html", _join_page(asking, given.text("token"), given.values, faults))
    details = _redeem(asking, given.text("token"), "invitation")
    made = asking.state.accounts.create(
        given.text("name").casefold(), given.text("shown")[:100], Role(details["role"]), details["space"], by=DOOR,
        now=asking.now, password_hash=passwords.hashed(str(given.values["password"])),
    )  # fmt: skip
    return _signed_in(asking, made, "/")


def look_reset(asking: Asking) -> Mapping[str, Any]:
    """The page behind a link for a new password."""
    return _reset_page(asking.query.get("token", ""), {})


def reset(asking: Asking, given: Given) -> Done | Again:
    """Give an account a new password, once, and open it again if failed attempts had closed it."""
    accounts, token = asking.state.accounts, given.text("token")
    details = accounts.offered(token_hash(token[:200]), "reset", now=asking.now)
    name = str((details or {}).get("account", ""))
    fault = passwords.fault(str(given.values.get("password", "")), str(given.values.get("again", "")), name)
    if details is not None and fault:
        return Again("join.html", _reset_page(token, {"password": fault}))
    account = accounts.by_name(str(_redeem(asking, token, "reset")["account"]))
    if account is None or account.disabled:
        raise NotAllowed("This account cannot sign in here. Ask an administrator.")
    accounts.set_password(name, passwords.hashed(str(given.values["password"])), by=account.actor, now=asking.now)
    accounts.forget_failures(attempts_of(name))
    return _signed_in(asking, account, "/")


def _reset_page(token: str, faults: Mapping[str, str]) -> dict[str, Any]:
    inputs = [
        _new_line("password", "New password", f"At least {passwords.FEWEST} characters.", faults),
        _new_line("again", "New password again", "", faults),
    ]
    return {
        "title": "A new password", "token": token[:200], "inputs": inputs, "action": "/reset", "submit": "Keep the password",
        "lead": "An administrator made this link for you. It works once; your other sessions end.", "provider": "",
        "faults": [{"href": f"#f-{n}", "words": w} for n, w in faults.items()],
    }  # fmt: skip


def _new_line(name: str, label: str, help: str, faults: Mapping[str, str]) -> dict[str, Any]:
    return {"name": name, "id": f"f-{name}", "label": label, "help": help, "value": "", "type": "password",
            "fault": faults.get(name, ""), "required": True, "unit": "", "personal": False, "fill": "new-password"}  # fmt: skip


def space_id(title: str) -> str:
    """A short id from a space's title."""
    plain = re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")[:40]
    return plain or f"space-{secrets.token_hex(3)}"


def _only_first(accounts: Accounts) -> None:
    if accounts.list():
        raise NotAllowed("This installation has its administrator. Ask them for an invitation.")


def _redeem(asking: Asking, token: str, purpose: str) -> Mapping[str, Any]:
    details = asking.state.accounts.redeem(token_hash(token[:200]), purpose, now=asking.now)
    if details is None:
        raise NotAllowed(NOT_VALID)
    return details


def _join_faults(accounts: Accounts, given: Given) -> dict[str, str]:
    faults: dict[str, str] = {}
    name, password = given.text("name").casefold(), given.values.get("password", "")
    if not NAME.fullmatch(name):
        faults["name"] = "Use 2 to 64 letters a to z, digits, dots, hyphens; begin with a letter or digit"
    elif accounts.by_name(name):
        faults["name"] = "This name is taken. Choose another"
    if not given.text("shown"):
        faults["shown"] = "Say what colleagues call you"
    again = given.values.get("again", "")
    if wrong := passwords.fault(str(password), str(again), name):
        faults["password"] = wrong
    return faults


def _join_page(
    asking: Asking, token: str, given: Mapping[str, Any], faults: Mapping[str, str], *, setup: bool = False
) -> dict[str, Any]:
    def line(name: str, label: str, help: str = "", type: str = "text", fill: str = "off") -> dict[str, Any]:
        value = "" if type == "password" else str(given.get(name, ""))
        return {"name": name, "id": f"f-{name}", "label": label, "help": help, "value": value, "type": type,
                "fault": faults.get(name, ""), "required": True, "unit": "", "personal": False, "fill": fill}  # fmt: skip

    inputs = [
        line("name", "Account", "To sign in with; it never changes.", fill="username"),
        line("shown", "Your name", "As colleagues see it beside what you write."),
        line("password", "Password", f"At least {passwords.FEWEST} characters.", "password", "new-password"),
        line("again", "Password again", "", "password", "new-password"),
    ]
    if setup:
        inputs.append(line("space_title", "Your agency", "The first space. More can be added later."))
    settings = asking.state.settings
    return {
        "title": "Create the administrator" if setup else "Join Upstander", "token": token[:200], "inputs": inputs,
        "lead": "The administrator keeps accounts and spaces, and reads no restricted evidence." if setup
        else "You were invited. Choose how you sign in.",
        "action": "/setup" if setup else "/join", "submit": "Create the account",
        "faults": [{"href": f"#f-{n}", "words": w} for n, w in faults.items()],
        "provider": settings.oidc_name if settings.oidc_issuer and not setup else "",
    }  # fmt: skip


# OpenID Connect


def start(asking: Asking) -> Done:
    """Send somebody to the provider, and remember what we asked and from which browser.

    A link, not a form: the page's policy lets no form lead to another site.
    """
    settings = asking.state.settings
    _only_configured(settings)
    if not asking.csrf:
        return Done("/sign-in")  # only the sign-in page gives the cookie that the answer must come back with
    try:
        to, pending = oidc.begin(oidc.discover(settings), settings, _back(asking))
    except oidc.NotProven as error:
        raise _failed(error) from None
    invitation = asking.query.get("invitation", "")
    details = {"nonce": pending.nonce, "verifier": pending.verifier, "next": _inside(asking.query.get("next", "")),
               "browser": asking.csrf, "invitation": token_hash(invitation) if invitation else ""}  # fmt: skip
    asking.state.accounts.issue(token_hash(pending.state), "oidc", details, ends=asking.now + OIDC_LASTS)
    return Done(to)


def come_back(asking: Asking) -> Done:
    """Somebody returns from the provider: once, in the browser that left, with proof."""
    settings, accounts = asking.state.settings, asking.state.accounts
    _only_configured(settings)
    state = asking.query.get("state", "")
    kept = accounts.redeem(token_hash(state[:200]), "oidc", now=asking.now)
    if kept is None or kept["browser"] != asking.csrf:
        raise _failed(oidc.NotProven("the state is unknown, used or from another browser"))
    try:
        who = oidc.finish(
            oidc.discover(settings), settings, _back(asking),
            oidc.Pending(state, kept["nonce"], kept["verifier"]), asking.query, now(),
        )  # fmt: skip
    except oidc.NotProven as error:
        raise _failed(error) from None
    account = accounts.by_subject(f"{who.issuer} {who.subject}") or _newcomer(asking, who, kept["invitation"])
    if account.disabled:
        raise NotAllowed("This account cannot sign in here. Ask an administrator.")
    return _signed_in(asking, account, kept["next"])


def _newcomer(asking: Asking, who: oidc.Identity, invitation: str) -> Account:
    """The account of somebody the provider proved for the first time: invited, or by the installation's rule."""
    settings, accounts = asking.state.settings, asking.state.accounts
    details: Mapping[str, Any] | None = None
    if invitation:
        details = accounts.redeem(invitation, "invitation", now=asking.now)
    elif settings.oidc_role is not None:
        details = {"role": settings.oidc_role, "space": settings.oidc_space}
    if details is None:
        raise NotAllowed("You have no account here yet. Ask an administrator for an invitation.")
    return accounts.create(
        f"oidc-{secrets.token_hex(6)}", who.name or "a colleague", Role(details["role"]), details["space"], by=DOOR,
        now=asking.now, subject=f"{who.issuer} {who.subject}",
    )  # fmt: skip


def _back(asking: Asking) -> str:
    return f"{address(asking.request, asking.state)}/oidc/callback"


def _only_configured(settings: Settings) -> None:
    if not settings.oidc_issuer:
        raise ConfigError("No provider is set up here. Sign in with an account of this installation.")


def _failed(error: oidc.NotProven) -> NotAllowed:
    log.warning("sign-in by provider refused: %s", error)
    return NotAllowed("The provider did not prove who you are. Start again at the sign-in page.")
