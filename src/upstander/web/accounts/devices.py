"""Browsers that have signed in to an account before: a cookie that says so, and opens nothing by itself.

It lets somebody sign in while others try wrong passwords on the account. It is bound to the account's password: a new
password makes every browser unknown again. After OWASP's "device cookies".
"""

from __future__ import annotations

import hmac
import secrets

from fastapi import Response

from upstander.records.accounts import Account
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.sessions import is_secure

LASTS = 180 * 24 * 3600  # seconds


def known(request: PageRequest, account: Account) -> str:
    """What names this browser among those that have signed in to the account; '' when it is none of them."""
    for held in _held(request):
        nonce, _, mark = held.partition(".")
        if mark and hmac.compare_digest(
            mark.encode(), _mark(request, account, nonce).encode()
        ):
            return nonce
    return ""


def remember(answer: Response, request: PageRequest, account: Account) -> None:
    """Let the browser be known from now on, for up to three accounts."""
    if known(request, account) or not account.password_hash:
        return
    nonce = secrets.token_hex(16)
    kept = [f"{nonce}.{_mark(request, account, nonce)}", *_held(request)][:3]
    answer.set_cookie(
        _name(request),
        "_".join(kept),
        max_age=LASTS,
        path="/",
        secure=is_secure(request.http),
        httponly=True,
        samesite="lax",
    )


def _held(request: PageRequest) -> list[str]:
    return [x for x in request.http.cookies.get(_name(request), "")[:600].split("_") if x]


def _mark(request: PageRequest, account: Account, nonce: str) -> str:
    return request.state.records.key.sign(
        f"device {account.account} {nonce} {account.password_hash}"
    )


def _name(request: PageRequest) -> str:
    return "__Host-device" if is_secure(request.http) else "device"
