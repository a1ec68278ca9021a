"""Factor 6: ledger, pattern, less obvious methods, sex and age, women and peace."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.assess.made_up import ON, record

from upstander.assess.measures.acts import ledger, pattern, review_tasks
from upstander.assess.measures.sex_and_age import gap_report
from upstander.assess.measures.women import listings, resolutions, womens_share
from upstander.records.forms import form


def act(status="alleged", **given):
    by = {"verified_by": "Commission of inquiry, A/HRC/1"} if status != "alleged" else {}
    return record("act", status=status, **{**by, "acts": "killing", "group": "g1", **given})


def test_the_ledger_keeps_verified_and_alleged_apart_and_uses_disproved_for_nothing():
    rows = [
        act(
            "verified",
            best=10,
            low=8,
            area="North",
            gravity="3",
            women=4,
            since="2026-01-01",
        ),
        act("verified", area="South", gravity="2", since="2020-01-01"),
        act("alleged", best=500, high=900, area="North", gravity="4", boys=0),
        act("disproved", best=7000, area="West", gravity="4"),
    ]
    found = ledger(rows, ON, "g1")
    assert (
        found.verified.victims.value,
        found.verified.victims.low,
        found.verified.victims.high,
    ) == (10, 8, 10)
    assert (
        found.verified.uncounted,
        found.verified.frequency.value,
        found.verified.spread.value,
    ) == (1, 1, 2)
    assert (found.verified.gravity.value, found.alleged.gravity.value, found.disproved) == (
        3,
        4,
        1,
    )
    assert (found.alleged.victims.value, found.alleged.victims.high) == (500, 900)
    assert found.verified.by_sex_age == {
        "women": 4,
        "men": None,
        "girls": None,
        "boys": None,
        "sex_age_unknown": None,
    }
    assert found.alleged.by_sex_age["boys"] == 0
    assert ledger([], ON).verified.victims.value is None
    needed = {
        "known_from",
        "area",
        "since",
        "women",
        "men",
        "girls",
        "boys",
        "perpetrator",
        "weapons",
    }
    assert needed <= {f.name for f in form("act").fields}


@given(st.lists(st.sampled_from(["verified", "alleged"]), max_size=6), st.integers(1, 1000))
def test_alleged_acts_never_change_what_is_verified(statuses, count):
    verified = [act("verified", best=3) for s in statuses if s == "verified"]
    alleged = [act("alleged", best=count) for s in statuses if s == "alleged"]
    together, alone = ledger([*verified, *alleged], ON), ledger(verified, ON)
    assert together.verified == alone.verified


def test_any_checked_item_raises_a_review_task_and_what_nobody_looked_at_is_named():
    items = set(form("less_obvious").field("seen").choices)
    assert items == {
        "deprivation",
        "blocked_aid",
        "expulsion",
        "sexual_violence",
        "birth_prevention",
        "child_transfer",
        "mental_harm",
    }
    for item in items:
        (task,) = review_tasks(
            [record("less_obvious", seen=item, looked_at="expulsion")], ON
        )
        assert task.items == (item,)
        assert set(task.not_looked_at) == items - {item, "expulsion"}
    assert review_tasks([record("less_obvious", looked_at=sorted(items))], ON) == ()


def test_the_pattern_holds_its_metrics_and_an_index_worked_by_hand():
    rows = [
        act(
            "verified",
            best=99,
            area="A",
            since="2026-01-05",
            weapons="aircraft",
            organised="orders;repeated",
        ),
        act("verified", area="B", since="2026-04-05", weapons="blades", organised="policy"),
    ]
    found = pattern(rows, ON, "verified")
    assert (found.victims, found.places, found.months, found.repetition) == (99, 2, 4, 0.5)
    assert (found.signs, found.weapons, found.heavy) == (
        ("orders", "policy", "repeated"),
        ("aircraft", "blades"),
        ("aircraft",),
    )
    # log(100)/log(10001) = 0.49999; 2/10; 4/12; 0.5; 3/6; 1/2
    assert found.index.value == pytest.approx(
        (0.49999 + 0.2 + 1 / 3 + 0.5 + 0.5 + 0.5) / 6, abs=1e-5
    )
    assert pattern(rows, ON, "alleged").index.value is None


def test_the_legal_test_is_widespread_or_systematic_and_the_missions_and_is_a_note():
    found = pattern([act("verified", best=5000, area="A")], ON, "verified")
    assert found.legal_test == "widespread or systematic"
    assert "mission document says 'and'" in found.note
    assert "5,000 victims in 1 place" in found.scale
    assert "signs of organisation: none" in found.system


def test_the_gap_report_says_how_complete_sex_and_age_are_and_what_is_missing():
    full = act(women=2, men=0, girls=1, boys=0, best=4, sex_age_unknown=1)
    part = act(women=2, best=6)
    wrong = act(women=9, high=5)
    hits = record("discrimination")
    found = gap_report([full, part, wrong, hits], ON)
    assert found.complete.value == 1 / 4
    assert found.known.value == pytest.approx((3 + 2 + 9) / (4 + 6 + 9))
    said = {lack.record: lack.words for lack in found.lacking}
    assert said[part.id] == "Not said: men, girls, boys."
    assert "above the highest count of 5" in said[wrong.id]
    assert said[hits.id] == "Not said: whom it hits hardest."
    assert full.id not in said
    assert gap_report([], ON).complete.value is None


def test_womens_share_is_counted_in_mechanism_dialogue_and_peace_process():
    rows = [
        record(
            "participation",
            sphere="mechanism",
            label="Council",
            day="2020-01-01",
            total=10,
            women=1,
            men=9,
        ),
        record(
            "participation",
            sphere="mechanism",
            label="Council",
            day="2026-01-01",
            total=10,
            women=4,
            men=6,
        ),
        record("participation", sphere="dialogue", label="North", total=10, women=5, men=5),
        record(
            "participation", sphere="dialogue", label="South", total=30, women=5, men=25
        ),
        record("participation", sphere="peace_process", total=8),
    ]
    shares = womens_share(rows, ON)
    assert {k: m.value for k, m in shares.items()} == {
        "mechanism": 0.4,
        "dialogue": 0.25,
        "peace_process": None,
    }


def test_the_ten_resolutions_and_the_newest_listing_of_each_party():
    assert [r.number for r in resolutions()] == [
        1325,
        1820,
        1888,
        1889,
        1960,
        2106,
        2122,
        2242,
        2467,
        2493,
    ]
    assert resolutions()[0].symbol == "S/RES/1325 (2000)"
    rows = [
        record("listing", report="crsv", party="Front", year=2020, status="listed"),
        record("listing", report="crsv", party="Front", year=2024, status="delisted"),
        record("listing", report="caac", party="Front", year=2023, status="listed"),
        record("listing", report="caac", party="Front", year=2027, status="delisted"),
    ]
    assert [(x.report, x.year, x.status) for x in listings(rows, ON)] == [
        ("caac", 2023, "listed"),
        ("crsv", 2024, "delisted"),
    ]
