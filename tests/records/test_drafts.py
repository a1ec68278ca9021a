"""From what was filled in to a draft: who may set what."""

import pytest
from tests.assess.made_up import plain

from upstander.core.rights import APPROVERS, WORKERS, Actor, Role
from upstander.records.drafts import draft
from upstander.records.forms import FormError, form

GIVEN = {
    "title": "Market shelled",
    "passage": "Shells fell.",
    "status": "inbox",
    "published": True,
    "url": "https://example.org/1",
}


def made(role, **more):
    by = Actor("x", "X", role, "mechanism")
    return draft(
        "evidence",
        {**GIVEN, **more.pop("given", {})},
        id="1",
        by=by,
        places=frozenset(),
        **more,
    )


def test_only_an_approver_or_head_says_that_something_is_published_and_so_not_blurred():
    for role in WORKERS:
        if role in APPROVERS:
            assert made(role).body["published"]
        else:
            with pytest.raises(FormError, match="approver or head") as refused:
                made(role)
            assert set(refused.value.faults) == {"published"}


def test_what_was_settled_before_stays_and_can_be_taken_back_by_who_writes():
    assert made(Role.ANALYST, settled={"published": True}).body["published"]
    assert not made(
        Role.CONTRIBUTOR, settled={"published": True}, given={"published": False}
    ).body["published"]
    with pytest.raises(FormError):
        made(Role.ANALYST, settled={"published": None})


QUESTION = {
    "question": "Will it?",
    "resolves": "UCDP",
    "deadline": "2026-12-31",
    "interval": "80",
    "experts": ["a", "b", "c"],
}
ANA = Actor("ana", "Ana", Role.ANALYST, "gov")


@pytest.mark.parametrize(
    ("before", "after"),
    [("round2", "round1"), ("closed", "round2"), ("discussion", "round1")],
)
def test_a_state_that_people_choose_goes_only_where_a_transition_leads(before, after):
    with pytest.raises(FormError) as told:
        draft(
            "elicitation",
            {**QUESTION, "state": after},
            id="q",
            by=ANA,
            places=frozenset(),
            settled={"state": before},
        )
    assert "it goes to" in told.value.faults["state"]


def test_a_state_moves_on_by_its_transition_and_stays_where_nothing_moves_it():
    for before, after in (
        ("round1", "discussion"),
        ("discussion", "round2"),
        ("round2", "round2"),
    ):
        made = draft(
            "elicitation",
            {**QUESTION, "state": after},
            id="q",
            by=ANA,
            places=frozenset(),
            settled={"state": before},
        )
        assert made.body["state"] == after


def test_evidence_is_taken_into_the_library_and_set_aside_by_those_who_grade_it():
    plain = {"published": None, "url": None}
    for before, now, allowed in (
        ({}, "inbox", True),
        ({}, "library", False),
        ({"status": "inbox"}, "library", False),
        ({"status": "library"}, "library", True),
        ({"status": "library"}, "inbox", False),
    ):
        assert (
            made(Role.ANALYST, settled=before, given={**plain, "status": now}).body[
                "status"
            ]
            == now
        )
        if allowed:
            assert (
                made(Role.CONTRIBUTOR, settled=before, given={**plain, "status": now}).body[
                    "status"
                ]
                == now
            )
        else:
            with pytest.raises(FormError) as refused:
                made(Role.CONTRIBUTOR, settled=before, given={**plain, "status": now})
            assert set(refused.value.faults) == {"status"}


def test_a_decision_on_incitement_is_changed_and_never_taken_away():
    wanted, by = form("speech_event"), Actor("x", "X", Role.ANALYST, "mechanism")
    given = {
        f.name: "SDN" if f.type == "place" else plain(f)
        for f in wanted.fields
        if f.required
    }

    def decided(before, now):
        body = {**given, "decision": now, "decision_why": "the context"}
        return draft(
            "speech_event", body, id="1", by=by, places=frozenset({"SDN"}), settled=before
        ).body["decision"]

    assert decided({}, None) is None
    assert [
        decided({"decision": b}, n)
        for b, n in ((None, "refer"), ("refer", "watch"), ("watch", "watch"))
    ] == [
        "refer",
        "watch",
        "watch",
    ]
    with pytest.raises(FormError, match="Human decision"):
        decided({"decision": "refer"}, None)
