"""What an action gives back: it was done, or a page to go on from; and the answer that is a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import Response

from upstander.core.languages import Language
from upstander.core.rights import Stamp
from upstander.report import document
from upstander.report.document import Document


class ReportAnswer(Response):
    """A report in a shape, with the report itself, and the rights of the records that were read for it."""

    report: Document
    language: Language
    rests_on: frozenset[Stamp] = frozenset()


def report_answer(report: Document, name: str, shape: str, language: Language) -> Response:
    """A report in one of its shapes and a language, under a name without its end."""
    body = document.written(report, shape, language)
    shown = file_answer(body, f"{name}.{shape}", document.MEDIA[shape], is_shown=True)
    answer = ReportAnswer(body, media_type=shown.media_type)
    answer.raw_headers = shown.raw_headers
    answer.report, answer.language = report, language
    return answer


def file_answer(
    content: bytes | str,
    name: str,
    media: str,
    *,
    is_shown: bool = False,
) -> Response:
    """A file to be kept under a name, or shown where the browser can; it is in no cache."""
    way = "inline" if is_shown else "attachment"
    headers = {
        "cache-control": "no-store",
        "content-disposition": f'{way}; filename="{name}"',
    }
    return Response(content, media_type=media, headers=headers)


@dataclass(frozen=True)
class Done:
    """It was done: where to go on, what to tell a program, and what to do to the answer (cookies)."""

    to: str
    content: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    finish: Callable[[Response], object] | None = None


@dataclass(frozen=True)
class Again:
    """It was not done, or there is more to see: a page with this content, and its status."""

    template: str
    content: Mapping[str, Any]
    status: int = 422
    finish: Callable[[Response], object] | None = None
