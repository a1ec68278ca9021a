"""A rating is graded, has grounds, and exists once for each indicator and space of a review."""

from datetime import timedelta

import pytest
from tests.assess.rated import NOON, rating_record, record

from upstander.assess.four_crimes import Crime
from upstander.assess.frameworks import shipped
from upstander.assess.rating import LEVELS, rating_draft, rating_of, ratings, record_id
from upstander.core.rights import Actor, Role
from upstander.records.forms import FormError, check, form

ANA = Actor("ana", "Ana", Role.ANALYST, "gov")
NOWHERE: frozenset[str] = frozenset()


def draft_of(**given: object):
    return rating_draft(given, shipped(), review="r1", by=ANA, places=NOWHERE)


def test_a_level_is_graded_0_to_4_or_not_assessed_and_never_yes_or_no():
    choices = form("rating").field("level").choices
    assert list(choices) == ["not_assessed", "0", "1", "2", "3", "4"]
    assert [choices[str(n)] for n in range(5)] == [
        f"{n} {words}" for n, words in enumerate(LEVELS)
    ]
    assert not [f.name for f in form("rating").fields if f.type == "flag"]
    assert set(form("rating").field("trend").choices) == {
        "rising",
        "steady",
        "falling",
        "not_known",
    }
    for wrong in ("yes", "5", "-1", "2.5"):
        with pytest.raises(FormError):
            draft_of(code="7.5", level=wrong)


def test_a_draft_keeps_the_wording_it_was_made_against_under_an_id_that_only_that_rating_has():
    draft = draft_of(
        code="7.5",
        level=3,
        evidence="robust",
        agreement="high",
        note="seen by three sources",
    )
    assert draft.body["edition"] == shipped().wording("7.5")
    assert draft.body["edition"].startswith("framework_2014@1-")
    assert (draft.id, draft.parent) == (record_id("r1", "7.5", "gov"), "r1")
    assert draft_of(code="7.5", level=0).id == draft.id, (
        "no double entry: the store refuses a second one"
    )
    assert (
        len({record_id(r, c, s) for r in "ab" for c in ("7.5", "9.1") for s in "xy"}) == 8
    )
    assert len(draft.id) == 26
    assert draft.id.isalnum()
    assert draft.id == draft.id.lower()


def test_ethnic_cleansing_is_said_of_named_acts_alone():
    said = {"code": "13.1", "level": "2", "crimes": ["ethnic_cleansing"]}
    with pytest.raises(FormError) as told:
        draft_of(**said)
    assert set(told.value.faults) == {"underlying"}
    assert draft_of(**said, underlying=["forced_removal"]).body["underlying"] == [
        "forced_removal"
    ]


def test_a_code_that_is_only_a_question_over_others_cannot_be_rated_a_second_time():
    with pytest.raises(FormError, match="No indicator is rated under 'F4a'"):
        draft_of(code="F4a", level=3)


def test_setting_the_confidence_needs_a_reason():
    with pytest.raises(FormError, match="Reason for setting the confidence is needed"):
        check(form("rating"), {"code": "7.5", "level": "2", "confidence": "low"}, NOWHERE)
    body = check(
        form("rating"),
        {
            "code": "7.5",
            "level": "2",
            "confidence": "low",
            "confidence_reason": "one voice",
        },
        NOWHERE,
    )
    own = rating_of(
        record("rating", "x", {**body, "evidence": "robust", "agreement": "high"})
    )
    assert (own.confidence, own.confidence_reason) == ("low", "one voice")


def test_confidence_is_derived_where_people_set_none():
    assert (
        rating_of(rating_record("7.5", 2, evidence="medium", agreement="high")).confidence
        == "high"
    )
    assert rating_of(rating_record("7.5", 2)).confidence is None


def test_a_rating_names_crimes_from_a_closed_list_with_incitement_apart():
    assert set(form("rating").field("crimes").choices) == {c.value for c in Crime}
    assert set(form("rating").field("incitement").choices) == {c.value for c in Crime}
    with pytest.raises(FormError):
        draft_of(code="7.14", level=3, crimes=["aggression"])
    rating = rating_of(rating_record("7.14", 3, incitement=["genocide"]))
    assert (rating.crimes, rating.incitement) == ((), (Crime.GENOCIDE,))


def test_positions_of_spaces_are_kept_apart_and_the_widest_gap_is_named_first():
    records = [
        rating_record("7.5", 1, space="gov"),
        rating_record("7.5", 4, space="nhri"),
        rating_record("7.5", None, space="ngo"),
        rating_record("9.1", 2, space="gov"),
        rating_record("9.1", 3, space="nhri"),
        rating_record("3.3", 2, space="gov"),
        rating_record("3.3", 2, space="nhri"),
    ]
    found = ratings(records, shipped())
    assert found.of("gov")["7.5"].level == 1
    assert found.of("nhri")["7.5"].level == 4
    assert list(found.disputed) == ["7.5", "9.1"]
    assert found.disputed["7.5"] == {"gov": 1, "nhri": 4}, "not assessed is no position"
    assert found.of("nobody") == {}


def test_the_newest_version_counts_and_a_code_no_framework_has_is_named_not_dropped():
    later = NOON + timedelta(days=1)
    records = [
        rating_record("7.5", 4, when=later, version=2),
        rating_record("7.5", 1),
        rating_record("99.1", 2),
        record("evidence", "e1", {}),
    ]
    found = ratings(records, shipped())
    assert found.of("gov")["7.5"].level == 4
    assert found.unknown == ("99.1",)


def test_a_level_set_by_people_needs_a_reason():
    with pytest.raises(FormError, match="Reason is needed"):
        check(
            form("override"),
            {"framework": "six_factors", "factor": "F4", "level": "3"},
            NOWHERE,
        )
