"""From an operation to its route: who asks, what exactly, from what it is made, in which format, or a problem in words."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response

from upstander.core.errors import NotAllowed, UnknownRecord
from upstander.report import as_json
from upstander.web.api import cursors, formats
from upstander.web.api.callers import Caller, caller_of, request_of
from upstander.web.api.operation import FIGURES, MOST_IN_FILE, Call, Found, Operation
from upstander.web.api.parameters import ROWS, Refused, read
from upstander.web.kernel import access_log, problems
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import Route
from upstander.web.kernel.sessions import address
from upstander.web.records.exports import caveat

FRESH = "no-cache"  # keep it, and ask each time whether it still holds


@dataclass(frozen=True)
class Asked:
    """A question as it was understood: its values, from where on, what its figures are made from, its format."""

    operation: Operation
    request: PageRequest
    caller: Caller
    values: Mapping[str, Any]
    mark: str
    position: str
    format: str

    @property
    def limit(self) -> int:
        """Rows of a page."""
        return int(self.values.get("limit") or 0) or (
            ROWS if self.format == "json" else MOST_IN_FILE[self.operation.about]
        )

    @property
    def call(self) -> Call:
        """The question as an operation has it."""
        asked = (self.request, self.caller, self.values, self.position)
        return Call(*asked, self.limit)

    def found(self) -> Found:
        """The rows."""
        return self.operation.answer(self.call)


def route(operation: Operation) -> Route:
    """The route of an operation."""

    def endpoint(http: Request) -> Response:
        try:
            return answer(operation, http)
        except Refused as refused:
            return problem(http, refused)

    return Route(f"v1_{operation.name}", operation.path, endpoint)


def problem(http: Request, refused: Refused) -> Response:
    """Why a question is not answered, as RFC 9457 has it."""
    media, text = problems.written(
        http.url.path, refused.status, refused.title, refused.words, **refused.more
    )
    headers = {"cache-control": "no-store"}
    if after := refused.more.get("retry_after"):
        headers["retry-after"] = str(after)
    if refused.status == 401:
        headers["www-authenticate"] = "Bearer"
    return Response(text, refused.status, headers, media)


def answer(operation: Operation, http: Request) -> Response:
    """The answer, or 304 where whoever asks holds it already. Raises Refused."""
    asked = _asked(operation, http)
    if operation.about == FIGURES:
        return _of_figures(asked)
    try:
        found = asked.found()
    except (NotAllowed, UnknownRecord):
        access_log.keep_refused(asked.request)
        raise
    body = _written(asked, found)
    access_log.keep_read(asked.request)
    tag = _tag(hashlib.sha256(body).hexdigest())
    return _answered(asked, tag, body, found.next)


def _asked(operation: Operation, http: Request) -> Asked:
    caller = caller_of(http)
    values = read(operation.parameters, http.path_params, http.query_params)
    request = request_of(http, caller, values["as_of"])
    is_of_figures = operation.about == FIGURES
    then = request.edition.as_of if is_of_figures else request.as_of
    values = {**values, "as_of": then.isoformat()}
    mark = _mark(request) if is_of_figures else ""
    key = request.state.records.key
    position = cursors.read(key, operation.name, values, mark)
    wanted = str(values.get("format", operation.formats[0]))
    return Asked(operation, request, caller, values, mark, position, wanted)


def _mark(request: PageRequest) -> str:
    return hashlib.sha256(repr(request.edition).encode()).hexdigest()[:16]


def _tag(text: str) -> str:
    return f'"{text[:24]}"'


def _of_figures(asked: Asked) -> Response:
    """Made once for a day, and kept for everybody."""
    asked_for = repr(sorted(asked.values.items()))
    key = ("v1", asked.operation.name, asked_for, asked.position, _links_of(asked))
    edition = asked.request.edition
    tag = _tag(hashlib.sha256(repr((key, edition)).encode()).hexdigest())
    if _is_held(asked, tag):
        return _unchanged(tag)

    def made() -> bytes:
        found = asked.found()
        return f"{found.next}\n".encode() + _written(asked, found)

    packed = asked.request.state.pages.get((*key, edition), made, len)
    following, _, body = packed.partition(b"\n")
    return _answered(asked, tag, body, following.decode())


def _links_of(asked: Asked) -> str:
    """What whole addresses in an answer begin with: who asks under another name of this host gets that name."""
    state = asked.request.state
    return address(asked.request.http, state) if asked.operation.body else ""


def _is_held(asked: Asked, tag: str) -> bool:
    held = asked.request.http.headers.get("if-none-match", "")
    return tag in [h.strip().removeprefix("W/") for h in held.split(",")]


def _unchanged(tag: str) -> Response:
    return Response(status_code=304, headers={"etag": tag, "cache-control": FRESH})


def _answered(
    asked: Asked,
    tag: str,
    body: bytes,
    following: str,
) -> Response:
    if _is_held(asked, tag):
        return _unchanged(tag)
    way = FRESH if asked.operation.about == FIGURES else f"private, {FRESH}"
    headers = {"etag": tag, "cache-control": way, "vary": "Authorization"}
    if following:
        headers["link"] = f'<{_next(asked, following)}>; rel="next"'
    if asked.format in ("csv", "parquet"):
        name = f"{asked.operation.name}.{asked.format}"
        headers["content-disposition"] = f'attachment; filename="{name}"'
    return Response(body, 200, headers, formats.MEDIA[asked.format])


def _next(asked: Asked, following: str) -> str:
    """The address of the next page: the same question, and a cursor."""
    key = asked.request.state.records.key
    cursor = cursors.written(key, asked.operation.name, asked.values, asked.mark, following)
    given = {k: v for k, v in asked.request.query.items() if k != "cursor"}
    query = {**given, "as_of": asked.values["as_of"], "cursor": cursor}
    return f"{asked.request.http.url.path}?{urlencode(query)}"


def _written(asked: Asked, found: Found) -> bytes:
    row, rows, body = asked.operation.row, found.rows, asked.operation.body
    if body:
        following = _next(asked, found.next) if found.next else None
        return as_json.dumps(body(asked.call, found, following)).encode()
    if asked.format == "csv":
        return formats.csv(row, rows)
    if asked.format == "parquet":
        return formats.parquet(row, rows, _in_words(head_of(asked)))
    if asked.format == "geojson":
        folder = asked.request.state.places.folder
        made = formats.collection(rows, folder, head=head_of(asked))
        return as_json.dumps(made).encode()
    return as_json.dumps(_enveloped(asked, found)).encode()


def _enveloped(asked: Asked, found: Found) -> dict[str, Any]:
    if asked.operation.is_one:
        return {"data": found.rows[0], "head": head_of(asked)}
    following = _next(asked, found.next) if found.next else None
    page = {"limit": asked.limit, "next": following}
    return {"data": found.rows, "page": page, "head": head_of(asked)}


def head_of(asked: Asked) -> dict[str, Any]:
    """What stands beside every answer: of figures as on pages; of records the instant and the caveat."""
    if asked.operation.about == FIGURES:
        return asdict(asked.request.figures[1].head)
    kind = str(asked.values.get("kind", ""))
    return {"as_of": asked.request.as_of.isoformat(), "caveat": caveat(kind)}


def _in_words(head: Mapping[str, Any]) -> dict[str, str]:
    return {k: str(v) for k, v in as_json.plain(head).items() if v not in (None, "")}
