"""Too much at once is refused within milliseconds, in words, so that whoever is being answered is answered soon."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from upstander.core.messages import say
from upstander.web.kernel import problems

AT_ONCE = (
    128  # requests being answered: some two seconds of work for the threads that answer
)
AGAIN_SECONDS = 5
TITLE = "Busy"
WORDS = say("web.too_many_people_ask_at_this_moment")
PAGE = (
    f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{TITLE} · Upstander</title></head>'
    f"<body><main><h1>{TITLE}</h1><p>{WORDS}</p></main></body></html>"
)


class Admission:
    """The layer. A request that only waits for its sender's next bytes costs nothing, and is not counted meanwhile."""

    def __init__(self, app: ASGIApp, at_once: int = AT_ONCE) -> None:
        self.app, self.at_once = app, at_once
        self.answering = 0

    async def __call__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if self.answering >= self.at_once:
            await Refusal()(scope, receive, send)
            return

        async def waited() -> Message:
            self.answering -= 1
            try:
                return await receive()
            finally:
                self.answering += 1

        self.answering += 1
        try:
            await self.app(scope, waited, send)
        finally:
            self.answering -= 1


class Refusal(Response):
    """503, in words, with when to ask again; it costs no template, no session and no thread."""

    async def __call__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        kind, content = "text/html", PAGE
        sort = Headers(scope=scope).get("content-type", "")
        if problems.wants_json(scope["path"], sort):
            kind, content = problems.written(scope["path"], 503, TITLE, WORDS)
        # the connection is closed: what the client still sends is not waited for
        headers = {
            "retry-after": str(AGAIN_SECONDS),
            "cache-control": "no-store",
            "connection": "close",
        }
        await Response(content, 503, headers, kind)(scope, receive, send)
