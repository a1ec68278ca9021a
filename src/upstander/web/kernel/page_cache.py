"""Pages of people's records, kept for the one who asked: until a record, the forecast, the program or the minute changes.

A review is read again and again by whoever works on it, and takes longer to make than to send. What one person may see is
never kept for another: the key holds the account with its role and space. What is restricted in a page is told to the
access log each time it is shown, as if it had been read anew.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from upstander.core.errors import LedgerBroken, TableError
from upstander.records.chain import ACCESS_LOG
from upstander.web.kernel.rendering import page_of_people
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.state import Edition

FORM_TOKEN = (
    f"form-token-{secrets.token_hex(16)}"  # stands in a kept page for that of the session
)
# What stands in no chain (names of accounts and spaces, an office's own frameworks) is at most this old on a page.
SECONDS = 60


@dataclass(frozen=True)
class Seen:
    """A page, and the restricted records that it shows."""

    page: str
    records: frozenset[str]


def page_of(request: PageRequest, template: str, look: Callable[[], Any]) -> str:
    """The page that ``look`` and the template make for the one who asks. Raises what ``look`` raises; then nothing is kept."""
    query = tuple(sorted(request.query.items()))
    path = request.http.url.path
    page = kept(
        request,
        (template, path, query),
        lambda: page_of_people(template, look(), path, FORM_TOKEN, request.viewer),
    )
    return page.replace(FORM_TOKEN, request.csrf)


def kept(request: PageRequest, asked: Hashable, make: Callable[[], str]) -> str:
    """What ``make`` gives, kept for the one who asks. ``asked``: everything of the request that changes it."""

    def seen_made() -> Seen:
        page = make()
        return Seen(page, frozenset(request.seen))

    seen: Seen = request.state.people_pages.get(
        _key(request, asked), seen_made, lambda made: len(made.page)
    )
    request.seen.update(seen.records)
    return seen.page


def _key(request: PageRequest, asked: Hashable) -> Hashable:
    """Everything that changes the page."""
    ends = tuple(
        (at.number, at.hash)
        for at in request.state.records.heads()
        if at.chain != ACCESS_LOG
    )
    minute = int(request.now.timestamp()) // SECONDS
    who = (request.actor, request.language)
    return asked, who, ends, _edition(request), minute


def _edition(request: PageRequest) -> Edition | None:
    """None where the ledger or the lake is damaged: pages that show nothing of them are read all the same."""
    try:
        return request.edition
    except (LedgerBroken, TableError):
        return None
