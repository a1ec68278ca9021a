"""Errors as answers: one table says which status and title each has, for pages and JSON alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from rapidfuzz import fuzz, process
from starlette.exceptions import HTTPException

from upstander.core.errors import (
    AuditBroken,
    Busy,
    ConfigError,
    Conflict,
    LedgerBroken,
    NotAllowed,
    TableError,
    UnknownPlace,
    UnknownRecord,
)
from upstander.records.forms import FormError
from upstander.report import as_json
from upstander.web.kernel.admission import Refusal
from upstander.web.kernel.cache import Overloaded
from upstander.web.kernel.form_data import JSON, content_type
from upstander.web.kernel.rendering import page_of_people, problem, seen_by
from upstander.web.kernel.requests import SignInNeeded, viewer_of
from upstander.web.kernel.responses import Again
from upstander.web.kernel.state import State
from upstander.web.kernel.urls import url
from upstander.web.kernel.viewer import Viewer

PRIVATE = {"cache-control": "no-store"}
# Seconds; a writer that holds the records is done by then, or gone.
SOON = {**PRIVATE, "retry-after": "10"}
NO_RECORD = "There is nothing at this address that you may read. Check the address, or ask whoever gave it to you."
NO_PAGE = "There is no page at this address. Check it, or begin at Today."
NOT_AS_WRITTEN = "{} does not hold: it is not what was written, so nothing of it is shown. Whoever runs this installation sees what it is, and the remedy, with: upstander audit verify"


@dataclass(frozen=True)
class Said:
    """What is said of an error. ``words``: instead of its own, '' for its own; ``headers``: of the answer."""

    status: int
    title: str
    words: str = ""
    headers: Mapping[str, str] | None = None


# The first that fits speaks. Of a record there is one sentence, whether it never was or may not be read, so that nothing
# about it can differ; of a damaged file, where it stands and what it is is for whoever runs the installation.
ERRORS: tuple[tuple[type[Exception], Said], ...] = (
    (SignInNeeded, Said(401, "Sign in")),
    (NotAllowed, Said(403, "Not allowed")),
    (UnknownRecord, Said(404, "No such record", NO_RECORD)),
    (UnknownPlace, Said(404, "No such place")),
    (Conflict, Said(409, "Somebody else wrote in between")),
    (FormError, Said(422, "This cannot be kept")),
    (Busy, Said(503, "Try again in a moment", headers=SOON)),
    (ConfigError, Said(400, "This cannot be answered")),
    (
        LedgerBroken,
        Said(503, "Not shown", NOT_AS_WRITTEN.format("The ledger of forecasts")),
    ),
    (AuditBroken, Said(503, "Not shown", NOT_AS_WRITTEN.format("A record"))),
    (TableError, Said(503, "Not shown", NOT_AS_WRITTEN.format("A file of the data"))),
)


def add_errors(app: FastAPI) -> None:
    """Say every error of this table wherever it was raised."""
    for kind, _ in ERRORS:
        app.add_exception_handler(kind, _handler)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Overloaded, lambda *_: Refusal())


async def _handler(http: Request, error: Exception) -> Response:
    return answer_error(http, error)


def answer_error(http: Request, error: Exception) -> Response:
    """An error as a page or as JSON; who may sign in and then see is led there."""
    if isinstance(error, SignInNeeded) and not _wants_json(http) and http.method == "GET":
        there = quote(f"{http.url.path}{'?' + http.url.query if http.url.query else ''}")
        return RedirectResponse(url("sign_in") + f"?next={there}", 303, headers=PRIVATE)
    said = next(said for kind, said in ERRORS if isinstance(error, kind))
    near = _nearest_places(http) if isinstance(error, UnknownPlace) else []
    faults = {"faults": error.faults} if isinstance(error, FormError) else {}
    # who looks cannot be read just now
    viewer = Viewer() if isinstance(error, Busy) else viewer_of(http)
    return _answer(http, viewer, said, said.words or _own_words(error), near=near, **faults)


def _own_words(error: Exception) -> str:
    if isinstance(error, UnknownPlace):
        return f"{str(error).split('; nearest')[0]}. Search the list of countries."
    return str(error)


def _answer(
    http: Request,
    viewer: Viewer,
    said: Said,
    words: str,
    *,
    near: list[tuple[str, str]],
    **more: Any,
) -> Response:
    headers = said.headers or PRIVATE
    if _wants_json(http):
        nearest = {"nearest": [{"place": code, "name": name} for code, name in near]}
        content = {
            "error": said.title,
            "message": words,
            **(nearest if near else {}),
            **more,
        }
        return Response(
            as_json.dumps(content), said.status, media_type=JSON, headers=headers
        )
    page = seen_by(problem(said.title, words, near), viewer, http.url.path)
    return HTMLResponse(page, said.status, headers=headers)


async def _http_error(http: Request, error: Exception) -> Response:
    """What no route answers."""
    status, words = 500, ""
    if isinstance(error, HTTPException):
        status, words = error.status_code, str(error.detail)
    near: list[tuple[str, str]] = []
    title = "This cannot be answered"
    if status == 404:
        title, words = "No such page", NO_PAGE
        near = _nearest_places(http) if http.url.path.startswith("/countries/") else []
    elif status == 405:
        title, words = "Not allowed", "This page can only be read."
    return _answer(http, viewer_of(http), Said(status, title), words, near=near)


def answer_busy(http: Request, kept: Again) -> Response:
    """What was typed, made without the records."""
    page = page_of_people(kept.template, kept.content, http.url.path, "")
    return HTMLResponse(seen_by(page, Viewer(), http.url.path), kept.status, headers=SOON)


def _wants_json(http: Request) -> bool:
    return http.url.path.endswith(".json") or content_type(http) == JSON


def _nearest_places(http: Request) -> list[tuple[str, str]]:
    """Places whose names or codes are nearest to the last part of the address."""
    state: State = http.app.state.installation
    asked = http.url.path.rstrip("/").rsplit("/", 1)[-1].removesuffix(".json")[:80]
    names = {p.code: p.name for p in state.places.current(state.today)}
    nearest = process.extract(asked, names, scorer=fuzz.WRatio, limit=5)
    return [(code, name) for name, _, code in nearest]
