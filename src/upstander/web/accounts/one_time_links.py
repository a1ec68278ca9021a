"""Links that work once: the first administrator's, an invitation, a new password. Made here, for pages and command alike."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from upstander.core.rights import Actor, Role
from upstander.records.accounts import Accounts
from upstander.records.one_time_tokens import Offer, OneTime, is_more
from upstander.web.kernel.sessions import token_hash
from upstander.web.kernel.urls import url

SETUP_LASTS, INVITATION_LASTS = timedelta(hours=24), timedelta(days=7)
RESET_LASTS = timedelta(
    hours=24
)  # of a link that an administrator makes, for somebody who is waiting for it


def first(accounts: Accounts, at: datetime) -> str:
    """Path of the link that makes the administrator; '' once there is an account."""
    if accounts.list():
        return ""
    token = secrets.token_urlsafe(32)
    OneTime(accounts.records).issue(token_hash(token), "setup", {}, ends=at + SETUP_LASTS)
    return url("setup") + f"?token={token}"


def invitation(
    links: OneTime,
    account: str,
    role: Role,
    space: str,
    *,
    by: Actor,
    at: datetime,
    at_once: bool = False,
) -> tuple[str, Offer]:
    """Path of a link that makes one account. Raises as ``OneTime.offer``."""
    token, ends = secrets.token_urlsafe(32), at + INVITATION_LASTS
    made = links.offer(
        token_hash(token),
        "invitation",
        account,
        role=role,
        space=space,
        by=by,
        now=at,
        ends=ends,
        at_once=at_once,
    )
    return url("join") + f"?token={token}", made


def new_password(
    accounts: Accounts,
    account: str,
    *,
    by: Actor,
    at: datetime,
    at_once: bool = False,
) -> tuple[str, Offer]:
    """Path of a link with which an account's holder chooses a new password. Raises as ``OneTime.offer``."""
    token, ends, held = secrets.token_urlsafe(32), at + RESET_LASTS, accounts.known(account)
    made = OneTime(accounts.records).offer(
        token_hash(token),
        "reset",
        account,
        role=held.role,
        space=held.space,
        by=by,
        now=at,
        ends=ends,
        at_once=at_once,
    )
    return url("reset") + f"?token={token}", made


def another_role(
    accounts: Accounts,
    account: str,
    role: Role,
    *,
    by: Actor,
    at: datetime,
) -> Offer:
    """Another role for an account: at once where it lets nobody read more, else once somebody has let them in."""
    held, links = accounts.known(account), OneTime(accounts.records)
    made = links.offer(
        token_hash(secrets.token_urlsafe(32)),
        "role",
        account,
        role=role,
        space=held.space,
        by=by,
        now=at,
        ends=at + INVITATION_LASTS,
        at_once=not is_more(held.role, role),
    )
    if not made.waits:
        take(accounts, made, at=at)
    return made


def take(accounts: Accounts, offer: Offer, *, at: datetime) -> None:
    """Give the role that was offered, as whoever offered it."""
    by = Actor(offer.by, offer.by, Role.ADMINISTRATOR, "")
    accounts.change_role(offer.account, Role(offer.role), by=by, now=at)
