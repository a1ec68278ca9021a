"""Text as people write it, made comparable: one rule for search, duplicates and the look for contacts.

``folded`` is for comparing words: case, accents, apostrophes, hyphens, forms of Arabic letters and digits of any script
do not matter. ``plain`` is for finding patterns: every sign keeps its meaning and its place, only its variants become one.
"""

from __future__ import annotations

import re
import unicodedata

APOSTROPHES = "'`´‘’‚‛′‵ʹʻʼʽʾʿˈˊˋ׳＇ʔ"
QUOTES = '"“”„‟″‶״＂'
# Letters that Unicode does not take apart, though people type the plain one beside or instead of them.
LETTERS = {
    "ı": "i",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "ø": "o",
    "æ": "ae",
    "œ": "oe",
    "ħ": "h",
    "ŧ": "t",
    "þ": "th",
    "ŋ": "n",
    "ɓ": "b",
    "ɗ": "d",
    "ƙ": "k",
    "ƴ": "y",
    "ɛ": "e",
    "ɔ": "o",
    "ə": "e",
    "ǝ": "e",
    "ɣ": "g",
    "ƒ": "f",
    # Arabic: forms of alef, yeh, kaf and heh; hamza alone and the lengthening sign are left out as often as not
    "ٱ": "ا",
    "ى": "ي",
    "ی": "ي",
    "ې": "ي",
    "ے": "ي",
    "ک": "ك",
    "ة": "ه",
    "ۃ": "ه",
    "ہ": "ه",
    "ھ": "ه",
    "ە": "ه",
    "ء": "",
    "ـ": "",
    "ٴ": "",
}
_FOLDED = str.maketrans({**LETTERS, **dict.fromkeys(APOSTROPHES, "")})
_HYPHEN = re.compile(
    r"(?<!\d)-|-(?!\d)"
)  # between digits it stays: a day is no three numbers
# Combining classes of signs that are left out when people write in a hurry: accents of Latin, Greek and Cyrillic
# letters (200 and above), vowel signs of Hebrew and Arabic (10 to 36), nukta (7), strokes (1). Vowels and tones of Indic
# and South-East Asian scripts are letters of the word, and stay.
_ACCENTS = frozenset((1, 7, *range(10, 37), *range(200, 241)))


def folded(text: str) -> str:
    """Words to be compared.

    >>> folded("Al-Ḥaṣāḥīṣā") == folded("al hasahisa"), folded("O’Connor"), folded("İzmir, Straße")
    (True, 'oconnor', 'izmir, strasse')
    >>> folded("أم درمان") == folded("ام درمان"), folded("مدرسة") == folded("مدرسه")
    (True, True)
    """
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    letters = "".join(
        _plain_sign(c) for c in apart if unicodedata.combining(c) not in _ACCENTS
    )
    joined = unicodedata.normalize("NFC", letters.translate(_FOLDED))
    return _HYPHEN.sub(" ", joined).replace("\0", " ")


def plain(text: str) -> tuple[str, list[int]]:
    """Text with one sign for each kind of space, hyphen, quotation mark and digit, and without invisible marks; and for
    each of its characters the place in ``text`` that it comes from.

    >>> plain("٠٩١٢\u2011345\u00a0678")[0]
    '0912-345 678'
    """
    signs: list[str] = []
    places: list[int] = []
    for at, character in enumerate(text):
        for sign in _unified(character):
            signs.append(sign)
            places.append(at)
    return "".join(signs), places


def _unified(character: str) -> str:
    if character in APOSTROPHES:
        return "'"
    if character in QUOTES:
        return '"'
    if character == "º":
        return "°"
    if character.isascii():
        return character
    return "".join(_plain_sign(c) for c in unicodedata.normalize("NFKC", character))


def _plain_sign(character: str) -> str:
    """A sign of any script as its plain one: space, hyphen, digit; '' for marks that nobody sees."""
    kind = unicodedata.category(character)
    if kind == "Nd":
        return str(unicodedata.decimal(character))
    if kind == "Zs":
        return " "
    if kind == "Pd" or character == "−":
        return "-"
    return "" if kind == "Cf" else character
