"""The catalogues of a language, brought up to date with what there is to say.

``upstander bundle translations`` writes what a language lacks as empty entries for people (or machines) to fill, and keeps
what it has. Entries marked ``fuzzy`` await review.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po

from upstander.bundling.texts import PACKAGE, every_text
from upstander.core import catalogues, places
from upstander.core.languages import ENGLISH, Language

FOLDER = PACKAGE / "locale"
# As those of English begin; with no day in it, so that the same words are the same file.
HEAD = """# Upstander in {language}: {domain}. Entries marked fuzzy were translated by a machine and await review.
{fuzzy}msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: {language}\\n"
"Plural-Forms: {plurals}\\n"

"""


@dataclass(frozen=True)
class Standing:
    """How far a language is: of ``messages`` so many are ``missing``, so many said but still ``to_review``."""

    language: str
    messages: int
    missing: int
    to_review: int


def bring_up_to_date(language: Language) -> Standing:
    """Write every catalogue of a language anew: with all there is to say, in the words it had; what nobody says any more is gone."""
    done = [_write(wanted, language) for wanted in all_wanted()]
    whole = [message for words in done for message in words if message.id]
    missing = sum(not _is_said(message.string) for message in whole)
    to_review = sum(message.fuzzy for message in whole)
    return Standing(language.code, len(whole), missing, to_review)


def all_wanted() -> tuple[Catalog, ...]:
    """What a language's catalogues should hold: those of English, and that of texts."""
    names = sorted(f.stem for f in (FOLDER / "en" / "LC_MESSAGES").glob("*.po"))
    return (*(_of_english(name) for name in names), _of_texts())


def _of_english(domain: str) -> Catalog:
    with file_of(domain, ENGLISH).open("rb") as lines:
        return read_po(lines, domain=domain, locale=ENGLISH.locale, abort_invalid=True)


def _of_texts() -> Catalog:
    wanted = Catalog(domain=catalogues.TEXTS, locale=ENGLISH.locale)
    for said, where in every_text().items():
        wanted.add(said, said, auto_comments=[where])
    return wanted


def file_of(domain: str, language: Language) -> Path:
    """Where a catalogue stands."""
    return FOLDER / language.code / "LC_MESSAGES" / f"{domain}.po"


def _write(wanted: Catalog, language: Language) -> Catalog:
    domain = str(wanted.domain)
    file = file_of(domain, language)
    words = read(file, language)
    if domain == catalogues.TEXTS:
        _name_places(words, language)
    made = Catalog(locale=language.locale, domain=domain, fuzzy=False)
    for message in wanted:
        if message.id:
            _add(made, message, words)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as out:
        out.write(_head(made, language).encode())
        write_po(out, made, width=0, omit_header=True)
    return made


def _name_places(words: Catalog, language: Language) -> None:
    """Places are called what the bundle calls them in the language, where nobody gave another name."""
    for place in places.load().places.values():
        name = place.names.get(language.code, "")
        if name and place.name not in words:
            words.add(str(place.name), name)


def _head(made: Catalog, language: Language) -> str:
    awaits = any(message.fuzzy for message in made if message.id)
    return HEAD.format(
        language=language.code,
        domain=made.domain,
        fuzzy="#, fuzzy\n" if awaits else "",
        plurals=made.plural_forms,
    )


def _add(made: Catalog, wanted: Any, words: Catalog) -> None:
    id = wanted.id
    had = words.get(id if isinstance(id, str) else id[0])
    said = had.string if had is not None else ""
    english = wanted.string if isinstance(wanted.string, str) else wanted.string[-1]
    comments = wanted.auto_comments or [str(english)]
    made.add(id, said, auto_comments=comments, flags=had.flags if had is not None else ())


def read(file: Path, language: Language) -> Catalog:
    """A language's catalogue; an empty one where there is none yet."""
    if not file.is_file():
        return Catalog(locale=language.locale)
    with file.open("rb") as lines:
        return read_po(lines, locale=language.locale, abort_invalid=True)


def _is_said(string: Any) -> bool:
    return bool(string) if isinstance(string, str) else all(string or [""])
