"""The API's own description, OpenAPI 3.1: written from the operations that answer, so that it says what they do."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaWarningKind

from upstander import __version__
from upstander.core import plugins
from upstander.report.head import Head
from upstander.web.api import formats
from upstander.web.api.operation import FIGURES, RECORDS, Operation, Writing
from upstander.web.api.parameters import Parameter
from upstander.web.api.sending import KEY_PATTERN
from upstander.web.kernel.form_data import JSON
from upstander.web.kernel.problems import PROBLEM

AREA = "upstander.web.api"
REFS = "#/components/schemas/{model}"
ABOUT = (
    "It reads; what may be sent are drafts of records, which a person finishes. Every answer says the day it speaks from; `as_of` asks for another. What is not known is null, "
    "never 0. Probabilities stand beside their interval, base rate and rank range, and are to be shown with them. "
    "A parameter that is not declared is refused. Without a token everything public is read; with one, what its "
    "account may read on the pages as well."
)
# What an operation may answer besides 200, and why.
PROBLEMS = {
    "400": "A parameter is unknown, missing or wrong; `parameter` names it.",
    "401": "The token is not known, or is over.",
    "403": "The token may not do this.",
    "404": "There is nothing of this name that whoever asks may read.",
    "410": "The figures have changed since the first page: begin without the cursor.",
    "414": "The address is longer than any question here.",
    "429": "Too many questions; `Retry-After` says when to ask again.",
    "503": "Too busy just now, or a file does not hold.",
}
# What may be answered besides, where something is sent.
PROBLEMS_OF_SENDING = {
    "409": "The key was sent with another draft, or too many wait to be finished.",
    "413": "The body is too large.",
    "415": "The body is not JSON.",
    "422": "It cannot be kept; `faults` says by field what is wrong.",
}
RECORDS_HEAD: Mapping[str, Any] = {
    "type": "object",
    "properties": {"as_of": {"type": "string"}, "caveat": {"type": "string"}},
    "required": ["as_of", "caveat"],
    "additionalProperties": False,
}
PROBLEM_SHAPE: Mapping[str, Any] = {
    "type": "object",
    "description": "RFC 9457.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "parameter": {"type": "string", "description": "The parameter that is wrong."},
        "faults": {
            "type": "object",
            "description": "What is wrong, by field.",
            "additionalProperties": {"type": "string"},
        },
    },
    "required": ["type", "title", "status", "detail"],
}


KEY_PARAMETER: Mapping[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "The same each time the same thing is sent: it is kept once.",
    "schema": {"type": "string", "pattern": KEY_PATTERN},
}


class Quiet(GenerateJsonSchema):
    """A default that is a message is no part of a schema, and nothing to warn of."""

    ignored_warning_kinds: set[JsonSchemaWarningKind] = {  # noqa: RUF012 - pydantic's own, on the instance
        "skipped-choice",
        "non-serializable-default",
    }


def operations() -> tuple[Operation, ...]:
    """Every operation of the area, by address."""
    return tuple(sorted(_declared("OPERATIONS"), key=lambda o: o.path))


def writings() -> tuple[Writing, ...]:
    """Everything that may be sent, by address."""
    return tuple(sorted(_declared("WRITINGS"), key=lambda w: w.path))


def _declared(name: str) -> list[Any]:
    modules = (import_module(f"{AREA}.{module}") for module in plugins.names(AREA))
    return [found for module in modules for found in getattr(module, name, ())]


@cache
def document() -> Mapping[str, Any]:
    """The whole description."""
    schemas: dict[str, Any] = {"Problem": PROBLEM_SHAPE, "RecordsHead": RECORDS_HEAD}
    _declare(schemas, Head)
    paths = {o.path: {"get": _operation(o, schemas)} for o in operations()}
    for w in writings():
        paths.setdefault(w.path, {})["post"] = _writing(w, schemas)
    bearer = {"type": "http", "scheme": "bearer", "description": "A token of an account."}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Upstander",
            "version": __version__,
            "description": ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {"token": bearer},
        },
    }


def _declare(schemas: dict[str, Any], row: type) -> Mapping[str, Any]:
    """Add a dataclass and those it holds; gives the reference to it. An answer holds its fields and no others."""
    adapter: TypeAdapter[Any] = TypeAdapter(row)
    made = adapter.json_schema(
        mode="serialization", ref_template=REFS, schema_generator=Quiet
    )
    parts = {**made.pop("$defs", {}), row.__name__: made}
    for name, part in parts.items():
        is_closed = "properties" in part
        closed = {"additionalProperties": False} if is_closed else {}
        schemas[name] = {**part, **closed}
    return {"$ref": REFS.format(model=row.__name__)}


def _operation(o: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    row = _declare(schemas, o.row)
    told = {
        "operationId": o.name,
        "summary": o.summary,
        "tags": [o.about],
        "parameters": [_parameter(p) for p in o.parameters],
        "responses": {"200": _answered(o, row), "304": _unchanged(), **_problems(PROBLEMS)},
    }
    return told if o.about == FIGURES else {**told, "security": [{}, {"token": []}]}


def _writing(w: Writing, schemas: dict[str, Any]) -> dict[str, Any]:
    row = _declare(schemas, w.row)
    head = {"$ref": REFS.format(model="RecordsHead")}
    content = {JSON: {"schema": _object(data=row, head=head)}}
    body = {**_object(**w.parts), "required": list(w.needed)}
    return {
        "operationId": w.name,
        "summary": w.summary,
        "tags": [RECORDS],
        "parameters": [*(_parameter(p) for p in w.own), KEY_PARAMETER],
        "requestBody": {"required": True, "content": {JSON: {"schema": body}}},
        "responses": {
            "200": {"description": "It was kept before.", "content": content},
            "201": {"description": w.summary, "content": content},
            **_problems({**PROBLEMS, **PROBLEMS_OF_SENDING}),
        },
        "security": [{"token": []}],
    }


def _parameter(p: Parameter) -> dict[str, Any]:
    return {
        "name": p.name,
        "in": p.where,
        "required": p.is_required,
        "description": p.words,
        "schema": p.schema,
    }


def _answered(o: Operation, row: Mapping[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for shape in o.formats:
        media = formats.MEDIA[shape].partition(";")[0]
        content[media] = {"schema": _schema(o, row, shape)}
    etag = {"schema": {"type": "string"}, "description": "For If-None-Match."}
    link = {"schema": {"type": "string"}, "description": "rel=next: the next page."}
    headers = {"ETag": etag, **({} if o.is_one else {"Link": link})}
    return {"description": o.summary, "headers": headers, "content": content}


def _schema(o: Operation, row: Mapping[str, Any], shape: str) -> Mapping[str, Any]:
    if o.shape:
        return o.shape
    if shape == "geojson":
        return _map_of(row)
    if shape != "json":
        return {"type": "string"}
    name = "Head" if o.about == FIGURES else "RecordsHead"
    head = {"$ref": REFS.format(model=name)}
    if o.is_one:
        return _object(data=row, head=head)
    page = _object(limit={"type": "integer"}, next={"type": ["string", "null"]})
    return _object(data={"type": "array", "items": row}, page=page, head=head)


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _map_of(row: Mapping[str, Any]) -> dict[str, Any]:
    geometry = {"type": ["object", "null"]}
    feature = _object(type={"const": "Feature"}, geometry=geometry, properties=row)
    return _object(
        type={"const": "FeatureCollection"},
        features={"type": "array", "items": feature},
        head={"$ref": REFS.format(model="Head")},
        boundaries={"type": "string"},
    )


def _unchanged() -> dict[str, Any]:
    return {"description": "What whoever asks holds is what there is."}


def _problems(told: Mapping[str, str]) -> dict[str, Any]:
    shape = {"schema": {"$ref": REFS.format(model="Problem")}}
    return {
        status: {"description": words, "content": {PROBLEM: shape}}
        for status, words in told.items()
    }
