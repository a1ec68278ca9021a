"""The security headers that every answer carries."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from starlette.datastructures import MutableHeaders
from starlette.types import Message

from upstander.web.kernel.rendering import style_of_reports

HSTS = "max-age=31536000"  # a year; subdomains are not ours to speak of


@cache
def headers_of_answers() -> Mapping[str, str]:
    """What every answer carries."""
    return {
        # 'self' alone: no script, nothing from elsewhere; and the one style that reports hold in themselves, by its hash.
        # SVG inside the pages carries attributes, not styles.
        "content-security-policy": f"default-src 'self'; style-src 'self' '{style_of_reports()}'; script-src 'none'; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        "x-content-type-options": "nosniff",
        # not no-referrer: under it browsers send "Origin: null" with our own forms, and the check of origins needs it
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }


def mark(message: Message, more: Mapping[str, str] | None = None) -> None:
    """Put the security headers on an answer; what a page said itself about caching stays."""
    headers = MutableHeaders(scope=message)
    for name, value in {**headers_of_answers(), **(more or {})}.items():
        headers[name] = value
    headers.setdefault("cache-control", "private, no-cache")
    headers.add_vary_header("Cookie")
    headers.add_vary_header("Accept-Language")
