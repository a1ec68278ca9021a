"""No regular expression of the program can be made to work longer than its text: read from each pattern, not timed."""

import subprocess
import sys

import pytest
from tests.pattern_census import patterns
from tests.pattern_growth import faster_than_text

GROWS = (
    r"(?:a+)+b",
    r"(a*)*b",
    r"\s*\s*x",
    r"a.*b.*c",
    r"(?:a|ab|b)*c",
    r"(?!.*[a-z_]+:)[\w.+-]{1,60}",
    r"\d+ *\d*x",
    r"(?:^|[\W_])(?:witness\w*|home)(?:$|[\W_])(?:\w+_)*x",
    r"(\w+\s?)+$",
    r"x*+x*y*z*y*w",
)
GROWS_WHERE_IT_SEARCHES = (
    r"\d+x",
    r"\s+$",
    r"\w+@\w+",
    r"a.*b",
    r"<svg[^>]* width",
    r"[(,]?\s*\bformer\b",
    r"(?:\d+\s*)+°",
    r"(?<!x)\d+x",
)
GROWS_WHERE_IT_IS_WHOLE = (
    r"0*(\d+)(\.0+)?",
    r"(?P<group>(?:[^/]+/)*)_(?P<name>.+)_(?:latitude|longitude)",
    r"a+a+",
)
STAYS = (
    r"\d+",
    r"\b\d+x",
    r"(?<!\d)\d+x",
    r"<[^<>]*>",
    r"(?<!\s)\s++x",
    r"\d{1,3}x",
    r"(?<!\w)\w+:",
    r"\bgenocid\w*\W+is\b",
    r"\b(?:(?:\w\.\s?){2,}|(?:[^\W\d_]\s){2,})",
    r"(?!.*[a-z_]:)[\w.+-]{1,60}",
    r"x(?:ab)+y",
)
# The longest text of a form is 200,000 characters (web/kernel/routing.py): read once it takes these functions seconds, read once
# for each of its characters it takes them hours, and the process is ended.
WORST = """
from upstander.assess import crimes, probability_scales
from upstander.records import redaction
from upstander.core import cleaning, folding, formulas, markup, name_folding, written_names
from upstander.web.records import links

def redacted(text):
    return redaction.findings("evidence", {"passage": text})

for stretch in ("1" + 1_500 * " ", "http://a.b/c_", "a@a.", "war crime ", "_interview", "<svg", "(former "):
    text = (stretch * 200_000)[:200_000] + "!"
    for read in (redacted, crimes.asserted, probability_scales.mixed, cleaning.cleaned, folding.folded, markup.text_of,
                 formulas.defused, name_folding.fold, links.CODE.fullmatch, written_names.without_former,
                 written_names.bracketed, written_names.parts):
        read(text)
"""
HANG = 400  # seconds: no bound on speed, only an end


@pytest.mark.parametrize("pattern", GROWS)
def test_two_loops_over_the_same_stretch_are_found(pattern):
    assert faster_than_text(pattern, searches=False)


@pytest.mark.parametrize("pattern", GROWS_WHERE_IT_SEARCHES)
def test_a_search_that_begins_anew_within_a_loop_is_found(pattern):
    assert faster_than_text(pattern, searches=True)


@pytest.mark.parametrize("pattern", GROWS_WHERE_IT_IS_WHOLE)
def test_a_loop_that_must_reach_the_end_is_found(pattern):
    assert faster_than_text(pattern, searches=False, whole=True)


@pytest.mark.parametrize("pattern", STAYS)
def test_a_pattern_that_reads_each_character_a_bounded_number_of_times_passes(pattern):
    assert not faster_than_text(pattern, searches=True)


def test_no_pattern_of_the_program_can_work_longer_than_its_text():
    every = list(patterns())
    assert len(every) > 50
    assert [
        u.where
        for u in every
        if faster_than_text(u.pattern, u.flags, searches=u.searches, whole=u.whole)
    ] == []


def test_the_worst_texts_at_the_longest_a_form_takes_are_read_to_their_end():
    subprocess.run([sys.executable, "-c", WORST], check=True, timeout=HANG)
