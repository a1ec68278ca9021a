"""From what a program sends to its answer: its token and scope, its key, a strict body, and what is wrong with it by field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from upstander.core.errors import ConfigError, NotAllowed
from upstander.core.messages import say, words_of
from upstander.records.forms import FormError
from upstander.report import as_json
from upstander.web.api.answering import problem
from upstander.web.api.callers import caller_of, check_scope, request_of
from upstander.web.api.operation import Sent, Writing
from upstander.web.api.parameters import Refused, read
from upstander.web.kernel import access_log
from upstander.web.kernel.form_data import JSON, content_type, json_object
from upstander.web.kernel.routing import Route
from upstander.web.records.exports import caveat

KEY = "idempotency-key"  # a header
KEY_PATTERN = "^[!-~]{8,100}$"
MOST_BYTES = 200_000  # of a body
TYPES: Mapping[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "string": lambda value: isinstance(value, str),
}


def route(writing: Writing) -> Route:
    """The route of what may be sent."""

    def answered(http: Request, body: bytes) -> Response:
        try:
            return _answer(writing, http, body)
        except Refused as refused:
            return problem(http, refused)

    async def endpoint(http: Request) -> Response:
        return await run_in_threadpool(answered, http, await http.body())

    return Route(f"v1_{writing.name}", writing.path, endpoint, "POST")


def _answer(writing: Writing, http: Request, body: bytes) -> Response:
    sent = _sent(writing, http, body)
    try:
        row, is_new = writing.write(sent)
    except FormError as error:
        title, words = say("web.this_cannot_be_kept"), words_of(error)
        raise Refused(422, title, words, faults=dict(error.faults)) from None
    except ConfigError as error:
        raise Refused(409, say("web.this_cannot_be_kept"), words_of(error)) from None
    except NotAllowed:
        access_log.keep_refused(sent.request)
        raise
    head = {"as_of": sent.request.now.isoformat(), "caveat": caveat("")}
    told = as_json.dumps({"data": asdict(row), "head": head})
    status = 201 if is_new else 200
    return Response(told, status, {"cache-control": "no-store"}, JSON)


def _sent(writing: Writing, http: Request, body: bytes) -> Sent:
    """What was sent, as far as its form goes. Raises Refused."""
    caller = caller_of(http)
    check_scope(caller, writing.scope)
    values = read(writing.own, http.path_params, http.query_params)
    request = request_of(http, caller, "", is_account=True)
    return Sent(request, caller, values, _key(http), _body(writing, http, body))


def _key(http: Request) -> str:
    given = http.headers.getlist(KEY)
    if len(given) != 1 or not re.fullmatch(KEY_PATTERN, given[0]):
        raise Refused(400, say("web.api_bad_parameter"), say("web.api_key"), parameter=KEY)
    return given[0]


def _body(writing: Writing, http: Request, body: bytes) -> Mapping[str, Any]:
    if content_type(http) != JSON:
        raise Refused(415, say("web.this_cannot_be_kept"), say("web.api_send_json"))
    if len(body) > MOST_BYTES:
        words = say("web.api_too_large", most=MOST_BYTES // 1000)
        raise Refused(413, say("web.too_large"), words)
    given = json_object(body)
    if faults := {
        n: w for n in {**writing.parts, **given} if (w := _fault(writing, given, n))
    }:
        told = " ".join(faults.values())
        raise Refused(422, say("web.this_cannot_be_kept"), told, faults=faults)
    return given


def _fault(writing: Writing, given: Mapping[str, Any], name: str) -> str:
    """What is wrong with a part of a body, '' where nothing is."""
    if name not in writing.parts:
        known = ", ".join(writing.parts)
        return say("web.api_no_parameter", name=name[:60], known=known)
    part = writing.parts[name]
    is_lacking = name in writing.needed and name not in given
    if is_lacking or (name in given and not TYPES[part["type"]](given[name])):
        return say("web.api_needed", name=name, words=part["description"])
    return ""
