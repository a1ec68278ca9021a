"""Your own account; accounts, invitations and spaces for the administrator; the access log for auditors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from upstander.core.errors import ConfigError
from upstander.core.messages import say, words_of
from upstander.core.rights import Actor, Role
from upstander.records.accounts import SPACE_TYPES
from upstander.records.one_time_tokens import Offer
from upstander.records.sign_in_attempts import attempts_of
from upstander.web.accounts import one_time_links, passwords
from upstander.web.accounts.joining import name_fault, space_id
from upstander.web.accounts.sign_in import WINDOW
from upstander.web.kernel import form_fields
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import Again, Done
from upstander.web.kernel.routing import Given, action, page
from upstander.web.kernel.scopes import home_of
from upstander.web.kernel.sessions import address, begin_session
from upstander.web.kernel.urls import url
from upstander.web.kernel.viewer import ROLES

GIVEN_ROLES: list[tuple[str, str]] = [
    (r.value, words) for r, words in ROLES.items() if r is not Role.VISITOR
]
TYPES = {
    "government": "government",
    "nhri": say("web.national_human_rights_institution"),
    "ngo": say("web.non_governmental_organisation"),
    "un": say("web.united_nations"),
    "regional": say("web.regional_organisation"),
}


# Your own


def look_account(request: PageRequest) -> dict[str, Any]:
    """Your account; programs read their token here."""
    who, account = request.signed_in(), request.account
    waiting = request.state.links.for_me(who, now=request.now)
    return {
        "title": say("web.your_account"),
        "account": who.account,
        "name": who.name,
        "role": who.role,
        "role_words": ROLES[who.role],
        "space": who.space,
        "space_title": request.space_title(who.space),
        "csrf": request.csrf,
        "country": home_name(request),
        "has_password": bool(account and account.password_hash),
        "faults": [],
        "said": "",
        "inputs": _password_inputs({}),
        "waiting": [_offered(request, offer) for offer in waiting],
        "sessions": _sessions(request, who),
    }


def home_name(request: PageRequest) -> str:
    """The name of the country that pages begin with, '' for none."""
    code = home_of(request.state, request.account)
    return request.state.places.get(code).name if code else ""


def _sessions(request: PageRequest, who: Actor) -> list[dict[str, Any]]:
    mine = request.session.token_hash if request.session else ""
    return [
        {
            "created": s.created.isoformat(),
            "seen": s.seen.isoformat(),
            "ends": s.ends.isoformat(),
            "is_this": s.token_hash == mine,
        }
        for s in request.state.accounts.sessions(who.account, now=request.now)
    ]


def change_password(request: PageRequest, given: Given) -> Done | Again:
    """A new password: the old one is asked for, every session ends, and a new one begins here."""
    who, account = request.signed_in(), request.account
    old, new, again = (str(given.values.get(n, "")) for n in ("old", "password", "again"))
    faults: dict[str, str] = {}
    if account is None or not passwords.holds(account.password_hash, old):
        faults["old"] = say("web.this_is_not_your_password")
    elif wrong := passwords.fault(new, again, who.account):
        faults["password"] = wrong
    if faults or account is None:
        shown = [{"href": f"#f-{n}", "words": w} for n, w in faults.items()]
        told = {"faults": shown, "inputs": _password_inputs(faults)}
        return Again("account.html", {**look_account(request), **told})
    hashed = passwords.hashed(new)
    request.state.accounts.set_password(who.account, hashed, by=who, now=request.now)
    return Done(
        url("account"), finish=lambda answer: begin_session(answer, request.http, account)
    )


def _password_inputs(faults: Mapping[str, str]) -> list[dict[str, Any]]:
    old = passwords.line(
        "old", say("web.password_now"), "", faults, fill="current-password"
    )
    return [old, *passwords.lines(faults, say("web.new_password"))]


def let_in(request: PageRequest, _: Given, id: str) -> Done:
    """Let somebody into the space: an administrator has offered it, and this is the second person."""
    who = request.signed_in()
    offer = request.state.links.let_in(id, by=who, now=request.now)
    if offer.purpose == "role":
        one_time_links.take(request.state.accounts, offer, at=request.now)
    return Done(url("account"))


def keep_out(request: PageRequest, _: Given, id: str) -> Done:
    """Do not let somebody in: the offer is withdrawn."""
    request.state.links.withdraw(id, by=request.signed_in(), now=request.now)
    return Done(url("account"))


# The administrator's


def look_accounts(request: PageRequest) -> dict[str, Any]:
    """Accounts, invitations and spaces."""
    request.signed_in(Role.ADMINISTRATOR)
    spaces = request.spaces.values()
    offers = request.state.links.offers(now=request.now)
    return {
        "title": say("web.accounts"),
        "invitation": None,
        "said": "",
        "faults": [],
        "roles": GIVEN_ROLES,
        "spaces": [(s.id, s.title) for s in spaces],
        "invite": _invite_inputs([(s.id, s.title) for s in spaces]),
        "accounts": _accounts(request),
        "invitations": [_offered(request, offer) for offer in offers],
        "all_spaces": [{"title": s.title, "type": TYPES[s.type]} for s in spaces],
        "new_space": _space_inputs(),
    }


def _invite_inputs(spaces: list[tuple[str, str]]) -> dict[str, Any]:
    help = say("web.what_the_person_signs_in_with_for")
    return {
        "account": _line("account", say("web.account"), help),
        "role": _one("role", say("web.role"), GIVEN_ROLES, "analyst"),
        "space": _one("space", say("web.space"), spaces, ""),
    }


def _space_inputs() -> list[dict[str, Any]]:
    title = _line(
        "title", say("web.name_of_a_new_space"), say("web.the_agency_as_people_know_it")
    )
    type = _one("type", say("web.what_it_is"), [(t, TYPES[t]) for t in SPACE_TYPES], "")
    return [{**title, "input": "line"}, {**type, "input": "one"}]


def _accounts(request: PageRequest) -> list[dict[str, Any]]:
    state, me = request.state, request.actor.account
    failures = state.attempts.failures(request.now - WINDOW)
    return [
        {
            "id": a.account,
            "name": f"{a.name} ({a.account})",
            "role": a.role,
            "space": a.space,
            "space_title": request.space_title(a.space),
            "created": a.created.isoformat(),
            "disabled": bool(a.disabled),
            "is_you": a.account == me,
            "failures": failures.get(attempts_of(a.account), 0),
            "has_password": bool(a.password_hash),
        }
        for a in state.accounts.list()
    ]


def _offered(request: PageRequest, x: Offer) -> dict[str, Any]:
    """An offer in words: "amira, to join as analyst of the Ministry"."""
    role, space = x.role, request.space_title(x.space)
    words = {
        "invitation": say("web.to_join_as_of", account=x.account, role=role, space=space),
        "role": say("web.to_become_of", account=x.account, role=role, space=space),
        "reset": say(
            "web.of_to_choose_a_new_password", account=x.account, role=role, space=space
        ),
    }
    waits = say("web.of", split=x.waits.split(" of ")[0], space=space) if x.waits else ""
    return {
        "id": x.id,
        "words": words[x.purpose],
        "ends": x.ends.isoformat(),
        "by": x.by,
        "waits": waits,
    }


def invite(request: PageRequest, given: Given) -> Done | Again:
    """A link that makes one account of this name and role in this space, shown once."""
    who = request.signed_in(Role.ADMINISTRATOR)
    account, role, space = (
        given.text("account").casefold(),
        given.text("role"),
        given.text("space"),
    )
    if fault := name_fault(account):
        return _fault(request, "account", fault)
    if role not in {r for r, _ in GIVEN_ROLES} or space not in request.spaces:
        return _fault(request, "role", say("web.choose_a_role_and_a_space_from"))
    try:
        path, offer = one_time_links.invitation(
            request.state.links, account, Role(role), space, by=who, at=request.now
        )
    except ConfigError as error:
        return _fault(request, "account", words_of(error))
    return _shown_once(request, path, offer)


def _fault(request: PageRequest, field: str, words: str) -> Again:
    return Again(
        "accounts.html",
        {**look_accounts(request), "faults": [{"href": f"#f-{field}", "words": words}]},
    )


def _shown_once(request: PageRequest, path: str, offer: Offer) -> Again:
    """The accounts page with a link on it."""
    link = f"{address(request.http, request.state)}{path}"
    return Again(
        "accounts.html",
        {
            **look_accounts(request),
            "invitation": {"link": link, **_offered(request, offer)},
        },
        200,
    )


def add_space(request: PageRequest, given: Given) -> Done | Again:
    """A space for another agency."""
    who = request.signed_in(Role.ADMINISTRATOR)
    title = given.text("title")[:100]
    if not title:
        return _fault(request, "title", say("web.give_the_space_a_name"))
    request.state.accounts.add_space(
        space_id(title), title, given.text("type"), by=who, now=request.now
    )
    return Done(url("accounts"))


def change_role(request: PageRequest, given: Given, account: str) -> Done | Again:
    """Another role: at once where it lets nobody read more, else once somebody of the space has let them in."""
    who = request.signed_in(Role.ADMINISTRATOR)
    role = given.text("role")
    if role not in {r for r, _ in GIVEN_ROLES}:
        return _fault(request, "role", say("web.choose_a_role_from_the_list"))
    one_time_links.another_role(
        request.state.accounts, account, Role(role), by=who, at=request.now
    )
    return Done(url("accounts"))


def disable(request: PageRequest, _: Given, account: str) -> Done:
    """No more signing in; what was written stays."""
    request.state.accounts.disable(
        account, by=request.signed_in(Role.ADMINISTRATOR), now=request.now
    )
    return Done(url("accounts"))


def enable(request: PageRequest, _: Given, account: str) -> Done:
    """A disabled account may sign in again."""
    request.state.accounts.enable(
        account, by=request.signed_in(Role.ADMINISTRATOR), now=request.now
    )
    return Done(url("accounts"))


def unlock(request: PageRequest, _: Given, account: str) -> Done:
    """Failed attempts are forgotten: the account's name is open again."""
    request.state.attempts.unlock(
        account, by=request.signed_in(Role.ADMINISTRATOR), now=request.now
    )
    return Done(url("accounts"))


def offer_reset(request: PageRequest, _: Given, account: str) -> Again:
    """A link with which the account's holder chooses a new password, shown once."""
    who = request.signed_in(Role.ADMINISTRATOR)
    return _shown_once(
        request,
        *one_time_links.new_password(
            request.state.accounts, account, by=who, at=request.now
        ),
    )


def withdraw(request: PageRequest, _: Given, id: str) -> Done:
    """An invitation, or another link, can be used no more."""
    request.state.links.withdraw(
        id, by=request.signed_in(Role.ADMINISTRATOR), now=request.now
    )
    return Done(url("accounts"))


def _line(name: str, label: str, help: str = "") -> dict[str, Any]:
    return form_fields.line(name, label, help, "", {}, required=True)


def _one(
    name: str,
    label: str,
    options: list[tuple[str, str]],
    chosen: str,
) -> dict[str, Any]:
    return {**_line(name, label), "options": form_fields.marked(options, [chosen])}


ROUTES = (
    *page("account", "/account", look_account, "account.html"),
    action("account_password", "/account/password", change_password, is_secret=True),
    action("account_waiting_let_in", "/account/waiting/{id}/let-in", let_in),
    action("account_waiting_keep_out", "/account/waiting/{id}/keep-out", keep_out),
    *page("accounts", "/accounts", look_accounts, "accounts.html"),
    action("accounts_invitations", "/accounts/invitations", invite),
    action("accounts_spaces", "/accounts/spaces", add_space),
    action("account_role", "/accounts/{account}/role", change_role),
    action("account_disable", "/accounts/{account}/disable", disable),
    action("account_enable", "/accounts/{account}/enable", enable),
    action("account_unlock", "/accounts/{account}/unlock", unlock),
    action("account_reset", "/accounts/{account}/reset", offer_reset),
    action("accounts_invitation_withdraw", "/accounts/invitations/{id}/withdraw", withdraw),
)
