"""What a request brings in its body: the fields of a form, JSON, files. Bounded, and in UTF-8 or refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from upstander.core.messages import say

JSON = "application/json"
MOST_FIELDS, MOST_FILES, LARGEST_FIELD = 2_000, 5, 200_000


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
            v
            for v in (value if isinstance(value, list) else [value])
            if isinstance(v, str) and v
        )


def content_type(request: Request) -> str:
    """The media type of the body, without its parameters."""
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


async def form_data(request: Request) -> Given:
    """The body, bounded. Raises HTTPException 400 or 415 with words."""
    sort = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if sort == JSON:
        return Given(json_object(await request.body()), is_json=True)
    if sort not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        raise HTTPException(415, say("web.send_a_form_or_json_as_application"))
    try:
        form = await request.form(
            max_fields=MOST_FIELDS, max_files=MOST_FILES, max_part_size=LARGEST_FIELD
        )
    except UnicodeDecodeError:
        raise HTTPException(400, say("web.the_form_is_not_written_in_utf")) from None
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
        raise HTTPException(400, say("web.the_form_is_not_written_in_utf"))
    return Given(values, files=files)


def json_object(body: bytes) -> Mapping[str, Any]:
    """A body of JSON, an object. Raises HTTPException 400 with words."""
    try:
        found = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
        json.dumps(
            found, ensure_ascii=False
        ).encode()  # half of a surrogate pair, written as \ud800, is no text
    except (ValueError, RecursionError):
        raise HTTPException(400, say("web.the_body_is_not_json_in_utf")) from None
    if not isinstance(found, dict):
        raise HTTPException(400, say("web.the_body_is_json_but_no_object"))
    return found


def _no_constant(name: str) -> float:
    raise ValueError(say("web.is_no_number", name=name))
