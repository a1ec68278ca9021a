"""Which language a page is in: the one its address asks for, else the one chosen before, else the browser's.

``?lang=fr`` speaks for one page and is kept in a cookie for the next; nothing else is kept of it.
"""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import Request, Response

from upstander.core.languages import ENGLISH, PSEUDO, SPOKEN, Language, language_of
from upstander.core.settings import Settings
from upstander.web.kernel.made_up import state_of
from upstander.web.kernel.sessions import set_cookie
from upstander.web.kernel.state import State

COOKIE = "upstander_language"
PARAMETER = "lang"
MOST_WISHES = 20  # languages that a browser may name


def offered(settings: Settings) -> tuple[Language, ...]:
    """The languages of this installation; those that nobody speaks only where they are asked for."""
    return (*SPOKEN, *PSEUDO) if settings.pseudo_languages else SPOKEN


def language_for(http: Request) -> Language:
    """The language of the answer."""
    state: State = state_of(http)
    languages = offered(state.settings)
    if len(languages) == 1:
        return languages[0]
    chosen = (http.query_params.get(PARAMETER, ""), http.cookies.get(COOKIE, ""))
    wishes = [*chosen, *_wishes(http.headers.get("accept-language", ""))]
    found = (_offered(code, languages) for code in wishes)
    return next((language for language in found if language), ENGLISH)


def keep_choice(answer: Response, http: Request) -> None:
    """Remember the language that the address asked for."""
    state: State = state_of(http)
    asked = _offered(http.query_params.get(PARAMETER, ""), offered(state.settings))
    if asked:
        set_cookie(answer, http, COOKIE, asked.code)


def choices(http: Request) -> tuple[tuple[Language, str], ...]:
    """Each language with the address of the same page in it; none for an answer to a form, which has no address."""
    state: State = state_of(http)
    languages = offered(state.settings)
    if http.method != "GET" or len(languages) == 1:
        return ()
    kept = [(k, v) for k, v in http.query_params.multi_items() if k != PARAMETER]
    return tuple((x, "?" + urlencode([*kept, (PARAMETER, x.code)])) for x in languages)


def _offered(code: str, languages: tuple[Language, ...]) -> Language | None:
    """The language of a code or of its first part: ``fr`` of ``fr-CA``."""
    for wanted in (code, code.partition("-")[0]):
        language = language_of(wanted)
        if language in languages:
            return language
    return None


def _wishes(header: str) -> list[str]:
    """Codes of an Accept-Language header, the dearest first; RFC 9110, section 12.5.4."""
    wishes = []
    for part in header.split(",")[:MOST_WISHES]:
        code, _, weight = part.partition(";q=")
        wishes.append((_weight(weight), code.strip()))
    return [code for weight, code in sorted(wishes, key=lambda w: -w[0]) if weight > 0]


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
