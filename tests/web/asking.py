"""Asks an application in the thread of the test, its endpoints included.

A test client that hands each request to an event loop in one thread and the endpoint to another spends more on that
than most pages take to make. What is served to many at once is tested on the real server (``serving``).
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from typing import Any
from urllib.parse import unquote

import anyio.to_thread
import httpx2
from fastapi import FastAPI

_is_here: ContextVar[bool] = ContextVar("is_here", default=False)
_in_thread = anyio.to_thread.run_sync
_own = threading.local()  # an event loop for each thread that asks


async def _run_sync(do: Callable[..., Any], *given: Any, **more: Any) -> Any:
    """What an endpoint does, at once; what a served application does, in its own threads as ever."""
    if _is_here.get():
        return copy_context().run(do, *given)
    return await _in_thread(do, *given, **more)


anyio.to_thread.run_sync = _run_sync


class Here(httpx2.BaseTransport):
    """Requests answered by an application; what it raises comes up in the test unless it is to be answered as 500."""

    def __init__(self, app: FastAPI, *, is_raising: bool = True) -> None:
        self.app, self.is_raising = app, is_raising

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        if asyncio._get_running_loop() is None:
            return self._asked(request)
        # a browser's driver keeps its own loop in this thread
        with ThreadPoolExecutor(1) as other:
            return other.submit(self._asked, request).result()

    def _asked(self, request: httpx2.Request) -> httpx2.Response:
        if not hasattr(_own, "runner"):
            _own.runner = asyncio.Runner()
        return _own.runner.run(self._answer(request))

    async def _answer(self, request: httpx2.Request) -> httpx2.Response:
        _is_here.set(True)
        exchange = Exchange(request)
        try:
            await self.app(exchange.scope, exchange.receive, exchange.send)
        except Exception:
            if self.is_raising or exchange.status == 0:
                raise
        assert exchange.is_over.is_set(), "the application left without an answer"
        return httpx2.Response(
            exchange.status,
            headers=exchange.headers,
            content=b"" if request.method == "HEAD" else b"".join(exchange.parts),
            request=request,
        )


class Exchange:
    """One request as an application is asked it, and what it answers."""

    def __init__(self, request: httpx2.Request) -> None:
        url = request.url
        self.scope = {
            "type": "http",
            "http_version": "1.1",
            "method": request.method,
            "scheme": url.scheme,
            "path": unquote(url.path),
            "raw_path": url.raw_path.split(b"?", 1)[0],
            "root_path": "",
            "query_string": url.query,
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "client": ("testclient", 50000),
            "server": (url.host, url.port or {"http": 80, "https": 443}[url.scheme]),
            "extensions": {},
            "state": {},
        }
        self.body: bytes | None = request.read()
        self.status, self.headers, self.parts = 0, [], []
        self.is_over = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        body, self.body = self.body, None
        if body is not None:
            return {"type": "http.request", "body": body, "more_body": False}
        await self.is_over.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        assert not self.is_over.is_set(), "more is sent than the whole answer"
        if message["type"] == "http.response.start":
            assert self.status == 0, "an answer begins once"
            self.status, self.headers = message["status"], message["headers"]
        else:
            assert self.status, "an answer begins with its status"
            self.parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                self.is_over.set()
