"""What was read once is not read again, and that changes nothing for anybody."""

from contextlib import contextmanager
from dataclasses import replace

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.records.made_up import AMIRA, BEN, DAY, HEAD, LATER, NGO, draft, opened, said

from upstander.core.errors import UnknownRecord
from upstander.core.rights import Marking
from upstander.records.record_cache import BATCH, Memory


@pytest.fixture
def records(records_url, tmp_path):
    return opened(records_url, tmp_path)


def again(records, **more):
    """The same store, as a process sees it that has read nothing yet."""
    return replace(records, memory=Memory(**more))


@contextmanager
def fetched(records):
    """How many entries are fetched in the block, question by question."""
    asked = []

    def look(_connection, _cursor, words, values, *_):
        if "entry.body" in words.split("FROM")[0]:  # shown, not only asked about
            asked.append(
                sum(
                    str(v) in ids
                    for v in (values.values() if isinstance(values, dict) else values)
                )
            )

    ids = {r.id for r in again(records).find(by=HEAD, as_of=LATER)}
    sa.event.listen(records.database.engine, "before_cursor_execute", look)
    yield asked
    sa.event.remove(records.database.engine, "before_cursor_execute", look)


def test_only_what_was_written_since_is_fetched(records):
    many = [draft(body={"n": n}) for n in range(9)]
    records.append(many, by=AMIRA, why="", now=DAY)
    reading = again(records)
    with fetched(reading) as asked:
        first = reading.find(by=AMIRA, as_of=LATER)
        assert reading.find(by=BEN, as_of=LATER) == first
    assert asked == [9]
    again(records).append(
        [replace(many[4], body={"n": 44}, expected=1)], by=AMIRA, why="", now=LATER
    )
    with fetched(reading) as asked:
        second = reading.find(by=AMIRA, as_of=LATER)
    assert asked == [1]
    assert sorted(r.body["n"] for r in second) == [0, 1, 2, 3, 5, 6, 7, 8, 44]
    assert reading.find(by=AMIRA, as_of=DAY) == first


def test_what_one_reader_has_read_another_still_may_not_read(records):
    one = draft(marking=Marking.AMBER)
    records.append([one], by=AMIRA, why="", now=DAY)
    assert records.read("evidence", one.id, by=AMIRA, as_of=LATER)
    with pytest.raises(UnknownRecord):
        records.read("evidence", one.id, by=NGO, as_of=LATER)
    records.append(
        [replace(one, stamp=replace(one.stamp, marking=Marking.RED), expected=1)],
        by=AMIRA,
        why="",
        now=DAY,
    )
    assert records.read("evidence", one.id, by=AMIRA, as_of=LATER)
    for version in (None, 1, 2):
        with pytest.raises(UnknownRecord):
            records.read("evidence", one.id, by=BEN, as_of=LATER, version=version)


def test_what_was_erased_by_another_process_is_forgotten(records):
    told, plain = draft(body={"name": "Ann"}, sealed=frozenset({"name"})), draft()
    records.append([told, plain], by=AMIRA, why="", now=DAY)
    other = again(records)
    for _ in range(2):
        assert said(other.read("evidence", told.id, by=AMIRA, as_of=LATER)) == {
            "name": "Ann"
        }
        assert other.find(by=AMIRA, as_of=LATER, text="ann")
    assert "Ann" in repr(other.memory.held)
    for id in (told.id, plain.id):
        records.erase("evidence", id, by=AMIRA, why="asked for", now=DAY)
        assert [r.erased for r in other.history("evidence", id, by=AMIRA, as_of=LATER)] == [
            True,
            True,
        ]
    assert said(other.read("evidence", told.id, by=AMIRA, as_of=DAY)) == {"name": ""}
    assert not other.find(by=AMIRA, as_of=LATER, text="ann")
    assert "Ann" not in repr(vars(other.memory))


def test_a_full_memory_is_emptied_and_every_answer_stays_right(records):
    many = [draft(body={"text": str(n) * 40}) for n in range(20)]
    records.append(many, by=AMIRA, why="", now=DAY)
    small = again(records, most=200)
    for one in many * 2:
        assert said(small.read("evidence", one.id, by=AMIRA, as_of=LATER)) == said(one)
        assert sum(len(r.body["text"]) for r in small.memory.held.values()) <= 200
    assert small.find(by=AMIRA, as_of=LATER) == again(records).find(by=AMIRA, as_of=LATER)


def test_more_entries_than_one_question_takes(records):
    many = [draft(body={"n": n}) for n in range(BATCH + 5)]
    records.append(many, by=AMIRA, why="", now=DAY)
    found = again(records).find(by=AMIRA, as_of=LATER, limit=2 * BATCH)
    assert {r.id: said(r) for r in found} == {d.id: d.body for d in many}
    assert [r.id for r in found] == sorted(d.id for d in many)


@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    steps=st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from(Marking)), min_size=4, max_size=8
    )
)
def test_every_reader_sees_at_every_instant_what_a_store_without_memory_shows(
    records, steps
):
    drafts = [draft() for _ in range(4)]
    versions = [0] * 4
    for n, marking in steps:
        one = replace(
            drafts[n], stamp=replace(drafts[n].stamp, author=HEAD.account, marking=marking)
        )
        one = replace(one, body={"version": versions[n] + 1}, expected=versions[n])
        at = DAY if versions[n] < 2 else LATER
        records.append([one], by=HEAD, why="", now=at)
        versions[n] += 1
        for as_of in (DAY, LATER):
            for reader in (HEAD, BEN, NGO):
                asked = {"by": reader, "as_of": as_of, "ids": [d.id for d in drafts]}
                assert records.find(**asked) == again(records).find(**asked)
