"""What bounds every request: sizes, methods, hosts; and every answer gets its security headers here (``headers``).

A plain ASGI layer outside all routes, so that nothing inside can forget it. The body is counted while it streams: a
request that declares or sends more than it may is cut off there, before anything parses or keeps it.
"""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from upstander.core.messages import say
from upstander.web.kernel import problems
from upstander.web.kernel.headers import HSTS, mark
from upstander.web.kernel.languages import language_for
from upstander.web.kernel.rendering import problem, seen_by
from upstander.web.kernel.viewer import Viewer

LONGEST_PATH, LONGEST_QUERY, LARGEST_HEADERS = (
    200,
    2000,
    16_384,
)  # bytes; the longest honest query is a search
LARGEST_BODY, LARGEST_UPLOAD = 1_000_000, 25_000_000  # bytes; an upload is a multipart form
METHODS = ("GET", "HEAD", "POST")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
LINGER_SECONDS, LINGER_BYTES = (
    2.0,
    64_000_000,
)  # read on after a refusal, so that the answer arrives before the reset


class TooLarge(Exception):
    """The body grew past its bound while it was read."""


class Bounds:
    """The layer. ``url``: the address people use: its host is answered to besides loopback (against DNS rebinding), and
    where it is https, browsers are told to come by nothing else."""

    def __init__(self, app: ASGIApp, url: str = "") -> None:
        self.app = app
        self.hosts = frozenset((*LOOPBACK, urlsplit(url).hostname or ""))
        self.more = (
            {"strict-transport-security": HSTS} if url.startswith("https://") else {}
        )

    async def __call__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        most = (
            LARGEST_UPLOAD
            if headers.get("content-type", "").startswith("multipart/")
            else LARGEST_BODY
        )
        if refused := _refused(scope, headers, self.hosts, most):
            await _refuse(scope, receive, send, *refused)
            return
        began = False

        async def started(message: Message) -> None:
            nonlocal began
            if message["type"] == "http.response.start":
                began = True
                mark(message, self.more)
            await send(message)

        try:
            await self.app(_as_get(scope), _counted(receive, most), started)
        except TooLarge:
            if began:
                raise
            await _refuse(scope, receive, send, 413, *_too_large(most))


def _counted(receive: Receive, most: int) -> Receive:
    """The same stream, which fails once it has given more than ``most`` bytes."""
    so_far = 0

    async def counted() -> Message:
        nonlocal so_far
        message = await receive()
        so_far += len(message.get("body", b""))
        if so_far > most:
            raise TooLarge
        return message

    return counted


def _refused(
    scope: Scope,
    headers: Headers,
    hosts: frozenset[str],
    most: int,
) -> tuple[int, str, str] | None:
    """Status, title and words when the request is refused unread."""
    if (
        len(scope.get("query_string", b"")) > LONGEST_QUERY
        or len(scope.get("raw_path", b"")) > LONGEST_PATH
    ):
        return 414, say("web.address_too_long"), say("web.no_page_here_has_so_long_an")
    if sum(len(k) + len(v) for k, v in headers.raw) > LARGEST_HEADERS:
        return (
            431,
            say("web.headers_too_large"),
            say("web.the_requests_headers_are_larger_than_any"),
        )
    if scope["method"] not in METHODS:
        return 405, say("web.not_allowed"), say("web.pages_here_are_read_with_get_and")
    if _host(headers.get("host", "")) not in hosts:
        return (
            400,
            say("web.wrong_host"),
            say("web.this_server_does_not_answer_to_that"),
        )
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length[:20]) > most:
        return 413, *_too_large(most)
    return None


def _host(header: str) -> str | None:
    """The name in a Host header, None where it is no address (an open bracket, a user before it, nothing)."""
    try:
        return None if "@" in header else urlsplit(f"//{header}").hostname
    except ValueError:
        return None


def _too_large(most: int) -> tuple[str, str]:
    return (
        say("web.too_large"),
        say("web.at_most_mb_can_be_sent_at", value=most // 1_000_000),
    )


def _as_get(scope: Scope) -> Scope:
    """HEAD is asked as GET of every page; the server itself sends no body of the answer."""
    return {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope


def _problem_page(scope: Scope, title: str, words: str) -> str:
    viewer = Viewer(language=language_for(Request(scope)))
    return seen_by(problem(title, words, [], viewer.language), viewer, scope["path"])


async def _refuse(
    scope: Scope,
    receive: Receive,
    send: Send,
    status: int,
    title: str,
    words: str,
) -> None:
    """Answer, then read on a little: a connection closed on unread bytes would lose the answer on its way."""
    sort = Headers(scope=scope).get("content-type", "")
    if problems.wants_json(scope["path"], sort):
        kind, text = problems.written(scope["path"], status, title, words)
    else:
        kind, text = "text/html; charset=utf-8", _problem_page(scope, title, words)
    body = text.encode()
    raw = [
        (b"content-type", kind.encode()),
        (b"content-length", b"%d" % len(body)),
        (b"connection", b"close"),
    ]
    start: dict[str, Any] = {
        "type": "http.response.start",
        "status": status,
        "headers": raw,
    }
    if status == 405:
        raw.append((b"allow", ", ".join(METHODS).encode()))
    mark(start)
    await send(start)
    await send(
        {
            "type": "http.response.body",
            "body": b"" if scope["method"] == "HEAD" else body,
            "more_body": True,
        }
    )
    if status == 413:
        await _drain(receive)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _drain(receive: Receive) -> None:
    so_far = 0
    try:
        async with asyncio.timeout(LINGER_SECONDS):
            while so_far < LINGER_BYTES:
                message = await receive()
                so_far += len(message.get("body", b""))
                if message["type"] == "http.disconnect" or not message.get("more_body"):
                    return
    except TimeoutError:
        return
