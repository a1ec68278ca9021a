"""Who is asking, and as of when: from a request to a ``PageRequest``, which every page and action receives.

``actor`` is the FastAPI dependency for routes that are not made with ``web.kernel.routing``. A session is a random token in a
cookie; only its hash is kept. It ends when idle, at its absolute end, at sign-out, and when the account changes.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from fastapi import Request, Response

from upstander.core import clock
from upstander.core.errors import NotAllowed
from upstander.core.languages import Language
from upstander.core.messages import say
from upstander.core.rights import VISITOR, Actor, Role, Stamp
from upstander.records.accounts import Account, Session, Space
from upstander.report.as_of_data import Known
from upstander.report.situation import Overview
from upstander.web.kernel.languages import choices, language_for
from upstander.web.kernel.made_up import state_of
from upstander.web.kernel.sessions import (
    address,
    form_cookie,
    session_of,
    set_cookie,
)
from upstander.web.kernel.state import Edition, State
from upstander.web.kernel.viewer import Viewer


class FormExpired(NotAllowed):
    """The form came from our own pages, but from an earlier session: what was typed into it is worth keeping."""


class SignInNeeded(NotAllowed):
    """Nobody is signed in, and this needs somebody."""


@dataclass(frozen=True)
class PageRequest:
    """One request.

    Attributes:
        as_of: the instant asked about, never after ``now``; is_past: whether it was asked for.
        csrf: what a form must send back.
        query: the last value of each query parameter.
        seen: restricted records that the answer rests on, for the access log; rests_on: rights of all that were read.
    """

    http: Request
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
    rests_on: set[Stamp] = field(default_factory=set, compare=False)

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
    def figures(self) -> tuple[Known, Overview]:
        """What was known on the day asked about, and every place at once; found once for a request."""
        return self.state.figures(self.edition)

    @cached_property
    def language(self) -> Language:
        """The language of the answer."""
        return language_for(self.http)

    @property
    def viewer(self) -> Viewer:
        """Who the page is made for."""
        title = self.space_title(self.actor.space)
        return replace(_anybody(self.http), actor=self.actor, space=title, csrf=self.csrf)

    def space_title(self, id: str) -> str:
        """What a space is called; no space has the title "no space"."""
        return self.spaces[id].title if id in self.spaces else id or say("web.no_space")

    def signed_in(self, *roles: Role) -> Actor:
        """The actor, who must be signed in, in one of the roles if any are named.

        Raises:
            SignInNeeded, NotAllowed
        """
        if self.session is None:
            raise SignInNeeded(say("web.sign_in_to_see_or_do_this"))
        if roles and self.actor.role not in roles:
            named = ", ".join(roles)
            raise NotAllowed(
                say("web.this_page_is_open_to_your_role", named=named, role=self.actor.role)
            )
        return self.actor


def read_request(http: Request) -> PageRequest:
    """Read who asks and as of when. Raises ConfigError for an instant that is none."""
    state: State = state_of(http)
    at = state.clock.now()
    session, account = session_of(http, state, at)
    wanted = instant(http.query_params.get("as_of", ""))
    return PageRequest(
        http=http,
        state=state,
        actor=account.actor if account else VISITOR,
        session=session,
        account=account,
        csrf=session.csrf
        if session
        else form_token(http.cookies.get(form_cookie(http), "")),
        now=at,
        as_of=min(wanted or at, at),
        is_past=wanted is not None and wanted < at,
        query=dict(http.query_params),
    )


def actor(http: Request) -> Actor:
    """FastAPI dependency: who is asking, VISITOR when nobody is signed in."""
    return read_request(http).actor


def viewer_of(http: Request) -> Viewer:
    """Who a page is made for, where nothing else of the request matters."""
    return asker_of(http)[0]


def asker_of(http: Request) -> tuple[Viewer, Account | None]:
    """Who a page is made for, and the account, None where nobody is signed in."""
    state: State = state_of(http)
    session, account = session_of(http, state, state.clock.now())
    viewer = _anybody(http)
    if session is None or account is None:
        return viewer, None
    title = state.space_title(account.space)
    known = replace(viewer, actor=account.actor, space=title, csrf=session.csrf)
    return known, account


def _anybody(http: Request) -> Viewer:
    """What a page is told of a request, whoever sent it: clock, language, and whether all of it is made up."""
    state: State = state_of(http)
    return Viewer(
        note=clock.demonstration_note(state.clock),
        language=language_for(http),
        is_made_up=state.is_made_up,
        languages=choices(http),
    )


def instant(text: str) -> datetime | None:
    """What ``core.clock`` reads in the text; None when it is empty."""
    return clock.instant(text) if text else None


# Forms


def give_form_cookie(response: Response, http: Request) -> str:
    """For somebody not signed in: a random cookie that the form's token is made from. Returns the token."""
    value = http.cookies.get(form_cookie(http)) or secrets.token_urlsafe(32)
    set_cookie(response, http, form_cookie(http), value)
    return form_token(value)


def form_token(cookie: str) -> str:
    """The token that belongs to a form cookie, '' when there is none."""
    return hashlib.sha256(f"form {cookie}".encode()).hexdigest() if cookie else ""


def check_origin(http: PageRequest, token: Any) -> None:
    """A writing request must come from our own pages: its Origin is ours and it carries the session's token.

    Raises:
        NotAllowed: it comes from another site. FormExpired: its token is that of an earlier session, or of none.
    """
    if not is_ours(http.http):
        raise NotAllowed(say("web.this_request_came_from_another_site_nothing"))
    if (
        not http.csrf
        or not isinstance(token, str)
        or not hmac.compare_digest(token.encode(), http.csrf.encode())
    ):
        raise FormExpired(say("web.the_form_is_too_old_or_came"))


def is_ours(http: Request) -> bool:
    """Whether a request comes from our own pages, as far as its headers say; a program's says nothing."""
    origin = http.headers.get("origin")
    site = http.headers.get("sec-fetch-site", "same-origin")
    return origin in (None, address(http, state_of(http))) and site in (
        "same-origin",
        "none",
    )
