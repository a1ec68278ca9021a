"""Who asks the API: nobody in particular, or the holder of a token; cookies of browsers count for nothing here.

A token without the scope ``read:records`` reads what everybody reads; with it, what its account reads on the pages. Rights
are decided where they are decided for pages: the question becomes a ``PageRequest`` of that account.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request

from upstander.core.errors import Busy
from upstander.core.messages import say
from upstander.core.rights import VISITOR
from upstander.records.accounts import Account, Session
from upstander.records.api_tokens import READ_RECORDS, ApiToken
from upstander.web.api.parameters import Refused
from upstander.web.kernel.rate_limits import source
from upstander.web.kernel.requests import PageRequest, instant
from upstander.web.kernel.sessions import token_hash
from upstander.web.kernel.state import State

LONGEST = 100  # characters of a token
TOUCH = timedelta(hours=1)  # "used last" is kept to the hour: a question need not write


@dataclass(frozen=True)
class Caller:
    """Who asks: the token, and whose it is; None where nobody says."""

    token: ApiToken | None = None
    account: Account | None = None

    @property
    def reads_records(self) -> bool:
        """Whether the token lets its holder read as the account."""
        return self.token is not None and READ_RECORDS in self.token.scopes


def caller_of(http: Request) -> Caller:
    """Who asks. Raises Refused: too often (429), or with a token that nobody has (401)."""
    state: State = http.app.state.installation
    now = state.clock.now()
    _count(state, f"from {source(http)}")
    given = http.headers.getlist("authorization")
    if not given:
        return Caller()
    scheme, _, token = given[0].partition(" ")
    is_one = len(given) == 1 and scheme.lower() == "bearer" and len(token) <= LONGEST
    found = state.api_tokens.find(token_hash(token), now=now) if is_one else None
    if found is None:
        raise Refused(401, say("web.api_unknown_token"), say("web.api_make_a_token"))
    _count(state, f"by {found[0].id}")
    _touch(state, found[0], now)
    return Caller(*found)


def _count(state: State, name: str) -> None:
    # not by the installation's clock, which an exercise may hold still
    if seconds := state.calls.wait(name, int(time.monotonic())):
        words = say("web.api_wait", seconds=seconds)
        raise Refused(429, say("web.api_too_often"), words, retry_after=seconds)


def _touch(state: State, token: ApiToken, now: datetime) -> None:
    if token.seen is None or now - token.seen > TOUCH:
        with suppress(Busy):  # it is answered all the same
            state.api_tokens.touch(token.token_hash, now=now)


def check_scope(caller: Caller, scope: str) -> None:
    """Raises Refused: nobody says who asks (401), or their token lacks the scope (403), which is named."""
    if caller.token is None:
        raise Refused(401, say("web.api_needs_token"), say("web.api_make_a_token"))
    if scope not in caller.token.scopes:
        raise Refused(403, say("web.not_allowed"), say("web.api_needs_scope", scope=scope))


def request_of(
    http: Request, caller: Caller, as_of: str, *, is_account: bool = False
) -> PageRequest:
    """The question as pages have it; no page writes with it, for it holds no form's token.

    Args:
        is_account: as the account, whether or not the token reads as it: for what is checked before it is kept.
    """
    state: State = http.app.state.installation
    now = state.clock.now()
    wanted: datetime | None = instant(as_of)
    account = caller.account if caller.reads_records or is_account else None
    return PageRequest(
        http=http,
        state=state,
        actor=account.actor if account else VISITOR,
        session=_session(caller) if account else None,
        account=account,
        csrf="",
        now=now,
        as_of=min(wanted or now, now),
        is_past=wanted is not None and wanted < now,
        query=dict(http.query_params),
    )


def _session(caller: Caller) -> Session | None:
    """That somebody is known, as pages ask it."""
    if (t := caller.token) is None:
        return None
    return Session(t.token_hash, t.account, "", t.created, t.created, t.ends)
