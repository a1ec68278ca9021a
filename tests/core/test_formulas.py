"""No cell is run as a formula, and every cell comes back as it was."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstander.core.formulas import LEADING, defused, plain


@given(
    st.text(max_size=40)
    | st.tuples(st.sampled_from(("'", " ", "''", *LEADING)), st.text(max_size=20)).map(
        "".join
    )
)
def test_a_cell_is_never_run_and_comes_back_unchanged(text):
    cell = defused(text)
    assert cell in (text, f"'{text}")
    assert not cell.lstrip().startswith(LEADING) or re.fullmatch(
        r"[+-]\d+(\.\d+)?(e[+-]?\d+)?", cell, re.I
    )
    assert plain(cell) == text


@pytest.mark.parametrize("number", ["-12.5", "+3", "-1e5", "0"])
def test_a_plain_number_stays_one(number):
    assert defused(number) == number


@pytest.mark.parametrize("text", ["-inf", "-1+1", "+249 91", "=1", "\t=1", "  @x", "'=1"])
def test_what_only_looks_like_a_number_is_put_out_of_action(text):
    assert defused(text) == f"'{text}"
