"""Who may change a record's rights, and who may erase."""

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstander.core.rights import (
    Actor,
    Marking,
    Role,
    Stamp,
    Usage,
    may_erase,
    may_read,
    may_stamp,
    strictest,
)

ANN = Actor("ann", "Ann", Role.ANALYST, "gov")
BOB = Actor("bob", "Bob", Role.ANALYST, "gov")
HEAD = Actor("hana", "Hana", Role.HEAD, "gov")
NGO_HEAD = Actor("noor", "Noor", Role.HEAD, "ngo")
PLAIN = Stamp("gov", "ann", restricted=True)


@pytest.mark.parametrize(
    "wider",
    [
        {"marking": Marking.GREEN},
        {"usage": Usage.PUBLIC},
        {"restricted": False},
        {"shared": ("ngo",)},
        {"editors": ("ngo",)},
        {"named": ("bob",)},
    ],
    ids=str,
)
def test_only_an_approver_or_head_of_the_space_lets_it_travel_further(wider):
    after = replace(PLAIN, **wider)
    assert may_stamp(HEAD, PLAIN, after)
    assert not may_stamp(BOB, PLAIN, after)
    assert not may_stamp(NGO_HEAD, PLAIN, after)
    assert may_stamp(BOB, after, PLAIN)
    assert not may_stamp(NGO_HEAD, after, PLAIN)


def test_the_author_says_whom_a_red_record_names_and_nothing_more():
    red = replace(PLAIN, marking=Marking.RED)
    assert may_stamp(ANN, red, replace(red, named=("bob",)))
    assert not may_stamp(BOB, red, replace(red, named=("bob",)))
    assert not may_stamp(ANN, red, replace(red, named=("bob",), marking=Marking.GREEN))


def test_space_and_author_stay_even_for_a_head():
    assert not may_stamp(HEAD, PLAIN, replace(PLAIN, space="ngo"))
    assert not may_stamp(HEAD, PLAIN, replace(PLAIN, author="hana"))


def test_erasing_is_for_the_author_and_those_who_approve():
    assert may_erase(ANN, PLAIN)
    assert may_erase(HEAD, PLAIN)
    assert not may_erase(BOB, PLAIN)
    assert not may_erase(NGO_HEAD, replace(PLAIN, marking=Marking.GREEN, restricted=False))
    assert not may_erase(HEAD, replace(PLAIN, marking=Marking.RED))
    assert not may_erase(replace(ANN, role=Role.READER), PLAIN)


SPACES = st.lists(st.sampled_from(["ngo", "un"]), max_size=2, unique=True).map(tuple)
STAMPS = st.builds(
    Stamp,
    space=st.just("gov"),
    author=st.just("ann"),
    marking=st.sampled_from(Marking),
    shared=SPACES,
    editors=SPACES,
    named=st.lists(st.sampled_from(["bob", "noor"]), max_size=2, unique=True).map(tuple),
    restricted=st.booleans(),
    usage=st.sampled_from(Usage),
)
READERS = st.builds(
    Actor,
    account=st.sampled_from(["bob", "noor", ""]),
    name=st.just("x"),
    role=st.sampled_from(Role),
    space=st.sampled_from(["gov", "ngo", "un"]),
)


@given(before=STAMPS, after=STAMPS, reader=READERS)
def test_what_an_analyst_may_do_to_the_rights_lets_nobody_else_read(before, after, reader):
    if may_stamp(BOB, before, after) and may_read(reader, after):
        assert may_read(reader, before) or reader.account in before.named


def test_what_quotes_several_records_carries_the_strictest_of_each_right() -> None:
    stamps = (
        Stamp("a", "ana", Marking.CLEAR, Usage.OFFICE),
        Stamp("a", "ana", Marking.STRICT, Usage.PUBLIC),
        Stamp("b", "ben", Marking.GREEN, Usage.RESTRICTED),
    )
    assert {strictest(order) for order in permutations(stamps)} == {
        (Marking.STRICT, Usage.OFFICE)
    }
    assert strictest(iter(stamps[:1])) == (Marking.CLEAR, Usage.OFFICE)
    assert strictest(()) == (Marking.CLEAR, Usage.PUBLIC)
