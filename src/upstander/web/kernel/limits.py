"""What bounds every request: sizes, methods, hosts; and every answer gets its security headers here (``headers``).

A plain ASGI layer outside all routes, so that nothing inside can forget it. The body is counted while it streams: a
request that declares or sends more than it may is cut off there, before anything parses or keeps it.
"""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from upstander.report import as_json
from upstander.web.kernel.headers import HSTS, mark
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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
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
    scope: Scope, headers: Headers, hosts: frozenset[str], most: int
) -> tuple[int, str, str] | None:
    """Status, title and words when the request is refused unread."""
    if (
        len(scope.get("query_string", b"")) > LONGEST_QUERY
        or len(scope.get("raw_path", b"")) > LONGEST_PATH
    ):
        return 414, "Address too long", "No page here has so long an address."
    if sum(len(k) + len(v) for k, v in headers.raw) > LARGEST_HEADERS:
        return (
            431,
            "Headers too large",
            "The request's headers are larger than any browser needs. Delete old cookies.",
        )
    if scope["method"] not in METHODS:
        return 405, "Not allowed", "Pages here are read with GET and written with POST."
    if _host(headers.get("host", "")) not in hosts:
        return (
            400,
            "Wrong host",
            "This server does not answer to that name. The administrator sets it as UPSTANDER_URL.",
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
        "Too large",
        f"At most {most // 1_000_000} MB can be sent at once. Nothing was kept.",
    )


def _as_get(scope: Scope) -> Scope:
    """HEAD is asked as GET of every page; the server itself sends no body of the answer."""
    return {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope


async def _refuse(
    scope: Scope, receive: Receive, send: Send, status: int, title: str, words: str
) -> None:
    """Answer, then read on a little: a connection closed on unread bytes would lose the answer on its way."""
    wants_json = scope["path"].endswith(".json") or "json" in Headers(scope=scope).get(
        "content-type", ""
    )
    text = (
        as_json.dumps({"error": title, "message": words})
        if wants_json
        else seen_by(problem(title, words, []), Viewer(), scope["path"])
    )
    body = text.encode()
    kind = b"application/json" if wants_json else b"text/html; charset=utf-8"
    raw = [
        (b"content-type", kind),
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
