"""The rights in SQL are the rights of ``core.rights``."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.records.made_up import DAY, LATER, draft, opened

from upstander.core.rights import VISITOR, Actor, Marking, Role, Stamp, Usage, may_read

SPACES = ("gov", "ngo", "nhri")
PEOPLE = ("ann", "bob", "cem")

names = st.lists(st.sampled_from(SPACES), max_size=2, unique=True).map(tuple)
stamps = st.builds(
    Stamp,
    space=st.sampled_from(SPACES),
    author=st.sampled_from(PEOPLE),
    marking=st.sampled_from(Marking),
    usage=st.sampled_from(Usage),
    shared=names,
    editors=names,
    restricted=st.booleans(),
    named=st.lists(st.sampled_from(PEOPLE), max_size=2, unique=True).map(tuple),
)
actors = st.one_of(
    st.just(VISITOR),
    st.builds(
        Actor,
        account=st.sampled_from((*PEOPLE, "dee")),
        name=st.just("x"),
        role=st.sampled_from(Role),
        space=st.sampled_from((*SPACES, "un", "")),
    ),
)


@pytest.fixture
def records(records_url, tmp_path):
    return opened(records_url, tmp_path)


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    made=st.lists(stamps, min_size=30, max_size=30),
    readers=st.lists(actors, min_size=25, max_size=25),
)
def test_sql_shows_exactly_what_may_read_allows(records, made, readers):
    kept = {}
    for stamp in made:
        by = Actor(stamp.author, "x", Role.HEAD, stamp.space)
        one = draft(by=by, stamp=stamp)
        records.append([one], by=by, why="", now=DAY)
        kept[one.id] = stamp
    for reader in readers:
        allowed = {id for id, stamp in kept.items() if may_read(reader, stamp)}
        assert {
            r.id for r in records.find(by=reader, as_of=LATER, ids=list(kept))
        } == allowed
        assert records.count(by=reader, as_of=LATER, ids=list(kept)) == len(allowed)


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    made=st.lists(st.tuples(stamps, stamps), min_size=30, max_size=30),
    readers=st.lists(actors, min_size=25, max_size=25),
)
def test_a_version_is_read_by_whom_its_own_rights_and_those_of_now_allow(
    records, made, readers
):
    kept = {}
    for then, now in made:
        by = Actor(then.author, "x", Role.HEAD, then.space)
        one = draft(by=by, stamp=then, body={"title": "before"})
        after = replace(now, space=then.space, author=then.author)
        records.append([one], by=by, why="", now=DAY)
        records.append(
            [replace(one, stamp=after, body={"title": "since"}, expected=1)],
            by=by,
            why="",
            now=LATER,
        )
        kept[one.id] = (then, after)
    for reader in readers:
        latest = {id for id, (_, now) in kept.items() if may_read(reader, now)}
        first = {id for id in latest if may_read(reader, kept[id][0])}
        for as_of, word, allowed in ((LATER, "since", latest), (DAY, "before", first)):
            found = {"by": reader, "as_of": as_of, "ids": list(kept)}
            assert {r.id for r in records.find(**found)} == allowed
            assert (
                records.count(**found) == records.count(**found, text=word) == len(allowed)
            )
            assert records.count(**found, where={"title": word}) == len(allowed)
        for id in latest:
            versions = [
                r.version for r in records.history("evidence", id, by=reader, as_of=LATER)
            ]
            assert versions == ([1, 2] if id in first else [2])
