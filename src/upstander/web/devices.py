"""Browsers that have signed in to an account before: a cookie that says so, and opens nothing by itself.

It lets somebody sign in while others try wrong passwords on the account. It is bound to the account's password: a new
password makes every browser unknown again. After OWASP's "device cookies".
"""

from __future__ import annotations

import hmac
import secrets

from fastapi import Response

from upstander.lake.records.accounts import Account
from upstander.web.asking import Asking, is_secure

LASTS = 180 * 24 * 3600  # seconds


def known(asking: Asking, account: Account) -> str:
    """What names this browser among those that have signed in to the account; '' when it is none of them."""
    for held in _held(asking):
        nonce, _, mark = held.partition(".")
        if mark and hmac.compare_digest(mark.encode(), _mark(asking, account, nonce).encode()):
            return nonce
    return ""


def remember(answer: Response, asking: Asking, account: Account) -> None:
    """Let the browser be known from now on, for up to three accounts."""
    if known(asking, account) or not account.password_hash:
        return
    nonce = secrets.token_hex(16)
    kept = [f"{nonce}.{_mark(asking, account, nonce)}", *_held(asking)][:3]
    answer.set_cookie(
        _name(asking),
        "_".join(kept),
        max_age=LASTS,
        path="/",
        secure=is_secure(asking.request),
        httponly=True,
        samesite="lax",
    )


def _held(asking: Asking) -> list[str]:
    return [x for x in asking.request.cookies.get(_name(asking), "")[:600].split("_") if x]


def _mark(asking: Asking, account: Account, nonce: str) -> str:
    return asking.state.records.key.sign(
        f"device {account.account} {nonce} {account.password_hash}"
    )


def _name(asking: Asking) -> str:
    return "__Host-device" if is_secure(asking.request) else "device"
