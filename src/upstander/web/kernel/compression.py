"""Answers compressed on their way, except where compression could tell a secret (BREACH, CVE-2013-3587).

Pages of people signed in hold their form token. Its secrecy suffers when the same answer repeats text that an attacker
chose, for a shorter answer then tells a right guess. So an answer is compressed when nobody is signed in (no cookie: no
secret), or when the request brought no text that the page could repeat: a plain address without a query.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

SMALLEST, LEVEL = (
    1000,
    5,
)  # bytes; gzip's own middle: half the time of 9 for a few per cent more bytes


class Compressed:
    """The layer, inside the one that sets bounds."""

    def __init__(self, app: ASGIApp) -> None:
        self.plain = app
        self.compressed = GZipMiddleware(app, minimum_size=SMALLEST, compresslevel=LEVEL)

    async def __call__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        safe = (
            scope["type"] == "http"
            and scope["method"] == "GET"
            and (not scope.get("query_string") or "cookie" not in Headers(scope=scope))
        )
        await (self.compressed if safe else self.plain)(scope, receive, send)
