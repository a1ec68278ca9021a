"""Everything can be worked out with no conflict at all, and every measure says what it rests on."""

import dataclasses
from datetime import timedelta

from tests.assess.made_up import ON, record

from upstander.assess import duties, lanes, resilience
from upstander.assess.crimes import asserted
from upstander.assess.measures import (
    Measure,
    acts,
    attitudes,
    circumstances,
    deprivation,
    history,
    incitement,
    intent,
    means,
    motivation,
    prevention,
    sex_and_age,
    women,
)
from upstander.core.treaties import Bound
from upstander.report import words
from upstander.report.mandate import register

KINDS = [
    "harm", "remedy", "discrimination", "exclusion", "motive", "speech_event", "statement", "armed_actor", "arms", "finance",
    "preparatory_measure", "force_diversity", "participation", "civic_space", "institution", "act", "less_obvious", "intent_item",
    "intent_opinion", "crime_element", "attitude", "deprivation", "capacity", "obligation", "protection_task", "listing",
]  # fmt: skip
LEVELS = {
    "discrimination": {"practice": "4"}, "exclusion": {"level": "4"}, "motive": {"strength": "3"}, "arms": {"access": "3"},
    "finance": {"level": "2"}, "institution": {"exists": "yes", "independence": "2"}, "capacity": {"law": "3", "practice": "2"},
    "act": {"acts": "detention;child_transfer", "best": 500, "area": "North", "group": "group1", "weapons": "none", "organised": "policy"},
    "participation": {"sphere": "mechanism", "women": 3, "men": 7, "group": "group1", "of_group": 1, "population_share": 20},
    "attitude": {"type": "leader", "level": "3", "group": "group1"}, "deprivation": {"actual": "2", "perceived": "3"},
    "less_obvious": {"seen": "child_transfer"}, "armed_actor": {"same_area": "group1"}, "remedy": {"harm": "harm1"},
}  # fmt: skip


def everything(records):
    """All results, over one group."""
    grid = history.discrimination_grid(records, "group1", ON)
    kept_out = history.exclusion(records, "group1", ON)
    return [
        history.harm_history(records, "group1", ON), history.unaddressed_past(records, "group1", ON), grid, kept_out,
        history.compounded(2, grid, kept_out), motivation.motive_map(records, ON), motivation.speech(records, ON),
        motivation.state_justification(records, ON), means.presence(records, "group1", ON), means.arms_access(records, ON, Bound(False, None)),
        means.funding(records, "armed_actor1", ON), circumstances.preparation(records, ON), circumstances.diversity(records, ON),
        prevention.preventive_capacity([prevention.Reading("polyarchy", "regime", 0.4, (0, 1), 2025, "V-Dem")]),
        prevention.participation_gaps(records, ON), prevention.civic_space(records, ON), prevention.institutions(records, ON, 0.5),
        acts.ledger(records, ON), acts.pattern(records, ON, "alleged"), acts.pattern(records, ON, "verified"),
        acts.review_tasks(records, ON), intent.dossier(records, "", ON), incitement.queue(records, ON),
        sex_and_age.gap_report(records, ON), women.womens_share(records, ON), women.listings(records, ON), women.resolutions(),
        lanes.lanes(records, ON), lanes.ethnic_cleansing(records, ON), duties.checklist(records, ON), duties.tasks(records, ON),
        resilience.inventory(records, ON), attitudes.perception(records, "group1", ON), deprivation.deprivation(records, ON),
    ]  # fmt: skip


def parts(found):
    """Every dataclass inside, each once."""
    if dataclasses.is_dataclass(found):
        yield found
        for field in dataclasses.fields(found):
            yield from parts(getattr(found, field.name))
    elif isinstance(found, dict):
        for value in found.values():
            yield from parts(value)
    elif isinstance(found, list | tuple):
        for value in found:
            yield from parts(value)


RECORDS = [record(kind, **({"id": f"{kind}1"} | LEVELS.get(kind, {}))) for kind in KINDS]
ANSWERS = everything(RECORDS)


def test_every_measure_of_the_six_factors_has_a_value_with_no_conflict_recorded():
    assert not [r for r in RECORDS if r.kind == "context"]
    values = {
        m.part[-4:-1]: m.value
        for m in parts(ANSWERS)
        if isinstance(m, Measure) and m.value is not None
    }
    factors = {
        "F1a",
        "F1b",
        "F1c",
        "F1d",
        "F2a",
        "F2b",
        "F2c",
        "F3a",
        "F3b",
        "F3c",
        "F4a",
        "F5a",
        "F5b",
        "F5c",
        "F5d",
        "F5e",
        "F6a",
        "F6d",
    }
    assert factors <= set(values)
    by = {lane.crime.id: lane.open for lane in lanes.lanes(RECORDS, ON)}
    assert by == {"genocide": True, "crimes_against_humanity": True, "war_crimes": False}
    assert history.compounded(3, *everything(RECORDS)[2:4]).after == 4


def test_a_conflict_on_record_changes_no_measure():
    war = record("context", kind="internal_conflict", since="2025-01-01")
    peace = [m for m in parts(ANSWERS) if isinstance(m, Measure)]
    assert [
        m for m in parts(everything([*RECORDS, war])) if isinstance(m, Measure)
    ] == peace


def test_every_measure_carries_a_known_source_a_part_a_unit_words_and_its_records():
    known, held = {s.id for s in register()[0]}, {r.id for r in RECORDS}
    found = [m for m in parts(ANSWERS) if isinstance(m, Measure)]
    assert len(found) > 40
    for m in found:
        assert m.source in known
        assert m.part
        assert m.unit
        assert m.words.endswith(".")
        assert set(m.rests_on) <= held
    for part in parts(ANSWERS):
        assert getattr(part, "source", "SG-2013") in known | {"V-Dem"}


def test_nothing_recorded_is_not_assessed_and_never_zero():
    nothing = [
        m
        for m in parts(everything([]))
        if isinstance(m, Measure) and m.name != "capacity to prevent"
    ]
    assert {m.value for m in nothing} == {None}
    assert all(
        "ot assessed" in m.words or "not known" in m.words or "no pace" in m.words
        for m in nothing
    )


def test_records_of_later_days_change_nothing():
    later = (ON + timedelta(days=1)).isoformat()
    dated = {
        k: "since" if "since" in record(k).body else "day"
        for k in KINDS
        if {"since", "day"} & set(record(k).body)
    }
    future = [record(k, **{**LEVELS.get(k, {}), name: later}) for k, name in dated.items()]
    assert everything([*RECORDS, *future]) == ANSWERS


def test_no_sentence_states_a_crime_as_a_fact_or_the_future_as_certain():
    texts = [
        v
        for p in parts(ANSWERS + everything([]))
        for v in vars(p).values()
        if isinstance(v, str)
    ]
    assert not [t for t in texts if asserted(t)]
    assert not [t for t in texts if words.REFUSED.search(t)]
