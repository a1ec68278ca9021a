"""Templates as messages: found, named, and said in other words without harm."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment

import upstander
from upstander.core.languages import ACCENTED
from upstander.core.pseudo_language import pseudo
from upstander.report.template_text import messages, translated

TEMPLATES = sorted(Path(upstander.__file__).parent.rglob("templates/*.html"))


def ids(source: str) -> list[str]:
    return [m.id for m in messages(source)]


def test_a_paragraph_is_one_message_with_its_values_and_tags() -> None:
    source = (
        "<p>{{ c.rated }} of <b>{{ c.all | length }}</b> rated.</p><h2>{{ c.title }}</h2>"
    )
    assert ids(source) == ["{rated} of <1>{all}</1> rated."]


def test_statements_and_blocks_of_the_page_end_a_message() -> None:
    source = "<li>First{% if x %} As of {{ d }}.{% endif %}</li><td>12</td>"
    assert ids(source) == ["First", "As of {d}."]


def test_labels_of_tags_are_messages_and_scripts_are_not() -> None:
    source = (
        '<div aria-label="Land {{ n }}" class="wide one"><style>p { top: 1 }</style></div>'
    )
    assert ids(source) == ["Land {n}"]


def test_one_pair_of_tags_around_all_is_no_part_of_the_message() -> None:
    assert ids("<a href=\"{{ url('x') }}\">Show it</a>") == ["Show it"]
    assert ids("<b>{{ x }}</b>") == []


def test_a_tag_without_its_partner_cuts_the_message() -> None:
    assert ids("Look <a href='x'>here{% if x %} now{% endif %}</a>") == [
        "Look",
        "here",
        "now",
    ]


def test_words_may_move_values_and_tags_about() -> None:
    source = "<p>{{ n }} of <b>{{ all }}</b></p>"
    assert (
        translated(source, lambda _: "<1>{all}</1>: {n}")
        == "<p><b>{{ all }}</b>: {{ n }}</p>"
    )


@pytest.mark.parametrize("words", ["{other}", "<2>x</2>", "<script>", "{{ 1 }}", "a > b"])
def test_words_bring_no_values_and_no_markup_of_their_own(words: str) -> None:
    with pytest.raises(ValueError, match=r"may stand in it|has no"):
        translated("<p>{{ n }} places</p>", lambda _: words)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda p: p.name)
def test_every_template_can_be_said_otherwise(template: Path) -> None:
    source = template.read_text("utf-8")
    Environment(autoescape=True).parse(translated(source, lambda english: english))
    strange = translated(source, lambda english: pseudo(english, ACCENTED))
    Environment(autoescape=True).parse(strange)
    assert strange.count("⟦") == len(messages(source))


@given(st.text("<>{}%#ab/ \"'=", max_size=60))
def test_any_text_is_read_to_its_end(source: str) -> None:
    spans = [(m.start, m.end) for m in messages(source)]
    assert all(a < b for a, b in spans)
