"""The application for one home folder: what bounds every request, how errors are said, and every area's routes."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response

from upstander import pipeline
from upstander.core.clock import Clock
from upstander.core.settings import Settings
from upstander.report import rendering
from upstander.web.kernel.admission import Admission
from upstander.web.kernel.compression import Compressed
from upstander.web.kernel.errors import add_errors
from upstander.web.kernel.limits import Bounds
from upstander.web.kernel.made_up import Beside
from upstander.web.kernel.routing import add_routes
from upstander.web.kernel.state import open_state


def make(settings: Settings, clock: Clock | None = None) -> FastAPI:
    """The application, ready to answer: pages made on the server, no script, each with a JSON twin at the same address."""
    app = FastAPI(title="Upstander", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.installation = open_state(settings, clock or pipeline.clock(settings))
    app.state.beside = Beside()
    app.add_middleware(Compressed)
    app.add_middleware(Admission)
    app.add_middleware(Bounds, url=settings.url)
    add_errors(app)
    add_routes(app)
    app.router.add_route("/static/style.css", _style, methods=["GET"])
    return app


def _style(_: Request) -> Response:
    return Response(rendering.style(), media_type="text/css")
