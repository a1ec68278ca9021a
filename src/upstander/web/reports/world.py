"""The reports about every place at once, as files: ``/watchlist.csv`` ..."""

from __future__ import annotations

from collections.abc import Callable

from upstander.report import document
from upstander.report.documents import WORLD, Report, reports
from upstander.web.kernel.public_pages import Asked, public
from upstander.web.kernel.routing import Route

MEDIA = {**document.MEDIA, "csv": "text/csv; charset=utf-8"}


def _made(report: Report, shape: str) -> Callable[[Asked], str | bytes]:
    return lambda asked: report.shapes[shape](asked.overview, asked.language)


def _routes(name: str, report: Report) -> tuple[Route, ...]:
    return tuple(
        public(f"{name}_{shape}", f"/{name}.{shape}", _made(report, shape), MEDIA[shape])
        for shape in report.shapes
    )


ROUTES = tuple(
    route for name, report in reports(WORLD).items() for route in _routes(name, report)
)
