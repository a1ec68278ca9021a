"""Connections that send or read too slowly are cut, and of too many that have sent no whole request the oldest go first.

The server's own settings end idle connections only; one that sends half a request, or a byte now and then, could stand
for ever, and a thousand of them leave no room for anybody else.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

LARGEST_HEAD = 32_768  # bytes of a request's head, cut off while it arrives


@dataclass(frozen=True)
class Patience:
    """How long a connection may take.

    Attributes:
        head_seconds: until the head of a request is there, from the connection or the last answer on.
        body_seconds, body_bytes: in each stretch of so many seconds at least so many bytes of a body must come.
        read_seconds: how long an answer may wait for its reader to take more of it.
        most_waiting: connections without a whole head; the oldest is cut for the next.
    """

    head_seconds: float = 10.0
    body_seconds: float = 10.0
    body_bytes: int = 20_000  # 2 kB a second: slower than any line a form is sent over
    read_seconds: float = 30.0
    most_waiting: int = 400


@dataclass
class Waiting:
    """The connections of one server that have sent no whole head, oldest first."""

    patience: Patience
    connections: dict[Patient, None] = field(default_factory=dict)


class Patient(H11Protocol):
    """Uvicorn's protocol with an end to its patience."""

    def __init__(self, *args: Any, waiting: Waiting, **more: Any) -> None:
        super().__init__(*args, **more)
        self._waiting, self._patience = waiting, waiting.patience
        self._due: asyncio.TimerHandle | None = None
        self._reader_due: asyncio.TimerHandle | None = None
        self._came = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        self._came += len(data)
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop(self._due)
        self._stop(self._reader_due)
        self._waiting.connections.pop(self, None)
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._reader_due = self.loop.call_later(self._patience.read_seconds, self._cut)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop(self._reader_due)

    def _look(self) -> None:
        """Wait for what is due now: a head, more of a body, or nothing."""
        state = self.conn.their_state
        if state is h11.IDLE:
            if self not in self._waiting.connections:
                self._await_head()
            return
        if self._waiting.connections.pop(self, "no") != "no":
            self._stop(self._due)
            self._due = None
        if state is h11.SEND_BODY and self._due is None:
            self._await_body()
        elif state is not h11.SEND_BODY:
            self._stop(self._due)
            self._due = None

    def _await_head(self) -> None:
        self._stop(self._due)
        self._due = self.loop.call_later(self._patience.head_seconds, self._cut)
        self._waiting.connections[self] = None
        if len(self._waiting.connections) > self._patience.most_waiting:
            next(iter(self._waiting.connections))._cut()

    def _await_body(self) -> None:
        self._came = 0
        self._due = self.loop.call_later(self._patience.body_seconds, self._judge_body)

    def _judge_body(self) -> None:
        self._due = None
        # while we ourselves read no further, the sender cannot be blamed
        if self._came < self._patience.body_bytes and not self.flow.read_paused:
            self._cut()
        elif self.conn.their_state is h11.SEND_BODY:
            self._await_body()

    def _cut(self) -> None:
        self._waiting.connections.pop(self, None)
        self.transport.abort()

    @staticmethod
    def _stop(timer: asyncio.TimerHandle | None) -> None:
        if timer is not None:
            timer.cancel()


def config(app: ASGIApp, patience: Patience | None = None, **more: Any) -> uvicorn.Config:
    """How the pages are served: no access log (addresses may hold one-time tokens), no patience without an end."""
    waiting = Waiting(patience or Patience())
    return uvicorn.Config(
        app,
        http=partial(Patient, waiting=waiting),  # type: ignore[arg-type]
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        h11_max_incomplete_event_size=LARGEST_HEAD,
        **more,
    )
