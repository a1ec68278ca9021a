"""A report as its own address gives it, with the rights of whoever asks: what is kept is what the screen shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import PurePosixPath
from urllib.parse import parse_qsl, urlencode

from fastapi import Request, Response
from starlette.routing import compile_path

from upstander.core.errors import ConfigError
from upstander.core.messages import say
from upstander.core.place_search import page_of
from upstander.core.rights import Stamp
from upstander.report import archive, document
from upstander.report.archive import Copy
from upstander.report.documents import COUNTRY, WORLD, Report, reports
from upstander.web.kernel.languages import PARAMETER, language_for
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import ReportAnswer
from upstander.web.kernel.routing import Route, routes

MOST = 1_000  # characters of an address


@cache
def _public() -> Mapping[str, Report]:
    """The reports of public figures by the names of their routes."""
    about = {**reports(WORLD), **reports(COUNTRY)}
    return {f"{name}_{shape}": r for name, r in about.items() for shape in r.shapes}


def shapes_at(address: str) -> tuple[str, ...]:
    """The shapes in which the report of an address can be kept. Raises ConfigError: there is no report at it."""
    route, _ = _route(_parted(address)[0])
    found = _public().get(route.name)
    return tuple(found.shapes) if found else tuple(document.MAKE)


def in_shape(address: str, shape: str) -> str:
    """The address of the same report in another shape."""
    path, query = _parted(address)
    there = str(PurePosixPath(path).with_suffix(f".{shape}"))
    return f"{there}?{urlencode(query)}" if query else there


def made(request: PageRequest, address: str) -> tuple[Copy, Stamp]:
    """A copy of the report at an address, and the rights to keep it with.

    Raises:
        ConfigError: there is no report at the address that the reader may have. As the report's own page otherwise.
    """
    path, query = _parted(address)
    route, params = _route(path)
    query[PARAMETER] = query.get(PARAMETER) or request.language.code
    http = _asked(request.http, path, params, query)
    answer = route.endpoint(http)
    if not isinstance(answer, Response) or answer.status_code != 200:
        raise _none(path)
    if isinstance(answer, ReportAnswer):
        stamp = archive.stamp_of(answer.report.stamp, answer.rests_on, request.actor)
    elif route.name in _public():
        stamp = archive.public_stamp(request.actor)
    else:
        raise _none(path)
    return _copy(request, answer, http, route), stamp


def _copy(request: PageRequest, answer: Response, http: Request, route: Route) -> Copy:
    state, path = request.state, PurePosixPath(http.url.path)
    asked = min(state.day(http.query_params.get("as_of")), request.as_of.date())
    stamped = answer.report.stamp.as_of if isinstance(answer, ReportAnswer) else None
    as_of = stamped or asked
    edition, language = state.edition(as_of), language_for(http)
    title, report, place = _called(request, answer, http, route)
    shape = path.suffix.removeprefix(".")
    about = f"-{place}" if place else ""
    return Copy(
        content=bytes(answer.body),
        title=title,
        report=report,
        address=f"{path}?{http.url.query}",
        name=f"{path.stem}{about}-{as_of}.{shape}",
        shape=shape,
        language=language.code,
        place=place,
        as_of=as_of,
        issue=edition.issue,
        releases=edition.releases,
    )


def _called(
    request: PageRequest, answer: Response, http: Request, route: Route
) -> tuple[str, str, str]:
    """What a report is about, which it is, and the place of its address, '' for none."""
    named = http.path_params.get("name", "")
    place = page_of(request.state.places, named, request.today) if named else None
    code, name = (place.code, place.name) if place else ("", "")
    if isinstance(answer, ReportAnswer):
        told = document.said_in(answer.report, answer.language)
        return told.title, told.kicker, code
    title = str(_public()[route.name].title)
    return name or title, title, code


def _parted(address: str) -> tuple[str, dict[str, str]]:
    path, _, query = address[:MOST].partition("?")
    return path, dict(parse_qsl(query, keep_blank_values=True))


def _route(path: str) -> tuple[Route, dict[str, str]]:
    """The route of a file by its path, with what stands for its parameters."""
    for route, pattern in _files():
        found = pattern.match(path)
        if found:
            return route, found.groupdict()
    raise _none(path)


@cache
def _files() -> tuple[tuple[Route, re.Pattern[str]], ...]:
    """Every address that may hold a report, as it is tried: nothing else is asked."""
    named = (r for r in routes() if r.name in _public() or r.path.endswith(".{shape}"))
    return tuple((r, compile_path(r.path)[0]) for r in named)


def _asked(
    http: Request, path: str, params: Mapping[str, str], query: Mapping[str, str]
) -> Request:
    """The request as it would come for another address."""
    scope = {
        **http.scope,
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": urlencode(query).encode(),
        "path_params": dict(params),
    }
    scope.pop("state", None)
    return Request(scope)


def _none(path: str) -> ConfigError:
    return ConfigError(say("web.no_report_to_keep", path=path[:200]))
