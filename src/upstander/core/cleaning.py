"""Marks that word processors and keyboards leave in honest text: turned into what they stand for, or refused.

Marks that turn the direction of reading are kept where they are balanced (a quotation in another direction), and taken
away where they are not; only overrides, which make letters read in another order than they stand, are refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

OVERRIDES = frozenset("\u202d\u202e")
_OPENS: Mapping[str, str] = {
    "\u202a": "\u202c",
    "\u202b": "\u202c",
    "\u2066": "\u2069",
    "\u2067": "\u2069",
    "\u2068": "\u2069",
}
_DIRECTIONS = frozenset((*_OPENS, *_OPENS.values()))
# What Word writes for its own breaks and hyphens, and line ends that few programs know.
BREAKS = {
    "\r\n": "\n",
    "\r": "\n",
    "\x0b": "\n",
    "\x0c": "\n",
    "\x85": "\n",
    "\u2028": "\n",
    "\u2029": "\n",
}
HYPHENS = {"\x1e": "\u2011", "\x1f": "\u00ad", "\x07": "\t"}
# Symbols of Word's lists, which it keeps at private places of Unicode (U+F000 and the sign's place in its Symbol font).
BULLETS = {
    "\uf0b7": "•",
    "\uf0a7": "▪",
    "\uf0d8": "➢",
    "\uf076": "❖",
    "\uf0fc": "✓",
    "\uf0e0": "→",
    "\uf0a8": "◦",
    "\uf06f": "◦",
    "\uf02d": "-",
    "\uf020": " ",
}
_WORDS = (
    (
        re.compile("[\x0b\x0c\x85\u2028\u2029]"),
        "line breaks of a word processor became line breaks",
    ),
    (
        re.compile("[\x1e\x1f\x07]"),
        "hyphens and tabs of a word processor became plain ones",
    ),
    (
        re.compile(f"[{''.join(BULLETS)}]"),
        "symbols of a word processor's lists became bullets",
    ),
)
_ANY = re.compile(
    "\r\n|["
    + "".join(re.escape(c) for c in (*BREAKS, *HYPHENS, *BULLETS) if len(c) == 1)
    + "]"
)
_STANDS_FOR = {**BREAKS, **HYPHENS, **BULLETS}


def cleaned(text: str) -> str:
    """The text in one normal form (NFC), with plain line breaks and bullets, and only balanced marks of direction.

    >>> cleaned("one\\x0btwo \\uf0b7 three"), cleaned("\\u202bقتل\\u202c") == "\\u202bقتل\\u202c", cleaned("\\u202bقتل")
    ('one\\ntwo • three', True, 'قتل')
    """
    plain = _ANY.sub(lambda mark: _STANDS_FOR[mark[0]], text)
    if not _DIRECTIONS.isdisjoint(plain):
        plain = "\n".join("".join(_balanced(line)) for line in plain.split("\n"))
    return unicodedata.normalize("NFC", plain)


def turned(text: str) -> Iterator[str]:
    """What ``cleaned`` turns into something else, in words."""
    return (words for pattern, words in _WORDS if pattern.search(text))


def _balanced(line: str) -> list[str]:
    """The characters of a line without marks that open or close nothing."""
    signs = list(line)
    open_at: list[int] = []
    for at, sign in enumerate(signs):
        if sign in _OPENS:
            open_at.append(at)
        elif sign in _DIRECTIONS:
            if open_at and _OPENS[signs[open_at[-1]]] == sign:
                open_at.pop()
            else:
                signs[at] = ""
    for at in open_at:
        signs[at] = ""
    return signs
