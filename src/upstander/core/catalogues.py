"""Catalogues of messages: gettext's .po files, one a language and a package, read when first needed.

A message without words in a language is said in English; an id without words in English is a fault of ours. What a machine
translated is marked ``fuzzy``, gettext's sign for what somebody has still to review: it is said all the same, and pages tell.
"""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO
from itertools import takewhile
from typing import TYPE_CHECKING

from upstander.core.languages import ENGLISH, Language
from upstander.core.pseudo_language import pseudo

if TYPE_CHECKING:
    from babel.messages import Catalog

FOLDER = "upstander.locale"
TEXTS = "texts"  # of files (templates, forms): a text's English is its id


class UnknownMessage(LookupError):
    """No English words stand under this id."""


class _NoWords(NullTranslations):
    """Where the search for a message's words ends."""

    def gettext(self, message: str) -> str:
        raise UnknownMessage(f"{message}: no such message in locale/en")

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:  # noqa: ARG002
        raise UnknownMessage(
            f"{msgid1}: no message with plural forms of this id in locale/en"
        )


@cache
def catalogue(domain: str, language: Language) -> NullTranslations:
    """The words of a package's messages in a language, English where it has none."""
    words = _read(domain, ENGLISH if language.is_pseudo else language)
    if words is None:
        return _NoWords() if language == ENGLISH else catalogue(domain, ENGLISH)
    translations = _compiled(_pseudo(words, language) if language.is_pseudo else words)
    translations.add_fallback(
        _NoWords() if language == ENGLISH else catalogue(domain, ENGLISH)
    )
    return translations


def text_in(english: str, language: Language) -> str:
    """A text of our files (templates, forms) in a language: its English is its id, and stands where nobody translated it."""
    if language == ENGLISH:
        return english
    if language.is_pseudo:
        return pseudo(english, language)
    try:
        return catalogue(TEXTS, language).gettext(english)
    except UnknownMessage:
        return english


@cache
def awaits_review(language: Language) -> bool:
    """Whether a machine translated anything of it that nobody has reviewed: the heads of its catalogues tell."""
    folder = files(FOLDER).joinpath(language.code, "LC_MESSAGES")
    return folder.is_dir() and any(map(_is_marked, folder.iterdir()))


def _is_marked(file: Traversable) -> bool:
    """Whether a catalogue's head is marked fuzzy, as its writer marks it where any entry is."""
    with file.open("r", encoding="utf-8") as lines:
        remarks = takewhile(lambda line: line.startswith("#"), lines)
        return any(line.startswith("#,") and "fuzzy" in line for line in remarks)


def _read(domain: str, language: Language) -> Catalog | None:
    from babel.messages.pofile import read_po

    file = files(FOLDER).joinpath(language.code, "LC_MESSAGES", f"{domain}.po")
    if not file.is_file():
        return None
    with file.open("rb") as lines:
        return read_po(lines, locale=language.locale, abort_invalid=True)


def _compiled(words: Catalog) -> GNUTranslations:
    from babel.messages.mofile import write_mo

    compiled = BytesIO()
    write_mo(compiled, words, use_fuzzy=True)
    compiled.seek(0)
    return GNUTranslations(compiled)


def _pseudo(words: Catalog, language: Language) -> Catalog:
    for message in words:
        if not message.id:
            continue  # the head
        if isinstance(message.string, str):
            message.string = pseudo(message.string, language)
        elif message.string:
            message.string = tuple(pseudo(form, language) for form in message.string)
    return words
