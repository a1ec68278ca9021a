"""Pages of releases, and their files at addresses that last: ``latest`` and ``archive/YYYY-MM``."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from fastapi.responses import FileResponse

from upstander.core.errors import UnknownRecord
from upstander.core.messages import say
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import file, page
from upstander.web.kernel.urls import url
from upstander.web.releases import store

MEDIA = {
    ".csv": "text/csv; charset=utf-8",
    ".parquet": "application/vnd.apache.parquet",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    "": "text/plain; charset=utf-8",
}
FOR_GOOD, FRESH = "public, max-age=31536000, immutable", "public, no-cache"


def look(request: PageRequest) -> dict[str, Any]:
    """Every release with its files, newest first."""
    home = request.state.settings.home
    return {
        "title": say("web.releases"),
        "releases": [_release(request, month) for month in store.months(home)],
        "latest": url("release_latest", file=store.PACKAGE),
        "described": url("release_latest", file="dataset.jsonld"),
    }


def _release(request: PageRequest, month: str) -> dict[str, Any]:
    home = request.state.settings.home
    folder, told = home / store.FOLDER / month, store.package(home, month)
    return {
        "month": month,
        "as_of": told["as_of"],
        "issue": told["issue"],
        "files": [
            {
                "name": name,
                "sha256": check,
                "bytes": (folder / name).stat().st_size,
                "href": url("release_file", month=month, file=name),
            }
            for name, check in store.files_of(home, month).items()
        ],
        "sums": url("release_file", month=month, file=store.SUMS),
    }


def latest(request: PageRequest, file: str) -> Response:
    """A file of the newest release."""
    months = store.months(request.state.settings.home)
    return _file(request, months[0] if months else "", file, FRESH)


def archived(request: PageRequest, month: str, file: str) -> Response:
    """A file of a month's release."""
    return _file(request, month, file, FOR_GOOD)


def _file(request: PageRequest, month: str, name: str, cache: str) -> Response:
    """A file that the list of sums names; nothing else is in reach. Raises UnknownRecord."""
    home = request.state.settings.home
    checks = store.files_of(home, month)
    if name not in checks and not (checks and name == store.SUMS):
        raise UnknownRecord(f"no file {name[:60]!r} in a release of {month[:10]!r}")
    path = home / store.FOLDER / month / name
    tag = f'"{checks.get(name, month)[:24]}"'
    headers = {"etag": tag, "cache-control": cache}
    if request.http.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return FileResponse(path, media_type=MEDIA[path.suffix], headers=headers)


ROUTES = (
    *page("releases", "/releases", look, "releases.html"),
    file("release_latest", "/releases/latest/{file}", latest),
    file("release_file", "/releases/archive/{month}/{file}", archived),
)
