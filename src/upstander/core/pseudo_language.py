"""English made strange, letter by letter: accents, a third longer, and where asked from right to left.

What stays plain English on a page in a pseudo-language was never a message; what overflows will overflow in German.
"""

from __future__ import annotations

import re

from upstander.core.languages import Language

PLAIN = "ABCDEFGHIJKLMNOPRSTUVWYZabcdefghijklmnoprstuvwyz"
ACCENTS = "ÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞŔŠŢÛṼŴÝŽåƀçðéƒĝĥîĵķļṁñöþŕšţûṽŵýž"
TABLE = str.maketrans(PLAIN, ACCENTS)
KEPT = re.compile(r"(\{[^{}]*\}|<[^<>]*>|&[a-z]+;)")  # values, tags and entities stay
RTL_OVERRIDE, END = "\u202e", "\u202c"
LONGER = 1 / 3


def pseudo(text: str, language: Language) -> str:
    """The text in a pseudo-language, its values and tags untouched.

    >>> from upstander.core.languages import ACCENTED
    >>> pseudo("{n} of {total} rated", ACCENTED)
    '⟦{n} öƒ {total} ŕåţéð ~ ~⟧'
    """
    parts = KEPT.split(text)
    if not any(c.isalpha() for part in parts[::2] for c in part):
        return text  # signs between values: nothing to translate
    strange = [_strange(p, language) if i % 2 == 0 else p for i, p in enumerate(parts)]
    letters = sum(len(p) for p in parts[::2])
    return "⟦" + "".join(strange) + " ~" * round(letters * LONGER / 2) + "⟧"


def _strange(text: str, language: Language) -> str:
    if not text.strip():
        return text
    accented = text.translate(TABLE)
    return f"{RTL_OVERRIDE}{accented}{END}" if language.is_rtl else accented
