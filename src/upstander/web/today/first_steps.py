"""The first steps of a new installation, or of a new account: what to do next, while there is something of it to do."""

from __future__ import annotations

from typing import Any

from upstander.core.messages import say
from upstander.core.rights import WORKERS, Role
from upstander.web.kernel.record_reading import find
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.urls import url
from upstander.web.today.asked import Look

KINDS = ("review", "action", "evidence")  # whoever reads one of them is past the start


def block(look: Look) -> list[dict[str, Any]]:
    """Steps that are still to be done; none once the reader can read work of people and pages begin with a country."""
    request = look.request
    steps = [s for s in (_country(look), *_work(request)) if s is not None]
    return steps if steps and (request.session or not _has_work(request)) else []


def _step(name: str, href: str) -> dict[str, str]:
    return {
        "title": say(f"web.today_step_{name}"),
        "words": say(f"web.today_step_{name}_words"),
        "href": href,
    }


def _country(look: Look) -> dict[str, Any] | None:
    """Choose a country: whoever is signed in for the own account, an administrator for all."""
    if look.scope.home:
        return None
    if not look.request.session:
        return _step("sign_in", url("sign_in"))
    return _step("country", url("account_country"))


def _work(request: PageRequest) -> list[dict[str, Any] | None]:
    """Recommendations and the first review, for those who write; accounts, for who makes them."""
    role = request.actor.role
    if role is Role.ADMINISTRATOR and not _has_work(request):
        return [_step("people", url("accounts")), _step("made_up", url("made_up"))]
    if role not in WORKERS or _has_work(request):
        return []
    return [
        _step("recommendations", url("recommendations")),
        _step("review", url("assessments")),
        _step("made_up", url("made_up")),
    ]


def _has_work(request: PageRequest) -> bool:
    return any(find(request, kinds=(kind,), limit=1) for kind in KINDS)
