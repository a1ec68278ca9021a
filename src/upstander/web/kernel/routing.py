"""The one way to add a page: a module of an area holds ``ROUTES``, made of the functions here; nothing else lists them.

    ROUTES = (
        *page("review", "/assessments/{id}", show, "assessment.html"),
        action("comment", "/assessments/{id}/comments", comment),
    )

    def show(request: PageRequest, id: str) -> dict[str, Any]:    # also answers /assessments/{id}.json
        review = request.state.records.read("review", id, by=request.actor, as_of=request.as_of)
        return {"title": ..., "review": ...}                      # JSON-able; the template sees it as ``c``

    def comment(request: PageRequest, given: Given, id: str) -> Done | Again:
        ...                                                       # origin and token were checked, the body is bounded
        return Done(url("review", id=id))                       # a page goes there (303), JSON gets {"to": ...}

Path parameters are handed over by name. Pages of people are never cached; errors become pages and JSON in ``errors``. A
template extends ``layout.html``; every form in it holds ``{{ inputs.csrf(csrf) }}``. JSON clients read the token at
``/account.json`` and send it as the header ``X-CSRF-Token``. Pages of public figures are made by ``public_pages``.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool

from upstander.core import plugins
from upstander.core.errors import Busy, ConfigError, Conflict, NotAllowed, UnknownRecord
from upstander.core.messages import say
from upstander.records.forms import FormError
from upstander.report import as_json
from upstander.web.kernel import access_log, page_cache, typed_values
from upstander.web.kernel.errors import PRIVATE, answer_busy, answer_error
from upstander.web.kernel.form_data import JSON, Given, form_data
from upstander.web.kernel.languages import keep_choice
from upstander.web.kernel.rendering import page_of_people, seen_by
from upstander.web.kernel.requests import (
    FormExpired,
    PageRequest,
    check_origin,
    give_form_cookie,
    is_ours,
    read_request,
)
from upstander.web.kernel.responses import Again, Done, ReportAnswer

__all__ = [
    "Again",
    "Done",
    "Given",
    "Route",
    "action",
    "add_routes",
    "answered",
    "file",
    "page",
]

AREAS = "upstander.web"
Content = Mapping[str, Any]
Show = Callable[..., Content | Done]
Act = Callable[..., Done | Again]
Endpoint = Callable[[Request], Response | Awaitable[Response]]


@dataclass(frozen=True)
class Route:
    """One address: its name, how it is asked, and what answers."""

    name: str
    path: str
    endpoint: Endpoint
    method: str = "GET"

    @property
    def order(self) -> tuple[tuple[bool, int], ...]:
        """What is written out is tried before what has a parameter, part by part: ``new`` before any id."""
        return tuple(_openness(part) for part in self.path.split("/"))


def _openness(part: str) -> tuple[bool, int]:
    """Whether a part has a parameter, and how little of it is written out beside that."""
    return "{" in part, -len(re.sub(r"{\w+}", "", part))


def routes() -> tuple[Route, ...]:
    """Every route of every area, in the order they are tried."""
    return tuple(sorted(_all_routes(), key=lambda r: (r.order, r.path, r.method)))


def _all_routes() -> Iterable[Route]:
    for area in plugins.folders(AREAS, "views.py"):
        package = f"{AREAS}.{area}"
        for module in plugins.names(package):
            yield from getattr(import_module(f"{package}.{module}"), "ROUTES", ())


def add_routes(app: FastAPI) -> None:
    """Add every route to the application."""
    for route in routes():
        app.router.add_route(
            route.path, route.endpoint, methods=[route.method], name=route.name
        )


def page(
    name: str,
    path: str,
    show: Show,
    template: str,
    *,
    is_kept: bool = False,
) -> tuple[Route, Route]:
    """A page and its JSON twin.

    Args:
        is_kept: whoever is signed in gets it as it was kept for them, while nothing changes it (see ``page_cache``);
            ``show`` then gives content, never a way elsewhere.
    """

    def content(request: PageRequest) -> Content | Done:
        return show(request, **request.http.path_params)

    def kept(request: PageRequest) -> Response:
        text = page_cache.page_of(request, template, lambda: content(request))
        return _html(request, text, 200)

    def fresh(request: PageRequest) -> Response:
        return _page(request, template, content(request))

    def html(http: Request) -> Response:
        return answered(http, lambda r: kept(r) if is_kept and r.session else fresh(r))

    def twin(http: Request) -> Response:
        return answered(http, lambda r: _json(content(r)))

    return Route(name, path, html), Route(f"{name}_json", f"{path}.json", twin)


def file(name: str, path: str, make: Callable[..., Response]) -> Route:
    """Something to take away: CSV, PDF ..."""

    def made(request: PageRequest) -> Response:
        given = make(request, **request.http.path_params)
        if isinstance(given, ReportAnswer):
            given.rests_on = frozenset(request.rests_on)
        return given

    def answer(http: Request) -> Response:
        return answered(http, made)

    return Route(name, path, answer)


def action(
    name: str,
    path: str,
    act: Act,
    *,
    is_open: bool = False,
    is_secret: bool = False,
) -> Route:
    """Something to do.

    Args:
        is_open: nobody has to sign in for it. is_secret: what is typed is never shown again (passwords).
    """

    def run(request: PageRequest, given: Given) -> Response:
        if request.is_past:
            raise NotAllowed(say("web.the_past_can_be_read_not_written_2"))
        try:
            check_origin(request, _form_token(request, given))
        except FormExpired:
            if is_secret or not _is_typed(given):
                raise
            path = request.http.url.path
            again = typed_values.again(request, given.values, path, is_open=is_open)
            return _done(request, given, again)
        return _done(request, given, act(request, given, **request.http.path_params))

    def done(http: Request, given: Given) -> Response:
        try:
            return answered(http, lambda r: run(r, given))
        except Busy as error:
            if is_secret or not is_ours(http) or not _is_typed(given):
                return answer_error(http, error)
            kept = typed_values.held(given.values, http.url.path, str(error))
            return answer_busy(http, kept)

    async def endpoint(http: Request) -> Response:
        given = await form_data(http)
        return await run_in_threadpool(done, http, given)

    return Route(name, path, endpoint, "POST")


def _form_token(request: PageRequest, given: Given) -> Any:
    """What shows that a form is ours: a field of it, or a header of a program's request."""
    if given.is_json:
        return request.http.headers.get("x-csrf-token")
    return given.values.get("csrf")


def _is_typed(given: Given) -> bool:
    """Whether somebody typed something that would be lost."""
    return not given.is_json and typed_values.is_worth_keeping(given.values)


def answered(http: Request, make: Callable[[PageRequest], Response]) -> Response:
    """The answer, or the error as an answer; what it rests on goes into the access log."""
    request: PageRequest | None = None
    try:
        request = read_request(http)
        answer = make(request)
    except (NotAllowed, UnknownRecord, Conflict, FormError, ConfigError) as error:
        if request and isinstance(error, NotAllowed | UnknownRecord):
            access_log.keep_refused(request)
        return answer_error(http, error)
    access_log.keep_read(request)
    return answer


def _page(
    request: PageRequest,
    template: str,
    content: Content | Done,
    status: int = 200,
) -> Response:
    if isinstance(content, Done):
        return _finished(RedirectResponse(content.to, 303, headers=PRIVATE), content)
    cookies = Response()
    csrf = request.csrf if request.session else give_form_cookie(cookies, request.http)
    text = page_of_people(template, content, request.http.url.path, csrf, request.viewer)
    answer = _html(request, text, status)
    if request.session is None and 'name="csrf"' in text:
        answer.raw_headers.extend(h for h in cookies.raw_headers if h[0] == b"set-cookie")
    return answer


def _html(request: PageRequest, text: str, status: int) -> HTMLResponse:
    shown = seen_by(text, request.viewer, request.http.url.path)
    answer = HTMLResponse(shown, status, headers=PRIVATE)
    keep_choice(answer, request.http)
    return answer


def _json(content: Content | Done, status: int = 200) -> Response:
    values = {"to": content.to, **content.content} if isinstance(content, Done) else content
    return Response(as_json.dumps(values), status, media_type=JSON, headers=PRIVATE)


def _done(request: PageRequest, given: Given, result: Done | Again) -> Response:
    if given.is_json:
        content = result if isinstance(result, Done) else result.content
        answer = _json(content, result.status)
    elif isinstance(result, Done):
        answer = RedirectResponse(result.to, 303, headers=PRIVATE)
    else:
        answer = _page(request, result.template, result.content, result.status)
    return _finished(answer, result)


def _finished(answer: Response, result: Done | Again) -> Response:
    if result.finish:
        result.finish(answer)
    return answer
