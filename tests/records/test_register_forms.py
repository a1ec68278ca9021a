"""The forms of the registers: sources, help, the rules between fields, and no place for a private person."""

import pytest
from tests.assess.made_up import ON, PLACES, plain, record

from upstander.assess.crimes import crimes, provisions
from upstander.assess.measures.sex_and_age import FIELDS
from upstander.records.forms import FormError, check, choices, form, kinds
from upstander.report.mandate import register

FACTOR_KINDS = {
    "F1": {"group", "harm", "remedy", "discrimination", "exclusion"},
    "F2": {"motive", "speech_event", "statement"},
    "F3": {"armed_actor", "arms", "finance"},
    "F4": {"preparatory_measure", "force_diversity"},
    "F5": {"participation", "civic_space", "institution"},
    "F6": {
        "act",
        "less_obvious",
        "intent_item",
        "intent_opinion",
        "crime_element",
        "listing",
    },
    "T": {"trigger", "crisis"},
    "": {"context", "capacity", "obligation", "protection_task", "warning_case"},
}
REGISTERS = sorted(kind for found in FACTOR_KINDS.values() for kind in found)


@pytest.mark.parametrize("kind", REGISTERS)
def test_a_form_and_every_field_names_its_source_and_explains_itself(kind):
    known = {s.id for s in register()[0]}
    found = form(kind)
    assert kind in FACTOR_KINDS[found.factor]
    assert found.source in known
    assert found.part
    assert len(found.help) > 30
    for field in found.fields:
        assert (field.source or found.source) in known, field.name
        assert field.part or found.part
        assert len(field.help) > 5, field.name
        assert not field.to or field.to in kinds()
        assert not field.help.endswith(" ")


@pytest.mark.parametrize("kind", REGISTERS)
def test_no_form_asks_for_a_private_person(kind):
    for field in form(kind).fields:
        words = set(field.name.split("_")) | set(
            field.label.lower().replace("'", " ").split()
        )
        assert (
            not {
                "name",
                "person",
                "suspect",
                "victim's",
                "witness",
                "phone",
                "email",
                "address",
                "born",
            }
            & words
        )
    asked = " ".join(f.help for f in form(kind).fields).lower()
    if {"office", "actor"} & {f.name for f in form(kind).fields}:
        assert "never a private person" in asked or "public office" in asked


@pytest.mark.parametrize("kind", REGISTERS)
def test_the_plainest_record_can_be_kept_and_what_is_not_given_is_null(kind):
    body = record(kind).body
    assert set(body) == {f.name for f in form(kind).fields}
    optional = [f for f in form(kind).fields if not f.required]
    assert all(body[f.name] in (None, []) for f in optional)


def test_acts_and_elements_are_the_same_in_the_catalogue_and_in_the_forms():
    assert set(provisions()) == set(choices("act"))
    assert {e for c in crimes() for e in c.elements} == set(choices("element"))
    assert {c for links in provisions().values() for c in links} == {c.id for c in crimes()}


@pytest.mark.parametrize("lacking", ["body", "body_date", "document"])
def test_established_needs_the_competent_body_its_day_and_its_document(lacking):
    grounds = {
        "body": "International Court of Justice",
        "body_date": "2007-02-26",
        "document": "Judgment",
    }
    assert (
        record("crime_element", status="established", **grounds).body["status"]
        == "established"
    )
    with pytest.raises(FormError) as caught:
        record("crime_element", status="established", **{**grounds, lacking: ""})
    assert set(caught.value.faults) == {lacking}
    assert "only a competent body establishes" in caught.value.faults[lacking]


def test_an_intent_item_needs_an_alternative_explanation_and_asks_for_no_number():
    with pytest.raises(FormError) as caught:
        record("intent_item", alternative="  ")
    assert set(caught.value.faults) == {"alternative"}
    assert form("intent_item").restricted
    assert form("intent_opinion").restricted
    assert not [f.name for f in form("intent_item").fields if f.type in ("integer", "real")]
    assert not any(v.isdigit() for f in form("intent_item").fields for v in f.choices)


def test_a_verified_act_names_who_verified_it_and_counts_stand_in_order():
    with pytest.raises(FormError, match="who verified"):
        record("act", status="verified")
    with pytest.raises(FormError) as caught:
        record("act", low=50, best=20, high=10, since="2026-02-01", until="2026-01-01")
    assert set(caught.value.faults) == {"best", "high", "until"}


def test_a_measure_of_another_kind_and_a_decision_on_speech_are_said_in_words():
    for kind, given in (
        ("preparatory_measure", {"type": "other"}),
        ("speech_event", {"decision": "refer"}),
    ):
        with pytest.raises(FormError):
            record(kind, **given)


def test_obligations_carry_at_least_one_legal_basis_from_the_closed_list():
    assert set(choices("legal_basis")) == {
        "ihrl",
        "ihl",
        "refugee",
        "customary",
        "criminal",
    }
    for given in ([], ["tradition"]):
        with pytest.raises(FormError) as caught:
            record("obligation", legal_basis=given)
        assert set(caught.value.faults) == {"legal_basis"}


def test_harm_act_and_participation_hold_women_and_men_and_where_people_are_hit_girls_and_boys():
    for kind, names in FIELDS.items():
        fields = {f.name: f for f in form(kind).fields}
        for name in names:
            assert fields[name].type in ("integer", "choices"), (kind, name)
            assert not fields[name].choices or {"women", "men", "girls", "boys"} <= set(
                fields[name].choices
            )
    assert {"women", "men", "girls", "boys", "sex_age_unknown"} <= {
        f.name for f in form("act").fields
    }
    body = record("act", women="0").body
    assert body["women"] == 0
    assert body["men"] is None


def test_every_field_takes_its_plainest_value():
    for kind in REGISTERS:
        found = form(kind)
        given = {f.name: plain(f) for f in found.fields}
        assert check(found, given, PLACES), ON
