"""The pages on 127.0.0.1: made on the server, no script, each with a JSON twin at the same address."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from upstander.core.errors import AuditBroken, ConfigError, LedgerBroken, TableError, UnknownPlace
from upstander.core.place_search import page_of
from upstander.core.settings import Settings
from upstander.report import as_json, brief, mandate, pages, track_record
from upstander.report.asker import seen_by
from upstander.report.situation import Line, Overview, Situation
from upstander.web import people
from upstander.web.asking import asker
from upstander.web.bounds import Bounds
from upstander.web.compressing import Compressed
from upstander.web.kept import Overloaded
from upstander.web.load import Admission, Refusal
from upstander.web.state import Edition, Scored, State, open_state

HTML, JSON, PDF = "text/html; charset=utf-8", "application/json", "application/pdf"


def make(settings: Settings) -> FastAPI:
    """The application for one home folder."""
    app = FastAPI(title="Upstander", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.held = open_state(settings)
    app.add_middleware(Compressed)
    app.add_middleware(Admission)
    app.add_middleware(Bounds, url=settings.url)
    app.add_exception_handler(UnknownPlace, _unknown_place)
    app.add_exception_handler(ConfigError, _bad_request)
    app.add_exception_handler(HTTPException, _no_page)
    app.add_exception_handler(LedgerBroken, _not_as_issued)
    app.add_exception_handler(TableError, _not_as_issued)
    app.add_exception_handler(AuditBroken, _not_as_issued)
    app.add_exception_handler(Overloaded, lambda *_: Refusal())
    _add_overviews(app, app.state.held)
    _add_track_record(app, app.state.held)
    _add_places(app, app.state.held)
    people.add(app)

    @app.get("/static/style.css")
    def style() -> Response:
        return Response(pages.style(), media_type="text/css")

    return app


def _add_overviews(app: FastAPI, state: State) -> None:
    """The pages about every place at once."""

    def add(path: str, twin: str, page: Callable[..., str], content: Callable[..., Any]) -> None:
        def html(request: Request, as_of: str | None = None, view: str = "") -> Response:
            shown = (
                pages.view_of(view) if path == "/countries" else ""
            )  # a key holds nothing that changes no answer
            return _answer(
                request, state, as_of, (path, shown), HTML, lambda e: page(state.held(e)[1], shown)
            )

        def json(request: Request, as_of: str | None = None) -> Response:
            return _answer(
                request,
                state,
                as_of,
                (twin,),
                JSON,
                lambda e: as_json.dumps(content(state.held(e)[1])),
            )

        app.get(path)(html)
        app.get(twin)(json)

    folder = state.places.folder
    add("/", "/index.json", lambda o, _: pages.today(o), as_json.overview)
    add("/countries", "/countries.json", pages.countries, as_json.overview)
    add("/map", "/map.json", lambda o, _: pages.world(o, folder), as_json.overview)
    add(
        "/data",
        "/data.json",
        lambda o, _: pages.data(o),
        lambda o: {"head": o.head, "sources": o.ages, "missing": o.missing},
    )
    add(
        "/about",
        "/about.json",
        lambda o, _: pages.about(o),
        lambda o: {"head": o.head, "register": mandate.register()},
    )


def _add_track_record(app: FastAPI, state: State) -> None:
    """The scoreboard: this installation's own, else the packaged one, never one that speaks from a later day."""

    def answer(
        request: Request, as_of: str | None, media: str, make: Callable[[Overview, Scored], str]
    ) -> Response:
        scored = state.scored(state.day(as_of))
        return _answer(
            request,
            state,
            as_of,
            ("track-record", scored.stamp),
            media,
            lambda e: make(state.held(e)[1], scored),
        )

    @app.get("/track-record")
    def page(request: Request, as_of: str | None = None) -> Response:
        return answer(
            request, as_of, HTML, lambda o, s: pages.were_we_right(o, s.board, s.why, own=s.own)
        )

    @app.get("/track-record.json")
    def twin(request: Request, as_of: str | None = None) -> Response:
        return answer(
            request,
            as_of,
            JSON,
            lambda o, s: as_json.dumps(
                {
                    "head": o.head,
                    "missing": s.why,
                    **(track_record.twin(s.board, s.own) if s.board else {}),
                }
            ),
        )


def _add_places(app: FastAPI, state: State) -> None:
    """The pages about one place: page, brief, PDF, JSON."""

    def answer(
        request: Request,
        as_of: str | None,
        name: str,
        kind: str,
        media: str,
        make: Callable[..., str | bytes],
    ) -> Response:
        code = page_of(state.places, name[:80], state.day(as_of)).code
        stamp = state.scored(state.day(as_of)).stamp  # whether a model may alert stands on the page
        return _answer(
            request,
            state,
            as_of,
            (kind, code, stamp),
            media,
            lambda e: make(state.situation(e, code), e),
        )

    def json(held: Situation, *_: Any) -> str:
        return as_json.dumps(as_json.situation(held))

    def neighbours(held: Situation, edition: Edition) -> tuple[Line, ...]:
        near = set(state.places.neighbours(held.place.code, on=edition.as_of))
        return tuple(x for x in state.held(edition)[1].lines if x.code in near)

    @app.get("/countries/{name}/brief.html")
    def brief_page(request: Request, name: str, as_of: str | None = None) -> Response:
        return answer(request, as_of, name, "brief", HTML, lambda s, *_: brief.html(s))

    @app.get("/countries/{name}/brief.json")
    def brief_json(request: Request, name: str, as_of: str | None = None) -> Response:
        return answer(request, as_of, name, "json", JSON, json)

    @app.get("/countries/{name}/brief.pdf")
    def brief_pdf(request: Request, name: str, as_of: str | None = None) -> Response:
        return answer(request, as_of, name, "pdf", PDF, lambda s, *_: brief.pdf(s))

    @app.get("/countries/{name}.json")
    def place_json(request: Request, name: str, as_of: str | None = None) -> Response:
        return answer(request, as_of, name, "json", JSON, json)

    @app.get("/countries/{name}")
    def place_page(request: Request, name: str, as_of: str | None = None) -> Response:
        return answer(
            request,
            as_of,
            name,
            "country",
            HTML,
            lambda s, e: pages.country(s, neighbours(s, e), state.scored(e.as_of).verdicts),
        )


def _answer(
    request: Request,
    state: State,
    as_of: str | None,
    what: tuple[str, ...],
    media: str,
    make: Callable[[Edition], str | bytes],
) -> Response:
    """The page for a day, with an ETag that changes when its issue, its releases or the program do.

    What is kept for all is the page without the part of who asks; that is put in for each answer. To people signed in
    it goes without an ETag and not to be stored.
    """
    edition = state.edition(state.day(as_of))
    who = asker(request)
    tag = '"' + hashlib.sha256(repr((what, edition, media)).encode()).hexdigest()[:24] + '"'
    if not who.is_known and request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"etag": tag})

    def made() -> bytes:
        text = make(edition)
        return text if isinstance(text, bytes) else text.encode()

    body = state.pages.get((what, media, edition), made, len)
    if media == HTML:
        body = seen_by(body.decode(), who, request.url.path).encode()
    return Response(
        body,
        media_type=media,
        headers={"cache-control": "no-store"} if who.is_known else {"etag": tag},
    )


def _say(
    request: Request, status: int, title: str, text: str, near: list[tuple[str, str]]
) -> Response:
    if request.url.path.endswith(".json"):
        body = as_json.dumps(
            {"error": title, "message": text, "nearest": [{"place": c, "name": n} for c, n in near]}
        )
        return Response(body, status, media_type=JSON)
    return HTMLResponse(
        seen_by(pages.problem(title, text, near), asker(request), request.url.path), status
    )


async def _unknown_place(request: Request, error: Exception) -> Response:
    return _say(
        request,
        404,
        "No such place",
        f"{str(error).split('; nearest')[0]}. Search the list of countries.",
        _nearest(request),
    )


async def _bad_request(request: Request, error: Exception) -> Response:
    return _say(request, 400, "This cannot be answered", str(error), [])


async def _not_as_issued(request: Request, error: Exception) -> Response:
    """What is on the disk is not what was issued or written: it is not shown; which file it is stands with the operator."""
    names = ((LedgerBroken, "The ledger of forecasts"), (AuditBroken, "A record"))
    what = next((words for kind, words in names if isinstance(error, kind)), "A file of the data")
    words = f"{what} does not hold: it is not what was written, so nothing of it is shown. Whoever runs this installation sees what it is, and the remedy, with: upstander audit verify"
    return _say(request, 503, "Not shown", words, [])


async def _no_page(request: Request, error: Exception) -> Response:
    status, words = (
        (error.status_code, str(error.detail)) if isinstance(error, HTTPException) else (500, "")
    )
    if status == 404:
        near = _nearest(request) if request.url.path.startswith("/countries/") else []
        return _say(
            request,
            404,
            "No such page",
            "There is no page at this address. Check it, or begin at Today.",
            near,
        )
    if status == 405:
        return _say(request, 405, "Not allowed", "This page can only be read.", [])
    return _say(request, status, "This cannot be answered", words, [])


def _nearest(request: Request) -> list[tuple[str, str]]:
    """Places whose names or codes are nearest to the last part of the address."""
    from rapidfuzz import fuzz, process

    state: State = request.app.state.held
    asked = request.url.path.rstrip("/").rsplit("/", 1)[-1].removesuffix(".json")[:80]
    names = {p.code: p.name for p in state.places.current(state.today)}
    found = process.extract(asked, names, scorer=fuzz.WRatio, limit=5)
    return [(code, name) for name, _, code in found]
