"""Lanes, elements, the derived label, and what is never said (journey 4)."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.assess.made_up import ON, record

from upstander.assess.conflict_context import badge
from upstander.assess.crimes import CHECKED, asserted, crimes, provisions
from upstander.assess.lanes import ethnic_cleansing, lanes
from upstander.records.forms import choices, form, kinds

ACTS = sorted(choices("act"))
NEXUS = ("international_conflict", "internal_conflict", "occupation", "mixed")
CONTEXTS = sorted(form("context").field("kind").choices)


def act(*acts, status="alleged", **given):
    by = {"verified_by": "Commission of inquiry"} if status == "verified" else {}
    return record("act", acts=list(acts), status=status, **{**by, "group": "g1", **given})


def by_crime(records, **given):
    return {lane.crime.id: lane for lane in lanes(records, ON, **given)}


def test_one_act_can_be_an_element_of_several_crimes():
    assert set(provisions()["sexual_violence"]) == {
        "genocide",
        "crimes_against_humanity",
        "war_crimes",
    }
    killing = act("killing")
    war = record("context", kind="internal_conflict", since="2025-01-01")
    assert all(killing.id in lane.alleged for lane in by_crime([killing, war]).values())
    assert sum(len(found) > 1 for found in provisions().values()) >= 10


def test_journey_four_mass_detention_and_child_transfer_without_conflict():
    rows = [
        act("detention"),
        act("child_transfer", status="verified"),
        record("context", kind="none", since="2020-01-01"),
    ]
    found = by_crime(rows, group="g1")
    assert found["genocide"].open
    assert {a: p.words for a, p in found["genocide"].acts} == {
        "child_transfer": "article 6(e)"
    }
    assert found["crimes_against_humanity"].open
    assert {a for a, _ in found["crimes_against_humanity"].acts} == {
        "detention",
        "child_transfer",
    }
    war = found["war_crimes"]
    assert not war.open
    assert "needs conflict or occupation" in war.reason
    assert found["genocide"].dossier is not None
    assert not found["genocide"].dossier.complete
    assert "two reviewers" in found["genocide"].dossier.words
    held = by_crime([*rows, record("intent_item", group="g1")], group="g1")[
        "genocide"
    ].dossier
    assert (held.complete, held.items[0].missing) == (False, "Needs two reviewers.")
    assert (
        "indicators consistent with crimes against humanity"
        in found["crimes_against_humanity"].words
    )
    assert "1 verified, 1 alleged" in found["crimes_against_humanity"].words


@pytest.mark.parametrize("kind", CONTEXTS)
def test_only_conflict_or_occupation_opens_the_war_crimes_lane_and_no_context_closes_another(
    kind,
):
    found = by_crime([act("killing"), record("context", kind=kind, since="2026-01-01")])
    assert found["war_crimes"].open == (kind in NEXUS)
    assert bool(found["war_crimes"].reason) != (kind in NEXUS)
    assert found["genocide"].open
    assert found["crimes_against_humanity"].open


def test_an_act_outside_every_conflict_stands_outside_the_war_crimes_lane():
    war = record("context", kind="occupation", since="2025-01-01", until="2025-12-31")
    inside, outside = (
        act("hostages", since="2025-12-31"),
        act("hostages", since="2026-01-01"),
    )
    lane = by_crime([war, inside, outside])["war_crimes"]
    assert (lane.alleged, lane.outside) == ((inside.id,), (outside.id,))
    goes_on = act("hostages", since="2024-01-01", goes_on="yes")
    assert by_crime([war, goes_on])["war_crimes"].alleged == (goes_on.id,)


def test_a_disproved_act_stands_in_no_lane_and_under_no_label():
    gone = record(
        "act",
        acts="forced_removal",
        status="disproved",
        verified_by="Commission of inquiry",
        group="g1",
        aim_uniform="yes",
    )
    war = record("context", kind="mixed", since="2025-01-01")
    assert [
        (lane.acts, lane.verified, lane.alleged, lane.outside)
        for lane in lanes([gone, war], ON)
    ] == [((), (), (), ())] * 3
    assert not ethnic_cleansing([gone], ON).seen


@given(
    st.lists(st.lists(st.sampled_from(ACTS), min_size=1, max_size=3), max_size=6),
    st.sampled_from(CONTEXTS),
)
def test_no_acts_whatever_set_the_status_of_an_element(acts, kind):
    rows = [act(*a, status="verified", best=10_000) for a in acts] + [
        record("context", kind=kind, since="2026-01-01")
    ]
    for lane in lanes(rows, ON):
        assert all(e.findings == () and e.words == "Not examined" for e in lane.elements)
        assert "established" not in f"{lane.words} {lane.reason}".lower()
        assert not asserted(f"{lane.words} {lane.reason}")


def test_established_is_shown_only_with_body_day_and_document():
    grounds = {
        "body": "International Court of Justice",
        "body_date": "2007-02-26",
        "document": "Judgment, I.C.J. Reports 2007",
    }
    sound = record(
        "crime_element", element="genocide_intent", status="established", **grounds
    )
    seen = record("crime_element", element="genocide_act", status="indicators_seen")
    hollow = record("crime_element", element="genocide_group", status="substantial")
    hollow = type(hollow)(
        **{**hollow.__dict__, "body": {**hollow.body, "status": "established"}}
    )
    elsewhere = record(
        "crime_element", element="genocide_act", status="substantial", group="g2"
    )
    states = {
        e.element: e
        for e in by_crime([sound, seen, hollow, elsewhere], group="g1")["genocide"].elements
    }
    assert (
        states["genocide_intent"].words
        == "Established by International Court of Justice, 2007-02-26, Judgment, I.C.J. Reports 2007"
    )
    assert states["genocide_act"].words == "Indicators seen"
    assert states["genocide_group"].findings[0].status == "not_examined"
    assert set(choices("element_status")) == {
        "not_examined",
        "indicators_seen",
        "substantial",
        "established",
    }


def test_ethnic_cleansing_needs_an_underlying_act_and_names_acts_and_crimes():
    assert not ethnic_cleansing([], ON).seen
    assert not ethnic_cleansing([act("forced_removal")], ON).seen
    assert not ethnic_cleansing([act("killing", aim_uniform="yes")], ON).seen
    removal, terror = (
        act("forced_removal", aim_uniform="yes"),
        act("sexual_violence", "killing"),
    )
    elsewhere = act("killing", group="g2")
    found = ethnic_cleansing([removal, terror, elsewhere], ON)
    assert found.seen
    assert set(found.records) == {removal.id, terror.id}
    assert found.acts == ("forced_removal", "killing", "sexual_violence")
    assert found.crimes == ("genocide", "crimes_against_humanity")
    assert found.words.startswith("Indicators consistent with ethnic cleansing")
    assert "crimes against humanity" in found.words
    war = record("context", kind="internal_conflict", since="2025-01-01")
    assert "war_crimes" in ethnic_cleansing([removal, war], ON).crimes
    assert not asserted(found.words)
    assert "ethnic_cleansing" not in {c.id for c in crimes()}


@pytest.mark.parametrize(
    "text",
    [
        "Genocide is occurring.",
        "genocide is now taking place in the north",
        "Crimes against humanity have been committed.",
        "The army commits genocide.",
        "They are carrying out ethnic cleansing",
        "War crimes were certainly perpetrated",
        "this is genocide",
        "It constitutes a war crime.",
        "The State is guilty of crimes against humanity",
        "Genocide continues.",
        "GENOCIDE IS UNDER WAY",
    ],
)
def test_a_crime_stated_as_a_fact_is_refused(text):
    assert asserted(text)


@pytest.mark.parametrize(
    "text",
    [
        "2 acts are indicators consistent with genocide.",
        "No act on record is linked to war crimes.",
        "Prevent and punish genocide",
        "The lane of war crimes is closed: it needs conflict or occupation.",
        "Protect the population from the four crimes",
        "Genocide: intent to destroy the group, in whole or in part",
    ],
)
def test_words_that_state_no_fact_pass(text):
    assert not asserted(text)


def test_no_text_of_forms_choices_or_catalogue_states_a_crime_as_a_fact():
    for kind in kinds():
        found = form(kind)
        texts = [
            found.help,
            *(t for f in found.fields for t in (f.label, f.help, *f.choices.values())),
        ]
        assert not [t for t in texts if asserted(t)], kind
    for crime in crimes():
        assert not asserted(f"{crime.test} {crime.note}")


def test_contexts_have_dates_and_six_kinds_and_none_recorded_is_not_peace():
    assert set(CONTEXTS) == {
        "international_conflict",
        "internal_conflict",
        "occupation",
        "none",
        "post_conflict",
        "mixed",
    }
    rows = [
        record("context", kind="internal_conflict", since="2020-01-01", until="2025-12-31"),
        record("context", kind="post_conflict", since="2026-01-01"),
    ]
    assert badge(rows, ON).kinds == ("post_conflict",)
    assert badge(rows, ON - timedelta(days=365)).kinds == ("internal_conflict",)
    assert badge([], ON).words == "Not recorded"
    assert not re.search("peace", badge([], ON).words)


def test_an_attack_on_civilians_without_a_conflict_stands_in_the_lane_of_crimes_against_humanity():
    found = {lane.crime.id: lane for lane in lanes([act("attack_civilians")], ON)}
    assert [a for a, _ in found["crimes_against_humanity"].acts] == ["attack_civilians"]
    assert not found["war_crimes"].open


def test_every_provision_says_how_it_was_checked_and_an_amendment_whom_it_binds():
    every = [p for links in provisions().values() for p in links.values()]
    assert {p.checked for p in every} <= set(CHECKED)
    starving = provisions()["starvation_method"]
    assert (
        "only States that accepted the amendment: (e)(xix)" in starving["war_crimes"].words
    )
    assert "accepted" not in starving["genocide"].words
    for acts in (
        "serious_harm",
        "child_transfer",
        "detention",
        "pillage",
        "prohibited_weapons",
    ):
        assert (
            "(c)" in provisions()[acts]["war_crimes"].text
            or "(e)" in provisions()[acts]["war_crimes"].text
        ), acts
