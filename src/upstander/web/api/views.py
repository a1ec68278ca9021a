"""The door of the API: what there is, its document, and the routes of every operation."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from fastapi import Request, Response

from upstander.report import as_json
from upstander.web.api import openapi, sending
from upstander.web.api.answering import FRESH, problem, route
from upstander.web.api.parameters import Refused, read
from upstander.web.kernel.routing import Route

DOCUMENT = "/v1/openapi.json"
DOCUMENT_MEDIA = "application/vnd.oai.openapi+json;version=3.1"


def look(_: Request) -> dict[str, Any]:
    """What can be asked, with addresses."""
    return {
        "title": "Upstander",
        "document": DOCUMENT,
        "operations": [
            {"name": o.name, "path": o.path, "summary": o.summary, "about": o.about}
            for o in openapi.operations()
        ],
        "sent": [
            {"name": w.name, "path": w.path, "summary": w.summary, "scope": w.scope}
            for w in openapi.writings()
        ],
    }


def look_document(_: Request) -> dict[str, Any]:
    """The description, OpenAPI 3.1."""
    return dict(openapi.document())


def plain(
    name: str, path: str, make: Callable[[Request], dict[str, Any]], media: str
) -> Route:
    """A route for what takes no parameter and changes with the program alone."""

    def endpoint(http: Request) -> Response:
        try:
            read((), {}, http.query_params)
        except Refused as refused:
            return problem(http, refused)
        body = as_json.dumps(make(http)).encode()
        tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
        headers = {"etag": tag, "cache-control": FRESH}
        if http.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(body, 200, headers, media)

    return Route(name, path, endpoint)


ROUTES = (
    plain("v1", "/v1", look, "application/json"),
    plain("v1_document", DOCUMENT, look_document, DOCUMENT_MEDIA),
    *(route(o) for o in openapi.operations()),
    *(sending.route(w) for w in openapi.writings()),
)
