"""How a page or an action of people's records is added: one function that gives content, one template.

    def add(doors: Doors) -> None:
        doors.page("/assessments/{id}", look, "assessment.html")
        doors.action("/assessments/{id}/comments", comment)

    def look(asking: Asking, id: str) -> dict[str, Any]:         # also answers /assessments/{id}.json
        found = asking.state.records.read("review", id, by=asking.actor, as_of=asking.as_of)
        return {"title": ..., "review": ...}                     # JSON-able; the template sees it as ``c``

    def comment(asking: Asking, given: Given, id: str) -> Done | Again:
        ...                                                      # origin and token were checked, the body is bounded
        return Done(f"/assessments/{id}")                        # a page goes there (303), JSON gets {"to": ...}

Path parameters are handed over by name. Pages of people are never cached. Errors of ``core.errors`` become pages and
JSON here: SignInNeeded, NotAllowed 403, UnknownRecord 404, Conflict 409, FormError 422, ConfigError 400, Busy 503. A template
extends ``layout.html``; every form in it holds ``{{ inputs.csrf(csrf) }}``. JSON clients read the token at
``/account.json`` and send it as the header ``X-CSRF-Token``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from upstander.assess.forms import FormError
from upstander.core.errors import (
    Busy,
    ConfigError,
    Conflict,
    NotAllowed,
    UnknownPlace,
    UnknownRecord,
    UpstanderError,
)
from upstander.report import as_json, pages
from upstander.report.asker import Asker, seen_by
from upstander.web import access_log, kept_pages, typed
from upstander.web.answers import Again, Done
from upstander.web.asking import (
    Asking,
    FormExpired,
    SignInNeeded,
    ask,
    asker,
    check_origin,
    give_form_cookie,
    is_ours,
)

__all__ = ["Again", "Done", "Doors", "Given", "add_errors"]

JSON = "application/json"
MOST_FIELDS, MOST_FILES, LARGEST_FIELD = 2_000, 5, 200_000
NO_RECORD = "There is nothing at this address that you may read. Check the address, or ask whoever gave it to you."
PRIVATE = {"cache-control": "no-store"}
SOON = {
    **PRIVATE,
    "retry-after": "10",
}  # seconds; a writer that holds the records is done by then, or gone


@dataclass(frozen=True)
class Given:
    """What was sent: ``values`` of a form as text or lists of text, or of JSON as they are; ``files`` by name."""

    values: Mapping[str, Any]
    is_json: bool = False
    files: Mapping[str, UploadFile] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """One value as text, '' when it is not given or is no text."""
        value = self.values.get(name, "")
        if isinstance(value, list):
            value = value[-1] if value else ""
        return value.strip() if isinstance(value, str) else ""

    def several(self, name: str) -> tuple[str, ...]:
        """All values of a name."""
        value = self.values.get(name, [])
        return tuple(
            v for v in (value if isinstance(value, list) else [value]) if isinstance(v, str) and v
        )


Look = Callable[..., Mapping[str, Any] | Done]
Act = Callable[..., Done | Again]


@dataclass(frozen=True)
class Doors:
    """Where pages and actions are added."""

    app: FastAPI

    def page(self, path: str, look: Look, template: str, *, is_kept: bool = False) -> None:
        """A page and its twin. ``is_kept``: whoever is signed in gets it as it was kept for them, while nothing changes it
        (see ``kept_pages``); ``look`` then gives content, never a way elsewhere."""

        def kept(asking: Asking) -> Response:
            page = kept_pages.page_of(
                asking, template, lambda: look(asking, **asking.request.path_params)
            )
            return _html(asking, page, 200)

        def html(request: Request) -> Response:
            if is_kept:
                return _answered(
                    request,
                    lambda a: (
                        kept(a) if a.session else _page(a, template, look(a, **request.path_params))
                    ),
                )
            return _answered(request, lambda a: _page(a, template, look(a, **request.path_params)))

        def twin(request: Request) -> Response:
            return _answered(request, lambda a: _json(look(a, **request.path_params)))

        self.app.router.add_route(f"{path}.json", twin, methods=["GET"])
        self.app.router.add_route(path, html, methods=["GET"])

    def file(self, path: str, make: Callable[..., Response]) -> None:
        """Something to take away: CSV, PDF ..."""

        def file(request: Request) -> Response:
            return _answered(request, lambda a: make(a, **request.path_params))

        self.app.router.add_route(path, file, methods=["GET"])

    def action(
        self, path: str, act: Act, *, is_open: bool = False, is_secret: bool = False
    ) -> None:
        """Something to do.

        Args:
            is_open: nobody has to sign in for it. is_secret: what is typed is never shown again (passwords).
        """

        async def done(request: Request) -> Response:
            given = await _given(request)

            def run(asking: Asking) -> Response:
                if asking.is_past:
                    raise NotAllowed(
                        "The past can be read, not written. Open the page without a day."
                    )
                token = (
                    request.headers.get("x-csrf-token")
                    if given.is_json
                    else given.values.get("csrf")
                )
                try:
                    check_origin(asking, token)
                except FormExpired:
                    if given.is_json or is_secret or not typed.is_worth_keeping(given.values):
                        raise
                    return _done(
                        asking,
                        given,
                        typed.again(asking, given.values, request.url.path, is_open=is_open),
                    )
                return _done(asking, given, act(asking, given, **request.path_params))

            def finished() -> Response:
                try:
                    return _answered(request, run)
                except Busy as error:
                    if (
                        given.is_json
                        or is_secret
                        or not is_ours(request)
                        or not typed.is_worth_keeping(given.values)
                    ):
                        return said(request, error)
                    return _held(typed.held(given.values, request.url.path, str(error)), request)

            return await run_in_threadpool(finished)

        self.app.router.add_route(path, done, methods=["POST"])


def add_errors(app: FastAPI) -> None:
    """How errors raised anywhere, also outside ``Doors``, are said."""

    def handler(request: Request, error: Exception) -> Response:
        return (
            said(request, error) if isinstance(error, UpstanderError) else Response(status_code=500)
        )

    for kind in (NotAllowed, UnknownRecord, Conflict, FormError, Busy):
        app.add_exception_handler(kind, handler)


def said(request: Request, error: UpstanderError) -> Response:
    """An error as a page or as JSON."""
    wants_json = _wants_json(request)
    if isinstance(error, SignInNeeded) and not wants_json and request.method == "GET":
        there = quote(f"{request.url.path}{'?' + request.url.query if request.url.query else ''}")
        return RedirectResponse(f"/sign-in?next={there}", 303, headers=PRIVATE)
    status, title = _status(error)
    headers = SOON if isinstance(error, Busy) else PRIVATE
    # one sentence for every record there is not, so that nothing about it can differ from one that may not be read
    words = NO_RECORD if isinstance(error, UnknownRecord) else str(error)
    if wants_json:
        faults = {"faults": error.faults} if isinstance(error, FormError) else {}
        body = as_json.dumps({"error": title, "message": words, **faults})
        return Response(body, status, media_type=JSON, headers=headers)
    who = Asker() if isinstance(error, Busy) else asker(request)  # who asks cannot be read just now
    page = seen_by(pages.problem(title, words, []), who, request.url.path)
    return HTMLResponse(page, status, headers=headers)


def _held(result: Again, request: Request) -> Response:
    """What was typed, made without the records."""
    page = pages.for_people(result.template, result.content, request.url.path, "")
    return HTMLResponse(seen_by(page, Asker(), request.url.path), result.status, headers=SOON)


def _status(error: UpstanderError) -> tuple[int, str]:
    known: Sequence[tuple[type[UpstanderError], int, str]] = (
        (SignInNeeded, 401, "Sign in"),
        (NotAllowed, 403, "Not allowed"),
        (UnknownRecord, 404, "No such record"),
        (UnknownPlace, 404, "No such place"),
        (Conflict, 409, "Somebody else wrote in between"),
        (FormError, 422, "This cannot be kept"),
        (Busy, 503, "Try again in a moment"),
        (ConfigError, 400, "This cannot be answered"),
    )
    return next(
        ((status, title) for kind, status, title in known if isinstance(error, kind)),
        (500, "A fault of ours"),
    )


def _answered(request: Request, make: Callable[[Asking], Response]) -> Response:
    asking: Asking | None = None
    try:
        asking = ask(request)
        answer = make(asking)
    except (NotAllowed, UnknownRecord, Conflict, FormError, ConfigError) as error:
        if asking and isinstance(error, NotAllowed | UnknownRecord):
            access_log.keep_refused(asking)
        return said(request, error)
    access_log.keep_read(asking)
    return answer


def _page(
    asking: Asking, template: str, content: Mapping[str, Any] | Done, status: int = 200
) -> Response:
    if isinstance(content, Done):
        return _finished(RedirectResponse(content.to, 303, headers=PRIVATE), content)
    keep = Response()
    csrf = asking.csrf if asking.session else give_form_cookie(keep, asking.request)
    page = pages.for_people(template, content, asking.request.url.path, csrf)
    answer = _html(asking, page, status)
    if asking.session is None and 'name="csrf"' in page:
        answer.raw_headers.extend(h for h in keep.raw_headers if h[0] == b"set-cookie")
    return answer


def _html(asking: Asking, page: str, status: int) -> HTMLResponse:
    return HTMLResponse(
        seen_by(page, asking.asker, asking.request.url.path), status, headers=PRIVATE
    )


def _json(content: Mapping[str, Any] | Done, status: int = 200) -> Response:
    held = {"to": content.to, **content.content} if isinstance(content, Done) else content
    return Response(as_json.dumps(held), status, media_type=JSON, headers=PRIVATE)


def _done(asking: Asking, given: Given, result: Done | Again) -> Response:
    if given.is_json:
        answer = _json(result if isinstance(result, Done) else result.content, result.status)
    elif isinstance(result, Done):
        answer = RedirectResponse(result.to, 303, headers=PRIVATE)
    else:
        answer = _page(asking, result.template, result.content, result.status)
    return _finished(answer, result)


def _finished(answer: Response, result: Done | Again) -> Response:
    if result.finish:
        result.finish(answer)
    return answer


def _wants_json(request: Request) -> bool:
    return (
        request.url.path.endswith(".json")
        or request.headers.get("content-type", "").split(";")[0].strip() == JSON
    )


async def _given(request: Request) -> Given:
    """The body, bounded. Raises HTTPException 400 or 415 with words."""
    sort = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if sort == JSON:
        return Given(_object(await request.body()), is_json=True)
    if sort not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        raise HTTPException(415, "Send a form, or JSON as application/json.")
    try:
        form = await request.form(
            max_fields=MOST_FIELDS, max_files=MOST_FILES, max_part_size=LARGEST_FIELD
        )
    except UnicodeDecodeError:
        raise HTTPException(400, "The form is not written in UTF-8. Nothing was kept.") from None
    values: dict[str, Any] = {}
    files: dict[str, UploadFile] = {}
    for name in form:
        found = form.getlist(name)
        texts = [v for v in found if isinstance(v, str)]
        if uploads := [v for v in found if isinstance(v, UploadFile)]:
            files[name] = uploads[-1]
        if texts:
            values[name] = texts if len(texts) > 1 else texts[0]
    if any("\ufffd" in v for v in values.values() if isinstance(v, str)):
        raise HTTPException(400, "The form is not written in UTF-8. Nothing was kept.")
    return Given(values, files=files)


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
        json.dumps(
            found, ensure_ascii=False
        ).encode()  # half of a surrogate pair, written as \ud800, is no text
    except (ValueError, RecursionError):
        raise HTTPException(400, "The body is not JSON in UTF-8. Nothing was kept.") from None
    if not isinstance(found, dict):
        raise HTTPException(400, "The body is JSON, but no object.")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")
