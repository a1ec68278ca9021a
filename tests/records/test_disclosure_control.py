"""What somebody outside sees of a record."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstander.core.rights import VISITOR, Actor, Marking, Role, Stamp, Usage
from upstander.records.disclosure_control import (
    FEWER,
    LEAST,
    NEUTRAL,
    WITHHELD,
    _few,
    blurred,
)
from upstander.records.forms import form
from upstander.records.redaction import before_widening, findings, mark_of

HEAD = Actor("h", "Head", Role.HEAD, "mechanism")
READER = Actor("r", "Reader", Role.READER, "mechanism")
OTHER = Actor("o", "Other", Role.ANALYST, "ngo")
ADMIN = Actor("a", "Admin", Role.ADMINISTRATOR, "mechanism")
SPOT = {
    "latitude": 13.6279,
    "longitude": 25.3494,
    "precision": "exact",
    "place_name": "Tawila",
    "admin2": "El Fasher",
    "event": "ucdp:1",
    "notes": "the teacher says so",
    "origin": "kobo",
    "origin_id": "77f0",
}


@pytest.mark.parametrize("actor", [VISITOR, READER, OTHER, ADMIN])
def test_a_place_is_shown_no_finer_than_its_district_and_nothing_leads_back(
    actor, evidence
):
    body = blurred(evidence(**SPOT), actor).body
    assert (body["latitude"], body["longitude"]) == (13.5, 25.5)
    assert (body["precision"], body["place_name"], body["admin2"]) == (
        "district",
        WITHHELD,
        "El Fasher",
    )
    assert {body[n] for n in ("event", "notes", "origin", "origin_id")} == {WITHHELD}


@pytest.mark.parametrize(
    "kind", ["arms", "civic_space", "context", "harm", "preparatory_measure", "trigger"]
)
@pytest.mark.parametrize("area", ["North district", "the yard behind Amina's house"])
def test_an_area_whose_precision_nobody_says_is_shown_as_held_back_and_no_area_as_none(
    kind, area, evidence
):
    said, unsaid = (replace(evidence(), kind=kind, body={"area": a}) for a in (area, None))
    assert blurred(said, READER).body["area"] == WITHHELD
    assert blurred(unsaid, READER).body["area"] is None
    assert blurred(said, HEAD).body["area"] == area


def test_the_official_area_of_a_review_is_shown_as_its_own_page_shows_it(evidence):
    review = replace(evidence(), kind="review", body={"area": "North State"})
    assert blurred(review, READER).body["area"] == "North State"


def test_cleared_people_of_its_space_and_its_author_see_it_exactly(evidence):
    record = evidence(**SPOT, women=1, affected=3)
    assert blurred(record, HEAD) is record
    assert blurred(record, Actor("amira", "Amira", Role.CONTRIBUTOR, "mechanism")) is record
    shared = evidence(**SPOT, stamp=Stamp("mechanism", "amira", shared=("ngo",)))
    assert blurred(shared, OTHER) is shared


def test_published_open_data_stay_exact_but_still_hide_notes(evidence):
    body = blurred(
        evidence(**SPOT, published=True, url="https://example.org/1", women=1), VISITOR
    ).body
    assert (body["latitude"], body["place_name"], body["women"]) == (13.6279, "Tawila", 1)
    assert body["notes"] == WITHHELD


def test_who_reported_is_not_shown_outside_the_space(evidence):
    seen = blurred(evidence(**SPOT), VISITOR)
    assert (seen.who, seen.why, seen.stamp.author) == ("", "", "")
    assert blurred(evidence(**SPOT), OTHER).who == ""


def test_counts_under_five_are_suppressed_and_cannot_be_worked_out(evidence):
    body = blurred(evidence(affected=30, women=3, men=27, girls=0), VISITOR).body
    assert body["affected"] == 30
    assert (body["women"], body["men"], body["girls"], body["boys"]) == (
        FEWER,
        WITHHELD,
        WITHHELD,
        None,
    )
    assert blurred(evidence(affected=30, women=10, men=20), VISITOR).body["women"] == 10
    assert blurred(evidence(affected=0), VISITOR).body["affected"] == 0


@given(counts=st.lists(st.none() | st.integers(0, 60), min_size=6, max_size=6))
def test_no_count_under_five_and_no_difference_that_gives_one_is_ever_shown(counts):
    names = ("affected", "women", "men", "girls", "boys", "sex_age_unknown")
    shown = _few(form("evidence"), dict(zip(names, counts, strict=True)))
    if any(n is not None and 0 < n < LEAST for n in counts):
        assert sum(isinstance(v, int) for v in shown.values()) <= 1
    assert not any(isinstance(v, int) and 0 < v < LEAST for v in shown.values())
    assert [v is None for v in shown.values()] == [
        n is None for n in counts
    ]  # unknown stays unknown, known never becomes it


def test_hateful_text_is_never_republished(evidence):
    slur = "They are all vermin"
    hateful = evidence(
        title=slur,
        passage=slur,
        translation=slur,
        hate=True,
        neutral="Likens a group to animals.",
    )
    body = blurred(hateful, VISITOR).body
    assert slur not in str(body)
    assert (body["title"], body["passage"]) == ("Likens a group to animals.",) * 2
    assert blurred(evidence(passage=slur, hate=True), VISITOR).body["passage"] == NEUTRAL
    published = evidence(passage=slur, hate=True, published=True, url="https://example.org")
    assert slur not in str(blurred(published, VISITOR).body)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("write to amina.k@example.org today", "e-mail address"),
        ("call +249 91 234 5678", "telephone or identity number"),
        ("card 29-1234567890", "telephone or identity number"),
        ("passport P0123456", "identity document"),
        ("at 13.6279, 25.3494", "coordinates"),
        ("at 13° 37' N", "coordinates"),
        ("posted by @amina_k", "account of a social network"),
    ],
)
def test_patterns_that_may_lead_to_a_person_are_found(text, what):
    [found] = findings("evidence", {"passage": text})
    assert (found.field, found.what) == ("passage", what)
    assert text[found.start : found.end] == found.text


@pytest.mark.parametrize(
    "text",
    [
        "On 2026-05-31 some 1,200 fled.",
        "From 2019-2024; Resolution 1325 (2000).",
        "31.05.2026",
        "12 men",
    ],
)
def test_days_and_plain_counts_are_no_findings(text):
    assert findings("evidence", {"passage": text}) == ()


def test_a_mark_stands_for_these_findings_wherever_they_stand_and_for_no_others():
    one = findings("evidence", {"passage": "call +249 91 234 5678"})
    moved = findings("evidence", {"passage": "or else call +249 91 234 5678"})
    more = findings("evidence", {"passage": "call +249 91 234 5678 or a@example.org"})
    elsewhere = findings("evidence", {"title": "call +249 91 234 5678"})
    assert mark_of(one) == mark_of(moved)
    assert len({mark_of(x) for x in (one, more, elsewhere, ())}) == 4


def test_only_wider_rights_ask_for_a_look():
    body, own = {"passage": "call +249 91 234 5678"}, Stamp("mechanism", "amira")
    wider = [
        replace(own, marking=Marking.CLEAR),
        replace(own, usage=Usage.PUBLIC),
        replace(own, shared=("ngo",)),
    ]
    for after in wider:
        assert before_widening("evidence", body, own, after)
        assert not before_widening("evidence", body, after, own)
    assert not before_widening("evidence", {"passage": "Shells fell."}, own, wider[0])
    assert before_widening("evidence", body, None, wider[0])
    assert not before_widening("evidence", body, None, own)


@pytest.mark.parametrize(
    "precision", ["exact", "settlement", "district", "province", "country", None]
)
@pytest.mark.parametrize("kind", ["evidence", "submission", "act"])
def test_a_town_or_spot_is_held_back_whatever_the_precision_says(kind, precision, evidence):
    name = "area" if kind == "act" else "place_name"
    record = replace(
        evidence(),
        kind=kind,
        body={name: "Kutum town, house by the mosque", "precision": precision},
    )
    seen = blurred(record, VISITOR).body
    assert seen[name] == WITHHELD
    assert seen["precision"] == (
        "district" if precision in ("exact", "settlement") else precision
    )
