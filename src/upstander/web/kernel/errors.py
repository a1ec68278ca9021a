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
    DamagedFile,
    LedgerBroken,
    NotAllowed,
    TableError,
    UnknownPlace,
    UnknownRecord,
)
from upstander.core.messages import say, words_of
from upstander.records.forms import FormError
from upstander.web.kernel import problems
from upstander.web.kernel.admission import Refusal
from upstander.web.kernel.cache import Overloaded
from upstander.web.kernel.form_data import JSON, content_type
from upstander.web.kernel.languages import language_for
from upstander.web.kernel.made_up import state_of
from upstander.web.kernel.rendering import page_of_people, problem, seen_by
from upstander.web.kernel.requests import SignInNeeded, viewer_of
from upstander.web.kernel.responses import Again
from upstander.web.kernel.state import State
from upstander.web.kernel.urls import url
from upstander.web.kernel.viewer import Viewer

PRIVATE = {"cache-control": "no-store"}
# Seconds; a writer that holds the records is done by then, or gone.
SOON = {**PRIVATE, "retry-after": "10"}
NO_RECORD = say("web.there_is_nothing_at_this_address_that")
NO_PAGE = say("web.there_is_no_page_at_this_address")
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
    (SignInNeeded, Said(401, say("web.sign_in"))),
    (NotAllowed, Said(403, say("web.not_allowed"))),
    (UnknownRecord, Said(404, say("web.no_such_record"), NO_RECORD)),
    (UnknownPlace, Said(404, say("web.no_such_place"))),
    (Conflict, Said(409, say("web.somebody_else_wrote_in_between"))),
    (FormError, Said(422, say("web.this_cannot_be_kept"))),
    (Busy, Said(503, say("web.try_again_in_a_moment"), headers=SOON)),
    (ConfigError, Said(400, say("web.this_cannot_be_answered"))),
    (
        LedgerBroken,
        Said(503, say("web.not_shown"), NOT_AS_WRITTEN.format("The ledger of forecasts")),
    ),
    (DamagedFile, Said(503, say("web.not_shown"))),
    (AuditBroken, Said(503, say("web.not_shown"), NOT_AS_WRITTEN.format("A record"))),
    (
        TableError,
        Said(503, say("web.not_shown"), NOT_AS_WRITTEN.format("A file of the data")),
    ),
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
    viewer = (
        Viewer(language=language_for(http)) if isinstance(error, Busy) else viewer_of(http)
    )
    return _answer(http, viewer, said, said.words or _own_words(error), near=near, **faults)


def _own_words(error: Exception) -> str:
    if isinstance(error, UnknownPlace):
        return say(
            "web.search_the_list_of_countries", split=str(error).split("; nearest")[0]
        )
    return words_of(error)


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
        found = {**(nearest if near else {}), **more}
        media, content = problems.written(
            http.url.path, said.status, said.title, words, **found
        )
        return Response(content, said.status, media_type=media, headers=headers)
    told = problem(said.title, words, near, viewer.language)
    page = seen_by(told, viewer, http.url.path)
    return HTMLResponse(page, said.status, headers=headers)


async def _http_error(http: Request, error: Exception) -> Response:
    """What no route answers."""
    status, words = 500, ""
    if isinstance(error, HTTPException):
        status, words = error.status_code, str(error.detail)
    near: list[tuple[str, str]] = []
    title = say("web.this_cannot_be_answered")
    if status == 404:
        title, words = say("web.no_such_page"), NO_PAGE
        near = _nearest_places(http) if http.url.path.startswith("/countries/") else []
    elif status == 405:
        title, words = say("web.not_allowed"), say("web.this_page_can_only_be_read")
    return _answer(http, viewer_of(http), Said(status, title), words, near=near)


def answer_busy(http: Request, kept: Again) -> Response:
    """What was typed, made without the records."""
    viewer = Viewer(language=language_for(http))
    page = page_of_people(kept.template, kept.content, http.url.path, "", viewer)
    return HTMLResponse(seen_by(page, viewer, http.url.path), kept.status, headers=SOON)


def _wants_json(http: Request) -> bool:
    return problems.wants_json(http.url.path, "") or content_type(http) == JSON


def _nearest_places(http: Request) -> list[tuple[str, str]]:
    """Places whose names or codes are nearest to the last part of the address."""
    state: State = state_of(http)
    asked = http.url.path.rstrip("/").rsplit("/", 1)[-1].removesuffix(".json")[:80]
    names = {p.code: p.name for p in state.places.current(state.today)}
    nearest = process.extract(asked, names, scorer=fuzz.WRatio, limit=5)
    return [(code, name) for name, _, code in nearest]
