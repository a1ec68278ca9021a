"""Errors as programs read them under ``/v1``: RFC 9457, one shape for all; elsewhere the JSON of pages."""

from __future__ import annotations

from typing import Any

from upstander.report.as_json import dumps

API = "/v1"
PROBLEM, JSON = "application/problem+json", "application/json"


def is_of_api(path: str) -> bool:
    """Whether an address belongs to the API."""
    return path == API or path.startswith(f"{API}/")


def wants_json(path: str, content_type: str) -> bool:
    """Whether whoever asks for a path reads JSON."""
    return is_of_api(path) or path.endswith(".json") or "json" in content_type


def written(
    path: str,
    status: int,
    title: str,
    words: str,
    **more: Any,
) -> tuple[str, str]:
    """The media type and the text of an error, as the asked path has them."""
    if not is_of_api(path):
        return JSON, dumps({"error": title, "message": words, **more})
    # no instance: what was asked is not said back, and nothing there and nothing to be read are one answer
    told = {"title": title, "status": status, "detail": words}
    return PROBLEM, dumps({"type": "about:blank", **told, **more})
