"""Capacity by subject and carrier, law and practice apart, beside risk and never netted."""

import csv

from hypothesis import strategies as st
from tests.assess.made_up import ON, record

from upstander.assess.resilience import CARRIERS, inventory, subjects
from upstander.records.forms import choices, form

OPTIONS = [
    "A1",
    "A2",
    "A3",
    "A4",
    "A5",
    "A6",
    "A7",
    "A7b",
    "A8",
    "B1",
    "B2",
    "B3",
    "C1",
    "C2",
    "C3",
    "C4",
    "C5",
    "D1",
]
CAPACITIES = st.lists(
    st.builds(
        lambda s, c, law, practice: record(
            "capacity", subject=s, carrier=c, law=law, practice=practice
        ),
        st.sampled_from(sorted(choices("subject"))),
        st.sampled_from(CARRIERS),
        st.sampled_from([None, *"01234"]),
        st.sampled_from([None, *"01234"]),
    ),
    max_size=6,
)


def test_the_subjects_are_the_eighteen_options_each_with_a_legal_basis():
    assert [s.option for s in subjects()] == OPTIONS
    assert {s.id for s in subjects()} == set(choices("subject"))
    assert all(
        s.legal_basis and set(s.legal_basis) <= set(choices("legal_basis"))
        for s in subjects()
    )
    known = set(choices("factor_or_trigger"))
    assert all(s.factors and set(s.factors) <= known for s in subjects())
    assert set(choices("pillar")) == {"1", "2", "3"}


def test_option_codes_are_those_of_the_mission_document(shared):
    with (shared.parent / "domain" / "policy_options.csv").open(encoding="utf-8") as file:
        assert [row["code"] for row in csv.DictReader(file)] == OPTIONS


def test_coverage_is_by_three_carriers_with_law_and_practice_apart():
    rows = [
        record(
            "capacity", subject="elections", carrier="frameworks", law="4", practice="1"
        ),
        record("capacity", subject="media", carrier="frameworks", law="2"),
        record("capacity", subject="elections", carrier="institutions", practice="3"),
    ]
    found = inventory(rows, ON)
    frameworks, structures, institutions = found.carriers
    assert (frameworks.law.value, frameworks.practice.value) == (2, 1), (
        "a count of subjects, never a mean strength"
    )
    assert (structures.law.value, structures.practice.value) == (None, None)
    assert (institutions.law.value, institutions.practice.value) == (None, 1)
    assert frameworks.law.words == "2 of 18 subjects assessed, strength 2 to 4 of 4."
    elections = next(r for r in found.rows if r.subject.id == "elections")
    assert (elections.law, elections.practice) == (4, 3)
    assert len(found.not_assessed) == 16
    assert set(form("capacity").field("carrier").choices) == set(CARRIERS)
