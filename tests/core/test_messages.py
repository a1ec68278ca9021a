"""Messages: ids and values in any language, kept for years, never lost."""

from __future__ import annotations

import json
import pickle
import re
from datetime import date
from importlib.resources import files

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from upstander.core import dates
from upstander.core.catalogues import UnknownMessage
from upstander.core.languages import ACCENTED, ENGLISH, MIRRORED, Language
from upstander.core.messages import (
    Message,
    changed,
    filled,
    in_language,
    restored,
    say,
    stored,
)
from upstander.core.pseudo_language import pseudo

FRENCH = Language("fr", "français")


def test_a_message_is_its_english_and_remembers_what_it_says() -> None:
    message = say("forecast.last_coup", year=2021)
    assert message == "the last in 2021"
    assert (message.id, message.values) == ("forecast.last_coup", {"year": 2021})


def test_plural_forms_follow_the_number() -> None:
    one, many = (
        say("forecast.coups", n=n, first=2020, last=2024, latest="x") for n in (1, 3)
    )
    assert one.startswith("1 coup attempt recorded")
    assert many.startswith("3 coup attempts recorded")


def test_an_unknown_id_is_a_fault_and_so_is_a_missing_value() -> None:
    with pytest.raises(UnknownMessage, match=r"forecast\.nothing_of_this_name"):
        say("forecast.nothing_of_this_name")
    with pytest.raises(UnknownMessage):
        say("nowhere.at_all")
    with pytest.raises(KeyError, match="year"):
        say("forecast.last_coup")


def test_a_message_inside_a_message_is_said_in_the_same_language() -> None:
    message = say(
        "forecast.no_coups", first=1, last=5, latest=say("forecast.last_coup", year=3)
    )
    strange = in_language(message, ACCENTED)
    assert "ţĥé ļåšţ îñ 3" in strange
    assert in_language(message, ENGLISH) is message
    assert in_language("A war.", ACCENTED) == "A war."


def test_numbers_and_days_follow_the_language() -> None:
    shown = filled("{a:count} {b:two_decimals} {c:day} {d:month_name}", VALUES, FRENCH)
    assert re.sub(r"\s", " ", shown) == "1 234 567 0,45 24 juin 2026 juin"
    english = filled("{a:count} {b:two_decimals} {c:day} {d:month_name}", VALUES, ENGLISH)
    assert english == "1,234,567 0.45 24 June 2026 June"


VALUES = {"a": 1234567, "b": 0.4512, "c": date(2026, 6, 24), "d": 6}


def test_a_changed_first_letter_is_changed_in_every_language() -> None:
    small = changed(say("forecast.no_border"), lambda text: text[:1] + text[1:].upper())
    assert small.startswith("NO LAND")
    assert in_language(small, ACCENTED).isupper()


def test_what_is_stored_is_id_and_values_and_comes_back() -> None:
    message = say(
        "forecast.structure",
        parts=[say("forecast.population", value=1.5, year=2024), "plain", date(2026, 1, 2)],
    )
    line = stored(message)
    assert "million people" not in line
    again = restored(line)
    assert again == message
    assert isinstance(again, Message)
    assert stored(again) == line
    assert pickle.loads(pickle.dumps(message)).values == message.values  # noqa: S301


def test_what_was_stored_as_prose_is_shown_as_it_stands() -> None:
    assert restored("A war. {n}") == "A war. {n}"


def test_an_id_nobody_knows_any_more_still_shows_its_values() -> None:
    line = json.dumps({"id": "forecast.gone", "values": {"deaths": 7}})
    assert restored(line) == 'forecast.gone {"deaths": 7}'


@given(st.text())
def test_pseudo_language_keeps_values_and_tags(text: str) -> None:
    for language in (ACCENTED, MIRRORED):
        strange = pseudo("{deaths:count} <b>of</b> " + text, language)
        assert strange.startswith("⟦")
        assert "{deaths:count}" in strange
        assert "<b>" in strange


def test_days_made_by_hand_are_what_the_catalogue_says() -> None:
    day = date(2026, 6, 4)
    for text in (
        dates.NOT_KNOWN,
        dates.day(day),
        dates.month(day),
        dates.moment("2026-06-04T09:05:00+00:00"),
    ):
        assert say(text.id, **text.values) == text


def _catalogues() -> list[str]:
    folder = files("upstander.locale").joinpath("en", "LC_MESSAGES")
    return sorted(f.name for f in folder.iterdir() if f.name.endswith(".po"))


@pytest.mark.parametrize("name", _catalogues())
def test_every_entry_of_a_catalogue_has_english_words_and_its_package(name: str) -> None:
    file = files("upstander.locale").joinpath("en", "LC_MESSAGES", name)
    with file.open("rb") as lines:
        catalogue = read_po(lines, abort_invalid=True)
    messages = [m for m in catalogue if m.id]
    assert messages
    for message in messages:
        id = message.id if isinstance(message.id, str) else message.id[0]
        forms = [message.string] if isinstance(message.string, str) else message.string
        assert all(forms or [""]), id
        assert id.startswith(f"{name.removesuffix('.po')}."), id
