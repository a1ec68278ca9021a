"""The first administrator, people who are invited, and new passwords: each by a link that works once."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any

from upstander.core.errors import NotAllowed
from upstander.core.messages import say
from upstander.core.rights import Actor, Role
from upstander.records.accounts import Accounts
from upstander.web.accounts import passwords
from upstander.web.accounts.sign_in import DOOR, signed_in
from upstander.web.kernel import form_fields
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import Again, Done
from upstander.web.kernel.routing import Given, action, page
from upstander.web.kernel.sessions import token_hash
from upstander.web.kernel.urls import url

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")


NOT_VALID = say("web.this_link_is_not_valid_it_works")


SETUP = Actor(
    "setup", "first start", Role.ADMINISTRATOR, ""
)  # who makes the first administrator


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
        faults["space_title"] = say("web.give_the_space_a_name_your_agency")
    if faults:
        return Again("join.html", _setup_page(given.text("token"), given.values, faults))
    _redeem(request, given.text("token"), "setup")
    _only_first(accounts)
    title = given.text("space_title")[:100]
    accounts.add_space(
        space_id(title),
        title,
        given.text("space_type") or "government",
        by=SETUP,
        now=request.now,
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
    return signed_in(request, made, url("accounts"))


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
    return signed_in(request, made, "/")


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
        raise NotAllowed(say("web.this_account_cannot_sign_in_here_ask"))
    accounts.set_password(
        name,
        passwords.hashed(str(given.values["password"])),
        by=account.actor,
        now=request.now,
    )
    request.state.attempts.forget(name)
    return signed_in(request, accounts.known(name), "/")


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
    return "" if NAME.fullmatch(name) else say("web.use_2_to_64_letters_a_to")


def space_id(title: str) -> str:
    """A short id from a space's title."""
    plain = re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")[:40]
    return plain or f"space-{secrets.token_hex(3)}"


def _only_first(accounts: Accounts) -> None:
    if accounts.list():
        raise NotAllowed(say("web.this_installation_has_its_administrator_ask_them"))


def _join_faults(given: Given, name: str) -> dict[str, str]:
    faults: dict[str, str] = {}
    if not given.text("shown"):
        faults["shown"] = say("web.say_what_colleagues_call_you")
    if wrong := passwords.fault(
        str(given.values.get("password", "")), str(given.values.get("again", "")), name
    ):
        faults["password"] = wrong
    return faults


def _reset_page(token: str, faults: Mapping[str, str]) -> dict[str, Any]:
    return {
        **_new_page(
            "A new password",
            token,
            passwords.lines(faults, say("web.new_password")),
            faults,
        ),
        "action": url("reset"),
        "submit": say("web.keep_the_password"),
        "provider": "",
        "lead": say("web.an_administrator_made_this_link_for_you"),
    }


def _setup_page(
    token: str, given: Mapping[str, Any], faults: Mapping[str, str]
) -> dict[str, Any]:
    name = _line(
        "name",
        say("web.account"),
        say("web.to_sign_in_with_it_never_changes"),
        given,
        faults,
        fill="username",
    )
    agency = _line(
        "space_title",
        say("web.your_agency"),
        say("web.the_first_space_more_can_be_added"),
        given,
        faults,
    )
    lines = [name, *_own_lines(given, faults), agency]
    return {
        **_new_page("Create the administrator", token, lines, faults),
        "action": url("setup"),
        "submit": say("web.create_the_account"),
        "lead": say("web.the_administrator_keeps_accounts_and_spaces_and"),
        "provider": "",
    }


def _join_page(
    request: PageRequest,
    token: str,
    name: str,
    given: Mapping[str, Any],
    faults: Mapping[str, str],
) -> dict[str, Any]:
    settings = request.state.settings
    return {
        **_new_page("Join Upstander", token, _own_lines(given, faults), faults),
        "action": url("join"),
        "submit": say("web.create_the_account"),
        "provider": settings.oidc_name if settings.oidc_issuer else "",
        "lead": say("web.you_were_invited_as_this_is_what", name=name),
    }


def _new_page(
    title: str,
    token: str,
    lines: list[dict[str, Any]],
    faults: Mapping[str, str],
) -> dict[str, Any]:
    return {
        "title": title,
        "token": token[:200],
        "inputs": lines,
        "faults": [{"href": f"#f-{n}", "words": w} for n, w in faults.items()],
    }


def _own_lines(given: Mapping[str, Any], faults: Mapping[str, str]) -> list[dict[str, Any]]:
    shown = _line(
        "shown",
        say("web.your_name"),
        say("web.as_colleagues_see_it_beside_what_you"),
        given,
        faults,
    )
    return [shown, *passwords.lines(faults, say("web.password"))]


def _line(
    name: str,
    label: str,
    help: str,
    given: Mapping[str, Any],
    faults: Mapping[str, str],
    *,
    fill: str = "off",
) -> dict[str, Any]:
    typed = str(given.get(name, ""))
    shown = form_fields.line(name, label, help, typed, faults, required=True)
    return {**shown, "type": "text", "fill": fill}


ROUTES = (
    *page("setup", "/setup", look_setup, "join.html"),
    action("post_setup", "/setup", set_up, is_open=True, is_secret=True),
    *page("join", "/join", look_join, "join.html"),
    action("post_join", "/join", join, is_open=True, is_secret=True),
    *page("reset", "/reset", look_reset, "join.html"),
    action("post_reset", "/reset", reset, is_open=True, is_secret=True),
)
