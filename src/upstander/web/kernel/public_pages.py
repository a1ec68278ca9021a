"""Pages of public figures: made once for a day and kept for everybody, each with an ETag of all it is made from.

ROUTES = (
    public("data", "/data", lambda asked: page_of(...)),
    public("data_json", "/data.json", lambda asked: as_json.dumps(...), JSON),
)
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from fastapi import Request, Response

from upstander.core.languages import Language
from upstander.core.place_search import page_of as place_of_page
from upstander.records.accounts import Account
from upstander.report.situation import Overview, Situation
from upstander.web.kernel.languages import keep_choice, language_for
from upstander.web.kernel.made_up import state_of
from upstander.web.kernel.rendering import seen_by
from upstander.web.kernel.requests import asker_of
from upstander.web.kernel.routing import Route
from upstander.web.kernel.scopes import Scope, keep_scope, scope_of
from upstander.web.kernel.state import Edition, State
from upstander.web.kernel.viewer import Viewer

HTML, JSON, PDF = "text/html; charset=utf-8", "application/json", "application/pdf"


@dataclass(frozen=True)
class Asked:
    """What is asked of the public figures: the day, the language, the places looked at first, what the address and its query say."""

    state: State
    as_of: date
    params: Mapping[str, str]
    query: Mapping[str, str]
    language: Language
    scope: Scope

    @cached_property
    def edition(self) -> Edition:
        """What the answer is made from."""
        return self.state.edition(self.as_of)

    @cached_property
    def place_code(self) -> str:
        """The place that the address names. Raises UnknownPlace."""
        named = self.params["name"][:80]
        return place_of_page(self.state.places, named, self.as_of).code

    @property
    def situation(self) -> Situation:
        """All we hold on the place that the address names. Raises UnknownPlace."""
        return self.state.situation(self.edition, self.place_code)

    @property
    def overview(self) -> Overview:
        """Every place at once."""
        return self.state.figures(self.edition)[1]


Make = Callable[[Asked], str | bytes]
Key = Callable[[Asked], tuple[str, ...]]


def _no_key(_: Asked) -> tuple[str, ...]:
    return ()


def public(
    name: str,
    path: str,
    make: Make,
    media: str = HTML,
    *,
    key: Key = _no_key,
) -> Route:
    """A page for a day.

    Args:
        key: what changes the answer besides the day, the releases, the issue and the program. It costs far less than the
            answer, and holds nothing that changes no answer.
    """

    def endpoint(http: Request) -> Response:
        viewer, account = asker_of(http)
        asked = _asked(http, account)
        return _answer(http, viewer, asked, (name, *key(asked)), media, make)

    return Route(name, path, endpoint)


def _asked(http: Request, account: Account | None) -> Asked:
    """Raises ConfigError for a day that is none."""
    state: State = state_of(http)
    query = dict(http.query_params)
    as_of = state.day(query.get("as_of"))
    scope = scope_of(http, state, account)
    return Asked(state, as_of, http.path_params, query, language_for(http), scope)


def _answer(
    http: Request,
    viewer: Viewer,
    asked: Asked,
    what: tuple[str, ...],
    media: str,
    make: Make,
) -> Response:
    """The page with an ETag that changes when its issue, its releases or the program do.

    What is kept for all is the page without the part of who looks; that is put in for each answer. To people signed in it
    goes without an ETag and not to be stored.
    """
    if media != JSON:  # figures are the same in each language
        what = (*what, asked.language.code)
    text = repr((what, asked.edition, media))
    tag = '"' + hashlib.sha256(text.encode()).hexdigest()[:24] + '"'
    if not viewer.is_known and http.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"etag": tag})

    def made() -> bytes:
        page = make(asked)
        return page if isinstance(page, bytes) else page.encode()

    body = asked.state.pages.get((what, media, asked.edition), made, len)
    if media == HTML:
        body = seen_by(body.decode(), viewer, http.url.path).encode()
    headers = {"cache-control": "no-store"} if viewer.is_known else {"etag": tag}
    answer = Response(body, media_type=media, headers=headers)
    keep_choice(answer, http)
    keep_scope(answer, http)
    return answer
