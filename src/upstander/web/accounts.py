"""Your own account; accounts, invitations and spaces for the administrator; the access log for auditors."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import Response

from upstander.core.errors import ConfigError
from upstander.core.formulas import defused
from upstander.core.rights import AUDITORS, Role
from upstander.lake.records.accounts import SPACE_TYPES
from upstander.lake.records.attempts import attempts_of
from upstander.lake.records.one_time import Offer
from upstander.report import as_json
from upstander.report.asker import ROLES
from upstander.web import access_log, one_time_links, passwords
from upstander.web.answers import Again, Done
from upstander.web.asking import Asking, address, begin_session, instant
from upstander.web.doors import Doors, Given
from upstander.web.sign_in import WINDOW, name_fault, space_id

MOST_LINES = 500  # of the log on one page; the CSV has all
GIVEN_ROLES = [(r.value, words) for r, words in ROLES.items() if r is not Role.VISITOR]
TYPES = {
    "government": "government",
    "nhri": "national human rights institution",
    "ngo": "non-governmental organisation",
    "un": "United Nations",
    "regional": "regional organisation",
}


def add(doors: Doors) -> None:
    """The pages of accounts."""
    doors.page("/account", look_account, "account.html")
    doors.action("/account/password", change_password, is_secret=True)
    doors.action("/account/waiting/{id}/let-in", let_in)
    doors.action("/account/waiting/{id}/keep-out", keep_out)
    doors.page("/accounts", look_accounts, "accounts.html")
    doors.action("/accounts/invitations", invite)
    doors.action("/accounts/spaces", add_space)
    doors.action("/accounts/{account}/role", change_role)
    doors.action("/accounts/{account}/disable", disable)
    doors.action("/accounts/{account}/enable", enable)
    doors.action("/accounts/{account}/unlock", unlock)
    doors.action("/accounts/{account}/reset", offer_reset)
    doors.action("/accounts/invitations/{id}/withdraw", withdraw)
    doors.file("/audit.csv", log_file)
    doors.page("/audit", look_log, "audit.html")


# Your own


def look_account(asking: Asking) -> dict[str, Any]:
    """Your account; programs read their token here."""
    who = asking.signed_in()
    account = asking.account
    sessions = asking.state.accounts.sessions(who.account, now=asking.now)
    mine = asking.session.token_hash if asking.session else ""
    return {
        "title": "Your account",
        "account": who.account,
        "name": who.name,
        "role": who.role,
        "role_words": ROLES[who.role],
        "space": who.space,
        "space_title": asking.space_title(who.space),
        "csrf": asking.csrf,
        "has_password": bool(account and account.password_hash),
        "faults": [],
        "said": "",
        "inputs": _password_inputs({}),
        "waiting": [_offered(asking, x) for x in asking.state.links.for_me(who, now=asking.now)],
        "sessions": [
            {
                "created": s.created.isoformat(),
                "seen": s.seen.isoformat(),
                "ends": s.ends.isoformat(),
                "is_this": s.token_hash == mine,
            }
            for s in sessions
        ],
    }


def change_password(asking: Asking, given: Given) -> Done | Again:
    """A new password: the old one is asked for, every session ends, and a new one begins here."""
    who, account = asking.signed_in(), asking.account
    old, new, again = (str(given.values.get(n, "")) for n in ("old", "password", "again"))
    faults = {}
    if account is None or not passwords.holds(account.password_hash, old):
        faults["old"] = "This is not your password"
    elif wrong := passwords.fault(new, again, who.account):
        faults["password"] = wrong
    if faults or account is None:
        shown = [{"href": f"#f-{n}", "words": w} for n, w in faults.items()]
        return Again(
            "account.html",
            {**look_account(asking), "faults": shown, "inputs": _password_inputs(faults)},
        )
    asking.state.accounts.set_password(who.account, passwords.hashed(new), by=who, now=asking.now)
    return Done("/account", finish=lambda answer: begin_session(answer, asking.request, account))


def _password_inputs(faults: Mapping[str, str]) -> list[dict[str, Any]]:
    old = passwords.line("old", "Password now", "", faults, fill="current-password")
    return [old, *passwords.lines(faults, "New password")]


def let_in(asking: Asking, _: Given, id: str) -> Done:
    """Let somebody into the space: an administrator has offered it, and this is the second person."""
    who = asking.signed_in()
    offer = asking.state.links.let_in(id, by=who, now=asking.now)
    if offer.purpose == "role":
        one_time_links.take(asking.state.accounts, offer, at=asking.now)
    return Done("/account")


def keep_out(asking: Asking, _: Given, id: str) -> Done:
    """Do not let somebody in: the offer is withdrawn."""
    asking.state.links.withdraw(id, by=asking.signed_in(), now=asking.now)
    return Done("/account")


# The administrator's


def look_accounts(asking: Asking) -> dict[str, Any]:
    """Accounts, invitations and spaces."""
    who = asking.signed_in(Role.ADMINISTRATOR)
    state = asking.state
    spaces = [(s.id, s.title) for s in asking.spaces.values()]
    failures = state.attempts.failures(asking.now - WINDOW)
    account = _line(
        "account",
        "Account",
        "What the person signs in with, for example amira.k; it never changes.",
        {},
    )
    return {
        "title": "Accounts",
        "invitation": None,
        "said": "",
        "faults": [],
        "roles": GIVEN_ROLES,
        "spaces": spaces,
        "invite": {
            "account": account,
            "role": _one("role", "Role", GIVEN_ROLES, "analyst"),
            "space": _one("space", "Space", spaces, ""),
        },
        "accounts": [
            {
                "id": a.account,
                "name": f"{a.name} ({a.account})",
                "role": a.role,
                "space": a.space,
                "space_title": asking.space_title(a.space),
                "created": a.created.isoformat(),
                "disabled": bool(a.disabled),
                "is_you": a.account == who.account,
                "failures": failures.get(attempts_of(a.account), 0),
                "has_password": bool(a.password_hash),
            }
            for a in state.accounts.list()
        ],
        "invitations": [_offered(asking, x) for x in state.links.offers(now=asking.now)],
        "all_spaces": [{"title": s.title, "type": TYPES[s.type]} for s in asking.spaces.values()],
        "new_space": [
            _line("title", "Name of a new space", "The agency, as people know it.", {})
            | {"input": "line"},
            _one("type", "What it is", [(t, TYPES[t]) for t in SPACE_TYPES], "") | {"input": "one"},
        ],
    }


def _offered(asking: Asking, x: Offer) -> dict[str, Any]:
    """An offer in words: "amira, to join as analyst of the Ministry"."""
    role, space = x.role, asking.space_title(x.space)
    words = {
        "invitation": f"{x.account}, to join as {role} of {space}",
        "role": f"{x.account}, to become {role} of {space}",
        "reset": f"{x.account} ({role} of {space}), to choose a new password",
    }
    waits = f"{x.waits.split(' of ')[0]} of {space}" if x.waits else ""
    return {
        "id": x.id,
        "words": words[x.purpose],
        "ends": x.ends.isoformat(),
        "by": x.by,
        "waits": waits,
    }


def invite(asking: Asking, given: Given) -> Done | Again:
    """A link that makes one account of this name and role in this space, shown once."""
    who = asking.signed_in(Role.ADMINISTRATOR)
    account, role, space = given.text("account").casefold(), given.text("role"), given.text("space")
    if fault := name_fault(account):
        return _fault(asking, "account", fault)
    if role not in {r for r, _ in GIVEN_ROLES} or space not in asking.spaces:
        return _fault(asking, "role", "Choose a role and a space from the lists")
    try:
        path, offer = one_time_links.invitation(
            asking.state.links, account, Role(role), space, by=who, at=asking.now
        )
    except ConfigError as error:
        return _fault(asking, "account", str(error))
    return _shown_once(asking, path, offer)


def _fault(asking: Asking, field: str, words: str) -> Again:
    return Again(
        "accounts.html",
        {**look_accounts(asking), "faults": [{"href": f"#f-{field}", "words": words}]},
    )


def _shown_once(asking: Asking, path: str, offer: Offer) -> Again:
    """The accounts page with a link on it."""
    link = f"{address(asking.request, asking.state)}{path}"
    return Again(
        "accounts.html",
        {**look_accounts(asking), "invitation": {"link": link, **_offered(asking, offer)}},
        200,
    )


def add_space(asking: Asking, given: Given) -> Done | Again:
    """A space for another agency."""
    who = asking.signed_in(Role.ADMINISTRATOR)
    title = given.text("title")[:100]
    if not title:
        return _fault(asking, "title", "Give the space a name")
    asking.state.accounts.add_space(
        space_id(title), title, given.text("type"), by=who, now=asking.now
    )
    return Done("/accounts")


def change_role(asking: Asking, given: Given, account: str) -> Done | Again:
    """Another role: at once where it lets nobody read more, else once somebody of the space has let them in."""
    who = asking.signed_in(Role.ADMINISTRATOR)
    role = given.text("role")
    if role not in {r for r, _ in GIVEN_ROLES}:
        return _fault(asking, "role", "Choose a role from the list")
    one_time_links.another_role(asking.state.accounts, account, Role(role), by=who, at=asking.now)
    return Done("/accounts")


def disable(asking: Asking, _: Given, account: str) -> Done:
    """No more signing in; what was written stays."""
    asking.state.accounts.disable(account, by=asking.signed_in(Role.ADMINISTRATOR), now=asking.now)
    return Done("/accounts")


def enable(asking: Asking, _: Given, account: str) -> Done:
    """A disabled account may sign in again."""
    asking.state.accounts.enable(account, by=asking.signed_in(Role.ADMINISTRATOR), now=asking.now)
    return Done("/accounts")


def unlock(asking: Asking, _: Given, account: str) -> Done:
    """Failed attempts are forgotten: the account's name is open again."""
    asking.state.attempts.unlock(account, by=asking.signed_in(Role.ADMINISTRATOR), now=asking.now)
    return Done("/accounts")


def offer_reset(asking: Asking, _: Given, account: str) -> Again:
    """A link with which the account's holder chooses a new password, shown once."""
    who = asking.signed_in(Role.ADMINISTRATOR)
    return _shown_once(
        asking, *one_time_links.new_password(asking.state.accounts, account, by=who, at=asking.now)
    )


def withdraw(asking: Asking, _: Given, id: str) -> Done:
    """An invitation, or another link, can be used no more."""
    asking.state.links.withdraw(id, by=asking.signed_in(Role.ADMINISTRATOR), now=asking.now)
    return Done("/accounts")


# The auditors'


def look_log(asking: Asking) -> dict[str, Any]:
    """The access log of some days, newest first."""
    since, until, rows = _lines(asking)
    wanted = asking.query.get("action", "")
    shown = [r for r in rows if wanted in ("", r["action"])][::-1]
    query = urlencode({"since": since, "until": until, "action": wanted})
    return {
        "title": "Access log",
        "since": since,
        "until": until,
        "action": wanted,
        "count": len(shown),
        "actions": sorted({str(r["action"]) for r in rows}),
        "rows": [{**r, "said": _said(r)} for r in shown[:MOST_LINES]],
        "csv": f"/audit.csv?{query}",
    }


def _said(row: Mapping[str, Any]) -> str:
    """The details of a line in words: "format csv; records 7"."""
    told = {
        k: ", ".join(map(str, v)) if isinstance(v, list) else v
        for k, v in json.loads(row["details"] or "{}").items()
    }
    return "; ".join(f"{k} {v}" for k, v in told.items() if v not in ("", None))


def log_file(asking: Asking) -> Response:
    """The same as CSV, all lines."""
    wanted, rows = asking.query.get("action", ""), _lines(asking)[2]
    text = io.StringIO()
    made = csv.DictWriter(text, ["when", "who", "action", "what", "details"])
    made.writeheader()
    made.writerows(
        {k: defused(str(v)) for k, v in r.items()} for r in rows if wanted in ("", r["action"])
    )
    access_log.keep_export(asking, "access log", {"format": "csv"})
    return Response(
        text.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={
            "content-disposition": 'attachment; filename="access_log.csv"',
            "cache-control": "no-store",
        },
    )


def _lines(asking: Asking) -> tuple[str, str, list[dict[str, Any]]]:
    who = asking.signed_in(*AUDITORS)
    day = asking.as_of.date()
    since = asking.query.get("since") or (day - timedelta(days=30)).isoformat()
    until = asking.query.get("until") or day.isoformat()
    end = instant(until) or asking.now
    begin = (instant(since) or asking.now) - timedelta(days=1)
    found = asking.state.records.logged(by=who, since=begin, until=min(end, asking.as_of))
    rows = [
        {
            "when": x.when.isoformat(),
            "who": x.who,
            "action": x.action,
            "what": x.what,
            "details": as_json.dumps(x.details) if x.details else "",
        }
        for x in found
    ]
    return since, until, rows


def _line(name: str, label: str, help: str, faults: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": name,
        "id": f"f-{name}",
        "label": label,
        "help": help,
        "value": "",
        "required": True,
        "unit": "",
        "fault": faults.get(name, ""),
        "personal": False,
    }


def _one(name: str, label: str, options: list[tuple[str, str]], chosen: str) -> dict[str, Any]:
    marked = [{"value": v, "label": words, "chosen": v == chosen} for v, words in options]
    return {**_line(name, label, "", {}), "options": marked}
