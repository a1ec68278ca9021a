"""Passwords of local accounts: argon2id, by the profile the library recommends; plain rules for new ones.

A sign-in costs the same whether or not the account exists, and a hash made with older parameters is made anew.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from upstander.core.messages import say
from upstander.web.kernel import form_fields

FEWEST, MOST = 12, 200  # characters; length is what counts (NIST SP 800-63B, 5.1.1.2)
_HASHER = PasswordHasher()  # RFC 9106, second recommended option: 64 MiB, 3 passes
# Each check takes 64 MiB: a burst of sign-ins must not take all memory.
_TURN = threading.BoundedSemaphore(4)


def hashed(password: str) -> str:
    """The hash to keep."""
    with _TURN:
        return _HASHER.hash(_same(password))


def holds(kept: str | None, password: str) -> bool:
    """Whether the password is the account's; without an account as much work is done, and the answer is no."""
    try:
        with _TURN:
            _HASHER.verify(kept or _nobody(), _same(password))
    except (VerificationError, InvalidHashError):
        return False
    return bool(kept)


def is_old(kept: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(kept)


def fault(password: str, again: str, name: str) -> str:
    """What is wrong with a new password, in words for the person who typed it; '' when nothing is."""
    text = _same(password)
    if len(text) < FEWEST:
        return say("web.use_at_least_characters_four_words_in", fewest=FEWEST)
    if len(text) > MOST:
        return say("web.use_at_most_characters", most=MOST)
    if len(set(text)) < 5 or (name and name.casefold() in text.casefold()):
        return say("web.this_is_easy_to_guess_repeat_fewer")
    return "" if text == _same(again) else say("web.the_two_passwords_differ_type_the_same")


def lines(faults: Mapping[str, str], label: str) -> list[dict[str, Any]]:
    """The two lines of a form in which a new password is typed."""
    return [
        line("password", label, say("web.at_least_characters", fewest=FEWEST), faults),
        line("again", say("web.again", label=label), "", faults),
    ]


def line(
    name: str,
    label: str,
    help: str,
    faults: Mapping[str, str],
    fill: str = "new-password",
) -> dict[str, Any]:
    """One line of a form for a password; what was typed is never shown again."""
    shown = form_fields.line(name, label, help, "", faults, required=True)
    return {**shown, "type": "password", "fill": fill}


def _same(password: str) -> str:
    """One form for what looks alike, so that a password typed on another keyboard still fits."""
    return unicodedata.normalize("NFKC", password)


@cache
def _nobody() -> str:
    return _HASHER.hash(say("web.nobody_has_this_password"))
