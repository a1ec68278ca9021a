"""A likelihood is said in a chosen standard's words with its scale; never in one sentence with confidence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstander.assess.probability_scales import likelihood, mixed, yardstick, yardsticks
from upstander.core.errors import ConfigError


@pytest.mark.parametrize(
    ("name", "low", "high", "says"),
    [
        ("icd203", 0.02, 0.04, "almost no chance"),
        ("icd203", 0.60, 0.70, "likely"),
        ("icd203", 0.30, 0.60, "unlikely to likely"),
        ("phia", 0.45, 0.48, "realistic possibility"),
        ("phia", 0.22, 0.24, "highly unlikely to unlikely"),
        ("ipcc", 0.02, 0.04, "extremely unlikely"),
        ("ipcc", 0.95, 0.98, "extremely likely"),
        ("ipcc", 0.40, 0.60, "about as likely as not"),
    ],
)
def test_a_range_takes_the_words_of_the_chosen_standard(
    name: str, low: float, high: float, says: str
):
    assert likelihood(low, high, name).words == says


@given(st.floats(0, 1), st.floats(0, 1), st.sampled_from(yardsticks()))
def test_every_range_has_words_and_prints_its_scale(a: float, b: float, name: str):
    found = likelihood(min(a, b), max(a, b), name)
    assert found.words
    assert found.scale == yardstick(name).scale
    assert " 0 %" not in found.scale
    assert "100 %" not in found.scale


def test_bounds_from_memory_are_said_to_be_so():
    assert "from memory" in yardstick("phia").scale
    assert "from memory" not in yardstick("icd203").scale


def test_what_is_no_range_and_what_is_no_yardstick_are_refused():
    for low, high in ((0.5, 0.4), (-0.1, 0.5), (0.5, 1.1), (float("nan"), 0.5)):
        with pytest.raises(ValueError, match="range of probabilities"):
            likelihood(low, high, "icd203")
    with pytest.raises(ConfigError, match="icd203"):
        yardstick("feeling")


def test_likelihood_and_confidence_in_one_sentence_are_found_and_apart_are_not():
    assert mixed("An attack is likely in the next month. Confidence: low.") == ()
    assert mixed("Confidence is low.\nIt is a realistic possibility that talks fail.") == ()
    bad = "With high confidence we judge it very unlikely that talks fail"
    assert mixed(f"Talks go on. {bad}. Nothing else is known.") == (f"{bad}.",)
    assert mixed("We are confident of the probability.") != ()
    assert mixed("Nobody is confident in the courts.") == ()
