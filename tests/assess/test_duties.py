"""Conflict excuses nothing: it adds duties and changes no task."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.assess.made_up import ON, record

from upstander.assess.conflict_context import NEXUS
from upstander.assess.duties import CONTINUE, catalogue, checklist, duties, tasks
from upstander.records.forms import choices, form
from upstander.report.mandate import register

CONTEXTS = sorted(form("context").field("kind").choices)
DUTIES = sorted(choices("duty"))
STATUS = st.sampled_from([None, "met", "partly", "not_met"])
OBLIGATIONS = st.lists(
    st.builds(
        lambda duty, status, days: record(
            "obligation",
            duty=duty,
            status=status,
            due=(ON + timedelta(days=days)).isoformat(),
        ),
        st.sampled_from(DUTIES),
        STATUS,
        st.integers(-400, 400),
    ),
    max_size=6,
)
TASKS = st.lists(
    st.builds(
        lambda duty, status, days: record(
            "protection_task",
            duty=duty,
            status=status,
            closed_why="no longer asked for",
            due=(ON + timedelta(days=days)).isoformat(),
        ),
        st.sampled_from(DUTIES),
        st.sampled_from(["open", "under_way", "done", "dropped"]),
        st.integers(-400, 400),
    ),
    max_size=6,
)


@given(
    OBLIGATIONS,
    TASKS,
    st.lists(st.sampled_from(CONTEXTS), max_size=3),
    st.sampled_from(NEXUS),
)
def test_switching_to_conflict_closes_and_lowers_no_duty_task_or_deadline(
    obligations, todo, before, conflict
):
    held = [*obligations, *todo]
    then = [record("context", kind=k, since="2020-01-01") for k in before]
    now = [*then, record("context", kind=conflict, since="2026-01-01")]
    was, stands = checklist([*held, *then], ON), checklist([*held, *now], ON)
    kept = [(s.duty.id, s.status, s.owner, s.due, s.overdue, s.record) for s in stands]
    assert [
        x
        for x in kept
        if x in [(s.duty.id, s.status, s.owner, s.due, s.overdue, s.record) for s in was]
    ] == [(s.duty.id, s.status, s.owner, s.due, s.overdue, s.record) for s in was], (
        "only the provision cited follows the kind of conflict"
    )
    assert tasks([*held, *now], ON) == tasks([*held, *then], ON)


def cited(kind):
    return {
        s.duty.id: s.duty.part
        for s in checklist([record("context", kind=kind, since="2026-01-01")], ON)
    }


def test_common_article_3_is_cited_for_internal_conflict_and_protocol_one_for_international():
    internal, between = cited("internal_conflict"), cited("international_conflict")
    assert "common article 3" in internal["humane"]
    assert not [part for part in internal.values() if "Protocol I," in part]
    assert not [
        part
        for part in between.values()
        if "common article 3" in part or "Protocol II" in part
    ]
    assert "Protocol II" in cited("mixed")["civilians"]
    assert "Protocol I," in cited("mixed")["civilians"]


@given(st.lists(st.sampled_from(CONTEXTS)), st.sampled_from(CONTEXTS))
def test_no_context_takes_a_duty_away(contexts, one_more):
    assert set(duties(contexts)) <= set(duties([*contexts, one_more]))
    assert set(duties()) <= set(duties(contexts))


def test_the_list_holds_without_any_context_and_the_end_of_a_conflict_leaves_recorded_duties_open():
    assert {"protect", "life", "torture", "remedy"} <= {
        s.duty.id for s in checklist([], ON)
    }
    assert all(s.words == "Not assessed" for s in checklist([], ON))
    war = record(
        "context", kind="internal_conflict", since="2020-01-01", until="2021-01-01"
    )
    relief = record("obligation", duty="relief", status="partly", due="2021-06-01")
    (state,) = [s for s in checklist([war, relief], ON) if s.duty.id == "relief"]
    assert (state.status, state.overdue) == ("partly", True)
    assert "lessens no responsibility" in CONTINUE


def test_every_duty_names_its_legal_basis_and_its_source():
    known = {s.id for s in register()[0]}
    assert {d.id for d in catalogue()} == set(DUTIES)
    for duty in catalogue():
        assert duty.source in known
        assert duty.part
        assert duty.legal_basis
        assert set(duty.legal_basis) <= set(choices("legal_basis"))
        assert set(duty.added_by) <= set(CONTEXTS)
    assert {b for d in catalogue() for b in d.legal_basis} == set(choices("legal_basis"))


def test_tasks_are_overdue_until_they_are_done():
    late, done = (
        record("protection_task", due="2026-01-01"),
        record("protection_task", due="2026-02-01", status="done"),
    )
    assert [(t.record, t.open, t.overdue) for t in tasks([done, late], ON)] == [
        (late.id, True, True),
        (done.id, False, False),
    ]
