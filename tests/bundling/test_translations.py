"""Every language that is offered says everything, with the values, tags and plural forms of the English."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pytest
from babel.messages import Catalog, Message

from upstander.bundling import texts, translations
from upstander.core.languages import ENGLISH, SPOKEN, Language
from upstander.report.template_text import PLACE, messages

OTHERS = [language for language in SPOKEN if language != ENGLISH]
VALUE = re.compile(r"\{[^{}]*\}")
TAG = re.compile(r"</?\d+>")
NAMES = [pytest.param(language, id=language.code) for language in OTHERS]


def said(language: Language) -> Iterator[tuple[Message, Catalog, Message]]:
    """Each English message with the language's catalogue and its own message there."""
    for wanted in translations.all_wanted():
        words = translations.read(
            translations.file_of(str(wanted.domain), language), language
        )
        for message in wanted:
            if message.id:
                id = message.id if isinstance(message.id, str) else message.id[0]
                yield message, words, words.get(id)


def forms_of(message: Message) -> list[str]:
    string = message.string
    return [string] if isinstance(string, str) else list(string)


@pytest.mark.parametrize("language", NAMES)
def test_nothing_is_left_untranslated(language: Language) -> None:
    lost = [
        message.id
        for message, _, own in said(language)
        if own is None or not all(forms_of(own))
    ]
    assert lost == []


@pytest.mark.parametrize("language", NAMES)
def test_words_keep_their_values_tags_and_plural_forms(language: Language) -> None:
    wrong = []
    for english, words, own in said(language):
        forms = forms_of(own)
        if not isinstance(own.id, str) and len(forms) != words.num_plurals:
            wrong.append((english.id, len(forms)))
        values = set(VALUE.findall("".join(forms_of(english))))
        tags = sorted(TAG.findall(forms_of(english)[-1]))
        for form in forms:
            kept = set(VALUE.findall(form))
            may_go = {"{n}", "{n:count}"} if not isinstance(own.id, str) else set()
            if kept - values or values - kept - may_go:
                wrong.append((english.id, form))
            if sorted(TAG.findall(form)) != tags:
                wrong.append((english.id, form))
    assert wrong == []


@pytest.mark.parametrize("language", NAMES)
def test_templates_take_the_words_of_a_language(language: Language) -> None:
    words = translations.read(translations.file_of("texts", language), language)
    for file in sorted(texts.PACKAGE.rglob("templates/*.html")):
        for text in messages(file.read_text("utf-8")):
            text.said(words.get(text.id).string)


@pytest.mark.parametrize("language", NAMES)
def test_the_catalogues_are_as_the_command_writes_them(
    language: Language, tmp_path, monkeypatch
) -> None:
    kept = translations.FOLDER / language.code
    shutil.copytree(translations.FOLDER, tmp_path / "locale")
    monkeypatch.setattr(translations, "FOLDER", tmp_path / "locale")
    standing = translations.bring_up_to_date(language)
    assert (standing.language, standing.missing) == (language.code, 0)
    for file in sorted(kept.rglob("*.po")):
        written = tmp_path / "locale" / file.relative_to(kept.parent)
        assert written.read_bytes() == file.read_bytes(), (
            f"{file.name}: run 'upstander bundle translations {language.code}'"
        )


def test_a_language_that_nobody_began_is_all_empty_entries_and_keeps_what_it_is_given(
    tmp_path, monkeypatch
) -> None:
    folder = tmp_path / "locale"
    shutil.copytree(translations.FOLDER / "en", folder / "en")
    monkeypatch.setattr(translations, "FOLDER", folder)
    swahili = Language("sw", "Kiswahili")
    first = translations.bring_up_to_date(swahili)
    assert first.missing == first.messages > 5000
    file = translations.file_of("core", swahili)
    file.write_text(
        file.read_text("utf-8").replace(
            'msgid "core.not_known"\nmsgstr ""',
            '#, fuzzy\nmsgid "core.not_known"\nmsgstr "haijulikani"',
        ),
        "utf-8",
    )
    second = translations.bring_up_to_date(swahili)
    assert second.missing == first.missing - 1
    assert second.to_review == 1
    assert 'msgstr "haijulikani"' in file.read_text("utf-8")
    assert file.read_text("utf-8").splitlines()[1] == "#, fuzzy", "its head tells"


def test_texts_of_templates_forms_code_and_tables_are_all_found() -> None:
    found = texts.every_text()
    for said, where in {
        "Skip to content": "report/templates/layout.html",
        "Why this number": "web/country/templates/country_body.html",
        "How to read this": "brief.typ",
        "analyst": "people and places",
        "Sudan": "people and places",
        "raised": "figures",
    }.items():
        assert found[said] == where, said
    assert not [t for t in found if not PLACE.sub("", t).strip()]
