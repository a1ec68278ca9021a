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
from upstander.web.kernel.rendering import PEOPLE_MARK, seen_by
from upstander.web.kernel.requests import PageRequest, asker_of, read_request
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
People = Callable[[PageRequest, Asked], str]


def _no_key(_: Asked) -> tuple[str, ...]:
    return ()


def public(
    name: str,
    path: str,
    make: Make,
    media: str = HTML,
    *,
    key: Key = _no_key,
    people: People | None = None,
) -> Route:
    """A page for a day.

    Args:
        key: what changes the answer besides the day, the releases, the issue and the program. It costs far less than the
            answer, and holds nothing that changes no answer.
        people: the part made from people's records, as the one who asks may read them. It stands where the page has
            ``PEOPLE_MARK``, put in for each answer; what is kept for everybody holds none of it.
    """

    def endpoint(http: Request) -> Response:
        viewer, account = asker_of(http)
        asked = _asked(http, account)
        own = people(read_request(http), asked) if people else ""
        what = (name, *key(asked))
        return _answer(http, viewer, asked, What(what, media, make, own))

    return Route(name, path, endpoint)


def _asked(http: Request, account: Account | None) -> Asked:
    """Raises ConfigError for a day that is none."""
    state: State = state_of(http)
    query = dict(http.query_params)
    as_of = state.day(query.get("as_of"))
    scope = scope_of(http, state, account)
    return Asked(state, as_of, http.path_params, query, language_for(http), scope)


@dataclass(frozen=True)
class What:
    """What is asked for: its key, how it is made, and the part of it that is the reader's ``own``."""

    key: tuple[str, ...]
    media: str
    make: Make
    own: str


def _answer(http: Request, viewer: Viewer, asked: Asked, what: What) -> Response:
    """The page with an ETag that changes when its issue, its releases, the reader's own part or the program do.

    What is kept for all is the page without the part of who looks; that is put in for each answer. To people signed in it
    goes without an ETag and not to be stored.
    """
    media, key = what.media, what.key
    if media != JSON:  # figures are the same in each language
        key = (*key, asked.language.code)
    tag = _tag(key, asked.edition, media, what.own)
    if not viewer.is_known and http.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"etag": tag})
    body = asked.state.pages.get(
        (key, media, asked.edition), lambda: _made(what, asked), len
    )
    body = _with_own(body, what)
    if media == HTML:
        body = seen_by(body.decode(), viewer, http.url.path).encode()
    headers = {"cache-control": "no-store"} if viewer.is_known else {"etag": tag}
    answer = Response(body, media_type=media, headers=headers)
    keep_choice(answer, http)
    keep_scope(answer, http)
    return answer


def _tag(*told: object) -> str:
    return '"' + hashlib.sha256(repr(told).encode()).hexdigest()[:24] + '"'


def _made(what: What, asked: Asked) -> bytes:
    page = what.make(asked)
    return page if isinstance(page, bytes) else page.encode()


def _with_own(body: bytes, what: What) -> bytes:
    """The page with the reader's own part at its mark; in JSON the mark is a text in quotation marks."""
    if not what.own:
        return body
    mark = f'"{PEOPLE_MARK}"' if what.media == JSON else PEOPLE_MARK
    return body.replace(mark.encode(), what.own.encode(), 1)
