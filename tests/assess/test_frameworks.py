"""Frameworks are files: checked, fitting together, replaceable, and honest about what was only recalled."""

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.assess.rated import of_levels

from upstander.assess import frameworks
from upstander.assess.frameworks import Frameworks, load, read, shipped
from upstander.assess.rating import outdated
from upstander.core.errors import ConfigError

ELEMENTS = [
    "F1a",
    "F1b",
    "F1c",
    "F1d",
    "F2a",
    "F2b",
    "F2c",
    "F3a",
    "F3b",
    "F3c",
    "F4a",
    "F5a",
    "F5b",
    "F5c",
    "F5d",
    "F5e",
    "F6a",
    "F6b",
    "F6c",
    "F6d",
    "T01",
    "T02",
    "T03",
    "T04",
    "T05",
]
TOY = b"""title = "Toy"
short = "Toy"
version = "7"
source = "made up"
made = "for a test"
[[factor]]
code = "X"
title = "Only factor"
overlap = "atrocity_specific"
[[factor.indicator]]
code = "X1"
label = "own question"
[[factor.indicator]]
code = "X2"
label = "asked through others"
from = ["7.5", "9.1"]
"""


def test_the_six_factors_hold_every_element_of_the_document():
    six = shipped()["six_factors"]
    assert [f.code for f in six.factors] == ["F1", "F2", "F3", "F4", "F5", "F6", "T"]
    assert [i.code for i in six.indicators] == ELEMENTS


def test_every_indicator_of_2014_stands_under_exactly_one_question_of_the_six_factors():
    six, rated = (
        shipped()["six_factors"],
        [i.code for i in shipped()["framework_2014"].indicators],
    )
    seen = [c for i in six.indicators for c in i.codes]
    assert sorted(seen) == sorted(rated)


def test_the_frameworks_of_2014_and_2009_have_their_fourteen_factors_and_eight_categories():
    assert [f.code for f in shipped()["framework_2014"].factors] == [
        str(n) for n in range(1, 15)
    ]
    assert [f.code for f in shipped()["framework_2009"].factors] == [
        str(n) for n in range(1, 9)
    ]
    assert len(list(shipped()["cerd"].indicators)) == 9


def test_the_crosswalk_is_the_one_of_the_domain_table(shared: Path):
    with (shared.parent / "domain" / "framework_indicators.csv").open(
        encoding="utf-8"
    ) as text:
        rows = list(csv.DictReader(text))
    by = {c: f.code for f in shipped()["six_factors"].factors for c in f.codes}
    assert {r["code"]: r["seed_factor"] for r in rows} == by
    states = {"stored_copy_checked": "read", "recalled": "recalled"}
    for r in rows:
        _, factor, indicator = shipped().rated[r["code"]]
        assert (factor.code, factor.title) == (r["factor_no"], r["factor_title"])
        assert indicator.verification == states.get(
            r["verification"], "recalled_code_uncertain"
        )
        assert indicator.nature == r["nature"]
        assert {c.label for c in factor.crimes} == {r["crime"]} - {"all"}


def test_what_was_recalled_is_said_to_be_unchecked_and_what_was_read_is_not():
    assert shipped().rated["1.1"][2].warning.startswith("In our words")
    assert "number may differ" in shipped().rated["14.9"][2].warning
    assert shipped().rated["7.5"][2].warning == ""


def test_no_number_of_indicators_is_hard_coded():
    for file in Path(frameworks.__file__).parents[1].rglob("*.py"):
        assert "143" not in file.read_text("utf-8"), file
        assert "141" not in file.read_text("utf-8"), file


def test_an_office_replaces_a_framework_and_adds_its_own_by_one_file_each(tmp_path: Path):
    (tmp_path / "toy.toml").write_bytes(TOY)
    label = "Support for militias, created or enlarged"
    mine = Path(frameworks.__file__).with_name("framework_2014.toml").read_text("utf-8")
    mine = mine.replace(
        'label = "Militias created or given more support"', f'label = "{label}"'
    )
    mine = mine.replace('version = "1"', 'version = "official-2014"')
    (tmp_path / "framework_2014.toml").write_text(mine, "utf-8")
    found = load(tmp_path)
    assert found.rated["7.5"][2].label == label
    assert found["framework_2014"].edition.startswith("framework_2014@official-2014-")
    assert found.seen("X1") == (("toy", "X", "X1"),)
    assert ("toy", "X", "X2") in found.seen("9.1")
    old = {c: of_levels({c: 3}, edition=shipped().wording(c))[c] for c in ("7.5", "7.6")}
    assert outdated(old, found) == ("7.5",), (
        "only the code whose wording changed is to be looked at again"
    )


def test_without_a_home_folder_ours_alone_are_read(tmp_path: Path):
    assert load(tmp_path / "none").lenses.keys() == shipped().lenses.keys()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (b'code = "X1"', b'code = "X2"', "two questions have the code X2"),
        (b'code = "X1"', b'code = "<b>"', "is no code"),
        (b'"atrocity_specific"', b'"both"', "overlap is 'both'"),
        (
            b'label = "own question"',
            b'label = "own question"\nverification = "sure"',
            "verification is 'sure'",
        ),
        (b'label = "own question"', b'label = ""', "label and ask"),
        (b'label = "own question"', b'lable = "own question"', "lable"),
        (
            b'title = "Only factor"',
            b'title = "Only factor"\nrule = "mean"',
            "rule is 'mean'",
        ),
        (
            b'title = "Only factor"',
            b'title = "Only factor"\ncrimes = ["aggression"]',
            "aggression",
        ),
        (
            b'title = "Only factor"',
            b'title = "Only factor"\ncompounded_by = ["X1"]',
            "compounded_by",
        ),
        (b'label = "own question"', b"label = 5", "label holds a text"),
        (
            b'label = "own question"',
            b'label = "x"\nscored = "no"',
            "scored holds true or false",
        ),
        (b'from = ["7.5", "9.1"]', b"from = [7.5]", "from holds a list of texts"),
        (b"[[factor]]", b"[factor]", "factor holds tables"),
        (b'version = "7"', b"", "version"),
        (b'title = "Toy"', b"title = \xff", "utf-8"),
        (b'title = "Toy"', b"title = ", "Invalid value"),
    ],
)
def test_a_file_that_is_no_framework_is_refused_with_its_name_and_the_fault(
    old: bytes, new: bytes, says: str
):
    with pytest.raises(ConfigError, match=says) as error:
        read("toy", TOY.replace(old, new, 1))
    assert "toy.toml" in str(error.value)


@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(str.encode)
    | st.just(b"a = " + b"[" * 5_000)
)
@settings(deadline=None)  # a busy machine is no fault of the file
def test_bytes_that_are_no_framework_are_refused_and_nothing_else_happens(text: bytes):
    with pytest.raises(ConfigError, match=r"toy\.toml"):
        read("toy", text)


def test_a_file_whose_name_could_not_stand_in_an_address_is_refused():
    with pytest.raises(ConfigError, match="is named in a-z"):
        read("../Toy", TOY)


def test_a_code_no_file_rates_and_a_code_rated_twice_are_refused():
    with pytest.raises(ConfigError, match=r"no framework has 7.5, 9.1"):
        Frameworks({"toy": read("toy", TOY)})
    with pytest.raises(ConfigError, match=r"X1 is already rated in a.toml"):
        Frameworks(
            {
                n: read(n, TOY.replace(b'from = ["7.5", "9.1"]', b'from = ["X1"]'))
                for n in ("a", "b")
            }
        )
    with pytest.raises(ConfigError, match="six_factors"):
        shipped()["seven_factors"]


def test_a_lens_names_the_rated_codes_it_does_not_look_at():
    assert "13.1" in shipped().unseen("framework_2009")
    assert "7.5" not in shipped().unseen("framework_2009")


def test_a_list_says_once_what_was_checked_and_what_is_in_our_words() -> None:
    lenses = load(None).lenses
    said = lenses["framework_2014"].whose_words
    assert said.startswith("Its titles, and the questions of factors 8, 9")
    assert "in our words" in said
    assert (
        lenses["cerd"].whose_words
        == "Its titles and questions were checked against the official list."
    )
    for lens in lenses.values():
        assert "memory" not in lens.whose_words
        assert all("memory" not in i.warning for i in lens.indicators)
