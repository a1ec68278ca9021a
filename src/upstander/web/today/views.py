"""The first page, kept for whoever asks until something of it changes, and its JSON twin."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from upstander.core.messages import say
from upstander.report import as_json
from upstander.web.kernel import page_cache
from upstander.web.kernel.errors import PRIVATE
from upstander.web.kernel.languages import keep_choice
from upstander.web.kernel.page_cache import FORM_TOKEN
from upstander.web.kernel.public_pages import JSON
from upstander.web.kernel.rendering import page_of_people, seen_by
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import Route, answered
from upstander.web.kernel.scopes import keep_scope
from upstander.web.today import changed, first_steps, needs, plan, right, where
from upstander.web.today.asked import Look, look_of, switches

TEMPLATE, ADDRESS = "today_page.html", "/"
Content = Mapping[str, Any]


def content(look: Look) -> Content:
    """The five blocks, JSON-able."""
    return {
        "title": say("web.menu_today"),
        "scope": look.scope.name,
        "home": look.scope.home,
        **switches(look),
        "first_steps": first_steps.block(look),
        "needs": needs.block(look),
        "changed": changed.block(look),
        "where": where.block(look),
        "plan": plan.block(look),
        "right": right.block(look),
        "late": _late(look),
    }


def _late(look: Look) -> list[str]:
    """Sources whose newer release is overdue."""
    return [a.title for a in look.overview.ages if a.late_since]


def show(request: PageRequest) -> Response:
    """The page; a visitor's browser is told by an ETag that nothing changed."""
    look = look_of(request)
    text = page_cache.kept(request, ("today", look.key), lambda: _page(look))
    page = seen_by(text.replace(FORM_TOKEN, request.csrf), request.viewer, ADDRESS)
    answer = _told(request, page)
    keep_choice(answer, request.http)
    keep_scope(answer, request.http)
    return answer


def _page(look: Look) -> str:
    viewer = look.request.viewer
    return page_of_people(
        TEMPLATE, content(look), ADDRESS, FORM_TOKEN, viewer, look.overview
    )


def _told(request: PageRequest, page: str) -> Response:
    """The page, or that it is the one the visitor has."""
    if request.session:
        return HTMLResponse(page, headers=PRIVATE)
    code = request.state.code
    tag = f'"{hashlib.sha256(f"{code}{page}".encode()).hexdigest()[:24]}"'
    if request.http.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"etag": tag})
    return HTMLResponse(page, headers={"etag": tag})


def twin(request: PageRequest) -> Response:
    """Every place at once, and the five blocks as this reader sees them."""
    look = look_of(request)
    text = page_cache.kept(request, ("today.json", look.key), lambda: _json(look))
    return Response(text, media_type=JSON, headers=PRIVATE)


def _json(look: Look) -> str:
    return as_json.dumps({**as_json.overview(look.overview), "today": content(look)})


def _page_route(http: Request) -> Response:
    return answered(http, show)


def _twin_route(http: Request) -> Response:
    return answered(http, twin)


ROUTES = (
    Route("today", ADDRESS, _page_route),
    Route("today_json", "/index.json", _twin_route),
)
