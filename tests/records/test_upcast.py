"""What was stored under a former form is read as today's form says it."""

import pytest

from upstander.core.errors import ConfigError
from upstander.records.forms import FormError, check, form, loading, upcast
from upstander.records.forms.fields import Choices, Field, Form, Was

SIZES = Choices({"small": "Small", "large": "Large", "huge": "Huge"})
TOY = Form(
    kind="toy",
    title="Toy",
    plural="Toys",
    help="",
    source="",
    part="",
    writers=(),
    fields=(
        Field(name="name", label="Name", type="text", was=Was(names=("label",))),
        Field(
            name="size",
            label="Size",
            type="choice",
            choices=SIZES,
            withdrawn_choices=frozenset({"huge"}),
            was=Was(choices={"big": "large"}),
        ),
        Field(
            name="sizes",
            label="Sizes",
            type="choices",
            choices=SIZES,
            was=Was(choices={"big": "large"}),
        ),
        Field(name="maker", label="Maker", type="text", withdrawn=True),
    ),
)


@pytest.fixture
def toy(monkeypatch):
    """The form among those that are known."""
    monkeypatch.setattr(upcast, "kinds", lambda: ("toy",))
    monkeypatch.setattr(upcast, "form", lambda _: TOY)


def test_missing_fields_are_null_or_an_empty_list(toy):
    assert upcast.upcast("toy", {}) == {
        "name": None,
        "size": None,
        "sizes": [],
        "maker": None,
    }


def test_former_names_and_choices_are_read_as_todays(toy):
    body = upcast.upcast("toy", {"label": "Bear", "size": "big", "sizes": ["small", "big"]})
    assert (body["name"], body["size"], body["sizes"]) == (
        "Bear",
        "large",
        ["small", "large"],
    )
    assert "label" not in body


def test_what_the_form_does_not_know_stays(toy):
    assert upcast.upcast("toy", {"colour": "red"})["colour"] == "red"
    assert upcast.upcast("a kind of long ago", {"x": 1}) == {"x": 1}


def test_a_search_finds_every_spelling_that_records_may_hold(toy):
    assert set(upcast.spellings(["toy"], "size", "large")) == {
        ("size", "large"),
        ("size", "big"),
    }
    assert set(upcast.spellings(["toy"], "name", "Bear")) == {
        ("name", "Bear"),
        ("label", "Bear"),
    }


def test_a_choice_nobody_knows_any_more_is_shown_as_it_was_stored():
    assert SIZES["gigantic"] == "gigantic"
    assert "gigantic" not in SIZES


def test_what_is_withdrawn_is_not_offered_and_stays_where_it_stands():
    size = TOY.field("size")
    assert list(size.offered) == ["small", "large"]
    with pytest.raises(FormError, match="not one of small, large"):
        check(TOY, {"size": "huge"}, frozenset())
    standing = {"size": "huge", "maker": "Anna"}
    kept = check(TOY, {"size": "huge"}, frozenset(), standing)
    assert (kept["size"], kept["maker"]) == ("huge", "Anna")
    assert not TOY.field("maker").is_typed


def test_a_former_name_that_is_a_field_of_today_is_refused():
    values = {
        "title": "T",
        "plural": "T",
        "help": "",
        "source": "",
        "part": "",
        "writers": [],
        "field": [
            {"name": "a", "label": "A", "type": "text"},
            {"name": "b", "label": "B", "type": "text", "was": {"names": ["a"]}},
        ],
    }
    assert loading._name_faults(loading._form("t", values)) == [
        "a is a field, so none was called so before"
    ]


def test_every_form_says_where_its_page_is_and_what_it_is_called_by():
    review, rating = form("review"), form("rating")
    assert review.home == "/assessments/{id}"
    assert rating.home == "/assessments/{parent}#{kind}"
    assert form("act").called == ("acts", "since", "area")
    with pytest.raises(ConfigError, match="no kind of record named 'toy'"):
        form("toy")
