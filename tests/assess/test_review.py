"""What is missing before a review may be published; who takes part; peers; two reviews side by side."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count

import pytest

from upstander.assess import peers, publishing, review
from upstander.assess.publishing import Assessed
from upstander.core.rights import Actor, Marking, Role, Stamp, Usage, stamp_within
from upstander.records import Record
from upstander.records.forms import FormError, check, form

NUMBER = count(1)
SPACES = {
    "office": "government",
    "interior": "government",
    "commission": "nhri",
    "league": "ngo",
}


def record(kind, space="office", who="a", **body):
    number = next(NUMBER)
    return Record(
        kind=kind,
        id=f"{kind}{number}",
        version=1,
        body=body,
        stamp=Stamp(space=space, author=who),
        parent="r",
        place="SDN",
        who=who,
        when=datetime(2026, 6, 1, tzinfo=UTC),
        why="",
        fingerprint="",
    )


def participant(type_, agency="", women=None, men=None, part_taken="consulted"):
    return record(
        "participant",
        organisation=f"The {type_}",
        type=type_,
        agency=agency,
        women=women,
        men=men,
        part_taken=part_taken,
    )


LONG = "Women of two groups are turned away when they report, and girls leave school early; boys are taken by force. "
ENOUGH = Assessed("60 of 104 indicators assessed", True, True, True, 4, 6)


def version(status="in_signature", number=1, who="a"):
    return record(
        "review_version",
        who=who,
        number=number,
        status=status,
        headline="1 watch",
        digest="d",
        asked="commission office",
        signed=None,
    )


def signed(space, who, number=1):
    return record("signoff", space, who=who, version=number, decision="agreed")


def whole():
    """A review with nothing missing."""
    parts = {
        "participant": (
            participant("lead", "office", 2, 2),
            participant("nhri", "commission"),
            participant("women", women=3, men=0),
        ),
        "section": (
            record("section", name="gender", text=f"Women. {LONG * 2}"),
            record("section", name="age", text=f"Age. {LONG * 2}"),
            record("section", "league", name="unknown", text=LONG),
        ),
        "rating": (record("rating", "office"), record("rating", "commission")),
        "review_version": (version(),),
        "signoff": (signed("office", "b"), signed("commission", "c")),
        "comment": (comment := record("comment"),),
        "reply": (record("reply", comment=comment.id),),
        "policy_mapping": (record("policy_mapping"),),
    }
    return review.Review(
        record("review", who="a"), parts, {"capacity": (record("capacity"),)}, SPACES
    )


def without(kind, *keep):
    held = whole()
    places = {k: v for k, v in held.place_parts.items() if k != kind}
    return review.Review(held.record, {**held.parts, kind: keep}, places, SPACES)


def rules(held, assessed=ENOUGH, closer=None):
    return [g.rule for g in publishing.before_signing(held, assessed, closer or {})]


def unsigned(held):
    return [
        g.rule for g in publishing.before_publishing(held, publishing.in_signature(held))
    ]


def test_a_whole_review_may_be_frozen_and_published():
    assert rules(whole()) == unsigned(whole()) == []


def test_sections_on_gender_and_on_age_are_needed_before_publishing():
    assert rules(without("section"))[:2] == ["gender", "age"]
    age = record("section", name="age", text=LONG * 2)
    league = record("section", "league", name="unknown", text=LONG)
    assert rules(without("section", age, league)) == ["gender"]


@pytest.mark.parametrize("hollow", [".", "a" * 400, "nothing", LONG * 2])
def test_a_section_of_one_dot_or_the_same_text_twice_says_too_little(hollow):
    other = record("section", name="age", text=LONG * 2)
    league = record("section", "league", name="unknown", text=LONG)
    assert "gender" in rules(
        without("section", record("section", name="gender", text=hollow), other, league)
    )


def test_risk_is_not_published_without_capacity_policies_and_civil_society():
    assert rules(without("capacity")) == ["capacity"]
    assert rules(without("policy_mapping")) == ["policies"]
    assert rules(without("participant")) == ["participants"]
    named = without(
        "section", *(s for s in whole().of("section") if s.stamp.space != "league")
    )
    assert rules(named) == ["civil_society"], (
        "an organisation that somebody names has not taken part"
    )
    method = record(
        "section", name="method", text=f"No organisation wished to take part. {LONG * 2}"
    )
    assert rules(without("section", *named.of("section"), method)) == []
    close = publishing.before_signing(without("capacity"), ENOUGH, {"capacity": 2})
    assert "2 on record may be read by fewer people" in close[0].words


def test_a_state_that_rates_itself_alone_is_asked_for_an_independent_rating():
    assert rules(whole(), replace(ENOUGH, independent=2)) == ["co_rating"], (
        "not assessed is no rating"
    )
    assert rules(without("rating")) == ["rating"]


def test_too_little_assessed_or_a_level_nobody_set_on_the_present_ratings_is_not_signed():
    assert rules(whole(), replace(ENOUGH, is_enough=False)) == ["coverage"]
    assert rules(whole(), replace(ENOUGH, is_decided=False, is_current=False)) == ["level"]
    assert rules(whole(), replace(ENOUGH, is_current=False)) == ["level"]


def test_every_agency_signs_and_two_different_people_do():
    assert unsigned(without("signoff", signed("office", "b"))) == ["signature"]
    alone = without("signoff", signed("office", "a"), signed("commission", "a"))
    assert unsigned(alone) == ["two_people"]
    assert unsigned(
        without("signoff", signed("office", "b", 7), signed("commission", "c"))
    ) == ["signature"], "a signature under another version is none"


def test_whoever_rated_or_took_a_position_is_asked_to_sign_invited_or_not():
    rated = without(
        "rating",
        record("rating", "office"),
        record("rating", "commission"),
        record("rating", "league"),
    )
    assert set(publishing.signers(rated, None)) == {"office", "commission", "league"}
    held = without("position", record("position", "interior"))
    assert "interior" in publishing.signers(held, None)
    watching = without("participant", participant("nhri", "league", part_taken="observes"))
    assert "league" not in publishing.signers(watching, None)


def test_a_peer_comment_stays_open_until_it_is_answered():
    assert rules(without("reply")) == ["comments"]


def test_womens_share_counts_only_who_was_counted():
    found = review.inclusion(whole().of("participant"))
    assert found.women_share == pytest.approx(5 / 7)
    assert (found.people, found.not_counted) == (7, 1)
    assert review.inclusion([participant("ngo")]).women_share is None


def test_the_way_forward_has_seven_steps_that_begin_as_not_assessed():
    steps = review.way_forward()
    assert [s.id for s in steps] == ["W1", "W2", "W3", "W4", "W5", "W6", "W7"]
    assert {s.status for s in steps} == {"not assessed"}


def test_a_review_names_a_responsible_national_owner_and_a_pillar():
    given = {
        "title": "First",
        "level": "country",
        "first": "2026-01-01",
        "last": "2026-06-30",
    }
    with pytest.raises(FormError) as told:
        check(form("review"), given, frozenset({"SDN"}))
    assert set(told.value.faults) == {"owner", "pillar"}


def test_an_action_rests_on_at_least_one_body_of_law():
    given = {
        "title": "Train",
        "subject": "security_sector",
        "owner": "Interior",
        "due": "2027-01-01",
        "measure": "Count",
        "status": "planned",
    }
    with pytest.raises(FormError) as told:
        check(form("action"), given, frozenset())
    assert set(told.value.faults) == {"legal_basis"}


def peer_review(due, reported=None, recommendations=None, implemented=None):
    return record(
        "peer_review",
        due=due,
        reported=reported,
        recommendations=recommendations,
        implemented=implemented,
    )


def test_reports_on_time_and_recommendations_implemented_are_counted_as_of_a_day():
    held = [
        peer_review("2024-01-01", "2023-12-30", 200, 50),
        peer_review("2025-01-01", "2025-03-01", 100, None),
        peer_review("2026-01-01"),
        peer_review("2027-01-01"),
    ]
    found = peers.calendar(held, date(2026, 6, 1))
    assert found.on_time == pytest.approx(1 / 3)
    assert found.overdue == (held[2],)
    assert found.coming == (held[3],)
    assert found.implemented == pytest.approx(0.25)
    assert peers.calendar([], date(2026, 6, 1)).on_time is None


def test_two_versions_show_what_changed_and_not_assessed_is_no_change_of_level():
    found = peers.differences({"F1": 1, "F2": None, "F3": 2}, {"F1": 3, "F2": 2, "F3": 2})
    assert [(d.key, d.change) for d in found] == [("F1", 2), ("F2", None)]


def test_self_rating_and_independent_rating_stand_side_by_side_and_the_highest_warning_is_kept():
    levels = {
        "office": {"F1": 1, "F2": None},
        "league": {"F1": 3},
        "commission": {"F1": 2, "F2": 4},
    }
    assert peers.co_rating(levels, SPACES) == {
        "F1": {"self": 1, "independent": 3},
        "F2": {"self": None, "independent": 4},
    }


def test_in_a_review_for_the_world_only_an_approver_writes_for_the_world():
    public = Stamp("gov", "hana", Marking.CLEAR, Usage.PUBLIC)
    made = {
        r: stamp_within(public, Actor("x", "X", r, "ngo"))
        for r in (Role.ANALYST, Role.APPROVER)
    }
    assert (made[Role.ANALYST].marking, made[Role.ANALYST].usage) == (
        Marking.GREEN,
        Usage.RESTRICTED,
    )
    assert (made[Role.APPROVER].marking, made[Role.APPROVER].usage) == (
        Marking.CLEAR,
        Usage.PUBLIC,
    )
    closed = replace(public, marking=Marking.AMBER, usage=Usage.OFFICE)
    assert (
        stamp_within(closed, Actor("x", "X", Role.ANALYST, "ngo")).marking is Marking.AMBER
    )
